import type { CatalogQuery } from './query.ts';

/** What is written as source: functions, triggers, policies. */

/** Names a function as `drop function` and the sources do: argument types only, canonical spelling. */
const SIGNATURE = `format('%I.%I(%s)', n.nspname, p.proname,
  (select string_agg(format_type(a.type, null), ', ' order by a.position)
    from unnest(p.proargtypes::oid[]) with ordinality as a (type, position)))`;

export const functions: CatalogQuery = {
  sql: `
    select
      case p.prokind when 'p' then 'procedure ' when 'a' then 'aggregate ' else 'function ' end || ${SIGNATURE} as key,
      concat_ws(e'\\n', case when p.prokind <> 'a' then rtrim(pg_get_functiondef(p.oid), e'\\n')
        else 'aggregate returns ' || format_type(p.prorettype, null) end,
        'owner ' || pg_get_userbyid(p.proowner)) as definition,
      obj_description(p.oid, 'pg_proc') as comment
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = any ($1) and not owned_by_extension('pg_proc', p.oid)`,
};

export const functionGrants: CatalogQuery = {
  sql: `
    select
      format('grants on %s%s to %s', case p.prokind when 'p' then 'procedure ' else 'function ' end, ${SIGNATURE},
        grantee_name(x.grantee)) as key,
      string_agg(distinct x.privilege_type || case when x.is_grantable then ' with grant option' else '' end, e'\\n')
        as definition,
      null as comment
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as x
    where n.nspname = any ($1) and x.grantee <> p.proowner and not owned_by_extension('pg_proc', p.oid)
    group by 1`,
};

export const triggers: CatalogQuery = {
  sql: `
    select
      format('trigger %I on %I.%I', t.tgname, n.nspname, c.relname) as key,
      pg_get_triggerdef(t.oid) || e'\\n' ||
        case t.tgenabled when 'O' then 'enabled' when 'A' then 'enabled always' when 'R' then 'enabled replica'
          else 'disabled' end as definition,
      obj_description(t.oid, 'pg_trigger') as comment
    from pg_trigger as t
    join pg_class as c on c.oid = t.tgrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any ($1) and not t.tgisinternal and t.tgparentid = 0 and not owned_by_extension('pg_class', c.oid)`,
};

export const policies: CatalogQuery = {
  sql: `
    select
      format('policy %I on %I.%I', p.polname, n.nspname, c.relname) as key,
      concat_ws(e'\\n',
        case when p.polpermissive then 'as permissive' else 'as restrictive' end,
        'for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
          when 'd' then 'delete' else 'all' end,
        'to ' || (select string_agg(grantee_name(r), ', ' order by grantee_name(r) collate "C") from unnest(p.polroles) as r),
        'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
        'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') as definition,
      obj_description(p.oid, 'pg_policy') as comment
    from pg_policy as p
    join pg_class as c on c.oid = p.polrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any ($1) and not owned_by_extension('pg_class', c.oid)`,
};
