import type { ScanRule } from '../rule.ts';

const EMAIL = String.raw`auth\.email\s*\(|auth\.jwt\s*\(\s*\)[^;]{0,12}->>\s*''email''`;

export const emailAsIdentity: ScanRule = {
  name: 'email-as-identity',
  level: 'low',
  claim: 'no policy, and no function that policies call, takes the address in the token for who somebody is',
  why: 'The address in a token need not be confirmed, and an account can change it: whoever signs up with the address of an invited colleague is the colleague.',
  remedy: 'compare user ids; accept invitations in a function that asks whether the address is confirmed',
  query: ({ callers, tables, policies, callerPolicies, functions, calls, policyFunctions }) => `
    with ${callers}, ${tables}, ${policies}, ${callerPolicies}, ${functions}, ${calls}, ${policyFunctions}
    select object, case when condition ~* '${EMAIL}' then 'compares with the address in the token' end as problem
    from caller_policies
    union all
    select object, case when body ~* '${EMAIL}' then 'compares with the address in the token' end
    from policy_functions`,
};
