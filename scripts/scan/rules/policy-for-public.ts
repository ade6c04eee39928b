import type { ScanRule } from '../rule.ts';

export const policyForPublic: ScanRule = {
  name: 'policy-for-public',
  level: 'low',
  claim: 'every permissive policy that can hold without a login names the role it is for',
  why: 'A policy without TO is for everybody: it also opens the table to who is not signed in, as soon as its condition can hold for them, and to every role created later.',
  remedy: 'alter policy … to <role>',
  // A plain question about who is signed in is NULL or false, and refuses, where nobody is.
  query: ({ tables, policies, functions, calls, contextFunctions }) => String.raw`
    with ${tables}, ${policies}, ${functions}, ${calls}, ${contextFunctions}
    select object,
           case
             when 0 = any (polroles)
               and not (
                 condition !~* '\m(or|coalesce|not|distinct|null|case)\M'
                 and (
                   condition ~ '\mauth\.(uid|role|jwt|email)\(\)'
                   or exists (
                     select from pg_depend as d
                     where d.classid = 'pg_policy'::regclass and d.objid = policies.oid
                       and d.refclassid = 'pg_proc'::regclass and d.refobjid in (select c.oid from context_functions as c)
                   )
                 )
               )
               then 'is for PUBLIC'
           end as problem
    from policies
    where polpermissive`,
};
