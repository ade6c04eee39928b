import type { DoctorCheck } from '../check.ts';

export const loginTriggers: DoctorCheck = {
  name: 'login-triggers',
  claim: 'a new login gets a profile, and a new password ends every session',
  why: 'The triggers stand on a table of the platform, which may restore it or disable them.',
  remedy:
    'create the trigger again, as the migration watch_logins does; enabling one takes the owner of auth.users',
  requirements: ['S-12', 'S-15'],
  query: `
    select 'auth.users ' || w.name as object,
           case when t.tgname is null then 'missing' when t.tgenabled in ('O', 'A') then 'enabled' else 'disabled' end as found,
           'enabled' as expected,
           case when t.tgenabled in ('O', 'A') then 'ok' else 'fault' end as state
    from (values ('_700_profile', 'tg_users__profile'), ('_800_password', 'tg_users__password')) as w (name, called)
    left join (
      pg_trigger as t
      join pg_class as c on c.oid = t.tgrelid and c.relname = 'users'
      join pg_namespace as n on n.oid = c.relnamespace and n.nspname = 'auth'
      join pg_proc as p on p.oid = t.tgfoid
    ) on t.tgname = w.name and p.proname = w.called`,
};
