import { asPattern, whoWrites } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const stampFromClient: ScanRule = {
  name: 'stamp-from-client',
  level: 'medium',
  claim: 'no trigger takes who wrote a row, or when, from who writes it',
  why: 'coalesce(new.created_by, auth.uid()) keeps what the client sent: the stamp is a claim, not evidence.',
  remedy:
    'assign it without asking: new.created_by := auth.uid(); and on update new.created_by := old.created_by',
  query: ({ callers, tables }) => String.raw`
    with ${callers}, ${tables}
    select t.object || ' trigger ' || quote_ident(g.tgname) as object,
           (
             select format('keeps what was sent as %I by ', a.attname) || ${whoWrites('a.attrelid', 'a.attnum', 'insert')}
             from pg_attribute as a
             where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
               and a.attname ~ '^\w*(created|updated|modified|changed|signed|approved|inserted|author|actor)_?(by|at|on|id|by_id|by_user_id|user_id)$'
               and (
                 p.prosrc ~* ('coalesce\s*\(\s*new\.' || ${asPattern('a.attname')} || '\M')
                 or p.prosrc ~* ('\mif\s+new\.' || ${asPattern('a.attname')} || '\s+is\s+null\s+then')
               )
             order by a.attnum
             limit 1
           ) as problem
    from tables as t
    join pg_trigger as g on g.tgrelid = t.oid and not g.tgisinternal and g.tgenabled <> 'D' and g.tgtype & 7 = 7 -- row, before, insert
    join pg_proc as p on p.oid = g.tgfoid`,
};
