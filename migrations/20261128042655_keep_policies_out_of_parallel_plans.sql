-- migrate:up
-- Why: before PostgreSQL 17 a large read that was planned in parallel failed instead of reading the claims
-- Access: 20 definer functions
--   ~ authz.caller is written, and runs with the rights of its owner
--   ~ authz.client_address is written, and runs with the rights of its owner
--   ~ authz.organisation_for is written, and runs with the rights of its owner
--   ~ authz.organisation_id is written, and runs with the rights of its owner
--   ~ authz.colleague_ids is written, and runs with the rights of its owner
--   ~ authz.emergency_patients is written, and runs with the rights of its owner
--   ~ authz.holds is written, and runs with the rights of its owner
--   ~ authz.user_id is written, and runs with the rights of its owner
--   ~ authz.is_operator is written, and runs with the rights of its owner
--   ~ authz.is_out_of_reach is written, and runs with the rights of its owner
--   ~ authz.is_own_patient is written, and runs with the rights of its owner
--   ~ authz.organisation_within is written, and runs with the rights of its owner
--   ~ authz.own_patient_ids is written, and runs with the rights of its owner
--   ~ authz.own_rank is written, and runs with the rights of its owner
--   ~ authz.patient_organisation_ids is written, and runs with the rights of its owner
--   ~ authz.reachable_patients is written, and runs with the rights of its owner
--   ~ authz.simulate is written, and runs with the rights of its owner
--   ~ authz.treated_patients is written, and runs with the rights of its owner
--   ~ public.evaluate_policy is written, and runs with the rights of its owner
--   ~ public.simulate_policy is written, and runs with the rights of its owner
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.caller: who calls, verified, and the organisation that they ask to act in, not verified. Every scalar of every policy begins here,
-- so it is one function with one subtransaction: a claims, a session and an organisation reader of their own cost 20 µs more a call.
--
-- Identity comes from the verified token's claims alone (never user_metadata, never the legacy request.jwt.claim.* settings, which
-- auth.uid() still prefers). No user where the token opens nothing: no subject, an anonymous sign-in, a password-recovery link (S-14),
-- a session that has ended, or no session where the deployment demands one.
--
-- The organisation only ever chooses among live memberships, so a forged value opens nothing: it is looked up, not believed.
-- PARALLEL UNSAFE, and so is whatever calls it: before PostgreSQL 17 a block with an exception handler fails under a parallel plan.
-- Order: setting (SQL clients; app.current_clinic_id is neonpro's name), header (HTTP), token (default of the login).
create or replace function authz.caller(out user_id uuid, out session_id uuid, out organisation_id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_reading text := 'claims';
  v_claims jsonb;
  v_organisation text;
  v_clinic text;
begin
  v_claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  if v_claims is null then
    return;
  end if;
  if jsonb_typeof(v_claims) <> 'object' then
    raise exception 'the token claims are not a JSON object'
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
  end if;
  if (v_claims ->> 'is_anonymous') = 'true'
    or (v_claims -> 'amr') @> '[{"method": "recovery"}]'
    or (v_claims -> 'amr') @> '["recovery"]'
  then
    return;
  end if;

  v_reading := 'subject';
  user_id := nullif(v_claims ->> 'sub', '')::uuid;
  session_id := nullif(v_claims ->> 'session_id', '')::uuid;
  if user_id is null
    or (session_id is not null and not authz.session_is_live(session_id, user_id))
    or (session_id is null and not exists (select from authz.deployment_settings as d where d.allow_sessionless_tokens))
  then
    user_id := null;
    session_id := null;
    return;
  end if;

  v_reading := 'organisation';
  v_organisation := nullif(current_setting('app.current_organisation_id', true), '');
  v_clinic := nullif(current_setting('app.current_clinic_id', true), '');
  if v_organisation::uuid <> v_clinic::uuid then
    raise exception 'app.current_organisation_id and app.current_clinic_id name two organisations'
      using errcode = 'CD002', hint = 'They are two names of one setting: set one of them.';
  end if;
  organisation_id := coalesce(
    v_organisation,
    v_clinic,
    nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-organisation-id', ''),
    nullif(v_claims -> 'app_metadata' ->> 'organisation_id', '')
  )::uuid;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, a number out of range, too deep
    if v_reading = 'organisation' then
      raise exception 'the chosen organisation is not a UUID'
        using errcode = 'CD002',
          hint = 'Give the organisation''s id in app.current_organisation_id or the header x-organisation-id.';
    end if;
    raise exception '%', case v_reading
        when 'claims' then 'the token claims are not valid JSON'
        else 'sub or session_id of the token is not a UUID'
      end
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
end
$$;

-- authz.client_address: where the caller connects from, read from the one header that the deployment trusts. A proxy
-- appends what it saw, so that only the last entry is its word; what stands before it is the client's own claim.
create or replace function authz.client_address()
  returns inet
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_header constant text := (select lower(d.trusted_address_header) from authz.deployment_settings as d);
  v_value text;
  v_address inet;
begin
  if v_header is null then
    return null;
  end if;
  v_value := nullif(current_setting('request.headers', true), '')::jsonb ->> v_header;
  v_value := trim(split_part(v_value, ',', -1));
  v_address := host(v_value::inet)::inet;
  -- An IPv4 address in IPv6 clothes is the same address.
  if v_address <<= inet '::ffff:0:0/96' then
    return inet '0.0.0.0' + (v_address - inet '::ffff:0:0');
  end if;
  return v_address;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not an address, a NUL escape, too deep
    return null;
end
$$;

-- authz.organisation_for: the scalar of every provider policy. One call a statement (InitPlan), one membership probe by
-- index; NULL denies, and "= NULL" scans nothing. plpgsql because its plan is cached (a sql function is planned anew
-- in every statement); STABLE because an IMMUTABLE one would serve another tenant's rows from a prepared statement.
create or replace function authz.organisation_for(required_roles text[], required_capabilities text[])
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_organisation_id uuid;
begin
  if v_caller.user_id is null then
    return null;
  end if;
  -- Nothing chosen: with exactly one live membership none is needed, with several the answer is no row.
  select case
           when count(*) = 1
             then (
               min(m.organisation_id::text) filter (
                 where (cardinality(required_roles) = 0 or m.role = any (required_roles))
                   and m.capabilities @> required_capabilities
               )
             )::uuid
         end
    into v_organisation_id
    from authz.live_memberships as m
   where m.user_id = v_caller.user_id
     and (v_caller.organisation_id is null or m.organisation_id = v_caller.organisation_id);
  return v_organisation_id;
end
$$;

-- authz.organisation_id: the scalar of a provider fence that names no audience.
create or replace function authz.organisation_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_for('{}', '{}');
end
$$;

-- authz.colleague_ids: whose profile a member may see. Former members count: their names stand under old records.
create or replace function authz.colleague_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(m.user_id)
      from public.organisation_members as m
      where m.organisation_id = authz.organisation_id()
        and m.accepted_at is not null
    ),
    '{}'
  );
end
$$;

-- authz.subject: whom the token names, not verified. For what decides nothing (the array that finds rows by index), and for what has
-- verified the caller in the same call: a second verification costs as much as the first.
create or replace function authz.subject()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid;
exception
  when data_exception or program_limit_exceeded then -- authz.caller says what is wrong with it
    return null;
end
$$;

-- authz.now: the moment that conditions are held against: of the statement, so that a transaction held open outlives
-- nothing. One place, so that tests can put a clock of their own here; nothing that a client sets can.
create or replace function authz.now()
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return statement_timestamp();
end
$$;

-- authz.emergency_patients: for whom the caller broke the glass. Empty for almost everybody almost always.
create or replace function authz.emergency_patients()
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{}'); -- verifies the subject
begin
  return array(
    select v_organisation_id::text || p.id::text
    from unnest(authz.emergency_of(v_organisation_id, authz.subject(), authz.now())) as p (id)
  );
end
$$;

-- authz.holds: the guard that opens each branch of a policy whose branches serve different audiences.
create or replace function authz.holds(required_roles text[], required_capabilities text[])
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_for(required_roles, required_capabilities) is not null;
end
$$;

-- authz.user_id: who is calling. Used by policies on rows that belong to one user, and by the stamp trigger.
create or replace function authz.user_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (authz.caller()).user_id;
end
$$;

-- authz.is_operator: the reach of realm internal_ops. A token's role opens the realm, a live row opens the data.
create or replace function authz.is_operator(required_roles text[])
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.ops_members as m
    where m.user_id = authz.user_id()
      and m.is_active
      and m.archived_at is null
      and (cardinality(required_roles) = 0 or m.role = any (required_roles))
  );
end
$$;

-- authz.is_out_of_reach: whether policies will refuse a write of the caller's to this organisation anyway. A BEFORE trigger
-- runs before the policy's check: one that looked at another tenant's rows, or waited for their locks, would tell of them.
create or replace function authz.is_out_of_reach(organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return current_setting('role') = 'authenticated'
    and is_out_of_reach.organisation_id is distinct from authz.organisation_id();
end
$$;

-- authz.is_own_patient: the exact pair behind the index condition of own_patient_ids.
create or replace function authz.is_own_patient(organisation_id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from authz.live_patient_accounts as a
    where a.organisation_id = is_own_patient.organisation_id
      and a.patient_id = is_own_patient.patient_id
      and a.user_id = authz.user_id()
  );
end
$$;

-- authz.purpose: what the caller says the data is for: the setting (set_context), else the header. Naming one narrows what
-- is seen; naming none leaves it to the other conditions.
create or replace function authz.purpose()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    nullif(current_setting('app.purpose', true), ''),
    nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-purpose', '')
  );
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    raise exception 'the request headers are not valid JSON'
      using errcode = 'CD002', hint = 'Set request.headers to a JSON object, or the purpose in app.purpose.';
end
$$;

-- authz.organisation_within: organisation_for, at these hours, from these networks and for these purposes. What does not depend on the row
-- stays inside the scalar: a boolean beside it would filter every row of the tenant instead.
create or replace function authz.organisation_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for(required_roles, required_capabilities);
begin
  if v_organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_organisation_id, required_hours, authz.now()))
    or (required_network and not authz.is_within_networks(v_organisation_id, authz.client_address()))
    or (cardinality(required_purposes) > 0 and authz.purpose() <> all (required_purposes))
  then
    return null;
  end if;
  return v_organisation_id;
end
$$;

-- authz.own_patient_ids: lets an index find the rows; authz.is_own_patient decides, since ids are unique only within
-- a tenant.
create or replace function authz.own_patient_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(distinct a.patient_id)
      from authz.live_patient_accounts as a
      where a.user_id = authz.user_id()
    ),
    '{}'
  );
end
$$;

-- authz.own_rank: what a caller may grant lies below it (N-05).
create or replace function authz.own_rank()
  returns smallint
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rank smallint;
begin
  select m.rank
    into v_rank
    from authz.live_memberships as m
   where m.organisation_id = authz.organisation_id()
     and m.user_id = authz.user_id();
  return v_rank;
end
$$;

-- authz.patient_organisation_ids: the fence of realm patient. A person may hold accounts at several clinics.
create or replace function authz.patient_organisation_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(distinct a.organisation_id)
      from authz.live_patient_accounts as a
      where a.user_id = authz.user_id()
    ),
    '{}'
  );
end
$$;

-- authz.reachable_patients: the index condition of what asks for a care relationship or for broken glass. Too many on purpose: of every
-- organisation of the user, not verified. What decides stands behind it in the policy and compares organisation and patient at once,
-- which no index on patient_id can answer.
create or replace function authz.reachable_patients()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_subject constant uuid := authz.subject();
  v_at constant timestamptz := authz.now();
begin
  return coalesce(
    (
      select array_agg(p.patient_id)
      from authz.live_memberships as m
      cross join lateral (
        select c.patient_id
        from public.care_relationships as c
        where c.organisation_id = m.organisation_id
          and c.user_id = m.user_id
          and c.archived_at is null
          and (c.ends_at is null or c.ends_at > v_at)
        union all
        select g.patient_id
        from public.emergency_access_grants as g
        where g.organisation_id = m.organisation_id
          and g.user_id = m.user_id
          and g.ended_at is null
          and g.expires_at > v_at
      ) as p
      where m.user_id = v_subject
    ),
    '{}'
  );
end
$$;

-- authz.simulate: what the rules say of one row for one caller, moment and address, with the verdict of every condition.
-- It says no more of a row than that it was not found, unless the caller''s role and realm reach it. STABLE, so that
-- PostgreSQL itself refuses it any write.
create or replace function authz.simulate(
  table_name text, operation text, id uuid, realm text, user_id uuid, organisation_id uuid, at timestamptz, address inet,
  purpose text
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
  v_tenant uuid;
  v_role text;
  v_rank integer;
  v_capabilities text[];
  v_record jsonb;
  v_rule jsonb;
  v_conditions jsonb;
  v_emergency boolean;
  v_missing integer;
  v_usual integer;
  v_fewest integer;
  v_answer jsonb;
  v_word text;
  v_holds boolean;
  v_audience boolean := false;
begin
  if operation not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') or operation is null then
    raise exception 'unknown operation'
      using errcode = 'CD012', hint = 'Use SELECT, INSERT, UPDATE or DELETE.';
  end if;
  select m.role, m.rank, m.capabilities
    into v_role, v_rank, v_capabilities
    from authz.membership_at(realm, user_id, organisation_id, at) as m;

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

  v_record := authz.record_of(v_rules, id, realm, user_id, organisation_id);
  if v_record is null then
    return authz.verdict(false, 'not found', '[]', false, false);
  end if;
  if v_rules -> 'tenantKey' = 'null' then
    -- Without a tenant the fence is a rule of its own; outside it there is nothing to find.
    for v_word in select w from jsonb_array_elements_text(coalesce(v_rules -> 'fence' -> realm, '["none"]')) as w loop
      if not authz.condition_holds(v_word, v_rules, v_record, user_id, organisation_id, v_rank, at) then
        return authz.verdict(false, 'not found', '[]', false, false);
      end if;
    end loop;
  end if;
  v_tenant := (v_record ->> (v_rules ->> 'tenantKey'))::uuid;

  <<rules>>
  for v_rule in select r from jsonb_array_elements(v_rules -> 'rules') as r loop
    continue when v_rule ->> 'realm' <> realm or v_rule ->> 'operation' <> operation
      or not authz.is_of_audience(v_rule, v_role, v_capabilities);
    v_conditions := '[{"condition": "role", "satisfied": true}]';
    v_missing := 0;
    v_usual := 0;
    for v_word in select w from jsonb_array_elements_text(v_rule -> 'conditions') as w loop
      v_holds := authz.condition_holds(v_word, v_rules, v_record, user_id, organisation_id, v_rank, at);
      -- A row that is somebody else's, or protected from the role, is not there: this rule says nothing of it.
      continue rules when not v_holds and v_word in ('own_patient', 'own_organisation', 'own_user', 'unsegmented', 'attached');
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
      v_holds := authz.condition_holds('emergency', v_rules, v_record, user_id, organisation_id, v_rank, at);
      v_conditions := v_conditions || jsonb_build_object('condition', 'emergency', 'satisfied', v_holds);
      v_emergency := v_holds and v_usual > 0;
    end if;
    if operation = 'UPDATE' then
      -- An UPDATE that names its rows sees only what SELECT shows.
      v_holds := (authz.simulate(table_name, 'SELECT', id, realm, user_id, organisation_id, at, address, purpose) ->> 'allowed')::boolean;
      v_conditions := v_conditions || jsonb_build_object('condition', 'readable', 'satisfied', v_holds);
      v_missing := v_missing + (not v_holds)::integer;
    end if;
    if operation = 'UPDATE' and realm <> 'internal_ops' and v_rules ->> 'frozenBy' is not null then
      v_holds := v_record ->> (v_rules ->> 'frozenBy') is null;
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

-- authz.treated_patients: the caller's patients, each with the organisation where they are theirs: a policy compares both at
-- once. The hours ride along: a call of their own would verify the token once more.
create or replace function authz.treated_patients(required_hours integer[])
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{}'); -- verifies the subject
begin
  if v_organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_organisation_id, required_hours, authz.now()))
  then
    return '{}';
  end if;
  return array(
    select v_organisation_id::text || p.id::text
    from unnest(authz.treated_by(v_organisation_id, authz.subject(), authz.now())) as p (id)
  );
end
$$;

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
begin
  return authz.simulate(
    table_name, operation, id, coalesce(v_realm, 'none'), authz.user_id(),
    case when v_realm = 'provider' then authz.organisation_id() end, authz.now(), authz.client_address(), authz.purpose()
  );
end
$$;

-- public.simulate_policy: the same answer for somebody else, at another moment, from another address: for who examines
-- access, within their organisation. Nothing is written, and nothing of the row is shown but verdicts.
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
  v_realm text := 'provider';
begin
  if v_organisation_id is null then
    raise exception 'simulations are not yours to run'
      using errcode = 'insufficient_privilege', hint = 'It takes the capability auditor or privacy_officer.';
  end if;
  if exists (
    select
    from authz.live_patient_accounts as a
    where a.organisation_id = v_organisation_id
      and a.user_id = simulate_policy.user_id
  ) then
    v_realm := 'patient';
  end if;
  return authz.simulate(
    table_name, operation, id, v_realm, simulate_policy.user_id, v_organisation_id,
    coalesce(at, authz.now()), address, purpose
  );
end
$$;

-- migrate:down
