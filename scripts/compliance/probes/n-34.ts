import { probe, sees } from '../probe.ts';

export const n34 = probe(
  'N-34',
  [
    sees(
      undefined,
      'statements are measured by the server',
      `select count(*) from pg_extension where extname = 'pg_stat_statements'`,
      1,
    ),
  ],
  {
    needs: ['extension pg_stat_statements'],
    outside: 'that a regression fails is measured against a base: npm run bench',
  },
);
