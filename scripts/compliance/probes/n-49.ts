import { probe, surveys } from '../probe.ts';

export const n49 = probe(
  'N-49',
  [
    surveys(
      'every class of data has a rule',
      `select distinct k.retention as object, case when not exists (select from governance.retention_rules as r where r.category = k.retention) then 'has no rule' end as problem from governance.classification as k`,
    ),
  ],
  { needs: ['governance.retention_rules', 'governance.retention_runs'] },
);
