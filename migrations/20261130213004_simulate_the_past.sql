-- migrate:up
-- Why: a simulation of last year answered with the rows of now, a nurse with a portal account was judged as a patient, and operations as nobody
-- Access: 4 definer functions
--   ~ authz.record_at is written, and runs with the rights of its owner
--   ~ authz.condition_holds is written, and runs with the rights of its owner
--   ~ authz.simulate is written, and runs with the rights of its owner
--   ~ public.simulate_policy is written, and runs with the rights of its owner
--   widens: authz.condition_holds(text, jsonb, jsonb, uuid, uuid, integer, timestamp with time zone), which 5 functions, 4 policies and 1 trigger ask, has another text
--   widens: authz.simulate(text, text, uuid, text, uuid, uuid, timestamp with time zone, inet, text, boolean) is new beside a function of the same name, which 5 functions, 4 policies and 1 trigger ask
--   widens: public.simulate_policy(text, text, uuid, uuid, timestamp with time zone, inet, text), callable by clinic staff, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.record_at: what decisions about a row depend on, with the consents of a moment in the past, and whether a user treated the patient at it: by
-- what somebody had written down by then, whatever start they gave it, or what the server imported, also where it was put away since. What a row carries (treatment_consent_until) holds
-- today, also of who consented since, and no more of who has withdrawn. What was entered in error opened nothing that one may point to.
create or replace function authz.record_at(rules jsonb, record jsonb, user_id uuid, at timestamptz)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return record || coalesce(
    (
      select jsonb_object_agg(
               k.name,
               (
                 select max(
                          least(
                            c.expires_at, c.superseded_at, c.withdrawn_at,
                            case c.status when 'expired' then c.last_status_change_at end, 'infinity'
                          )
                        )
                 from public.consents as c
                 where c.organisation_id = (record ->> (rules ->> 'tenantKey'))::uuid
                   and c.patient_id = (record ->> (rules ->> 'patientKey'))::uuid
                   and c.purpose || '_consent_until' = k.name
                   and c.given_at <= at
                   and c.status in ('active', 'withdrawn', 'expired')
                   and c.archived_at is null
               )
             )
      from jsonb_object_keys(record) as k (name)
      where right(k.name, 14) = '_consent_until'
    ),
    '{}'
  ) || jsonb_build_object(
    'treated_then',
    exists (
      select
      from public.care_relationships as c
      where c.organisation_id = (record ->> (rules ->> 'tenantKey'))::uuid
        and c.patient_id = (record ->> (rules ->> 'patientKey'))::uuid
        and c.user_id = record_at.user_id
        and case when c.created_by_user_id is null then c.starts_at else greatest(c.starts_at, c.created_at) end <= at
        and least(c.ends_at, c.archived_at, 'infinity') > at
        and not exists (
          select
          from public.access_restrictions as r
          where r.organisation_id = c.organisation_id
            and r.patient_id = c.patient_id
            and r.restricted_user_id = c.user_id
            and r.lifted_at is null
            and r.archived_at is null
        )
    )
  );
end
$$;
comment on function authz.record_at(jsonb, jsonb, uuid, timestamptz) is
  'A record of authz.records_of with the consents that held at a moment in the past, and treated_then: whether the user treated the patient at it. [N-21, N-44, N-45]';
alter function authz.record_at(jsonb, jsonb, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.record_at(jsonb, jsonb, uuid, timestamptz) from public;

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

-- authz.simulate: what the rules say of one row for one caller, moment and address, with the verdict of every condition.
-- It says no more of a row than that it was not found, unless the caller's role and realm reach it. Of rows of one id in
-- several organisations it judges those that the caller reaches, as a statement that names the id does, and tells what is
-- best for them. STABLE, so that PostgreSQL itself refuses it any write.
-- Of a moment in the past it asks who had agreed to be a member by then, and what patients consented to at it. Whether it is past says the caller: the
-- clock has gone on since they read it, and what holds now was given in between.
create or replace function authz.simulate(
  table_name text, operation text, id uuid, realm text, user_id uuid, organisation_id uuid, at timestamptz, address inet,
  purpose text, past boolean default false
)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rules constant jsonb := authz.rules_of(table_name);
  v_role text;
  v_rank integer;
  v_capabilities text[];
  v_rule jsonb;
  v_answer jsonb;
  v_audience boolean := false;
begin
  if operation not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') or operation is null then
    raise exception 'unknown operation'
      using errcode = 'CD012', hint = 'Use SELECT, INSERT, UPDATE or DELETE.';
  end if;
  select m.role, m.rank, m.capabilities
    into v_role, v_rank, v_capabilities
    from authz.membership_at(realm, user_id, organisation_id, at) as m
   where not past
      or realm <> 'provider'
      or exists (
        select
        from public.organisation_members as a
        where a.organisation_id = simulate.organisation_id
          and a.user_id = simulate.user_id
          and a.accepted_at <= at
      );

  -- Whether any rule is theirs does not depend on the row, and is answered before it is looked for.
  for v_rule in select r from jsonb_array_elements(v_rules -> 'rules') as r loop
    v_audience := v_audience or (
      v_rule ->> 'realm' = realm and v_rule ->> 'operation' = operation
      and authz.is_of_audience(v_rule, v_role, v_capabilities)
    );
  end loop;
  if not v_audience then
    return authz.verdict(false, 'no rule for this role', '[{"condition": "role", "satisfied": false}]', false, false);
  end if;

  select j.verdict
    into v_answer
    from authz.records_of(v_rules, id, realm, user_id, organisation_id) with ordinality as r (record, place)
   cross join lateral authz.judge(
           v_rules, case when past then authz.record_at(v_rules, r.record, user_id, at) else r.record end, operation, realm, user_id, v_role, v_rank, v_capabilities, organisation_id, at, address, purpose
         ) as j (verdict)
   order by (j.verdict ->> 'allowed')::boolean desc, j.verdict ->> 'reason' = 'not found', r.place
   limit 1;
  return coalesce(v_answer, authz.verdict(false, 'not found', '[]', false, false));
end
$$;
comment on function authz.simulate(text, text, uuid, text, uuid, uuid, timestamptz, inet, text, boolean) is
  'PolicyEvaluationResult for a caller, moment and address: allowed, reason, conditions with verdicts, auditRequired, emergencyAccess. Writes nothing. [N-08, N-44]';
alter function authz.simulate(text, text, uuid, text, uuid, uuid, timestamptz, inet, text, boolean) owner to cordon_definer;
revoke all on function authz.simulate(text, text, uuid, text, uuid, uuid, timestamptz, inet, text, boolean) from public;

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

revoke create on schema authz from cordon_definer;

-- migrate:down
