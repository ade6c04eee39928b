import type { DoctorCheck } from '../check.ts';

export const errorsLoggedTerse: DoctorCheck = {
  name: 'errors-logged-terse',
  claim: 'an error is logged without its detail and without the statement that met it',
  why: 'DETAIL shows the row that a constraint refused, and STATEMENT the values that somebody wrote into their SQL.',
  remedy:
    'set log_error_verbosity to terse and log_min_error_statement to panic; where neither can be set, as on hosted Supabase: alter role authenticator set log_min_messages to fatal',
  requirements: ['S-39'],
  query: `
    with silenced as (
      select substr(entry, length('log_min_messages=') + 1) as value
      from pg_db_role_setting as s
      cross join unnest(s.setconfig) as entry
      where pg_get_userbyid(s.setrole) = 'authenticator' and entry like 'log_min_messages=%'
      limit 1
    )
    select p.name as object, p.setting || coalesce(', and log_min_messages of authenticator ' || s.value, '') as found, w.expected,
           case when p.setting = any (w.right_values) or s.value in ('fatal', 'panic') then 'ok' else 'fault' end as state
    from pg_settings as p
    join (values ('log_error_verbosity', 'terse', '{terse}'::text[]), ('log_min_error_statement', 'fatal or panic', '{fatal,panic}'))
      as w (name, expected, right_values) on w.name = p.name
    left join silenced as s on true`,
};
