-- authz.custom_access_token_hook: Supabase Auth asks it before every access token it issues, refreshed ones included. It sets the realm
-- (the Postgres role that the token becomes) and the organisation that the session begins in, both from live rows: what the login's own
-- row, its metadata or the event claim is overwritten. It only ever names; each statement looks the rows up again (N-16).
-- A login of several realms acts in one: operations, then staff, then portal. Without any it is staff of nothing, and reads nothing.
create or replace function authz.custom_access_token_hook(event jsonb)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := event -> 'claims';
  v_asked constant text := lower(v_claims -> 'app_metadata' ->> 'organisation_id');
  v_user_id uuid;
  v_realm text := 'authenticated';
  v_organisation_id text;
  v_metadata jsonb := '{}';
begin
  v_user_id := (event ->> 'user_id')::uuid;
  if jsonb_typeof(v_claims) is distinct from 'object' or (v_claims ->> 'sub')::uuid is distinct from v_user_id or v_user_id is null then
    return '{"error": {"http_code": 403, "message": "the sign-in names no login"}}';
  end if;

  if exists (select from public.ops_members as m where m.user_id = v_user_id and m.is_active and m.archived_at is null) then
    v_realm := 'internal_ops';
  elsif exists (select from authz.live_memberships as m where m.user_id = v_user_id) then
    select case
             when count(*) = 1 then min(m.organisation_id::text)
             else min(m.organisation_id::text) filter (where m.organisation_id::text = v_asked)
           end
      into v_organisation_id
      from authz.live_memberships as m
     where m.user_id = v_user_id;
  elsif exists (select from authz.live_patient_accounts as a where a.user_id = v_user_id) then
    v_realm := 'patient';
  end if;

  if jsonb_typeof(v_claims -> 'app_metadata') = 'object' then
    v_metadata := (v_claims -> 'app_metadata') - 'organisation_id';
  end if;
  if v_organisation_id is not null then
    v_metadata := v_metadata || jsonb_build_object('organisation_id', v_organisation_id);
  end if;
  return jsonb_build_object('claims', v_claims || jsonb_build_object('role', v_realm, 'app_metadata', v_metadata));
exception
  when data_exception then -- an id that is none
    return '{"error": {"http_code": 403, "message": "the sign-in names no login"}}';
end
$$;
comment on function authz.custom_access_token_hook(jsonb) is
  'Hook of Supabase Auth: the event''s claims with role (internal_ops, authenticated or patient) and app_metadata.organisation_id from live rows, or {"error"} where the event names no login. For supabase_auth_admin alone. [N-16, S-02, S-12]';
alter function authz.custom_access_token_hook(jsonb) owner to cordon_definer;
revoke all on function authz.custom_access_token_hook(jsonb) from public;
grant execute on function authz.custom_access_token_hook(jsonb) to supabase_auth_admin;
