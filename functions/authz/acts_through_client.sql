-- authz.acts_through_client: whether it is the client of a third party (Supabase's OAuth server) that acts for the caller, and not they themselves before
-- the application: in a session that is not their own (authz.own_session_id, which knows a client by its token and by the session's row), or by a token
-- without a session that tells of one, by whatever of the same signs. Not who merely has no session, where the deployment takes such tokens.
create or replace function authz.acts_through_client()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_own_session_id constant uuid := authz.own_session_id(); -- refuses claims that are no JSON object
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  return v_own_session_id is null
    and (
      (authz.caller()).session_id is not null
      or coalesce(v_claims ? 'client_id', false)
      or coalesce(v_claims @? '$.amr[*].method ? (@ starts with "oauth_provider/")', false)
      or coalesce(v_claims -> 'amr' ? 'oauth_provider/authorization_code', false)
    );
end
$$;
comment on function authz.acts_through_client() is
  'Whether the client of a third party acts for the caller; false for a token that merely has no session. [N-12, S-13]';
alter function authz.acts_through_client() owner to cordon_definer;
revoke all on function authz.acts_through_client() from public;
