import type { ScanRule } from '../rule.ts';

/** A pattern operator, then something the caller sends, with no other condition between. A user id holds no wildcard. */
const IN_POLICY = String.raw`\s!?(~~\*?|~\*?)\s((?!\mAND\M|\mOR\M)[^=<>])*(\mcurrent_setting\(|auth\.email\(|auth\.jwt\(\)((?!->> 'sub').){0,4}->>? '(?!sub'))`;
const IN_BODY = String.raw`(\m(like|ilike|similar\s+to)\M|\s!?~\*?\s)((?!\mand\M|\mor\M)[^=<>;])*(\mcurrent_setting\s*\(|auth\.email\s*\(|auth\.jwt\s*\(\s*\))`;

export const patternAgainstContext: ScanRule = {
  name: 'pattern-against-context',
  level: 'high',
  claim: 'no policy, and no function that policies call, takes a pattern from what the caller sends',
  why: 'A setting or claim that is "%" matches every row; with a regular expression any text with a dot in it does.',
  remedy: 'compare with =, or with starts_with()',
  query: ({ callers, tables, policies, callerPolicies, functions, calls, policyFunctions }) => `
    with ${callers}, ${tables}, ${policies}, ${callerPolicies}, ${functions}, ${calls}, ${policyFunctions}
    select object,
           case when condition ~ '${IN_POLICY.replaceAll("'", "''")}' then 'matches a pattern that the caller sends' end as problem
    from caller_policies
    union all
    select object, case when body ~* '${IN_BODY}' then 'matches a pattern that the caller sends' end
    from policy_functions`,
};
