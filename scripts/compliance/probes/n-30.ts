import { indexesLeakproof } from '../../catalog/invariants/indexes-leakproof.ts';
import { policyCallsWrapped } from '../../catalog/invariants/policy-calls-wrapped.ts';
import { policyColumnsIndexed } from '../../catalog/invariants/policy-columns-indexed.ts';
import { tenantIndexesLead } from '../../catalog/invariants/tenant-indexes-lead.ts';
import { keeps, probe } from '../probe.ts';

export const n30 = probe('N-30', [
  ...keeps(policyColumnsIndexed, policyCallsWrapped, tenantIndexesLead, indexesLeakproof),
]);
