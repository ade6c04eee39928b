import type { DoctorCheck } from '../check.ts';

export const tokenHook: DoctorCheck = {
  name: 'token-hook',
  claim: 'Supabase Auth asks the access-token hook, and nobody else may',
  why: 'The hook names the realm of every token from live rows; without it the login says it itself.',
  remedy:
    'grant execute on function authz.custom_access_token_hook(jsonb) to supabase_auth_admin alone; whether it is enabled: Authentication, Hooks, or [auth.hook.custom_access_token] in supabase/config.toml',
  requirements: ['N-16'],
  query: `
    select 'who may call it' as object, coalesce(string_agg(r.rolname, ', ' order by r.rolname), 'nobody, or there is none') as found,
           'supabase_auth_admin' as expected,
           case when array_agg(r.rolname::text) = '{supabase_auth_admin}' then 'ok' else 'fault' end as state
    from pg_roles as r
    join pg_proc as p on p.proname = 'custom_access_token_hook'
    join pg_namespace as n on n.oid = p.pronamespace and n.nspname = 'authz'
    where has_function_privilege(r.oid, p.oid, 'execute') and has_schema_privilege(r.oid, n.oid, 'usage')
      -- Whoever owns it or becomes its owner has it anyway.
      and not r.rolsuper and not pg_has_role(r.oid, p.proowner, 'member') and r.rolname !~ '^pg_'
    union all
    select 'whether it is enabled', 'a setting of Supabase Auth', 'pg-functions://postgres/authz/custom_access_token_hook', 'unseen'`,
};
