import type { Faults } from './fault.ts';
import { POLICIES_AND_CONSENT } from './policies-and-consent.ts';
import { STORAGE_AND_LOGS } from './storage-and-logs.ts';
import { TENANTS_AND_CHANGES } from './tenants-and-changes.ts';

/** For every line that can be held, one way to break it. */
export const FAULTS: Faults = { ...TENANTS_AND_CHANGES, ...STORAGE_AND_LOGS, ...POLICIES_AND_CONSENT };
