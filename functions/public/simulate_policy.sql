-- public.simulate_policy: the same answer for somebody else, at another moment, from another address: for who examines
-- access, within their organisation. Nothing is written, and nothing of the row is shown but verdicts.
-- Of the past the tables hold who had become a member, what was consented to and who was treated, and the verdict asks that of the moment. What they do
-- not hold is judged as it is today, and the verdict names it (asOfToday): what somebody did then, the access log tells.
-- In the realm in which authz.custom_access_token_hook would have them act: operations, then staff, then portal. Whoever is staff elsewhere alone is
-- judged by their portal account: where else somebody works is not told here.
create or replace function public.simulate_policy(
  table_name text, operation text, id uuid, user_id uuid, at timestamptz default null, address inet default null,
  purpose text default null
)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{}', '{auditor}'), authz.organisation_for('{}', '{privacy_officer}')
  );
  v_is_past constant boolean := coalesce(at < now(), false); -- what this transaction began with is now
  v_realm text := 'provider';
begin
  if v_organisation_id is null then
    raise exception 'simulations are not yours to run'
      using errcode = 'insufficient_privilege', hint = 'It takes the capability auditor or privacy_officer.';
  end if;
  if exists (select from public.ops_members as m where m.user_id = simulate_policy.user_id and m.is_active and m.archived_at is null) then
    v_realm := 'internal_ops';
  elsif not exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = v_organisation_id
      and m.user_id = simulate_policy.user_id
  ) and exists (
    select
    from authz.live_patient_accounts as a
    where a.organisation_id = v_organisation_id
      and a.user_id = simulate_policy.user_id
  ) then
    v_realm := 'patient';
  end if;
  return authz.simulate(
    table_name, operation, id, v_realm, simulate_policy.user_id, v_organisation_id,
    coalesce(at, authz.now()), address, purpose, v_is_past
  ) || case
    when v_is_past then
      '{"asOfToday": ["realm", "role", "capabilities", "row", "restrictions", "portal accounts", "hand-overs", "emergency grants", "hours", "networks"]}'
    else '{}'
  end::jsonb;
end
$$;
comment on function public.simulate_policy(text, text, uuid, uuid, timestamptz, inet, text) is
  'evaluate_policy for another user of the current organisation, moment, address and purpose; of a moment in the past with what is judged as of today (asOfToday); 42501 unless auditor or privacy_officer. Writes nothing. [N-44]';
alter function public.simulate_policy(text, text, uuid, uuid, timestamptz, inet, text) owner to cordon_definer;
revoke all on function public.simulate_policy(text, text, uuid, uuid, timestamptz, inet, text) from public;
grant execute on function public.simulate_policy(text, text, uuid, uuid, timestamptz, inet, text) to authenticated;
