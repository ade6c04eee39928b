import { whoReaches } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const ruleAsOwner: ScanRule = {
  name: 'rule-as-owner',
  level: 'medium',
  claim: 'no rewrite rule of a table in reach touches another relation',
  why: "What a rule does runs with the rights of the table's owner: policies of the other table are not asked of the caller.",
  remedy: 'drop the rule, and do it in a trigger or a function',
  query: ({ callers, relations }) => `
    with ${callers}, ${relations}
    select c.object || ' rule ' || quote_ident(w.rulename) as object,
           case
             when exists (
               select from pg_depend as d
               join pg_class as t on t.oid = d.refobjid and t.relkind in ('r', 'p', 'v')
               where d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                 and d.refclassid = 'pg_class'::regclass and d.refobjid <> c.oid
             ) then 'works on another relation with the rights of ' || quote_ident(pg_get_userbyid(c.relowner)) || ' for ' || ${whoReaches('c')}
           end as problem
    from relations as c
    join pg_rewrite as w on w.ev_class = c.oid
    where w.rulename <> '_RETURN'`,
};
