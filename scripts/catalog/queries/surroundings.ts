import type { CatalogQuery } from './query.ts';

/** What stands outside our schemas and still decides about them: event triggers, publications, our roles. */

/** Roles that our migrations create. The platform's own are the platform's. */
export const OWN_ROLES = ['cordon_definer', 'cordon_insights', 'internal_ops', 'patient'] as const;
const OWN = OWN_ROLES.map((role) => `'${role}'`).join(', ');

export const eventTriggers: CatalogQuery = {
  sql: `
    select format('event trigger %I', e.evtname) as key,
      concat_ws(' ', e.evtevent, array_to_string(e.evttags, ', '), 'executes', e.evtfoid::regprocedure, 'enabled', e.evtenabled)
        as definition,
      obj_description(e.oid, 'pg_event_trigger') as comment
    from pg_event_trigger as e
    join pg_proc as p on p.oid = e.evtfoid
    join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname = any ($1)`,
};

/**
 * Triggers of ours on tables of the platform's: on objects of Storage, on logins. A month of the access log comes when its first record does, in a
 * schema of its own: what it has exactly as its parent has it is the parent's.
 */
export const outerTriggers: CatalogQuery = {
  sql: `
    select format('outer trigger %I on %I.%I', t.tgname, n.nspname, c.relname) as key,
      concat_ws(e'\\n', pg_get_triggerdef(t.oid), case when t.tgenabled = 'D' then 'disabled' else 'enabled' end) as definition,
      obj_description(t.oid, 'pg_trigger') as comment
    from pg_trigger as t
    join pg_class as c on c.oid = t.tgrelid
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_proc as p on p.oid = t.tgfoid
    join pg_namespace as f on f.oid = p.pronamespace
    where f.nspname = any ($1) and n.nspname <> all ($1) and not t.tgisinternal
      and not exists (
        select from pg_inherits as i
        join pg_class as o on o.oid = i.inhparent
        join pg_trigger as u on u.tgrelid = o.oid
        where i.inhrelid = c.oid and c.relispartition and o.relnamespace::regnamespace::text = any ($1)
          and u.tgname = t.tgname and u.tgfoid = t.tgfoid and u.tgtype = t.tgtype and u.tgargs = t.tgargs
          and u.tgenabled = t.tgenabled and t.tgqual is null and t.tgattr = u.tgattr)`,
};

/** Policies of ours there: they carry our name. On files everybody's: the platform brings none, and one without a bucket opens all of them. */
export const outerPolicies: CatalogQuery = {
  sql: `
    select format('outer policy %I on %I.%I', p.polname, n.nspname, c.relname) as key,
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
    where n.nspname <> all ($1) and (p.polname like 'cordon\\_%' or (n.nspname = 'storage' and c.relname in ('objects', 'buckets')))`,
};

/** A table in a publication is published whatever its policies say. */
export const publications: CatalogQuery = {
  sql: `
    select format('publication %I of %I.%I', p.pubname, n.nspname, c.relname) as key,
      concat_ws(' ',
        '(' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute as a
          where a.attrelid = c.oid and a.attnum = any (r.prattrs)) || ')',
        'where ' || pg_get_expr(r.prqual, c.oid), 'published') as definition,
      null as comment
    from pg_publication_rel as r
    join pg_publication as p on p.oid = r.prpubid
    join pg_class as c on c.oid = r.prrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = any ($1)
    union all
    select format('publication %I of schema %I', p.pubname, n.nspname), 'published', null
    from pg_publication_namespace as s
    join pg_publication as p on p.oid = s.pnpubid
    join pg_namespace as n on n.oid = s.pnnspid
    where n.nspname = any ($1)
    union all
    select format('publication %I of all tables', p.pubname), 'published', null
    from pg_publication as p
    where p.puballtables`,
};

export const roles: CatalogQuery = {
  sql: `
    select format('role %I', r.rolname) as key,
      concat_ws(' ', case when r.rolcanlogin then 'login' else 'nologin' end,
        case when r.rolinherit then 'inherit' else 'noinherit' end,
        case when r.rolbypassrls then 'bypassrls' end, case when r.rolsuper then 'superuser' end,
        case when r.rolcreaterole then 'createrole' end, case when r.rolcreatedb then 'createdb' end,
        case when r.rolreplication then 'replication' end,
        'connection limit ' || nullif(r.rolconnlimit, -1),
        'set ' || (select string_agg(s, ', ' order by s) from unnest(r.rolconfig) as s)) as definition,
      shobj_description(r.oid, 'pg_authid') as comment
    from pg_roles as r
    where r.rolname in (${OWN})`,
};

/**
 * Memberships into and out of our roles. From 16 on, whoever creates a role also gets it with only the admin option:
 * that row says nothing about access and is left out, as in 15 it does not exist.
 */
export const memberships: CatalogQuery = {
  sql: `
    select distinct format('membership of %I in %I', pg_get_userbyid(m.member), pg_get_userbyid(m.roleid)) as key,
      'member' as definition, null as comment
    from pg_auth_members as m
    where (pg_get_userbyid(m.member) in (${OWN}) or pg_get_userbyid(m.roleid) in (${OWN}))
      and coalesce(to_jsonb(m) ->> 'inherit_option', 'true') || coalesce(to_jsonb(m) ->> 'set_option', 'true') <> 'falsefalse'`,
};
