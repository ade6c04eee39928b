/** All that makes up the reach of operations: policies, rights on relations and columns, functions. One `line` each, sorted. */
export const REACH_OF_OPERATIONS = `
    select line from (
    select format('policy %s on %I.%I: %s %s using (%s) with check (%s)', policyname, schemaname, tablename, permissive, cmd, qual, with_check) as line
    from pg_policies
    where 'internal_ops' = any (roles)
    union all
    select format('%s on %I.%I', a.privilege_type, n.nspname, c.relname)
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) as a
    where a.grantee = 'internal_ops'::regrole and n.nspname in ('public', 'authz', 'governance', 'audit')
    union all
    select format('%s (%I) on %I.%I', a.privilege_type, t.attname, n.nspname, c.relname)
    from pg_attribute as t
    join pg_class as c on c.oid = t.attrelid
    join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral aclexplode(t.attacl) as a
    where a.grantee = 'internal_ops'::regrole and n.nspname in ('public', 'authz', 'governance', 'audit')
    union all
    -- What was agreed names functions of public alone, whichever path asks.
    select 'execute ' || regexp_replace(p.oid::regprocedure::text, '^public[.]', '')
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    cross join lateral aclexplode(p.proacl) as a
    where a.grantee = 'internal_ops'::regrole and n.nspname in ('public', 'authz', 'governance', 'audit')
    ) as lines order by line collate "C"`;
