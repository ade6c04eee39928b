import { loadModule } from 'libpg-query';
import type pg from 'pg';
import { isExtensions, type MemberCatalog, OWN_SCHEMAS } from '../catalog/extension-members.ts';
import { type Site, sitesOf } from './sites.ts';
import type { FunctionSubject, PolicySubject, RelationSubject } from './subject.ts';

interface TriggerSubject {
  readonly relation: string;
  readonly name: string;
  /** What it calls. */
  readonly function: string;
}

/** What there is to mutate, read from the catalog alone. */
export interface Subjects {
  readonly policies: readonly PolicySubject[];
  readonly relations: readonly RelationSubject[];
  readonly functions: readonly FunctionSubject[];
  readonly triggers: readonly TriggerSubject[];
  /** Roles that hold a policy or a grant and own nothing: what an application can run as. */
  readonly callers: readonly string[];
  /** The callers, and the owner of definer functions. */
  readonly grantees: readonly string[];
  /** Every text that holds conditions: clauses of policies, views, bodies of functions. */
  readonly sites: readonly Site[];
}

const SCHEMAS = `('public', 'authz', 'audit', 'governance')`;
const OURS = (catalog: MemberCatalog, oid: string) => `not ${isExtensions(catalog, oid, OWN_SCHEMAS)}`;

/**
 * Reads what can be mutated.
 *
 * @param client a superuser inside a transaction: `search_path` is emptied in it, so that every name is qualified.
 */
export async function readSubjects(client: pg.Client): Promise<Subjects> {
  await loadModule();
  await client.query(`select set_config('search_path', '', true)`);
  const { rows: policies } = await client.query<PolicySubject>(`
    select o.polrelid::regclass::text as relation, quote_ident(o.polname) as name, o.polpermissive as permissive,
           not o.polpermissive and o.polcmd = '*' as "isFence",
           array(select r.rolname::text from pg_roles as r where r.oid = any (o.polroles) order by 1) as roles,
           pg_get_expr(o.polqual, o.polrelid) as using, pg_get_expr(o.polwithcheck, o.polrelid) as check
    from pg_policy as o
    join pg_class as c on c.oid = o.polrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ${SCHEMAS}
    order by 1, 2`);
  const { rows: relations } = await client.query<RelationSubject>(`
    select c.oid::regclass::text as relation, c.relkind = 'v' as "isView", c.relrowsecurity as "isSecured",
           c.relforcerowsecurity as "isForced",
           case when c.relkind = 'v' then rtrim(pg_get_viewdef(c.oid), ';') end as query,
           array_to_string(c.reloptions, ', ') as options,
           array(select quote_ident(a.attname) from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                 order by a.attnum) as columns,
           coalesce((select jsonb_object_agg(h.role, h.held) from (
             select pg_get_userbyid(g.grantee) as role, jsonb_agg(lower(g.privilege_type) || g.columns order by 1) as held
             from (
               select x.grantee, x.privilege_type, '' as columns from aclexplode(c.relacl) as x
               union all
               select x.grantee, x.privilege_type, ' (' || quote_ident(a.attname) || ')'
                 from pg_attribute as a cross join aclexplode(a.attacl) as x
                 where a.attrelid = c.oid and not a.attisdropped
             ) as g
             where g.grantee <> c.relowner and g.grantee <> 0
             group by 1
           ) as h), '{}') as held
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ${SCHEMAS} and c.relkind in ('r', 'p', 'v') and ${OURS('pg_class', 'c.oid')}
    order by 1`);
  const { rows: functions } = await client.query<FunctionSubject>(`
    select n.nspname || '.' || p.proname as name, case l.lanname when 'plpgsql' then n.nspname || '.' || p.proname end as calls,
           p.oid::regprocedure::text as signature, l.lanname as language,
           format_type(p.prorettype, null) as returns, p.prosecdef as "isDefiner",
           exists (select from unnest(p.proconfig) as s where s like 'search_path=%') as "setsPath",
           pg_get_userbyid(p.proowner)::text as owner, pg_get_functiondef(p.oid) as definition, p.prosrc as body,
           array(select pg_get_userbyid(x.grantee)::text from aclexplode(p.proacl) as x
                 where x.grantee <> 0 and x.grantee <> p.proowner order by 1) as executors
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    join pg_language as l on l.oid = p.prolang
    where n.nspname in ${SCHEMAS} and p.prokind in ('f', 'p') and ${OURS('pg_proc', 'p.oid')}
    order by 2`);
  const { rows: triggers } = await client.query<TriggerSubject>(`
    select g.tgrelid::regclass::text as relation, quote_ident(g.tgname) as name,
           f.pronamespace::regnamespace::text || '.' || f.proname as function
    from pg_trigger as g
    join pg_proc as f on f.oid = g.tgfoid
    join pg_class as c on c.oid = g.tgrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ${SCHEMAS} and not g.tgisinternal and g.tgparentid = 0
    order by 1, 2`);
  const owners = new Set(functions.map(({ owner }) => owner));
  const grantees = [
    ...new Set([
      ...policies.flatMap(({ roles }) => roles),
      ...relations.flatMap(({ held }) => Object.keys(held)),
    ]),
  ].sort();
  const callers = grantees.filter((role) => !owners.has(role));
  const sites = sitesOf(policies, relations, functions);
  return { policies, relations, functions, triggers, callers, grantees, sites };
}
