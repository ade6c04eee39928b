-- authz.tg_users__password: a new password ends every session, the one that set it included (S-15): Supabase Auth itself keeps that one,
-- and whoever found it open would stay. It also fires when Auth encrypts an old hash anew at a sign-in, which then ends the other
-- sessions: the new one begins after it. Owned by the migrating role: on hosted Supabase no other can be given USAGE on auth.
create or replace function authz.tg_users__password()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.encrypted_password is distinct from old.encrypted_password then
    delete from auth.sessions as s where s.user_id = new.id; -- and their refresh tokens with them
    delete from auth.refresh_tokens as t where t.user_id = new.id::text; -- those of no session
  end if;
  return null;
end
$$;
comment on function authz.tg_users__password() is
  'Ends every session and refresh token of a login whose password changes. [S-15]';
revoke all on function authz.tg_users__password() from public;
