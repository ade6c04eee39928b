import type { ScanRule } from '../rule.ts';

export const helperSwallowsErrors: ScanRule = {
  name: 'helper-swallows-errors',
  level: 'medium',
  claim: 'no function that policies call answers anything but no when something fails',
  why: 'WHEN OTHERS turns a missing table, a malformed claim or a timeout into an answer. Whoever can make it fail chooses that answer.',
  remedy: 'catch the one error that is meant, and return false',
  query: ({ tables, policies, functions, calls, policyFunctions }) => String.raw`
    with ${tables}, ${policies}, ${functions}, ${calls}, ${policyFunctions}
    select object,
           case when body ~* '\mwhen\s+others\s+then(?!\s*(return\s+(false|null)|raise|\w+\s*:=\s*(false|null))\M)' then 'answers although every error was swallowed' end as problem
    from policy_functions
    where lanname = 'plpgsql'`,
};
