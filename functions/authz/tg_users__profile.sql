-- authz.tg_users__profile: every login has a profile to act under, and nothing else: no membership, and no name, which a sign-up would
-- choose freely and colleagues would believe (S-12). A name is given when an invitation is accepted, or by the server. Somebody
-- anonymous gets theirs when they become somebody.
create or replace function authz.tg_users__profile()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not new.is_anonymous then
    insert into public.profiles (user_id, display_name) values (new.id, 'Unnamed') on conflict (user_id) do nothing;
  end if;
  return null;
end
$$;
comment on function authz.tg_users__profile() is
  'Gives a new login its profile, named "Unnamed". [S-12]';
alter function authz.tg_users__profile() owner to cordon_definer;
revoke all on function authz.tg_users__profile() from public;
