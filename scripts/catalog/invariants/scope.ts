/**
 * What the rules look at, as common table expressions. What an extension owns is not ours; neither is what the
 * platform or a test keeps in other schemas.
 */

const SCHEMAS = `('public', 'authz', 'audit', 'governance')`;

/** Roles that reach the database with a token, one per realm. */
export const REALMS = `('authenticated', 'internal_ops', 'patient', 'anon')`;

/** Every role an application's request can run as. */
export const API_ROLES = `('authenticated', 'internal_ops', 'patient', 'anon', 'service_role')`;

const NOT_FROM_EXTENSION = (catalog: string, oid: string) =>
  `not exists (select from pg_depend as e where e.classid = '${catalog}'::regclass and e.objid = ${oid} and e.deptype = 'e')`;

/** `tables(oid, schema, table_name, object)`: tables of ours, partitioned ones and partitions included. */
export const TABLES = `
  tables as (
    select c.oid, n.nspname as schema, c.relname as table_name, n.nspname || '.' || c.relname as object,
           c.relrowsecurity, c.relforcerowsecurity, c.relowner
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
      and n.nspname in ${SCHEMAS}
      and ${NOT_FROM_EXTENSION('pg_class', 'c.oid')}
  )`;

/** `tenant_tables`: the tables with a tenant key, and `attnum`, where it stands. Needs {@link TABLES}. */
export const TENANT_TABLES = `
  tenant_tables as (
    select t.*, a.attnum, a.attnotnull, a.attoptions
    from tables as t
    join pg_attribute as a on a.attrelid = t.oid and a.attname = 'organisation_id' and not a.attisdropped
  )`;

/** `relations`: tables, views, materialised views, foreign tables and sequences of ours. */
export const RELATIONS = `
  relations as (
    select c.oid, c.relkind, n.nspname || '.' || c.relname as object, c.relacl, c.relowner, c.reloptions
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and n.nspname in ${SCHEMAS}
      and ${NOT_FROM_EXTENSION('pg_class', 'c.oid')}
  )`;

/** `functions`: functions and procedures of ours. */
export const FUNCTIONS = `
  functions as (
    select p.*, n.nspname, n.nspname || '.' || p.proname as name,
           n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as object,
           l.lanname
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    join pg_language as l on l.oid = p.prolang
    where n.nspname in ${SCHEMAS}
      and ${NOT_FROM_EXTENSION('pg_proc', 'p.oid')}
  )`;

/** `policies`: policies on tables of ours, `condition` being USING and WITH CHECK as text. Needs {@link TABLES}. */
export const POLICIES = `
  policies as (
    select o.*, t.object as table_object, t.object || ' policy ' || o.polname as object,
           concat_ws(' ', pg_get_expr(o.polqual, o.polrelid), pg_get_expr(o.polwithcheck, o.polrelid)) as condition
    from pg_policy as o
    join tables as t on t.oid = o.polrelid
  )`;

/** `foreign_keys`: foreign keys on tables of ours. Needs {@link TABLES}. */
export const FOREIGN_KEYS = `
  foreign_keys as (
    select k.*, t.object || ' ' || k.conname as object
    from pg_constraint as k
    join tables as t on t.oid = k.conrelid
    where k.contype = 'f'
      and k.conparentid = 0
  )`;
