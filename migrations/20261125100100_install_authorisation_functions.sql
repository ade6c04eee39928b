-- migrate:up
-- Why: who is calling, where they may act, and the trigger functions; before the tables, whose defaults and keys need them.
-- Access: +27 grants, 26 definer functions
--   + cordon_definer may execute function authz.chosen_organisation_id(jsonb)
--   + cordon_definer may execute function authz.claims()
--   ~ authz.session_is_live is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.session_is_live(uuid, uuid)
--   ~ authz.live_user_id is written, and runs with the rights of its owner
--   ~ authz.organisation_for is written, and runs with the rights of its owner
--   + authenticated may execute function authz.organisation_for(text[], text[])
--   ~ authz.organisation_id is written, and runs with the rights of its owner
--   + authenticated may execute function authz.organisation_id()
--   ~ authz.colleague_ids is written, and runs with the rights of its owner
--   + authenticated may execute function authz.colleague_ids()
--   ~ authz.holds is written, and runs with the rights of its owner
--   + authenticated may execute function authz.holds(text[], text[])
--   ~ authz.user_id is written, and runs with the rights of its owner
--   + authenticated may execute function authz.user_id()
--   + internal_ops may execute function authz.user_id()
--   + patient may execute function authz.user_id()
--   ~ authz.is_operator is written, and runs with the rights of its owner
--   + internal_ops may execute function authz.is_operator(text[])
--   ~ authz.is_out_of_reach is written, and runs with the rights of its owner
--   ~ authz.is_own_patient is written, and runs with the rights of its owner
--   + patient may execute function authz.is_own_patient(uuid, uuid)
--   ~ authz.lock_patient is written, and runs with the rights of its owner
--   ~ authz.own_patient_ids is written, and runs with the rights of its owner
--   + patient may execute function authz.own_patient_ids()
--   ~ authz.own_rank is written, and runs with the rights of its owner
--   + authenticated may execute function authz.own_rank()
--   ~ authz.patient_organisation_ids is written, and runs with the rights of its owner
--   + patient may execute function authz.patient_organisation_ids()
--   + authenticated may execute function authz.role_rank(text)
--   + internal_ops may execute function authz.role_rank(text)
--   + service_role may execute function authz.role_rank(text)
--   + cordon_definer may execute function authz.role_rank(text)
--   ~ authz.tg__patient_status is written, and runs with the rights of its owner
--   ~ authz.tg__stamp is written, and runs with the rights of its owner
--   ~ authz.tg__status_stamp is written, and runs with the rights of its owner
--   ~ authz.tg_consents__project is written, and runs with the rights of its owner
--   ~ authz.tg_organisation_members__accept is written, and runs with the rights of its owner
--   ~ authz.tg_patient_accounts__confirm is written, and runs with the rights of its owner
--   ~ authz.treatment_consent_until is written, and runs with the rights of its owner
--   ~ authz.tg_patient_clinical__consent is written, and runs with the rights of its owner
--   ~ authz.tg_patients__project is written, and runs with the rights of its owner
--   + authenticated may execute function authz.uuid_v7()
--   + internal_ops may execute function authz.uuid_v7()
--   + patient may execute function authz.uuid_v7()
--   + service_role may execute function authz.uuid_v7()
--   + cordon_definer may execute function authz.uuid_v7()
--   ~ public.accept_membership is written, and runs with the rights of its owner
--   + authenticated may execute function public.accept_membership(uuid)
--   ~ public.create_organisation is written, and runs with the rights of its owner
--   + internal_ops may execute function public.create_organisation(text, text, text, text, text, uuid)
--   ~ public.set_context is written, and runs with the rights of its owner
--   + authenticated may execute function public.set_context(uuid, text)
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.chosen_organisation_id: the organisation that the caller asks to act in. It only ever chooses among live
-- memberships (organisation_for checks), so a forged value opens nothing: it is looked up, not believed.
-- Order: setting (SQL clients; app.current_clinic_id is neonpro's name), header (HTTP), token (default of the login).
create or replace function authz.chosen_organisation_id(claims jsonb)
  returns uuid
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation constant text := nullif(current_setting('app.current_organisation_id', true), '');
  v_clinic constant text := nullif(current_setting('app.current_clinic_id', true), '');
begin
  if v_organisation::uuid <> v_clinic::uuid then
    raise exception 'app.current_organisation_id and app.current_clinic_id name two organisations'
      using errcode = 'CD002', hint = 'They are two names of one setting: set one of them.';
  end if;
  return coalesce(
    v_organisation,
    v_clinic,
    nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-organisation-id', ''),
    nullif(claims -> 'app_metadata' ->> 'organisation_id', '')
  )::uuid;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, a number out of range, too deep
    raise exception 'the chosen organisation is not a UUID'
      using errcode = 'CD002',
        hint = 'Give the organisation''s id in app.current_organisation_id or the header x-organisation-id.';
end
$$;
comment on function authz.chosen_organisation_id(jsonb) is
  'Organisation named by setting, header or token, unverified; malformed ones deny with CD002. [N-11, N-23]';
revoke all on function authz.chosen_organisation_id(jsonb) from public;
grant execute on function authz.chosen_organisation_id(jsonb) to cordon_definer;

-- authz.claims: the verified token's claims, the only source of identity (design: never user_metadata,
-- never the legacy request.jwt.claim.* settings, which auth.uid() still prefers).
create or replace function authz.claims()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims jsonb;
begin
  v_claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  if v_claims is not null and jsonb_typeof(v_claims) <> 'object' then
    raise exception 'the token claims are not a JSON object'
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
  end if;
  return v_claims;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, a number out of range, too deep
    raise exception 'the token claims are not valid JSON'
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
end
$$;
comment on function authz.claims() is
  'Claims of the caller''s token, NULL without one. Malformed claims deny with CD001. [N-11]';
revoke all on function authz.claims() from public;
grant execute on function authz.claims() to cordon_definer;

-- authz.session_is_live: a signed-out session's unexpired token opens nothing (S-13, N-16).
-- Owned by the migrating role, not by cordon_definer: on hosted Supabase no other role can be given USAGE on auth.
create or replace function authz.session_is_live(session_id uuid, user_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from auth.sessions as s
    join auth.users as u on u.id = s.user_id
    where s.id = session_is_live.session_id
      and s.user_id = session_is_live.user_id
      and (s.not_after is null or s.not_after > clock_timestamp())
      and u.deleted_at is null
      and (u.banned_until is null or u.banned_until <= clock_timestamp())
  );
end
$$;
comment on function authz.session_is_live(uuid, uuid) is
  'Whether auth.sessions still holds this session of this user, and the user is neither deleted nor banned. [S-13]';
revoke all on function authz.session_is_live(uuid, uuid) from public;
grant execute on function authz.session_is_live(uuid, uuid) to cordon_definer;

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

-- authz.organisation_for: the scalar of every provider policy. One call a statement (InitPlan), one membership probe by
-- index; NULL denies, and "= NULL" scans nothing. plpgsql because its plan is cached (a sql function is planned anew
-- in every statement); STABLE because an IMMUTABLE one would serve another tenant's rows from a prepared statement.
create or replace function authz.organisation_for(required_roles text[], required_capabilities text[])
  returns uuid
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := authz.claims();
  v_user_id constant uuid := authz.live_user_id(v_claims);
  v_chosen_id uuid;
  v_organisation_id uuid;
begin
  if v_user_id is null then
    return null;
  end if;

  v_chosen_id := authz.chosen_organisation_id(v_claims);
  if v_chosen_id is null then
    -- Nothing chosen: with exactly one live membership none is needed, with several the answer is no row.
    select case when count(*) = 1 then min(m.organisation_id::text)::uuid end
      into v_chosen_id
      from authz.live_memberships as m
     where m.user_id = v_user_id;
  end if;

  select m.organisation_id
    into v_organisation_id
    from authz.live_memberships as m
   where m.organisation_id = v_chosen_id
     and m.user_id = v_user_id
     and (cardinality(required_roles) = 0 or m.role = any (required_roles))
     and m.capabilities @> required_capabilities;
  return v_organisation_id;
end
$$;
comment on function authz.organisation_for(text[], text[]) is
  'Current organisation if the caller holds one of the roles (empty: any) and all capabilities there, else NULL. [S-02, N-04, N-16, N-22, N-31]';
alter function authz.organisation_for(text[], text[]) owner to cordon_definer;
revoke all on function authz.organisation_for(text[], text[]) from public;
grant execute on function authz.organisation_for(text[], text[]) to authenticated;

-- authz.organisation_id: the scalar of every provider fence.
create or replace function authz.organisation_id()
  returns uuid
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_for('{}', '{}');
end
$$;
comment on function authz.organisation_id() is
  'Organisation that the caller acts in by a live membership, else NULL. [S-02, N-22, N-23]';
alter function authz.organisation_id() owner to cordon_definer;
revoke all on function authz.organisation_id() from public;
grant execute on function authz.organisation_id() to authenticated;

-- authz.colleague_ids: whose profile a member may see. Former members count: their names stand under old records.
create or replace function authz.colleague_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
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
comment on function authz.colleague_ids() is
  'Users who are or were members of the current organisation. [S-02]';
alter function authz.colleague_ids() owner to cordon_definer;
revoke all on function authz.colleague_ids() from public;
grant execute on function authz.colleague_ids() to authenticated;

-- authz.holds: the guard that opens each branch of a policy whose branches serve different audiences.
create or replace function authz.holds(required_roles text[], required_capabilities text[])
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_for(required_roles, required_capabilities) is not null;
end
$$;
comment on function authz.holds(text[], text[]) is
  'Whether the caller holds one of the roles and all capabilities in the current organisation. [N-04, N-25]';
alter function authz.holds(text[], text[]) owner to cordon_definer;
revoke all on function authz.holds(text[], text[]) from public;
grant execute on function authz.holds(text[], text[]) to authenticated;

-- authz.user_id: who is calling. Used by policies on rows that belong to one user, and by the stamp trigger.
create or replace function authz.user_id()
  returns uuid
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.live_user_id(authz.claims());
end
$$;
comment on function authz.user_id() is
  'The live caller, NULL for anon, service and ended sessions. [N-11, N-16]';
alter function authz.user_id() owner to cordon_definer;
revoke all on function authz.user_id() from public;
grant execute on function authz.user_id() to authenticated, internal_ops, patient;

-- authz.is_operator: the reach of realm internal_ops. A token's role opens the realm, a live row opens the data.
create or replace function authz.is_operator(required_roles text[])
  returns boolean
  language plpgsql
  stable
  parallel restricted
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
comment on function authz.is_operator(text[]) is
  'Whether the caller is a live member of operations with one of the roles (empty: any). [N-16]';
alter function authz.is_operator(text[]) owner to cordon_definer;
revoke all on function authz.is_operator(text[]) from public;
grant execute on function authz.is_operator(text[]) to internal_ops;

-- authz.is_out_of_reach: whether policies will refuse a write of the caller's to this organisation anyway. A BEFORE trigger
-- runs before the policy's check: one that looked at another tenant's rows, or waited for their locks, would tell of them.
create or replace function authz.is_out_of_reach(organisation_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return current_setting('role') = 'authenticated'
    and is_out_of_reach.organisation_id is distinct from authz.organisation_id();
end
$$;
comment on function authz.is_out_of_reach(uuid) is
  'Whether staff write to another organisation than their current one, so that a trigger must not look. [S-04]';
alter function authz.is_out_of_reach(uuid) owner to cordon_definer;
revoke all on function authz.is_out_of_reach(uuid) from public;

-- authz.is_own_patient: the exact pair behind the index condition of own_patient_ids.
create or replace function authz.is_own_patient(organisation_id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
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
comment on function authz.is_own_patient(uuid, uuid) is
  'Whether the caller holds a live account for this patient of this organisation. [N-15]';
alter function authz.is_own_patient(uuid, uuid) owner to cordon_definer;
revoke all on function authz.is_own_patient(uuid, uuid) from public;
grant execute on function authz.is_own_patient(uuid, uuid) to patient;

-- authz.lock_patient: makes changes that project a patient's state onto other rows follow each other, until the
-- transaction ends. Without it, the later commit could carry the older answer. A row lock, not an advisory one: anybody
-- may take those by name, and they fill shared memory. READ COMMITTED only: an older snapshot would not see what the
-- lock waited for, and would leave a gate open for good.
create or replace function authz.lock_patient(organisation_id uuid, patient_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'this write has to run in READ COMMITTED'
      using errcode = 'CD007', hint = 'Begin the transaction without an isolation level.';
  end if;
  perform
  from public.patients as p
  where p.organisation_id = lock_patient.organisation_id
    and p.id = lock_patient.patient_id
  for no key update;
end
$$;
comment on function authz.lock_patient(uuid, uuid) is
  'Serialises the projections of one patient for the rest of the transaction; CD007 above READ COMMITTED. [N-27, N-45]';
alter function authz.lock_patient(uuid, uuid) owner to cordon_definer;
revoke all on function authz.lock_patient(uuid, uuid) from public;

-- authz.own_patient_ids: lets an index find the rows; authz.is_own_patient decides, since ids are unique only within
-- a tenant.
create or replace function authz.own_patient_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
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
comment on function authz.own_patient_ids() is
  'Patients for whom the caller holds a live account, self or as guardian. [N-15]';
alter function authz.own_patient_ids() owner to cordon_definer;
revoke all on function authz.own_patient_ids() from public;
grant execute on function authz.own_patient_ids() to patient;

-- authz.own_rank: what a caller may grant lies below it (N-05).
create or replace function authz.own_rank()
  returns smallint
  language plpgsql
  stable
  parallel restricted
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
comment on function authz.own_rank() is
  'Rank of the caller''s role in the current organisation, NULL without a membership. [N-05]';
alter function authz.own_rank() owner to cordon_definer;
revoke all on function authz.own_rank() from public;
grant execute on function authz.own_rank() to authenticated;

-- authz.patient_organisation_ids: the fence of realm patient. A person may hold accounts at several clinics.
create or replace function authz.patient_organisation_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
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
comment on function authz.patient_organisation_ids() is
  'Organisations where the caller holds a live patient account. [N-15]';
alter function authz.patient_organisation_ids() owner to cordon_definer;
revoke all on function authz.patient_organisation_ids() from public;
grant execute on function authz.patient_organisation_ids() to patient;

-- authz.role_rank: who stands above whom (N-05, N-13). Rank decides escalation, never access to data:
-- a clinic_admin outranks a doctor and still may not read a diagnosis.
create or replace function authz.role_rank(role_name text)
  returns smallint
  language sql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select case role_name
    when 'admin' then 100
    when 'clinic_admin' then 90
    when 'doctor' then 80
    when 'nurse' then 70
    when 'assistant' then 60
    when 'receptionist' then 50
    when 'patient' then 10
    when 'anonymous' then 0
  end::smallint
$$;
comment on function authz.role_rank(text) is
  'Rank of a role, 100 to 0; NULL for a name that is no role. [N-05, N-13]';
revoke all on function authz.role_rank(text) from public;
grant execute on function authz.role_rank(text)
  to authenticated, internal_ops, service_role, cordon_definer;

-- authz.tg__patient_status: what is known of a patient is hidden with the patient (N-27). The status stands on the row
-- itself, because a policy may not join; nobody else writes it. Argument: the column that names the patient.
create or replace function authz.tg__patient_status()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  if authz.is_out_of_reach(new.organisation_id) then
    new.patient_status := 'archived';
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, v_patient_id);
  end if;
  -- A patient that does not exist counts as archived: the foreign key refuses it for who gets past the policy.
  new.patient_status := coalesce(
    (
      select case when p.archived_at is null then p.status else 'archived' end
      from public.patients as p
      where p.organisation_id = new.organisation_id
        and p.id = v_patient_id
    ),
    'archived'
  );
  return new;
end
$$;
comment on function authz.tg__patient_status() is
  'Recomputes patient_status on every write: a value sent by anyone is ignored. [N-27]';
alter function authz.tg__patient_status() owner to cordon_definer;
revoke all on function authz.tg__patient_status() from public;

-- authz.tg__stamp: who did what and when, on every row and every path; what a client sends is overwritten (S-16).
-- Definer, because callers have no USAGE on authz. archived_at is the transaction's time, not the clock's: policies
-- show a row archived by the running transaction, since PostgreSQL holds an updated row against the SELECT policy.
create or replace function authz.tg__stamp()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
begin
  new.updated_at := clock_timestamp();
  new.updated_by_user_id := v_user_id;
  new.actor_kind := case when v_user_id is null then 'system' else 'user' end;

  if tg_op = 'INSERT' then
    new.created_at := new.updated_at;
    new.created_by_user_id := v_user_id;
    new.archived_at := null;
    new.archived_by_user_id := null;
    return new;
  end if;

  new.created_at := old.created_at;
  new.created_by_user_id := old.created_by_user_id;
  if new.archived_at is null then
    new.archived_by_user_id := null;
  elsif old.archived_at is null then
    new.archived_at := now();
    new.archived_by_user_id := v_user_id;
  else
    new.archived_at := old.archived_at;
    new.archived_by_user_id := old.archived_by_user_id;
  end if;
  return new;
end
$$;
comment on function authz.tg__stamp() is
  'Stamps created_*, updated_*, archived_* and actor_kind; client values are ignored. [S-16]';
alter function authz.tg__stamp() owner to cordon_definer;
revoke all on function authz.tg__stamp() from public;

-- authz.tg__status_stamp: when and by whom a status last flipped. No column list on its trigger: "update of status"
-- misses a flip made by another trigger. A forged stamp without a flip is reverted.
create or replace function authz.tg__status_stamp()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' or new.status is distinct from old.status then
    new.last_status_change_at := clock_timestamp();
    new.last_status_change_by_user_id := authz.user_id();
  else
    new.last_status_change_at := old.last_status_change_at;
    new.last_status_change_by_user_id := old.last_status_change_by_user_id;
  end if;
  return new;
end
$$;
comment on function authz.tg__status_stamp() is
  'Stamps last_status_change_* when status flips, by any path. [S-16]';
alter function authz.tg__status_stamp() owner to cordon_definer;
revoke all on function authz.tg__status_stamp() from public;

-- authz.tg__tenant: a row never changes its tenant (S-03), and who bypasses row-level security must say which
-- tenant is meant (S-05). Invoker, with built-ins only: row_security_active() must be asked for the caller.
create or replace function authz.tg__tenant()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and new.organisation_id is distinct from old.organisation_id then
    raise exception 'a row of % never changes its organisation', tg_argv[0]
      using errcode = 'CD003', hint = 'Create a new row in the other organisation.';
  end if;
  if not row_security_active(tg_relid)
    and lower(nullif(current_setting('app.pinned_organisation_id', true), '')) is distinct from new.organisation_id::text
  then
    raise exception 'a write to % that bypasses row-level security is not pinned to the organisation of the row', tg_argv[0]
      using errcode = 'CD004',
        hint = 'select set_config(''app.pinned_organisation_id'', <organisation id>, true) in the same transaction.';
  end if;
  return new;
end
$$;
comment on function authz.tg__tenant() is
  'Keeps organisation_id unchanged and demands a pin of roles that bypass RLS. Argument: the table''s name. [S-03, S-05]';
revoke all on function authz.tg__tenant() from public;

-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(new.organisation_id, new.patient_id);
  update public.patient_clinical as p
     set treatment_consent_until = null -- computed by the row's own trigger, the one place that does
   where p.organisation_id = new.organisation_id
     and p.id = new.patient_id;
  return null;
end
$$;
comment on function authz.tg_consents__project() is
  'Keeps patient_clinical.treatment_consent_until equal to the consents of the patient. [N-45, N-50]';
alter function authz.tg_consents__project() owner to cordon_definer;
revoke all on function authz.tg_consents__project() from public;

-- authz.tg_consents__transition: proposed -> active -> withdrawn | expired; proposed -> rejected; a mistake becomes
-- entered_in_error. Terminal states are immutable. What was consented to never changes: consent again instead.
create or replace function authz.tg_consents__transition()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    if (new.patient_id, new.purpose, new.legal_basis, new.break_glass_allowed, new.expires_at)
      is distinct from (old.patient_id, old.purpose, old.legal_basis, old.break_glass_allowed, old.expires_at)
    then
      raise exception 'the terms of a consent never change'
        using errcode = 'CD005', hint = 'Withdraw it and record a new consent.';
    end if;
    if new.status is distinct from old.status
      and (old.status, new.status) not in (
        ('proposed', 'active'), ('proposed', 'rejected'), ('proposed', 'entered_in_error'),
        ('active', 'withdrawn'), ('active', 'expired'), ('active', 'entered_in_error')
      )
    then
      raise exception 'a consent cannot go from % to %', old.status, new.status
        using errcode = 'CD005', hint = 'proposed: active, rejected; active: withdrawn, expired; the rest is final.';
    end if;
    new.withdrawn_at := case
      when new.status = 'withdrawn' and old.status <> 'withdrawn' then clock_timestamp()
      else old.withdrawn_at
    end;
  else
    new.withdrawn_at := null;
  end if;
  return new;
end
$$;
comment on function authz.tg_consents__transition() is
  'Holds a consent to its states and its terms unchanged; stamps withdrawn_at. [N-50]';
revoke all on function authz.tg_consents__transition() from public;

-- authz.tg_organisation_members__accept: nobody is made a member without agreeing. A clinic_admin of one clinic could
-- otherwise enrol another clinic's staff, who would then belong to two and, choosing none, see nothing; and read their
-- names. What the system imports counts as agreed.
create or replace function authz.tg_organisation_members__accept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
begin
  if tg_op = 'INSERT' then
    new.accepted_at := case when v_user_id is null then clock_timestamp() end;
  elsif old.accepted_at is not null then
    new.accepted_at := old.accepted_at;
  elsif new.accepted_at is not null then
    new.accepted_at := case when v_user_id is null or v_user_id = new.user_id then clock_timestamp() end;
  end if;
  return new;
end
$$;
comment on function authz.tg_organisation_members__accept() is
  'Stamps accepted_at for the member alone, or for the system; a value sent by anyone else is ignored. [N-22]';
alter function authz.tg_organisation_members__accept() owner to cordon_definer;
revoke all on function authz.tg_organisation_members__accept() from public;

-- authz.tg_organisations__tenant: what authz.tg__tenant does, for the table whose key is the tenant itself.
create or replace function authz.tg_organisations__tenant()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' and new.id is distinct from old.id then
    raise exception 'an organisation never changes its id'
      using errcode = 'CD003', hint = 'Create a new organisation.';
  end if;
  if not row_security_active(tg_relid)
    and lower(nullif(current_setting('app.pinned_organisation_id', true), '')) is distinct from new.id::text
  then
    raise exception 'a write to organisations that bypasses row-level security is not pinned to the organisation'
      using errcode = 'CD004',
        hint = 'select set_config(''app.pinned_organisation_id'', <organisation id>, true) in the same transaction.';
  end if;
  return new;
end
$$;
comment on function authz.tg_organisations__tenant() is
  'Keeps the id of an organisation unchanged and demands a pin of roles that bypass RLS. [S-03, S-05]';
revoke all on function authz.tg_organisations__tenant() from public;

-- authz.tg_patient_accounts__confirm: a portal account opens a chart, so two members open it: who creates it cannot
-- confirm it (reception alone, with a friend's login, could otherwise consent in a patient's name). An end is final.
create or replace function authz.tg_patient_accounts__confirm()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
begin
  if tg_op = 'INSERT' then
    new.confirmed_at := case when v_user_id is null then clock_timestamp() end;
    new.confirmed_by_user_id := null;
    new.revoked_at := case when v_user_id is null then new.revoked_at end;
    return new;
  end if;

  if old.confirmed_at is not null then
    new.confirmed_at := old.confirmed_at;
    new.confirmed_by_user_id := old.confirmed_by_user_id;
  elsif new.confirmed_at is not null then
    if v_user_id = old.created_by_user_id then
      raise exception 'who created a portal account cannot confirm it'
        using errcode = 'CD008', hint = 'Ask another clinic_admin, or let reception create it.';
    end if;
    new.confirmed_at := clock_timestamp();
    new.confirmed_by_user_id := v_user_id;
  else
    new.confirmed_by_user_id := null;
  end if;
  new.revoked_at := case
    when old.revoked_at is not null then old.revoked_at
    when new.revoked_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_patient_accounts__confirm() is
  'Stamps confirmed_* and revoked_at; the creator cannot confirm (CD008), and an end is final. [N-15]';
alter function authz.tg_patient_accounts__confirm() owner to cordon_definer;
revoke all on function authz.tg_patient_accounts__confirm() from public;

-- authz.treatment_consent_until: the moment up to which a patient's consent to treatment holds; the one definition
-- behind patient_clinical.treatment_consent_until. A consent without expiry holds until it is withdrawn.
create or replace function authz.treatment_consent_until(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select max(coalesce(c.expires_at, 'infinity'))
    from public.consents as c
    where c.organisation_id = treatment_consent_until.organisation_id
      and c.patient_id = treatment_consent_until.patient_id
      and c.purpose = 'treatment'
      and c.status = 'active'
      and c.archived_at is null
  );
end
$$;
comment on function authz.treatment_consent_until(uuid, uuid) is
  'Until when active consents to treatment hold, NULL without one. [N-45]';
alter function authz.treatment_consent_until(uuid, uuid) owner to cordon_definer;
revoke all on function authz.treatment_consent_until(uuid, uuid) from public;

-- authz.tg_patient_clinical__consent: the column is a projection; nobody else writes it. A row created after the
-- consent starts out with the right answer.
create or replace function authz.tg_patient_clinical__consent()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_out_of_reach(new.organisation_id) then
    new.treatment_consent_until := null;
    return new;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.id);
  end if;
  new.treatment_consent_until := authz.treatment_consent_until(new.organisation_id, new.id);
  return new;
end
$$;
comment on function authz.tg_patient_clinical__consent() is
  'Recomputes treatment_consent_until on every write: a value sent by anyone is ignored. [N-45]';
alter function authz.tg_patient_clinical__consent() owner to cordon_definer;
revoke all on function authz.tg_patient_clinical__consent() from public;

-- authz.tg_patients__project: hides and shows what is known of a patient together with the patient, in the same
-- transaction (N-27). Each row's own trigger computes the value, the one place that does.
create or replace function authz.tg_patients__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status is not distinct from old.status
    and (new.archived_at is null) = (old.archived_at is null)
  then
    return null;
  end if;

  perform authz.lock_patient(new.organisation_id, new.id);
  update public.patient_identity as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.id = new.id;
  update public.patient_clinical as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.id = new.id;
  update public.appointments as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.appointment_reasons as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.care_relationships as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.consents as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  update public.patient_accounts as t set patient_status = null
   where t.organisation_id = new.organisation_id and t.patient_id = new.id;
  return null;
end
$$;
comment on function authz.tg_patients__project() is
  'Keeps patient_status of everything that hangs on a patient equal to the patient''s. [N-27]';
alter function authz.tg_patients__project() owner to cordon_definer;
revoke all on function authz.tg_patients__project() from public;

-- authz.uuid_v7: a time-ordered key, so that rows created together lie together in (organisation_id, id).
-- PostgreSQL 18 has uuidv7(); this holds from 15 on. RFC 9562, section 5.7.
create or replace function authz.uuid_v7()
  returns uuid
  language plpgsql
  volatile
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_milliseconds constant bigint := floor(extract(epoch from clock_timestamp()) * 1000);
  v_bytes bytea := uuid_send(gen_random_uuid());
begin
  v_bytes := overlay(v_bytes placing substring(int8send(v_milliseconds) from 3) from 1 for 6);
  v_bytes := set_byte(v_bytes, 6, (get_byte(v_bytes, 6) & 15) | 112);
  return encode(v_bytes, 'hex')::uuid;
end
$$;
comment on function authz.uuid_v7() is
  'Time-ordered UUID version 7 (RFC 9562), the default of every id.';
revoke all on function authz.uuid_v7() from public;
grant execute on function authz.uuid_v7()
  to authenticated, internal_ops, patient, service_role, cordon_definer;

-- public.accept_membership: how an invited person becomes a member. Somebody else's organisation, one without an
-- invitation and one that does not exist get the same answer.
create or replace function public.accept_membership(organisation_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update public.organisation_members as m
     set accepted_at = clock_timestamp()
   where m.organisation_id = accept_membership.organisation_id
     and m.user_id = authz.user_id()
     and m.is_active
     and m.archived_at is null
     and (m.valid_until is null or m.valid_until > clock_timestamp())
     and m.accepted_at is null;
  if not found then
    raise exception 'invitation not found'
      using errcode = 'insufficient_privilege', hint = 'Ask a clinic_admin of the organisation to invite this login.';
  end if;
  return accept_membership.organisation_id;
end
$$;
comment on function public.accept_membership(uuid) is
  'Accepts the caller''s pending membership of an organisation; returns its id. 42501 without one. [N-22]';
alter function public.accept_membership(uuid) owner to cordon_definer;
revoke all on function public.accept_membership(uuid) from public;
grant execute on function public.accept_membership(uuid) to authenticated;

-- public.create_organisation: a tenant is born whole: organisation, settings and its first member, who has to accept.
-- Definer, because operations may insert no memberships otherwise: they would make anybody staff of any clinic.
create or replace function public.create_organisation(
  name text,
  kind text,
  country text,
  timezone text,
  regime text,
  first_member_user_id uuid
)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'only an admin of operations creates organisations'
      using errcode = 'insufficient_privilege', hint = 'Ask operations.';
  end if;

  insert into public.organisations (name, kind, country, timezone, regime)
  values (
    create_organisation.name, create_organisation.kind, create_organisation.country,
    create_organisation.timezone, create_organisation.regime
  )
  returning id into v_organisation_id;

  insert into public.organisation_settings (organisation_id) values (v_organisation_id);

  insert into public.organisation_members (organisation_id, user_id, role)
  values (v_organisation_id, create_organisation.first_member_user_id, 'clinic_admin');
  return v_organisation_id;
end
$$;
comment on function public.create_organisation(text, text, text, text, text, uuid) is
  'Creates an organisation with its settings and first clinic_admin; returns its id. Operations admin only (42501). [N-05]';
alter function public.create_organisation(text, text, text, text, text, uuid) owner to cordon_definer;
revoke all on function public.create_organisation(text, text, text, text, text, uuid) from public;
grant execute on function public.create_organisation(text, text, text, text, text, uuid) to internal_ops;

-- public.set_context: names the organisation and the purpose for the rest of the transaction (N-12, N-23). It grants
-- nothing: every statement looks the membership up again. Somebody else's organisation and one that does not exist get
-- the same answer.
create or replace function public.set_context(organisation_id uuid, purpose text default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
begin
  if v_user_id is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Sign in; a recovery link or an anonymous session is not enough.';
  end if;
  if not exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = set_context.organisation_id
      and m.user_id = v_user_id
  ) then
    raise exception 'organisation not found'
      using errcode = 'insufficient_privilege', hint = 'Choose an organisation where your membership is active.';
  end if;
  if purpose is not null and not exists (select from public.consent_purposes as p where p.purpose = set_context.purpose) then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;

  perform set_config('app.current_organisation_id', set_context.organisation_id::text, true);
  perform set_config('app.current_clinic_id', '', true);
  perform set_config('app.purpose', coalesce(set_context.purpose, ''), true);
  return set_context.organisation_id;
end
$$;
comment on function public.set_context(uuid, text) is
  'Chooses the organisation (and purpose) of this transaction among the caller''s live memberships; returns its id. 42501 without one, CD006 for an unknown purpose. [N-12, N-23]';
alter function public.set_context(uuid, text) owner to cordon_definer;
revoke all on function public.set_context(uuid, text) from public;
grant execute on function public.set_context(uuid, text) to authenticated;

revoke create on schema authz, public from cordon_definer;

-- migrate:down
