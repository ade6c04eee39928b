import type { CatalogQuery } from './query.ts';

/** Who holds what on schemas, relations, columns and types, and what new objects will carry. */

const WITH_GRANT_OPTION = `case when x.is_grantable then ' with grant option' else '' end`;

/**
 * Table and column privileges of one grantee on one relation, one per line: `SELECT`, `UPDATE (full_name)`.
 * An owner's own privileges are left out where they are complete for tables, because 17 added one to every owner.
 */
export const relationGrants: CatalogQuery = {
  sql: `
    select format('grants on %I.%I to %s', n.nspname, c.relname, grantee_name(g.grantee)) as key,
      string_agg(distinct g.privilege collate "C", e'\\n' order by g.privilege collate "C") as definition,
      null as comment
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    cross join lateral (
      select x.grantee, x.privilege_type || ${WITH_GRANT_OPTION} as privilege
        from aclexplode(coalesce(c.relacl,
          acldefault((case c.relkind when 'S' then 's' else 'r' end)::"char", c.relowner))) as x
      union all
      select x.grantee, format('%s (%I)', x.privilege_type, a.attname) || ${WITH_GRANT_OPTION}
        from pg_attribute as a cross join aclexplode(a.attacl) as x
        where a.attrelid = c.oid and not a.attisdropped
    ) as g
    where n.nspname = any ($1) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and not owned_by_extension('pg_class', c.oid)
      and not (g.grantee = c.relowner and g.privilege = 'MAINTAIN')
    group by 1`,
};

export const schemas: CatalogQuery = {
  sql: `
    select format('schema %I', n.nspname) as key, 'owner ' || pg_get_userbyid(n.nspowner) as definition,
      obj_description(n.oid, 'pg_namespace') as comment
    from pg_namespace as n
    where n.nspname = any ($1)`,
};

export const schemaGrants: CatalogQuery = {
  sql: `
    select format('grants on schema %I to %s', n.nspname, grantee_name(x.grantee)) as key,
      string_agg(distinct x.privilege_type || ${WITH_GRANT_OPTION}, e'\\n') as definition, null as comment
    from pg_namespace as n
    cross join aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as x
    where n.nspname = any ($1)
    group by 1`,
};

/** One entry per owner, schema and kind: a missing grantee in it is a revoked default, so the list is kept whole. */
export const defaultPrivileges: CatalogQuery = {
  sql: `
    select
      format('default privileges of %s%s on %s', pg_get_userbyid(d.defaclrole), ' in schema ' || quote_ident(n.nspname),
        case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
          when 'n' then 'schemas' else 'large objects' end) as key,
      coalesce(string_agg(grantee_name(x.grantee) || ' ' || x.privilege_type || ${WITH_GRANT_OPTION}, e'\\n'
        order by grantee_name(x.grantee) collate "C", x.privilege_type collate "C")
        filter (where not (x.grantee = d.defaclrole and x.privilege_type = 'MAINTAIN')), 'none') as definition,
      null as comment
    from pg_default_acl as d
    left join pg_namespace as n on n.oid = d.defaclnamespace
    left join lateral aclexplode(d.defaclacl) as x on true
    where n.nspname = any ($1) or d.defaclnamespace = 0
    group by 1`,
};

export const types: CatalogQuery = {
  sql: `
    select
      case t.typtype when 'd' then 'domain ' else 'type ' end || format('%I.%I', n.nspname, t.typname) as key,
      concat_ws(' ',
        case t.typtype
          when 'e' then 'enum (' || (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
            from pg_enum as e where e.enumtypid = t.oid) || ')'
          when 'd' then format_type(t.typbasetype, t.typtypmod)
          when 'r' then 'range of ' || (select format_type(r.rngsubtype, null) from pg_range as r where r.rngtypid = t.oid)
          when 'c' then 'composite'
          else 'base' end,
        case when t.typnotnull then 'not null' end,
        'default ' || t.typdefault,
        'owner ' || pg_get_userbyid(t.typowner)) as definition,
      obj_description(t.oid, 'pg_type') as comment
    from pg_type as t
    join pg_namespace as n on n.oid = t.typnamespace
    left join pg_class as c on c.oid = t.typrelid
    where n.nspname = any ($1) and t.typtype in ('e', 'd', 'r', 'c') and (t.typtype <> 'c' or c.relkind = 'c')
      and not owned_by_extension('pg_type', t.oid)`,
};

export const typeGrants: CatalogQuery = {
  sql: `
    select format('grants on type %I.%I to %s', n.nspname, t.typname, grantee_name(x.grantee)) as key,
      string_agg(distinct x.privilege_type || ${WITH_GRANT_OPTION}, e'\\n') as definition, null as comment
    from pg_type as t
    join pg_namespace as n on n.oid = t.typnamespace
    left join pg_class as c on c.oid = t.typrelid
    cross join aclexplode(coalesce(t.typacl, acldefault('T', t.typowner))) as x
    where n.nspname = any ($1) and t.typtype in ('e', 'd', 'r', 'c') and (t.typtype <> 'c' or c.relkind = 'c')
      and not owned_by_extension('pg_type', t.oid)
    group by 1`,
};
