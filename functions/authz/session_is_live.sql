-- authz.session_is_live: a signed-out session's unexpired token opens nothing (S-13, N-16).
-- Owned by the migrating role, not by cordon_definer: on hosted Supabase no other role can be given USAGE on auth.
create or replace function authz.session_is_live(session_id uuid, user_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from auth.sessions as s
    join auth.users as u on u.id = s.user_id
    where s.id = session_is_live.session_id
      and s.user_id = session_is_live.user_id
      and (s.not_after is null or s.not_after > clock_timestamp())
      and u.deleted_at is null
      and (u.banned_until is null or u.banned_until <= clock_timestamp())
  );
end
$$;
comment on function authz.session_is_live(uuid, uuid) is
  'Whether auth.sessions still holds this session of this user, and the user is neither deleted nor banned. [S-13]';
revoke all on function authz.session_is_live(uuid, uuid) from public;
grant execute on function authz.session_is_live(uuid, uuid) to cordon_definer;
