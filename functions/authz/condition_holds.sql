-- authz.condition_holds: what each word of the rules means, for explanations. Policies say the same in SQL compiled from
-- the same words; a property test holds the two together. Unknown is false.
create or replace function authz.condition_holds(
  condition text, rules jsonb, record jsonb, user_id uuid, organisation_id uuid, rank integer, at timestamptz
)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := (record ->> (rules ->> 'tenantKey'))::uuid;
  v_patient constant uuid := (record ->> (rules ->> 'patientKey'))::uuid;
  v_owner constant uuid := (record ->> 'user_id')::uuid;
begin
  return coalesce(
    case
      when condition = 'everyone' then true
      when condition in ('member', 'operator') then rank is not null
      when condition = 'active' then record ->> 'status' = 'active'
      when condition = 'proposed' then record ->> 'status' = 'proposed'
      when condition = 'unarchived' then record ->> 'archived_at' is null
      when condition = 'not_archived' then
        record ->> 'archived_at' is null or (record ->> 'archived_at')::timestamptz = now()
      when condition = 'patient_active' then record ->> 'patient_status' = 'active'
      when condition = 'unsegmented' then not (record ->> 'is_segmented')::boolean
      when condition = 'financial' then (record ->> 'is_financial')::boolean
      when condition = 'attached' then record ->> 'case_id' is not null
      when condition = 'handed_over' then
        authz.is_handed_over(rules ->> 'handedOverBy', v_tenant, (record ->> (rules ->> 'handedOverKey'))::uuid)
      when condition = 'unexpired' then (record ->> 'expires_at')::timestamptz > at
      when condition = 'own_user' then v_owner = condition_holds.user_id
      when condition = 'other_user' then v_owner <> condition_holds.user_id
      when condition = 'below_own_rank' then (record ->> 'rank')::integer < condition_holds.rank
      when condition = 'colleague' then exists (
        select
        from public.organisation_members as m
        where m.organisation_id = condition_holds.organisation_id
          and m.user_id = v_owner
          and m.accepted_at is not null
      )
      when condition = 'own_patient' then exists (
        select
        from authz.live_patient_accounts as a
        where a.organisation_id = v_tenant
          and a.patient_id = v_patient
          and a.user_id = condition_holds.user_id
      )
      when condition = 'own_organisation' then exists (
        select
        from authz.live_patient_accounts as a
        where a.organisation_id = v_tenant
          and a.user_id = condition_holds.user_id
      )
      -- Of a moment in the past authz.record_at has looked.
      when condition = 'treating' then
        coalesce((record ->> 'treated_then')::boolean, v_patient = any (authz.treated_by(v_tenant, condition_holds.user_id, at)))
      when condition = 'emergency' then
        v_patient = any (authz.emergency_of(v_tenant, condition_holds.user_id, at))
      when condition like 'consent:%' then
        (record ->> (substr(condition, 9) || '_consent_until'))::timestamptz > at
    end,
    false
  );
end
$$;
comment on function authz.condition_holds(text, jsonb, jsonb, uuid, uuid, integer, timestamptz) is
  'Whether one condition of a rule holds for a record and a caller at a moment; a word it does not know never does. [N-08]';
alter function authz.condition_holds(text, jsonb, jsonb, uuid, uuid, integer, timestamptz) owner to cordon_definer;
revoke all on function authz.condition_holds(text, jsonb, jsonb, uuid, uuid, integer, timestamptz) from public;
