-- migrate:up
-- Why: every login has a profile, a new password ends every session, and PostgREST asks the check before each request.
-- Access: 1 DO block
--   ~ a DO block: read it, its statements are not listed
-- Locks: 2 existing tables, until the migration commits, and those of a DO block: read it, they are not listed
--   SHARE ROW EXCLUSIVE auth.users
--   ROW EXCLUSIVE public.profiles

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Triggers of a table that is the platform's: its owner alone could comment on them or enable them ALWAYS.
create trigger _700_profile
  after insert or update on auth.users
  for each row
  execute function authz.tg_users__profile();

create trigger _800_password
  after update on auth.users
  for each row
  execute function authz.tg_users__password();

-- Logins from before.
insert into public.profiles (user_id, display_name)
select u.id, 'Unnamed'
from auth.users as u
where not u.is_anonymous
on conflict (user_id) do nothing;

-- Hosted Supabase lets the migrating role set what concerns PostgREST; another server may not, and `npm run db:doctor` says so.
do $$
begin
  execute format('alter role authenticator in database %I set pgrst.db_pre_request = %L', current_database(), 'public.pre_request');
exception
  when insufficient_privilege then
    raise notice 'pgrst.db_pre_request is not set: `npm run db:doctor` says how';
end
$$;
notify pgrst, 'reload config';

-- migrate:down
