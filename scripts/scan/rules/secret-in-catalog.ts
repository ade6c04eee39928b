import type { ScanRule } from '../rule.ts';

/** What a credential looks like by itself, and what to call it. */
const SHAPES: readonly (readonly [pattern: string, kind: string])[] = [
  [String.raw`\msk_live_[0-9A-Za-z]{10,}|\mrk_live_[0-9A-Za-z]{10,}`, 'a payment key'],
  [String.raw`\msb_secret_[0-9A-Za-z_-]{10,}`, 'a secret key of Supabase'],
  [String.raw`\mAKIA[0-9A-Z]{16}\M`, 'an access key of AWS'],
  [String.raw`\mgh[pousr]_[0-9A-Za-z]{30,}|\mgithub_pat_[0-9A-Za-z_]{30,}`, 'a token of GitHub'],
  [String.raw`\mxox[abprs]-[0-9A-Za-z-]{10,}`, 'a token of Slack'],
  [String.raw`\msk-[A-Za-z0-9_-]{32,}`, 'an API key'],
  [String.raw`\mwhsec_[0-9A-Za-z+/=]{16,}`, 'a signing secret'],
  ['-----BEGIN [A-Z ]*PRIVATE KEY-----', 'a private key'],
];

/** And what stands there as one: in prose it is as often an example. */
const USES: readonly (readonly [pattern: string, kind: string])[] = [
  [String.raw`\mpostgres(ql)?://[^:/@\s'']+:[^@\s'']+@`, 'a database URL with a password'],
  [
    String.raw`\m(\w*_)?(password|passwd|secret|secret_key|api_?key|private_key|service_role_key|access_token|jwt_secret)\s*(:=|=>|=)\s*''[^''\s]{12,}''`,
    'a literal named like a secret',
  ],
];

const JWT = String.raw`\meyJ[A-Za-z0-9_-]{10,}\.(eyJ[A-Za-z0-9_-]{10,})\.[A-Za-z0-9_-]{10,}`;

/** Of a text, what kind of credential is in it; NULL for none. A token for `anon` is published anyway. */
const kindIn = (text: string, kinds: readonly (readonly [pattern: string, kind: string])[]) => `
    case
      ${kinds.map(([pattern, kind]) => `when ${text} ~ '${pattern}' then '${kind}'`).join('\n      ')}
      when exists (
        select from regexp_matches(${text}, '${JWT}', 'g') as token (parts)
        where length(token.parts[1]) % 4 <> 1
          and position('"role":"anon"'::bytea in decode(rpad(translate(token.parts[1], '-_', '+/'), (length(token.parts[1]) + 3) / 4 * 4, '='), 'base64')) = 0
      ) then 'a signed token'
    end`;

export const secretInCatalog: ScanRule = {
  name: 'secret-in-catalog',
  level: 'high',
  claim: 'no function, trigger, view, policy, check, index, default, comment or setting holds a credential',
  why: 'Whoever connects reads the catalog, and so do backups, dumps and the history of migrations. What the scan prints is the place; never the value.',
  remedy: 'revoke that credential, keep its successor in a vault, and read it from there at run time',
  query: ({ tables, relations, functions, policies }) => `
    with ${tables}, ${relations}, ${functions}, ${policies},
    texts as (
      select 'function ' || object as object, coalesce(pg_get_function_sqlbody(oid), prosrc) as text, null::text as name from functions where lanname not in ('c', 'internal')
      union all
      select 'function ' || object, concat_ws(' ', pg_get_expr(proargdefaults, 'pg_proc'::regclass), array_to_string(proconfig, ' ')), null from functions
      where proargdefaults is not null or proconfig is not null
      union all
      select object, condition, null from policies
      union all
      select t.object || ' constraint ' || quote_ident(k.conname), pg_get_constraintdef(k.oid), null
      from pg_constraint as k join tables as t on t.oid = k.conrelid where k.contype in ('c', 'x')
      union all
      select format('domain %I.%I', n.nspname, d.typname),
             concat_ws(' ', d.typdefault, (select string_agg(pg_get_constraintdef(k.oid), ' ') from pg_constraint as k where k.contypid = d.oid)), null
      from pg_type as d join pg_namespace as n on n.oid = d.typnamespace
      where d.typtype = 'd' and d.typnamespace in (select relnamespace from relations union select pronamespace from functions)
      union all
      select 'index ' || format('%I.%I', n.nspname, c.relname), pg_get_indexdef(i.indexrelid), null
      from pg_index as i join tables as t on t.oid = i.indrelid
      join pg_class as c on c.oid = i.indexrelid join pg_namespace as n on n.oid = c.relnamespace
      where i.indexprs is not null or i.indpred is not null
      union all
      select c.object || ' rule ' || quote_ident(r.rulename), pg_get_ruledef(r.oid), null
      from pg_rewrite as r join relations as c on c.oid = r.ev_class where r.rulename <> '_RETURN'
      union all
      select 'foreign server ' || quote_ident(srvname), array_to_string(srvoptions, ' '), null from pg_foreign_server
      union all
      select t.object || ' trigger ' || quote_ident(g.tgname), replace(encode(g.tgargs, 'escape'), '\\000', ' '), null
      from pg_trigger as g join tables as t on t.oid = g.tgrelid where not g.tgisinternal and g.tgnargs > 0
      union all
      select t.object || ' trigger ' || quote_ident(g.tgname), pg_get_triggerdef(g.oid), null
      from pg_trigger as g join tables as t on t.oid = g.tgrelid where not g.tgisinternal and g.tgqual is not null
      union all
      select 'view ' || c.object, pg_get_viewdef(c.oid), null from relations as c where c.relkind in ('v', 'm')
      union all
      select 'default of ' || t.object || '.' || quote_ident(a.attname), pg_get_expr(d.adbin, d.adrelid), null
      from pg_attrdef as d join tables as t on t.oid = d.adrelid
      join pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
      union all
      select format('setting %s of %s', split_part(c.setting, '=', 1),
               coalesce('role ' || quote_ident(pg_get_userbyid(nullif(s.setrole, 0))), 'the database')),
             substring(c.setting from '=(.*)$'), split_part(c.setting, '=', 1)
      from pg_db_role_setting as s
      cross join unnest(s.setconfig) as c (setting)
      where s.setdatabase in (0, (select d.oid from pg_database as d where d.datname = current_database()))
    ),
    told as (
      select 'comment on ' || pg_describe_object(d.classoid, d.objoid, d.objsubid) as object, d.description as text
      from pg_description as d
      where (d.classoid, d.objoid) in (
        select 'pg_class'::regclass::oid, oid from relations
        union all select 'pg_proc'::regclass, oid from functions
        union all select 'pg_policy'::regclass, oid from policies
        union all select 'pg_constraint'::regclass, k.oid from pg_constraint as k join tables as t on t.oid = k.conrelid
        union all select 'pg_trigger'::regclass, g.oid from pg_trigger as g join tables as t on t.oid = g.tgrelid
        union all select 'pg_namespace'::regclass, relnamespace from relations
      )
    )
    select object, 'holds ' || ${kindIn('text', SHAPES)} as problem from told
    union all
    select distinct object,
           coalesce(
             'holds ' || ${kindIn('text', [...SHAPES, ...USES])},
             case
               when name ~* '(secret|password|passwd|private_key|service_role_key|service_key|api_?key|access_token)$' and length(text) >= 8
                 then 'is named like a secret, and set'
             end
           ) as problem
    from texts`,
};
