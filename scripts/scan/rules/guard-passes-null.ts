import { asPattern, whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const guardPassesNull: ScanRule = {
  name: 'guard-passes-null',
  level: 'high',
  claim: 'no guard lets NULL pass: neither of a role that was not found nor of a column that is blanked',
  why: "NULL <> 'admin' is not true: whoever has no membership at all is not stopped by \"if role <> 'admin' then raise\", and new.body <> old.body lets body be deleted.",
  remedy: 'is distinct from, in place of <> and !=',
  query: ({ callers, tables, functions }) => String.raw`
    with ${callers}, ${tables}, ${functions},
    asked as (
      select f.oid, lower(m.found[1]) as variable
      from functions as f
      cross join lateral regexp_matches(f.body, '\mif\s+(?:not\s+\()?\s*(\w+)\s*(?:<>|!=)\s*[^;]{1,80}?\s*\)?\s*\mthen\s+raise\M', 'gi') as m (found)
      where f.lanname = 'plpgsql' and f.prosecdef
    )
    select f.object,
           (
             select 'is passed by who has no ' || min(a.variable) || ', called by '
             from asked as a
             where a.oid = f.oid
               -- Read from a table, where there may be no row, and never asked whether it is NULL.
               and f.body ~* ('\minto\s+(strict\s+)?([\w.]+\s*,\s*)*' || a.variable || '\M')
               and f.body !~* ('\m' || a.variable || '\s+is\s+null|coalesce\s*\(\s*' || a.variable || '\M|\minto\s+strict\M|\mnot\s+found\M')
           ) || ${whoCalls('f')} as problem
    from functions as f
    where f.lanname = 'plpgsql' and f.prosecdef and f.prorettype <> 'trigger'::regtype
    union all
    select t.object || ' trigger ' || quote_ident(g.tgname),
           (
             select 'lets ' || quote_ident(min(a.attname)) || ' be blanked'
             from pg_attribute as a
             where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and not a.attnotnull
               and p.body ~* ('\m(new\.' || ${asPattern('a.attname')} || '\s*(<>|!=)\s*old\.|old\.' || ${asPattern('a.attname')} || '\s*(<>|!=)\s*new\.)' || ${asPattern('a.attname')} || '\M')
           )
    from tables as t
    join pg_trigger as g on g.tgrelid = t.oid and not g.tgisinternal and g.tgenabled <> 'D'
    join functions as p on p.oid = g.tgfoid
    where p.body ~* '\mraise\M'`,
};
