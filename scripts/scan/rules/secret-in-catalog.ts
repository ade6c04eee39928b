import type { ScanRule } from '../rule.ts';

/** What a credential looks like, and what to call it. */
const KINDS: readonly (readonly [pattern: string, kind: string])[] = [
  [String.raw`\msk_live_[0-9A-Za-z]{10,}|\mrk_live_[0-9A-Za-z]{10,}`, 'a payment key'],
  [String.raw`\msb_secret_[0-9A-Za-z_-]{10,}`, 'a secret key of Supabase'],
  [String.raw`\mAKIA[0-9A-Z]{16}\M`, 'an access key of AWS'],
  [String.raw`\mgh[pousr]_[0-9A-Za-z]{30,}|\mgithub_pat_[0-9A-Za-z_]{30,}`, 'a token of GitHub'],
  [String.raw`\mxox[abprs]-[0-9A-Za-z-]{10,}`, 'a token of Slack'],
  [String.raw`\msk-[A-Za-z0-9_-]{32,}`, 'an API key'],
  [String.raw`\mwhsec_[0-9A-Za-z+/=]{16,}`, 'a signing secret'],
  ['-----BEGIN [A-Z ]*PRIVATE KEY-----', 'a private key'],
  [String.raw`\mpostgres(ql)?://[^:/@\s'']+:[^@\s'']+@`, 'a database URL with a password'],
  [
    String.raw`\m(\w*_)?(password|passwd|secret|secret_key|api_?key|private_key|service_role_key|access_token|jwt_secret)\s*(:=|=>|=)\s*''[^''\s]{12,}''`,
    'a literal named like a secret',
  ],
];

const JWT = String.raw`\meyJ[A-Za-z0-9_-]{10,}\.(eyJ[A-Za-z0-9_-]{10,})\.[A-Za-z0-9_-]{10,}`;

/** Of a text, what kind of credential is in it; NULL for none. A token for `anon` is published anyway. */
const kindIn = (text: string) => `
    case
      ${KINDS.map(([pattern, kind]) => `when ${text} ~ '${pattern}' then '${kind}'`).join('\n      ')}
      when exists (
        select from regexp_matches(${text}, '${JWT}', 'g') as token (parts)
        where length(token.parts[1]) % 4 <> 1
          and position('"role":"anon"'::bytea in decode(rpad(translate(token.parts[1], '-_', '+/'), (length(token.parts[1]) + 3) / 4 * 4, '='), 'base64')) = 0
      ) then 'a signed token'
    end`;

export const secretInCatalog: ScanRule = {
  name: 'secret-in-catalog',
  level: 'high',
  claim: 'no function, trigger, view, default or setting holds a credential',
  why: 'Whoever connects reads the catalog, and so do backups, dumps and the history of migrations. What the scan prints is the place; never the value.',
  remedy: 'revoke that credential, keep its successor in a vault, and read it from there at run time',
  query: ({ tables, relations, functions }) => `
    with ${tables}, ${relations}, ${functions},
    texts as (
      select 'function ' || object as object, coalesce(pg_get_function_sqlbody(oid), prosrc) as text, null::text as name from functions where lanname not in ('c', 'internal')
      union all
      select t.object || ' trigger ' || quote_ident(g.tgname), replace(encode(g.tgargs, 'escape'), '\\000', ' '), null
      from pg_trigger as g join tables as t on t.oid = g.tgrelid where not g.tgisinternal and g.tgnargs > 0
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
    )
    select object,
           coalesce(
             'holds ' || ${kindIn('text')},
             case
               when name ~* '(secret|password|passwd|private_key|service_role_key|service_key|api_?key|access_token)$' and length(text) >= 8
                 then 'is named like a secret, and set'
             end
           ) as problem
    from texts`,
};
