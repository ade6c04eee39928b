-- migrate:up
-- Why: why a row opens or stays closed, for the caller themselves, and for auditors at another moment.
-- Access: +7 grants, 8 definer functions
--   ~ authz.condition_holds is written, and runs with the rights of its owner
--   ~ authz.rules_of is written, and runs with the rights of its owner
--   ~ authz.membership_at is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.is_of_audience(jsonb, text, text[])
--   + cordon_definer may execute function authz.verdict(boolean, text, jsonb, boolean, boolean)
--   ~ authz.records_of is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.judge(jsonb, jsonb, text, text, uuid, text, integer, text[], uuid, timestamp with time zone, inet, text)
--   ~ authz.simulate is written, and runs with the rights of its owner
--   ~ public.evaluate_policy is written, and runs with the rights of its owner
--   + authenticated may execute function public.evaluate_policy(text, text, uuid)
--   + internal_ops may execute function public.evaluate_policy(text, text, uuid)
--   + patient may execute function public.evaluate_policy(text, text, uuid)
--   ~ public.simulate_policy is written, and runs with the rights of its owner
--   + authenticated may execute function public.simulate_policy(text, text, uuid, uuid, timestamp with time zone, inet, text)
--   ~ authz.record_at is written, and runs with the rights of its owner
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

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

-- authz.rules_of: the rules of one table, by the name that callers use. The name is looked up before it is called, so that
-- it can name nothing but rules.
create or replace function authz.rules_of(table_name text)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_name constant text := 'rules_' || regexp_replace(table_name, '^public[.]', '');
  v_rules jsonb;
begin
  if not exists (
    select
    from pg_catalog.pg_proc as p
    where p.pronamespace = 'authz'::regnamespace
      and p.proname = v_name
      and p.pronargs = 0
      and p.prorettype = 'jsonb'::regtype
  ) then
    raise exception 'no rules for this table'
      using errcode = 'CD012', hint = 'Name a table of the API that has an id, such as patients.';
  end if;
  execute format('select authz.%I()', v_name) into v_rules;
  return v_rules;
end
$$;
comment on function authz.rules_of(text) is
  'Access rules of a table of the API; CD012 for anything else. [N-07, N-08]';
alter function authz.rules_of(text) owner to cordon_definer;
revoke all on function authz.rules_of(text) from public;

-- authz.membership_at: what live_memberships and ops_members said of somebody at a moment: whose view asks for now.
create or replace function authz.membership_at(
  realm text, user_id uuid, organisation_id uuid, at timestamptz,
  out role text, out rank integer, out capabilities text[]
)
  returns record
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if realm = 'provider' then
    select m.role, m.rank, m.capabilities
      into role, rank, capabilities
      from public.organisation_members as m
      join public.organisations as o on o.id = m.organisation_id
     where m.organisation_id = membership_at.organisation_id
       and m.user_id = membership_at.user_id
       and m.accepted_at is not null
       and m.is_active
       and m.archived_at is null
       and (m.valid_until is null or m.valid_until > at)
       and o.archived_at is null;
  elsif realm = 'internal_ops' then
    select m.role, 0, '{}'
      into role, rank, capabilities
      from public.ops_members as m
     where m.user_id = membership_at.user_id
       and m.is_active
       and m.archived_at is null;
  end if;
end
$$;
comment on function authz.membership_at(text, uuid, uuid, timestamptz) is
  'Role, rank and capabilities of a user at a moment, NULL where there is no live membership. [N-16, N-44]';
alter function authz.membership_at(text, uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.membership_at(text, uuid, uuid, timestamptz) from public;

-- authz.is_of_audience: whether a rule speaks of this role. A realm without roles has one audience, all of it.
create or replace function authz.is_of_audience(rule jsonb, role text, capabilities text[])
  returns boolean
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  if rule ->> 'realm' not in ('provider', 'internal_ops') then
    return true;
  end if;
  return role is not null
    and (rule -> 'roles' = '[]' or rule -> 'roles' ? role)
    and rule -> 'capabilities' <@ to_jsonb(capabilities);
end
$$;
comment on function authz.is_of_audience(jsonb, text, text[]) is
  'Whether a rule admits a role with these capabilities; no role is admitted by none. [N-04]';
revoke all on function authz.is_of_audience(jsonb, text, text[]) from public;
grant execute on function authz.is_of_audience(jsonb, text, text[]) to cordon_definer;

-- authz.verdict: the shape of neonpro's PolicyEvaluationResult, in one place.
create or replace function authz.verdict(
  allowed boolean, reason text, conditions jsonb, audit_required boolean, emergency_access boolean
)
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return jsonb_build_object(
    'allowed', allowed, 'reason', reason, 'conditions', conditions,
    'auditRequired', audit_required, 'emergencyAccess', emergency_access
  );
end
$$;
comment on function authz.verdict(boolean, text, jsonb, boolean, boolean) is
  'Builds a PolicyEvaluationResult. [N-08]';
revoke all on function authz.verdict(boolean, text, jsonb, boolean, boolean) from public;
grant execute on function authz.verdict(boolean, text, jsonb, boolean, boolean) to cordon_definer;

-- authz.records_of: what decisions about a row depend on, and nothing else of it: once for each organisation that has a row of
-- this id and that the caller reaches, since an id names a row within its organisation alone. Staff are given rows of their
-- organisation; a patient those of where they have an account. Whoever names an organisation is given rows of it, in every
-- realm. Names come from the rules, never from the caller.
create or replace function authz.records_of(rules jsonb, id uuid, realm text, user_id uuid, organisation_id uuid)
  returns setof jsonb
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_reach text := '';
begin
  if rules ->> 'tenantKey' is not null then
    v_reach := format(
      case realm
        when 'provider' then 'and t.%1$I = $2'
        when 'patient' then
          'and (t.%1$I = $2 or $2 is null)
           and exists (select from authz.live_patient_accounts as a where a.organisation_id = t.%1$I and a.user_id = $3)'
        else 'and (t.%1$I = $2 or $2 is null)'
      end || ' order by t.%1$I',
      rules ->> 'tenantKey'
    );
  end if;
  return query execute format(
    'select jsonb_build_object(%s) from %I.%I as t where t.%I = $1 %s',
    (select string_agg(format('%L, t.%I', c.name, c.name), ', ') from jsonb_array_elements_text(rules -> 'columns') as c (name)),
    rules ->> 'schema', rules ->> 'table', rules ->> 'rowKey', v_reach
  ) using records_of.id, records_of.organisation_id, records_of.user_id;
end
$$;
comment on function authz.records_of(jsonb, uuid, text, uuid, uuid) is
  'The columns that decisions depend on, of each row of an id that the callers realm and organisation reach, by organisation. [N-08, S-29]';
alter function authz.records_of(jsonb, uuid, text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.records_of(jsonb, uuid, text, uuid, uuid) from public;

-- authz.judge: what the rules say of one record for one caller, with the verdict of every condition: of the rules that admit
-- them, the one that comes closest.
create or replace function authz.judge(
  rules jsonb, record jsonb, operation text, realm text, user_id uuid, role text, rank integer, capabilities text[],
  organisation_id uuid, at timestamptz, address inet, purpose text
)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rule jsonb;
  v_conditions jsonb;
  v_emergency boolean;
  v_missing integer;
  v_usual integer;
  v_fewest integer;
  v_answer jsonb;
  v_word text;
  v_holds boolean;
begin
  if rules -> 'tenantKey' = 'null' then
    -- Without a tenant the fence is a rule of its own; outside it there is nothing to find.
    for v_word in select w from jsonb_array_elements_text(coalesce(rules -> 'fence' -> realm, '["none"]')) as w loop
      if not authz.condition_holds(v_word, rules, record, user_id, organisation_id, rank, at) then
        return authz.verdict(false, 'not found', '[]', false, false);
      end if;
    end loop;
  end if;

  <<each_rule>>
  for v_rule in select r from jsonb_array_elements(rules -> 'rules') as r loop
    continue when v_rule ->> 'realm' <> realm or v_rule ->> 'operation' <> operation
      or not authz.is_of_audience(v_rule, role, capabilities);
    v_conditions := '[{"condition": "role", "satisfied": true}]';
    v_missing := 0;
    v_usual := 0;
    for v_word in select w from jsonb_array_elements_text(v_rule -> 'conditions') as w loop
      v_holds := authz.condition_holds(v_word, rules, record, user_id, organisation_id, rank, at);
      -- A row that is somebody else's, or protected from the role, is not there: this rule says nothing of it.
      continue each_rule when not v_holds and v_word in ('own_patient', 'own_organisation', 'own_user', 'unsegmented', 'financial', 'attached', 'handed_over');
      v_conditions := v_conditions || jsonb_build_object('condition', v_word, 'satisfied', v_holds);
      if v_word = 'treating' or v_word like 'consent:%' then
        v_usual := v_usual + (not v_holds)::integer;
      else
        v_missing := v_missing + (not v_holds)::integer;
      end if;
    end loop;
    if v_rule -> 'hours' <> 'null' then
      v_holds := authz.is_within_hours(
        organisation_id, array(select h::integer from jsonb_array_elements_text(v_rule -> 'hours') as h), at
      );
      v_conditions := v_conditions || jsonb_build_object('condition', 'hours', 'satisfied', v_holds);
      v_usual := v_usual + (not v_holds)::integer;
    end if;
    if (v_rule ->> 'network')::boolean then
      v_holds := authz.is_within_networks(organisation_id, address);
      v_conditions := v_conditions || jsonb_build_object('condition', 'network', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if v_rule -> 'purposes' <> '[]' then
      v_holds := purpose is null or v_rule -> 'purposes' ? purpose;
      v_conditions := v_conditions || jsonb_build_object('condition', 'purpose', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    v_emergency := false;
    if (v_rule ->> 'emergencyBypass')::boolean then
      v_holds := authz.condition_holds('emergency', rules, record, user_id, organisation_id, rank, at);
      v_conditions := v_conditions || jsonb_build_object('condition', 'emergency', 'satisfied', v_holds);
      v_emergency := v_holds and v_usual > 0;
    end if;
    if operation = 'UPDATE' then
      -- An UPDATE that names its rows sees only what SELECT shows.
      v_holds := (
        authz.judge(
          rules, record, 'SELECT', realm, user_id, role, rank, capabilities, organisation_id, at, address, purpose
        ) ->> 'allowed'
      )::boolean;
      v_conditions := v_conditions || jsonb_build_object('condition', 'readable', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if operation = 'UPDATE' and realm <> 'internal_ops' and rules ->> 'frozenBy' is not null then
      v_holds := record ->> (rules ->> 'frozenBy') is null;
      v_conditions := v_conditions || jsonb_build_object('condition', 'not_frozen', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    v_missing := v_missing + case when v_emergency then 0 else v_usual end;
    if v_answer is null or v_missing < v_fewest then
      v_fewest := v_missing;
      v_answer := authz.verdict(
        v_missing = 0,
        case
          when v_missing > 0 then 'not met: ' || (
            select string_agg(c ->> 'condition', ', ')
            from jsonb_array_elements(v_conditions) as c
            where not (c ->> 'satisfied')::boolean and c ->> 'condition' <> 'emergency'
          )
          when v_emergency then 'emergency access'
          else 'allowed'
        end,
        v_conditions,
        v_rule ->> 'auditLevel' <> 'basic' or v_emergency,
        v_missing = 0 and v_emergency
      );
    end if;
  end loop;
  return coalesce(v_answer, authz.verdict(false, 'not found', '[]', false, false));
end
$$;
comment on function authz.judge(jsonb, jsonb, text, text, uuid, text, integer, text[], uuid, timestamptz, inet, text) is
  'PolicyEvaluationResult of one record: allowed, reason, conditions with verdicts, auditRequired, emergencyAccess. [N-08, N-44]';
revoke all on function authz.judge(jsonb, jsonb, text, text, uuid, text, integer, text[], uuid, timestamptz, inet, text) from public;
grant execute on function authz.judge(jsonb, jsonb, text, text, uuid, text, integer, text[], uuid, timestamptz, inet, text) to cordon_definer;

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

-- public.evaluate_policy: why the caller may, or may not, do something with a row. It decides nothing: policies do. The
-- realm is the role that the session runs as, which a definer function still finds in the setting.
create or replace function public.evaluate_policy(table_name text, operation text, id uuid)
  returns jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant text := case current_setting('role')
    when 'authenticated' then 'provider'
    when 'internal_ops' then 'internal_ops'
    when 'patient' then 'patient'
  end;
  v_user_id constant uuid := authz.user_id();
begin
  -- Of what they name, whoever has no session learns as much as anybody: whether it is a table with rules, and an operation.
  if v_user_id is null and authz.rules_of(table_name) is not null and operation in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') then
    return authz.verdict(false, 'no live session', '[{"condition": "session", "satisfied": false}]', false, false);
  end if;
  return authz.simulate(
    table_name, operation, id, coalesce(v_realm, 'none'), v_user_id,
    case when v_realm = 'provider' then authz.organisation_id() end, authz.now(), authz.client_address(), authz.purpose()
  );
end
$$;
comment on function public.evaluate_policy(text, text, uuid) is
  'Whether the caller may SELECT, INSERT (a row like this one), UPDATE or DELETE a row, with reason and the verdict of each condition; another tenant''s row is not found. CD012 for an unknown table or operation. [N-08]';
alter function public.evaluate_policy(text, text, uuid) owner to cordon_definer;
revoke all on function public.evaluate_policy(text, text, uuid) from public;
grant execute on function public.evaluate_policy(text, text, uuid) to authenticated, internal_ops, patient;

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

-- authz.record_at: what decisions about a row depend on, with the consents of a moment in the past, and whether a user treated the patient at it: by
-- what somebody had written down by then, whatever start they gave it, or what the server imported, also where it was put away since. What a row
-- carries (treatment_consent_until) holds today, also of who consented since, and no more of who has withdrawn. A consent that was called a mistake
-- opened the chart until it was called one: who read under it did so by what stood there, and a patient who says so later does not undo that.
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
                            case when c.status in ('expired', 'entered_in_error') then c.last_status_change_at end, 'infinity'
                          )
                        )
                 from public.consents as c
                 where c.organisation_id = (record ->> (rules ->> 'tenantKey'))::uuid
                   and c.patient_id = (record ->> (rules ->> 'patientKey'))::uuid
                   and c.purpose || '_consent_until' = k.name
                   and c.given_at <= at
                   and c.status in ('active', 'withdrawn', 'expired', 'entered_in_error')
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

revoke create on schema authz, public from cordon_definer;

-- migrate:down
