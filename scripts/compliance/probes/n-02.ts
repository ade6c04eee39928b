import { probe, sees, surveys } from '../probe.ts';

export const n02 = probe('N-02', [
  surveys(
    'every table of a tenant that is not public is opened by rules or not at all',
    `select c.relname::text as object, case when not exists (select from pg_proc as p where p.pronamespace = 'authz'::regnamespace and p.proname = 'rules_' || c.relname) and exists (select from pg_policy as o where o.polrelid = c.oid and o.polpermissive and o.polroles && array['authenticated', 'internal_ops', 'patient']::regrole[]::oid[]) and not exists (select from governance.classification as k where k.schema_name = 'public' and k.table_name = c.relname and k.level = 'PUBLIC') then 'is opened by policies without rules' end as problem from pg_class as c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`,
  ),
  surveys(
    'rules that open a table are its policies',
    `select c.relname::text as object, case when not exists (select from pg_policy as o where o.polrelid = c.oid and o.polpermissive) then 'has rules and no policy' end as problem from pg_class as c join pg_proc as p on p.pronamespace = 'authz'::regnamespace and p.proname = 'rules_' || c.relname where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`,
  ),
  sees(
    'receptionist',
    'reception registers patients',
    `select has_column_privilege('public.patients', 'full_name', 'insert')`,
    true,
  ),
  sees('nurse', 'a nurse sees beds', 'select count(*) > 0 from public.beds', true),
  sees('finance', 'finance sees invoices', 'select count(*) > 0 from public.invoices', true),
]);
