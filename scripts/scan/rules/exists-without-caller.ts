import type { ScanRule } from '../rule.ts';

export const existsWithoutCaller: ScanRule = {
  name: 'exists-without-caller',
  level: 'high',
  claim: 'no policy consists of a sub-query that names neither the caller nor the row',
  why: '"There is an admin" is true for everybody as soon as there is one.',
  remedy: 'bind the sub-query to the caller: … and user_id = (select auth.uid())',
  query: ({ callers, tables, policies, callerPolicies }) => String.raw`
    with ${callers}, ${tables}, ${policies}, ${callerPolicies}
    select o.object,
           case
             when not exists (
                 select from pg_depend as d
                 where d.classid = 'pg_policy'::regclass and d.objid = o.oid
                   and (
                     (d.refclassid = 'pg_class'::regclass and d.refobjid = o.polrelid and d.refobjsubid > 0)
                     or d.refclassid = 'pg_proc'::regclass
                   )
               )
               and o.condition !~* 'current_setting|\m(current_user|session_user|current_role)\M'
               then 'asks neither who calls nor which row it is'
           end as problem
    from caller_policies as o
    where o.polpermissive
      and o.condition ~ '\mSELECT\M.*\mFROM\M'`,
};
