import type { ScanRule } from '../rule.ts';

export const negatedSubquery: ScanRule = {
  name: 'negated-subquery',
  level: 'high',
  claim: 'no policy negates a sub-query of a guarded table',
  why: 'The sub-query runs as the caller, under the policies of its table: a revocation or a ban that the caller cannot see is not there, and the row opens.',
  remedy:
    'ask positively (exists a valid consent), or ask in a SECURITY DEFINER function that sees what it must see',
  query: ({ callers, tables, policies, callerPolicies }) => String.raw`
    with ${callers}, ${tables}, ${policies}, ${callerPolicies}
    select o.object,
           case
             when o.condition ~ 'NOT \(EXISTS|NOT \([^()]*(\([^()]*\)[^()]*)* IN \( ?SELECT|<> ALL \( ?SELECT'
               and exists (
                 select from pg_depend as d
                 join pg_class as t on t.oid = d.refobjid and t.relrowsecurity
                 where d.classid = 'pg_policy'::regclass and d.objid = o.oid
                   and d.refclassid = 'pg_class'::regclass and d.refobjid <> o.polrelid
               ) then 'opens where its sub-query finds nothing, which it also does for whoever may not read there'
           end as problem
    from caller_policies as o`,
};
