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
           case when t.tgname is null then 'missing' when t.tgtype <> w.type or t.tgqual is not null or t.tgattr::text <> '' then 'not for every login'
                when t.tgenabled in ('O', 'A') then 'enabled' else 'disabled' end as found,
           'enabled' as expected,
           case when t.tgenabled in ('O', 'A') and t.tgtype = w.type and t.tgqual is null and t.tgattr::text = '' then 'ok' else 'fault' end as state
    from (values ('_700_profile', 'tg_users__profile', 21), ('_800_password', 'tg_users__password', 17)) as w (name, called, type)
    left join (
      pg_trigger as t
      join pg_class as c on c.oid = t.tgrelid and c.relname = 'users'
      join pg_namespace as n on n.oid = c.relnamespace and n.nspname = 'auth'
      join pg_proc as p on p.oid = t.tgfoid
      join pg_namespace as f on f.oid = p.pronamespace and f.nspname = 'authz'
    ) on t.tgname = w.name and p.proname = w.called`,
};
