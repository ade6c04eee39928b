import { probe, surveys } from '../probe.ts';

export const n38 = probe(
  'N-38',
  [
    surveys(
      'every log is kept for seven years at least',
      `select r.category::text as object, case when r.floor < interval '7 years' then 'is kept for less' end as problem from governance.retention_rules as r where r.category = 'audit'`,
    ),
  ],
  { needs: ['audit.access_log', 'governance.retention_rules'] },
);
