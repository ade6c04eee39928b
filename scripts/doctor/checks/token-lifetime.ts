import type { DoctorCheck } from '../check.ts';

export const tokenLifetime: DoctorCheck = {
  name: 'token-lifetime',
  claim: 'a token lives an hour at most',
  why: 'Whatever verifies tokens and asks no database believes one until it expires.',
  remedy: 'on hosted Supabase: Settings, JWT Keys, Access token expiry; jwt_expiry in supabase/config.toml',
  requirements: ['S-13'],
  query: `
    select 'app.settings.jwt_exp' as object, coalesce(value, 'not told to the database') as found, 'at most 3600' as expected,
           case when value is null then 'unseen' when value ~ '^[0-9]{1,9}$' and value::integer between 1 and 3600 then 'ok' else 'fault' end as state
    from (select nullif(current_setting('app.settings.jwt_exp', true), '') as value) as told`,
};
