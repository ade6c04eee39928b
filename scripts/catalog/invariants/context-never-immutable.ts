import type { Invariant } from './invariant.ts';
import { FUNCTIONS, TEXT_OF_FUNCTION } from './scope.ts';

/** Pure functions of their arguments. */
const PURE: Readonly<Record<string, string>> = {
  'audit.catalog_event_type': 'a table of constants',
  'audit.node_hash': 'SHA-256',
  'audit.split_of': 'counts leaves',
  'authz.activity_keys': 'a table of constants',
  'authz.coarse_count': 'rounds a number',
  'authz.digest': 'SHA-256',
  'authz.has_hidden_signs': 'looks for signs in a text',
  'authz.is_card_number': 'counts check digits',
  'authz.is_national_id': 'counts check digits',
  'authz.is_object_path': 'the shape of a text',
  'authz.role_rank': 'a table of constants',
  'authz.app_event_types': 'a list of constants',
  'authz.security_event_keys': 'a table of constants',
  'authz.trimmed': 'takes blanks off a text',
};

export const contextNeverImmutable: Invariant = {
  name: 'context-never-immutable',
  claim: 'no function is IMMUTABLE unless listed as a pure function of its arguments',
  why: 'An IMMUTABLE context function is folded into a prepared plan, which then serves another tenant its rows.',
  requirements: ['N-11', 'N-16'],
  query: `
    with ${FUNCTIONS}
    select object,
           case
             when provolatile <> 'i' then null
             when not name = any ($1) then 'is IMMUTABLE, unlisted'
             when ${TEXT_OF_FUNCTION} ~* 'current_setting|current_user|session_user|auth\\.|authz\\.|\\mfrom\\s|now\\(|clock_timestamp' then 'is IMMUTABLE and reads something besides its arguments'
           end as problem
    from functions as f`,
  values: [Object.keys(PURE)],
};
