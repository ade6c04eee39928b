import { probe, surveys } from '../probe.ts';

export const n39 = probe(
  'N-39',
  [
    surveys(
      'the log is examined by views',
      `select 'audit.access_findings' as object, case when not has_table_privilege(current_user, 'audit.access_findings', 'select') then 'is not read' end as problem`,
    ),
  ],
  { needs: ['audit.access_log', 'audit.access_findings'] },
);
