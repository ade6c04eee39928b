import type { DoctorCheck } from '../check.ts';
import { postgrestSetting } from '../settings.ts';

export const tokenAudience: DoctorCheck = {
  name: 'token-audience',
  claim: 'PostgREST accepts tokens for this project alone',
  why: 'A token of the same key for another audience is a token of this one, unless somebody asks.',
  remedy:
    "look at jwt-aud in the configuration of PostgREST, or alter role authenticator set pgrst.jwt_aud = 'authenticated', where no key without an audience is in use",
  requirements: ['N-53'],
  query: `
    with ${postgrestSetting('jwt_aud')}
    select 'pgrst.jwt_aud' as object, coalesce((select value from postgrest), 'set elsewhere, in the configuration of PostgREST') as found,
           'authenticated' as expected,
           case when not exists (select from postgrest) then 'unseen' when (select value from postgrest) = 'authenticated' then 'ok' else 'fault' end
             as state`,
};
