import { crossTenantReference } from '../../scan/rules/cross-tenant-reference.ts';
import { OUR_SCAN } from '../../scan/scope.ts';
import type { Invariant } from './invariant.ts';

export const compositeForeignKeys: Invariant = {
  name: 'composite-foreign-keys',
  claim: 'every reference between tenant tables carries organisation_id on both sides',
  why: crossTenantReference.why,
  requirements: ['S-03', 'S-04'],
  query: crossTenantReference.query(OUR_SCAN),
};
