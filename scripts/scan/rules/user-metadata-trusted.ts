import { whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

const METADATA = 'user_metadata|raw_user_meta_data';
/** A key that says what somebody may do, or where they belong. A name or a picture says neither. */
const AUTHORITY = String.raw`(user_metadata|raw_user_meta_data)''?\s*\)*\s*->>?\s*''\w*(role|admin|org|tenant|clinic|team|account_id|permission|privilege|plan|tier|superuser|staff)\w*''`;

export const userMetadataTrusted: ScanRule = {
  name: 'user-metadata-trusted',
  level: 'high',
  claim: 'no policy, and no function that policies call or that grants something, believes user_metadata',
  why: 'Its owner writes it, at sign-up and at any time after: a role or tenant in it is a wish. Scanners that read policies only pass it in a function.',
  remedy:
    'keep roles and tenants in a table of memberships, or in app_metadata, which only the server writes',
  query: ({ callers, tables, policies, callerPolicies, functions, calls, policyFunctions }) => `
    with ${callers}, ${tables}, ${policies}, ${callerPolicies}, ${functions}, ${calls}, ${policyFunctions}
    select object, case when condition ~* '${METADATA}' then 'believes user_metadata' end as problem
    from caller_policies
    union all
    select f.object,
           case
             when f.oid in (select p.oid from policy_functions as p) and f.body ~* '${METADATA}'
               then 'decides for a policy by user_metadata'
             when f.body ~* '${AUTHORITY}' and (f.prosecdef or f.prorettype = 'trigger'::regtype or ${whoCalls('f')} is not null)
               then 'takes a role or tenant from user_metadata'
           end
    from functions as f`,
};
