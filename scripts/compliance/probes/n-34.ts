import { probe } from '../probe.ts';

export const n34 = probe('N-34', [], {
  needs: ['extension pg_stat_statements'],
  outside: 'that a regression fails is measured against a base: npm run bench',
});
