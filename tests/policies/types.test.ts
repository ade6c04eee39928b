import { expectTypeOf, test } from 'vitest';
import {
  type AnonRule,
  type Condition,
  type DefinerRule,
  defineTable,
  type OpsRule,
  type PatientRule,
  type ProviderRule,
  type RequirementId,
  type ServiceRule,
  type ViewPolicy,
} from '../../policies/vocabulary.ts';

/*
 * Checked by `tsc --noEmit`: an impossible rule must not compile, and a `@ts-expect-error` above one that does compile is
 * itself an error. The tables are built by a function that nobody calls.
 */

const basic = { auditLevel: 'basic', requirements: ['N-02'] } as const;
const staff = { ...basic, realm: 'provider', operation: 'SELECT' } as const;
const ops = { ...basic, realm: 'internal_ops', operation: 'SELECT', roles: 'any' } as const;
const portal = { ...basic, realm: 'patient', operation: 'SELECT' } as const;
const anon = { ...basic, realm: 'anon', operation: 'SELECT' } as const;
const definer = { ...basic, realm: 'definer', operation: 'SELECT' } as const;
const service = { ...basic, realm: 'service', operation: 'SELECT' } as const;

const possible = [
  {
    ...staff,
    roles: ['doctor'],
    capabilities: ['finance'],
    conditions: ['active', { consent: 'treatment' }],
  },
  { ...staff, roles: 'any', columns: ['id'] },
  { ...staff, operation: 'INSERT', roles: ['nurse'], columns: ['id'] },
] satisfies ProviderRule[];

const impossible = [
  // @ts-expect-error a day has 24 hours
  { ...staff, roles: ['doctor'], hours: { start: 6, end: 25 } } satisfies ProviderRule,
  // @ts-expect-error no such role
  { ...staff, roles: ['surgeon'] } satisfies ProviderRule,
  // @ts-expect-error a role of operations is none of an organisation
  { ...staff, roles: ['ops_agent'] } satisfies ProviderRule,
  // @ts-expect-error admin is a platform role
  { ...staff, roles: ['admin'] } satisfies ProviderRule,
  // @ts-expect-error patient is a realm
  { ...staff, roles: ['patient'] } satisfies ProviderRule,
  // @ts-expect-error nobody
  { ...staff, roles: [] } satisfies ProviderRule,
  // @ts-expect-error a rule says whom it admits
  { ...staff } satisfies ProviderRule,
  // @ts-expect-error no such capability
  { ...staff, roles: 'any', capabilities: ['root'] } satisfies ProviderRule,
  // @ts-expect-error a condition of patients
  { ...staff, roles: 'any', conditions: ['own_patient'] } satisfies ProviderRule,
  // @ts-expect-error no such condition
  { ...staff, roles: 'any', conditions: ['true'] } satisfies ProviderRule,
  // @ts-expect-error no such purpose
  { ...staff, roles: 'any', conditions: [{ consent: 'curiosity' }] } satisfies ProviderRule,
  // @ts-expect-error nothing is deleted by a caller
  { ...staff, roles: 'any', operation: 'DELETE' } satisfies ProviderRule,
  // @ts-expect-error a write lists its columns
  { ...staff, roles: 'any', operation: 'INSERT' } satisfies ProviderRule,
  // @ts-expect-error a write lists its columns
  { ...staff, roles: 'any', operation: 'UPDATE', columns: [] } satisfies ProviderRule,
  // @ts-expect-error a misspelt key would lose its conditions
  { ...staff, roles: 'any', conditons: ['active'] } satisfies ProviderRule,
  // @ts-expect-error a rule serves a promise
  { ...staff, roles: 'any', requirements: [] } satisfies ProviderRule,
  // @ts-expect-error no such audit level
  { ...staff, roles: 'any', auditLevel: 'none' } satisfies ProviderRule,

  // @ts-expect-error operations hold no capabilities of an organisation
  { ...ops, capabilities: ['auditor'] } satisfies OpsRule,
  // @ts-expect-error a role of an organisation is none of operations
  { ...ops, roles: ['clinic_admin'] } satisfies OpsRule,
  // @ts-expect-error operations have no colleagues in an organisation
  { ...ops, conditions: ['colleague'] } satisfies OpsRule,

  // @ts-expect-error the realm patient has no roles
  { ...portal, roles: ['patient'] } satisfies PatientRule,
  // @ts-expect-error a patient has no rank
  { ...portal, conditions: ['below_own_rank'] } satisfies PatientRule,

  // @ts-expect-error nobody writes without signing in
  { ...anon, operation: 'INSERT', columns: ['id'] } satisfies AnonRule,
  // @ts-expect-error what everybody reads is listed
  anon satisfies AnonRule,

  // @ts-expect-error a definer function says why
  { ...definer, columns: ['id'] } satisfies DefinerRule,
  // @ts-expect-error a definer function lists what it touches
  { ...definer, reason: 'it needs it' } satisfies DefinerRule,
  // @ts-expect-error a condition would not bind a role that bypasses policies
  { ...service, conditions: ['active'] } satisfies ServiceRule,

  // @ts-expect-error two digits
  'N-2' satisfies RequirementId,
  // @ts-expect-error a consent names its purpose
  'consent' satisfies Condition,
  // @ts-expect-error a view stands over something
  { viewName: 'v', over: [], readers: { provider: 'all' }, requirements: ['N-19'] } satisfies ViewPolicy,
];

const table = { tableName: 't', level: 'INTERNAL', domain: 'ops' } as const;
const rule = { ...staff, roles: 'any' } as const;

const tables = () => [
  defineTable({ ...table, tenantKey: 'organisation_id', rules: [rule] }),
  defineTable({ ...table, tenantKey: null, fence: { provider: ['member'] }, rules: [rule] }),
  defineTable({ ...table, tenantKey: null, fence: {}, rules: [], closed: 'nobody needs it' }),

  // @ts-expect-error a table without a tenant writes its fence down
  defineTable({ ...table, tenantKey: null, rules: [rule] }),
  // @ts-expect-error a tenant is a fence already
  defineTable({ ...table, tenantKey: 'organisation_id', fence: {}, rules: [rule] }),
  // @ts-expect-error nobody may, and nobody says why
  defineTable({ ...table, tenantKey: 'organisation_id', rules: [] }),
  // @ts-expect-error no such level
  defineTable({ ...table, level: 'SECRET', tenantKey: 'organisation_id', rules: [rule] }),
  // @ts-expect-error a tenant is an organisation
  defineTable({ ...table, tenantKey: 'clinic_id', rules: [rule] }),
  // @ts-expect-error staff have no fence of operators
  defineTable({ ...table, tenantKey: null, fence: { provider: ['operator'] }, rules: [rule] }),
  // @ts-expect-error a misspelt key
  defineTable({ ...table, tenantKey: 'organisation_id', patientkey: 'id', rules: [rule] }),
];

test('impossible rules do not compile, and those beside them do', () => {
  expectTypeOf(possible).toExtend<ProviderRule[]>();
  expectTypeOf(impossible).toBeArray();
  expectTypeOf(tables).returns.toBeArray();
});
