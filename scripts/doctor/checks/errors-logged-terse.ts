import type { DoctorCheck } from '../check.ts';
import { FOUND, stateOf, valuesOf } from '../settings.ts';

/** One of the two settings, as each login has it. Callers come by authenticator: what it does not log needs no other setting. */
const query = (setting: string, right: string, expected: string) => `
    with ${valuesOf(setting)},
    silenced as (
      select substr(entry, length('log_min_messages=') + 1) as level
      from pg_db_role_setting as s
      cross join unnest(s.setconfig) as entry
      where pg_get_userbyid(s.setrole) = 'authenticator' and entry like 'log_min_messages=%'
        and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      order by s.setdatabase desc
      limit 1
    )
    select object, ${FOUND} || coalesce(', and log_min_messages of authenticator ' || s.level, '') as found, '${expected}' as expected,
           case when s.level in ('fatal', 'panic') then 'ok' else ${stateOf(`value in (${right})`)} end as state
    from values_of
    left join silenced as s on true`;

export const errorsLoggedTerse: DoctorCheck = {
  name: 'errors-logged-terse',
  claim: 'an error is logged without its detail and without the statement that met it',
  why: 'DETAIL shows the row that a constraint refused, and STATEMENT the values that somebody wrote into their SQL.',
  remedy:
    'set log_error_verbosity to terse and log_min_error_statement to panic; where neither can be set, as on hosted Supabase: alter role authenticator set log_min_messages to fatal',
  requirements: ['S-39'],
  query: `
    select * from (${query('log_error_verbosity', "'terse'", 'terse')}) as verbosity
    union all
    select * from (${query('log_min_error_statement', "'fatal', 'panic'", 'fatal or panic')}) as statements`,
};
