import type { DoctorCheck } from '../check.ts';

export const sessionsDemanded: DoctorCheck = {
  name: 'sessions-demanded',
  claim: 'a token without a session opens nothing',
  why: 'A session that is not named cannot be ended: such a token holds until it expires.',
  remedy:
    'update authz.deployment_settings set allow_sessionless_tokens = false, unless a third party issues the tokens',
  requirements: ['S-13'],
  query: `
    select 'authz.deployment_settings.allow_sessionless_tokens' as object, allow_sessionless_tokens::text as found, 'false' as expected,
           case when allow_sessionless_tokens then 'fault' else 'ok' end as state
    from authz.deployment_settings`,
};
