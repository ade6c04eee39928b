-- public.pre_request: PostgREST calls it before each request's own statement, after it has verified the token and set role, claims and
-- headers (pgrst.db_pre_request). The order is N-53's: token, session, context, and only then policies. It opens nothing: whatever it lets
-- pass is asked again by every policy. In public, because callers may name nothing of authz.
create or replace function public.pre_request()
  returns void
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_role constant text := current_setting('role');
  v_now constant numeric := extract(epoch from clock_timestamp());
  v_caller constant record := authz.caller(); -- the token, and the context asked for: CD001 and CD002 where either is malformed
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  v_headers jsonb;
  v_organisation_id uuid;
begin
  -- Session. PostgREST verifies the token's times too; a pooled setting or another gateway may not.
  if v_role in ('authenticated', 'internal_ops', 'patient')
    and (
      v_caller.user_id is null
      or v_role is distinct from v_claims ->> 'role'
      or (jsonb_typeof(v_claims -> 'exp') = 'number' and (v_claims ->> 'exp')::numeric < v_now - 30)
      or (jsonb_typeof(v_claims -> 'nbf') = 'number' and (v_claims ->> 'nbf')::numeric > v_now + 30)
    )
  then
    perform authz.refuse(
      'CD040', 401, 'no live session', 'Sign in with the password; a link from a mail or an anonymous session is not enough.',
      jsonb_build_object('WWW-Authenticate', 'Bearer error="invalid_token"')
    );
  end if;

  -- Context: what the request says about itself.
  begin
    v_headers := coalesce(nullif(current_setting('request.headers', true), ''), '{}')::jsonb;
    v_organisation_id := nullif(v_headers ->> 'x-organisation-id', '')::uuid;
  exception
    when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, too deep
      raise exception 'the chosen organisation is not a UUID, or the headers are not JSON'
        using errcode = 'CD002', hint = 'Give the organisation''s id in the header x-organisation-id.';
  end;
  if v_role = 'authenticated'
    and v_organisation_id is not null
    and not exists (
      select
      from authz.live_memberships as m
      where m.user_id = v_caller.user_id
        and m.organisation_id = v_organisation_id
    )
  then
    raise exception 'organisation not found'
      using errcode = 'insufficient_privilege', hint = 'Choose an organisation where your membership is active.';
  end if;
  if nullif(v_headers ->> 'x-purpose', '') is not null
    and not exists (select from public.consent_purposes as p where p.purpose = v_headers ->> 'x-purpose')
  then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes in the header x-purpose.';
  end if;
  if length(v_headers ->> 'x-justification') > 2000 then
    raise exception 'the justification is too long'
      using errcode = 'CD042', hint = 'Give at most 2000 characters in the header x-justification.';
  end if;
end
$$;
comment on function public.pre_request() is
  'Refuses a request before any policy is asked: CD001 malformed claims, CD040 no live session, CD002, CD006 and CD042 malformed headers, 42501 an organisation that is not the caller''s. [N-12, N-52, N-53, S-13]';
alter function public.pre_request() owner to cordon_definer;
revoke all on function public.pre_request() from public;
grant execute on function public.pre_request() to anon, authenticated, internal_ops, patient, service_role;
