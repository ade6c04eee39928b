import { policyCallsWrapped } from '../../catalog/invariants/policy-calls-wrapped.ts';
import { given, keeps, matches, probe, sees } from '../probe.ts';

export const n33 = probe('N-33', [
  ...keeps(policyCallsWrapped),
  given('set local enable_seqscan = off'),
  matches(
    'stranger',
    'who has no membership reads no row of the table',
    'explain (analyze, costs off, timing off, summary off) select * from public.medical_records',
    '^(?!.*Removed by Filter).*rows=0',
  ),
  sees('doctor', 'control: who has one reads some', 'select count(*) > 0 from public.medical_records', true),
]);
