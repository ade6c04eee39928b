import type { ScanRule } from '../rule.ts';

const CAST = String.raw`\mcurrent_setting\s*\([^()]*\)\s*\)?\s*::\s*(uuid|jsonb?|int\w*|bigint|smallint|numeric|boolean|date|timestamp\w*)\M`;

export const settingCastBlank: ScanRule = {
  name: 'setting-cast-blank',
  level: 'low',
  claim: 'no policy, and no function that policies call, casts a setting that may be empty',
  why: 'A setting that a transaction has set once is an empty text ever after on that pooled connection: the cast raises, and every query of the table fails.',
  remedy: "nullif(current_setting('…', true), '')::uuid",
  query: ({ callers, tables, policies, callerPolicies, functions, calls, policyFunctions }) => `
    with ${callers}, ${tables}, ${policies}, ${callerPolicies}, ${functions}, ${calls}, ${policyFunctions}
    select object, case when condition ~* '${CAST}' then 'casts a setting without nullif' end as problem
    from caller_policies
    union all
    select object, case when body ~* '${CAST}' then 'casts a setting without nullif' end
    from policy_functions`,
};
