import type { ScanRule } from '../rule.ts';

export const policyForPublic: ScanRule = {
  name: 'policy-for-public',
  level: 'low',
  claim: 'every permissive policy that can hold without a login names the role it is for',
  why: 'A policy without TO is for everybody: it also opens the table to who is not signed in, as soon as its condition can hold for them, and to every role created later.',
  remedy: 'alter policy … to <role>',
  // A plain comparison with who is signed in is NULL, and refuses, where nobody is.
  query: ({ tables, policies }) => String.raw`
    with ${tables}, ${policies}
    select object,
           case
             when 0 = any (polroles)
               and not (condition ~ '\mauth\.(uid|role|jwt|email)\(\)' and condition !~* '\m(or|coalesce|not|distinct|null|case)\M')
               then 'is for PUBLIC'
           end as problem
    from policies
    where polpermissive`,
};
