import { ruledRelations } from '../../policy/ruled-relations.ts';
import type { Guard } from './guard.ts';

export const tablesRuled: Guard = {
  name: 'tables-ruled',
  claim: 'every new table and view has rules in policies/',
  requirements: ['N-24', 'S-04'],
  check({ start, end }) {
    const ruled = ruledRelations();
    const known = new Set(start.reach.relations.map(({ name }) => name));
    return end.reach.relations
      .filter(({ name, kind }) => kind !== 'sequence' && !known.has(name) && !ruled.has(name))
      .map(({ name, kind }) => ({
        where: name,
        problem: `is a new ${kind} without rules`,
        expected: `policies/${name.replace(/^public\./, '')}.ts, listed in policies/index.ts: who may do what, or that nobody may`,
        remedy: 'copy the file of a table like it, then npm run db:new -- --amend',
      }));
  },
};
