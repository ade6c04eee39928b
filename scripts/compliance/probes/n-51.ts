import { appendOnlySealed } from '../../catalog/invariants/append-only-sealed.ts';
import { keeps, probe, surveys } from '../probe.ts';

export const n51 = probe(
  'N-51',
  [
    ...keeps(appendOnlySealed),
    surveys(
      'a run was recorded within the last week',
      `select 'governance.compliance_results' as object, case when max(ran_at) is null then 'holds no run: npm run compliance -- --record' when max(ran_at) < now() - interval '7 days' then 'holds none of the last seven days' end as problem from governance.compliance_results`,
    ),
  ],
  { needs: ['governance.compliance_results'] },
);
