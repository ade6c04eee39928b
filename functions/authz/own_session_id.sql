-- authz.own_session_id: the session in which the caller sits before the application themselves; NULL for a token without one, and for that of a third
-- party's client (Supabase's OAuth server), which acts for them within what they may, where the deployment takes it at all (authz.caller). Who signs,
-- breaks the glass or says who belongs has to be there. The session's row is the truth, as far as Supabase Auth keeps the client there; the token says
-- it sooner.
create or replace function authz.own_session_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_session_id constant uuid := (authz.caller()).session_id; -- refuses claims that are no JSON object
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  if v_claims ? 'client_id'
    or v_claims @? '$.amr[*].method ? (@ starts with "oauth_provider/")'
    or v_claims -> 'amr' ? 'oauth_provider/authorization_code'
  then
    return null;
  end if;
  return (select s.id from authz.live_sessions as s where s.id = v_session_id and s.oauth_client_id is null);
end
$$;
comment on function authz.own_session_id() is
  'Session of the caller, if they signed in to it themselves: NULL without a session, and for the client of a third party. [N-12, S-13]';
alter function authz.own_session_id() owner to cordon_definer;
revoke all on function authz.own_session_id() from public;
