import { definerFunctionsListed } from '../../catalog/invariants/definer-functions-listed.ts';
import { rolesBound } from '../../catalog/invariants/roles-bound.ts';
import { rowSecurityForced } from '../../catalog/invariants/row-security-forced.ts';
import { tablePrivileges } from '../../catalog/invariants/table-privileges.ts';
import { as, keeps, probe, refused } from '../probe.ts';

export const n09 = probe('N-09', [
  ...keeps(rolesBound, rowSecurityForced, tablePrivileges, definerFunctionsListed),
  refused(
    as('doctor', { settings: { row_security: 'off' } }),
    'who asks for rows without policies gets none',
    'select count(*) from public.patients',
    '42501',
  ),
]);
