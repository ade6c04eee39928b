import { defaultPrivilegesEmpty } from '../../catalog/invariants/default-privileges-empty.ts';
import { rolesBound } from '../../catalog/invariants/roles-bound.ts';
import { schemasClosed } from '../../catalog/invariants/schemas-closed.ts';
import { keeps, probe } from '../probe.ts';

export const s27 = probe('S-27', [...keeps(schemasClosed, rolesBound, defaultPrivilegesEmpty)], {
  outside:
    'whoever holds the migrating role can change the schema; npm run db:drift compares the database with a replay of the history, and the workflow drift does it daily',
});
