-- authz.live_user_id: the user behind these claims, or NULL where the token opens nothing: no subject, an anonymous
-- sign-in, a password-recovery link (S-14), a session that has ended, or no session where the deployment demands one.
create or replace function authz.live_user_id(claims jsonb)
  returns uuid
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id uuid;
  v_session_id uuid;
begin
  if claims is null
    or (claims ->> 'is_anonymous') = 'true'
    or (claims -> 'amr') @> '[{"method": "recovery"}]'
    or (claims -> 'amr') @> '["recovery"]'
  then
    return null;
  end if;

  v_user_id := nullif(claims ->> 'sub', '')::uuid;
  v_session_id := nullif(claims ->> 'session_id', '')::uuid;
  if v_user_id is null then
    return null;
  end if;

  if v_session_id is not null then
    if not authz.session_is_live(v_session_id, v_user_id) then
      return null;
    end if;
  elsif not exists (select from authz.deployment_settings as d where d.allow_sessionless_tokens) then
    return null;
  end if;
  return v_user_id;
exception
  when data_exception then -- the whole class: not JSON, not a UUID, a NUL escape, a number out of range
    raise exception 'sub or session_id of the token is not a UUID'
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
end
$$;
comment on function authz.live_user_id(jsonb) is
  'User of these claims if the token still opens anything, else NULL. [N-12, N-16, S-13, S-14]';
alter function authz.live_user_id(jsonb) owner to cordon_definer;
revoke all on function authz.live_user_id(jsonb) from public;
