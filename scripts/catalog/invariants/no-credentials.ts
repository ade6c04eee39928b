import type { Invariant } from './invariant.ts';
import { RELATIONS } from './scope.ts';

export const noCredentials: Invariant = {
  name: 'no-credentials',
  claim: 'no column holds a credential, or a link: whoever holds a signed one holds what it opens',
  why: 'Passwords, tokens and keys belong to Supabase Auth and to a vault; a copy here is one more to lose.',
  requirements: ['S-10', 'S-12', 'S-36'],
  query: `
    with ${RELATIONS}
    select c.object || '.' || a.attname as object,
           case
             when a.attname ~* '(^|_)((password|passwd|passphrase|pwd|passcode|secret|credential|otp|totp|pin_code|cvv|cvc|api_?key|private_key)s?|pin|token)(_|$)'
               or a.attname ~* '(encrypted|hashed)_password|password_(hash|salt)'
               then 'is named like a credential'
             when a.attname ~* '(^|_)(urls?|uris?|hrefs?|links?)(_|$)' then 'is named like a link'
           end as problem
    from relations as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind <> 'S'`,
};
