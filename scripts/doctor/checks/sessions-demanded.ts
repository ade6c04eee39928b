import type { DoctorCheck } from '../check.ts';

export const sessionsDemanded: DoctorCheck = {
  name: 'sessions-demanded',
  claim: 'a token without a session opens nothing',
  why: 'A session that is not named cannot be ended: such a token holds until it expires.',
  remedy:
    'update authz.deployment_settings set allow_sessionless_tokens = false, unless a third party issues the tokens',
  requirements: ['S-13'],
  query: `
    select 'authz.deployment_settings.allow_sessionless_tokens' as object, coalesce(allow_sessionless_tokens::text, 'no settings') as found, 'false' as expected,
           case when allow_sessionless_tokens = false then 'ok' else 'fault' end as state
    from (values (true)) as one (is_there)
    left join authz.deployment_settings as s on s.singleton`,
};
