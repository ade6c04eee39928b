import { sqlWithoutRecorder } from '../../policy/recorded.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { isExtensions, OWN_SCHEMAS } from '../extension-members.ts';

/**
 * What rules about a catalog look at, as common table expressions. What an extension brought is nobody's here, but where
 * everything is ours; neither is what stands in schemas that the bounds do not name.
 */

/** Where a rule looks, and at whom. */
export interface Bounds {
  readonly schemas: readonly string[];
  /** Roles that requests run as and that policies bind. */
  readonly callers: readonly string[];
  /** The column that says whose a row is. Rules that need one are not asked without. */
  readonly tenantColumn: string;
  /** Where everything is ours: tables with that column which belong to no tenant. Closed partitions are their parent's then. */
  readonly tenantless?: readonly string[];
}

export interface Scope {
  /** The name of the tenant column as a literal. */
  readonly tenantColumn: string;
  /** `callers(oid, rolname)`: who sends requests; PUBLIC alone where the bounds name nobody. */
  readonly callers: string;
  /** `tables(oid, schema, table_name, object)`: tables, partitioned ones and partitions included. */
  readonly tables: string;
  /** `tenant_tables`: the tables with a tenant key, and `attnum`, where it stands. Needs `tables`. */
  readonly tenantTables: string;
  /** `relations`: tables, views, materialised views, foreign tables and sequences. */
  readonly relations: string;
  /** `functions`: functions and procedures; `body` is their text without comments where it is SQL or PL/pgSQL. */
  readonly functions: string;
  /** `policies`: policies on tables, `condition` being USING and WITH CHECK as text. Needs `tables`. */
  readonly policies: string;
  /** `foreign_keys`: foreign keys on tables. Needs `tables`. */
  readonly foreignKeys: string;
}

/** What is quoted, which is kept and may hold the marks of a comment; or a comment. */
const COMMENT = String.raw`("[^"]*"|\m[eE]'(?:\\.|''|[^'\\])*'|'[^']*')|--[^\n]*|/[*]([^*]|[*]+[^*/])*[*]+/`;

/** The text of a function in SQL or PL/pgSQL without comments, BEGIN ATOMIC included. @param p - alias of its row in pg_proc. */
export function bodyOf(p: string): string {
  // A comment parts words as a blank does.
  return `regexp_replace(replace(coalesce(pg_get_function_sqlbody(${p}.oid), ${p}.prosrc), '/*', ' /*'), ${quoteLiteral(COMMENT)}, '\\1', 'g')`;
}

/** Of one of `functions`, named `f`: the same, and of another language what is written, of which nobody here knows what a comment is. */
export const TEXT_OF_FUNCTION = `case when f.lanname in ('sql', 'plpgsql') then f.body else f.prosrc end`;

/** Roles that reach the database with a token, one per realm. */
const REALM_NAMES = ['authenticated', 'internal_ops', 'patient', 'anon'];
export const REALMS = listOf(REALM_NAMES);

/** Every role an application's request can run as. */
export const API_ROLES = listOf([...REALM_NAMES, 'service_role']);

/** A partition that row-level security closes, and on which nobody but its owner holds anything. */
const CLOSED = `c.relrowsecurity and c.relforcerowsecurity and not exists (
        select from aclexplode(c.relacl) as g where g.grantee <> c.relowner
      )`;

/** The scope of these bounds. Names are quoted: they may be whatever a database allows. */
export function scopeOf({ schemas, callers, tenantColumn, tenantless }: Bounds): Scope {
  const inSchemas = `in ${listOf(schemas)}`;
  const ours = tenantless ? schemas : [];
  return {
    tenantColumn: quoteLiteral(tenantColumn),
    callers: `
  callers as (
    select oid, rolname from pg_roles where rolname in ${listOf(callers)}
    ${callers.length === 0 ? `union all select 0::oid, 'PUBLIC'` : ''}
  )`,
    tables: `
  tables as (
    select c.oid, n.nspname as schema, c.relname as table_name, format('%I.%I', n.nspname, c.relname) as object,
           c.relnamespace, c.relrowsecurity, c.relforcerowsecurity, c.relowner
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
      and n.nspname ${inSchemas}
      and not ${isExtensions('pg_class', 'c.oid', ours)}
      ${tenantless ? `and not (c.relispartition and ${CLOSED})` : ''}
  )`,
    tenantTables: `
  tenant_tables as (
    select t.*, a.attnum, a.attnotnull, a.attoptions
    from tables as t
    join pg_attribute as a on a.attrelid = t.oid and a.attname = ${quoteLiteral(tenantColumn)} and not a.attisdropped
    where t.object <> all (array[${(tenantless ?? []).map(quoteLiteral).join(', ')}]::text[])
  )`,
    relations: `
  relations as (
    select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) as object, c.relnamespace, c.relacl, c.relowner, c.reloptions
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and n.nspname ${inSchemas}
      and not ${isExtensions('pg_class', 'c.oid', ours)}
  )`,
    functions: `
  functions as (
    select p.*, n.nspname, n.nspname || '.' || p.proname as name,
           format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as object,
           l.lanname,
           case
             when l.lanname in ('sql', 'plpgsql') then ${bodyOf('p')}
             else ''
           end as body
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    join pg_language as l on l.oid = p.prolang
    where n.nspname ${inSchemas}
      and not ${isExtensions('pg_proc', 'p.oid', ours)}
  )`,
    policies: `
  policies as (
    select o.*, t.object as table_object, t.object || ' policy ' || quote_ident(o.polname) as object,
           pg_get_expr(o.polqual, o.polrelid) as using_text, pg_get_expr(o.polwithcheck, o.polrelid) as check_text,
           ${sqlWithoutRecorder("concat_ws(' ', pg_get_expr(o.polqual, o.polrelid), pg_get_expr(o.polwithcheck, o.polrelid))")} as condition
    from pg_policy as o
    join tables as t on t.oid = o.polrelid
  )`,
    foreignKeys: `
  foreign_keys as (
    select k.*, t.object || ' ' || quote_ident(k.conname) as object
    from pg_constraint as k
    join tables as t on t.oid = k.conrelid
    where k.contype = 'f'
      and k.conparentid = 0
  )`,
  };
}

/** Our own schemas and realms. */
export const OURS = scopeOf({
  schemas: OWN_SCHEMAS,
  callers: REALM_NAMES,
  tenantColumn: 'organisation_id',
  // A denial names the organisation that was asked for, if any: a record is of the log, not of a tenant.
  tenantless: ['audit.access_log'],
});

export const TABLES = OURS.tables;
export const TENANT_TABLES = OURS.tenantTables;
export const RELATIONS = OURS.relations;
export const FUNCTIONS = OURS.functions;
export const POLICIES = OURS.policies;
export const FOREIGN_KEYS = OURS.foreignKeys;

/** Names as the right side of IN; of no names, what nothing is in. */
function listOf(names: readonly string[]): string {
  return names.length === 0 ? '(null)' : `(${names.map(quoteLiteral).join(', ')})`;
}
