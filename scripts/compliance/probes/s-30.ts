import { defaultPrivilegesEmpty } from '../../catalog/invariants/default-privileges-empty.ts';
import { noPublicExecute } from '../../catalog/invariants/no-public-execute.ts';
import { tablePrivileges } from '../../catalog/invariants/table-privileges.ts';
import { writesGrantedByColumn } from '../../catalog/invariants/writes-granted-by-column.ts';
import { keeps, probe } from '../probe.ts';

export const s30 = probe(
  'S-30',
  [...keeps(tablePrivileges, writesGrantedByColumn, defaultPrivilegesEmpty, noPublicExecute)],
  {
    outside:
      'that each widening has its line is checked before a migration lands: npm run db:check, npm run db:review',
  },
);
