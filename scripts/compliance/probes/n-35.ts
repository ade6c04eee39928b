import { probe, sees } from '../probe.ts';

export const n35 = probe(
  'N-35',
  [
    sees(
      'anon',
      'no realm reads the log itself',
      `select has_table_privilege('anon', 'audit.access_log', 'select')`,
      false,
    ),
  ],
  { needs: ['audit.access_log', 'authz.emit_access()'] },
);
