import { definerFunctionsListed } from '../../catalog/invariants/definer-functions-listed.ts';
import { guardTriggersAlways } from '../../catalog/invariants/guard-triggers-always.ts';
import { rolesBound } from '../../catalog/invariants/roles-bound.ts';
import { rowSecurityForced } from '../../catalog/invariants/row-security-forced.ts';
import { keeps, probe, surveys } from '../probe.ts';

export const n54 = probe('N-54', [
  ...keeps(rolesBound, guardTriggersAlways, rowSecurityForced, definerFunctionsListed),
  surveys(
    'nobody bypasses policies but the platform',
    `select r.rolname::text as object, case when not r.rolname = any ('{postgres,service_role,supabase_admin,supabase_etl_admin,supabase_read_only_user,supabase_replication_admin}') then 'bypasses row-level security' end as problem from pg_roles as r where r.rolbypassrls or r.rolsuper`,
  ),
  surveys(
    'one role owns every table',
    `select c.relname::text as object, case when c.relowner <> (select o.relowner from pg_class as o where o.oid = 'public.organisations'::regclass) then 'belongs to ' || c.relowner::regrole::text end as problem from pg_class as c where c.relnamespace = any (array['public', 'authz', 'audit', 'governance']::regnamespace[]) and c.relkind in ('r', 'p')`,
  ),
]);
