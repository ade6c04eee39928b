import { appendOnlySealed } from '../../catalog/invariants/append-only-sealed.ts';
import { keeps, probe, refused, surveys } from '../probe.ts';

export const n51 = probe(
  'N-51',
  [
    ...keeps(appendOnlySealed),
    surveys(
      'a whole run was recorded within the last week',
      `select 'governance.compliance_results' as object,
              case
                when max(r.ran_at) is null then 'holds no whole run: npm run compliance -- --record'
                when max(r.ran_at) < clock_timestamp() - interval '7 days' then 'holds none of the last seven days'
              end as problem
       from (
         select max(c.ran_at) as ran_at from governance.compliance_results as c group by c.run_id having count(*) >= 93
       ) as r`,
    ),
    refused(
      undefined,
      'and no line of it is altered, by its recorder neither',
      `update governance.compliance_results set verdict = 'held'`,
      'CD014',
    ),
    refused(undefined, 'nor is one taken out', 'delete from governance.compliance_results', 'CD014'),
  ],
  { needs: ['governance.compliance_results'] },
);
