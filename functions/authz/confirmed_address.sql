-- authz.confirmed_address: the mailbox that a login has shown to be its own, from the login itself and not from its token. Not of those who
-- come through an institution: it says of them whatever address it likes.
-- Owned by the migrating role: on hosted Supabase no other role can be given USAGE on auth.
create or replace function authz.confirmed_address(user_id uuid)
  returns text
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select u.email
    from auth.users as u
    where u.id = confirmed_address.user_id
      and u.email_confirmed_at is not null
      and not u.is_anonymous
      and not u.is_sso_user
      and u.deleted_at is null
  );
end
$$;
comment on function authz.confirmed_address(uuid) is
  'Address that a login has confirmed, NULL where it has none. [S-12]';
revoke all on function authz.confirmed_address(uuid) from public;
grant execute on function authz.confirmed_address(uuid) to cordon_definer;
