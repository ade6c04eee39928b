-- migrate:up
-- Why: a policy's scalar verified the token in four calls, and treated patients were found without an index
-- Access: +1 grant, 4 changed, 8 definer functions
--   ~ authz.caller is written, and runs with the rights of its owner
--   ~ authz.organisation_for is written, and runs with the rights of its owner
--   ~ authz.emergency_patients is written, and runs with the rights of its owner
--   ~ authz.user_id is written, and runs with the rights of its owner
--   ~ authz.reachable_patients is written, and runs with the rights of its owner
--   + authenticated may execute function authz.reachable_patients()
--   ~ authz.treated_patients is written, and runs with the rights of its owner
--   ~ public.open_emergency_access is written, and runs with the rights of its owner
--   ~ public.review_emergency_access is written, and runs with the rights of its owner
--   ~ policy provider_select on public.medical_record_details
--   ~ policy provider_update on public.medical_record_details
--   ~ policy provider_select on public.medical_records
--   ~ policy provider_update on public.medical_records
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.medical_record_details
--   ACCESS EXCLUSIVE public.medical_records
--   SHARE public.patients

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What every policy on patients asks stands in the index: a count or a page of one's own tenant reads no table.
-- In one transaction with the rest: before 1.0 no deployment has a table on which it takes longer than the lock_timeout above.
-- squawk-ignore require-concurrent-index-deletion
drop index public.patients_organisation_id_created_at_idx;
-- squawk-ignore require-concurrent-index-creation
create index patients_organisation_id_created_at_idx
  on public.patients (organisation_id, created_at desc) include (status, archived_at);

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.caller: who calls, verified, and the organisation that they ask to act in, not verified. Every scalar of every policy begins here,
-- so it is one function with one subtransaction: a claims, a session and an organisation reader of their own cost 20 µs more a call.
--
-- Identity comes from the verified token's claims alone (never user_metadata, never the legacy request.jwt.claim.* settings, which
-- auth.uid() still prefers). No user where the token opens nothing: no subject, an anonymous sign-in, a password-recovery link (S-14),
-- a session that has ended, or no session where the deployment demands one.
--
-- The organisation only ever chooses among live memberships, so a forged value opens nothing: it is looked up, not believed.
-- Order: setting (SQL clients; app.current_clinic_id is neonpro's name), header (HTTP), token (default of the login).
create or replace function authz.caller(out user_id uuid, out session_id uuid, out organisation_id uuid)
  language plpgsql
  stable
  parallel restricted
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
comment on function authz.caller() is
  'User and session if the token still opens anything, and the organisation asked for; else NULL. Malformed claims deny with CD001, a malformed choice with CD002. [N-11, N-12, N-16, N-23, S-13, S-14]';
alter function authz.caller() owner to cordon_definer;
revoke all on function authz.caller() from public;

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

-- authz.subject: whom the token names, not verified. For what decides nothing (the array that finds rows by index), and for what has
-- verified the caller in the same call: a second verification costs as much as the first.
create or replace function authz.subject()
  returns uuid
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid;
exception
  when data_exception or program_limit_exceeded then -- authz.caller says what is wrong with it
    return null;
end
$$;
comment on function authz.subject() is
  'User that the claims name, unverified; NULL where illegible. Decides nothing. [N-11]';
alter function authz.subject() owner to cordon_definer;
revoke all on function authz.subject() from public;

-- authz.emergency_patients: for whom the caller broke the glass. Empty for almost everybody almost always.
create or replace function authz.emergency_patients()
  returns text[]
  language plpgsql
  stable
  parallel restricted
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
  return (authz.caller()).user_id;
end
$$;

-- authz.reachable_patients: the index condition of what asks for a care relationship or for broken glass. Too many on purpose: of every
-- organisation of the user, not verified. What decides stands behind it in the policy and compares organisation and patient at once,
-- which no index on patient_id can answer.
create or replace function authz.reachable_patients()
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
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
comment on function authz.reachable_patients() is
  'Patients of any organisation whom the caller may treat or hold an emergency grant for: finds rows by index, decides nothing. [N-31]';
alter function authz.reachable_patients() owner to cordon_definer;
revoke all on function authz.reachable_patients() from public;
grant execute on function authz.reachable_patients() to authenticated;

-- authz.treated_patients: the caller's patients, each with the organisation where they are theirs: a policy compares both at
-- once. The hours ride along: a call of their own would verify the token once more.
create or replace function authz.treated_patients(required_hours integer[])
  returns text[]
  language plpgsql
  stable
  parallel restricted
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

-- public.open_emergency_access: breaks the glass for one patient. Everything that would make it a habit is refused: no
-- reason, no second one while one awaits its review, no token without a session to trace it to. It counts from the next
-- transaction on, so that no rollback takes back the grant and keeps what was read.
create or replace function public.open_emergency_access(patient_id uuid, reason text, minutes integer default 60)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{doctor,nurse}', '{}'), authz.organisation_for('{}', '{break_glass}')
  );
  v_opened_at constant timestamptz := authz.now();
  v_reason constant text := btrim(reason, E' \t\n\r\f\u000b\u00a0\u2007\u200b\u202f\u3000\ufeff');
  v_grant_id uuid;
begin
  if v_organisation_id is null or (authz.caller()).session_id is null then
    raise exception 'emergency access is not yours to open'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a doctor, a nurse or the capability break_glass, signed in with a session.';
  end if;
  if coalesce(length(v_reason), 0) not between 20 and 2000 then
    raise exception 'emergency access needs a reason'
      using errcode = 'CD009', hint = 'Say why, in 20 to 2000 characters: somebody else will review it.';
  end if;
  if minutes is null or minutes not between 1 and 60 then
    raise exception 'emergency access lasts from 1 to 60 minutes'
      using errcode = 'CD009', hint = 'Give minutes between 1 and 60.';
  end if;
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = open_emergency_access.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if authz.refuses_emergency(v_organisation_id, open_emergency_access.patient_id, v_user_id) then
    raise exception 'the patient has refused emergency access'
      using errcode = 'CD009', hint = 'An explicit refusal holds in an emergency too.';
  end if;

  -- The unique index lets one of two at once through; the other waits for it and is refused.
  insert into public.emergency_access_grants as g (organisation_id, patient_id, user_id, opened_at, expires_at)
  values (
    v_organisation_id, open_emergency_access.patient_id, v_user_id,
    v_opened_at, v_opened_at + make_interval(mins => minutes)
  )
  on conflict do nothing
  returning g.id into v_grant_id;
  if v_grant_id is null then
    raise exception 'an emergency access of yours awaits its review'
      using errcode = 'CD009', hint = 'Ask a clinic_admin or the privacy officer to review it.';
  end if;
  insert into public.emergency_access_reasons (organisation_id, id, patient_id, reason)
  values (v_organisation_id, v_grant_id, open_emergency_access.patient_id, v_reason);
  return v_grant_id;
end
$$;

-- public.review_emergency_access: four eyes. Who broke the glass never judges it, whatever else they are; a review ends
-- what still runs, because nobody waits an hour to stop a snooper.
create or replace function public.review_emergency_access(grant_id uuid, outcome text, note text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}')
  );
  v_note constant text := btrim(note, E' \t\n\r\f\u000b\u00a0\u2007\u200b\u202f\u3000\ufeff');
  v_reviewed_at timestamptz;
begin
  if v_organisation_id is null or (authz.caller()).session_id is null then
    raise exception 'emergency access is not yours to review'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a clinic_admin or the privacy officer, signed in with a session.';
  end if;
  if outcome is null or outcome not in ('justified', 'unjustified') then
    raise exception 'unknown outcome of a review'
      using errcode = 'CD009', hint = 'Use justified or unjustified.';
  end if;
  if coalesce(length(v_note), 0) not between 1 and 2000 then
    raise exception 'a review needs a note'
      using errcode = 'CD009', hint = 'Say what was found, in 1 to 2000 characters.';
  end if;
  update public.emergency_access_grants as g
     set review_outcome = outcome,
         reviewed_by_user_id = v_user_id,
         reviewed_at = clock_timestamp(),
         ended_at = coalesce(g.ended_at, least(g.expires_at, authz.now()))
   where g.organisation_id = v_organisation_id
     and g.id = grant_id
     and g.user_id <> v_user_id
     and g.review_outcome is null
     and g.archived_at is null
  returning g.reviewed_at into v_reviewed_at;
  if v_reviewed_at is null then
    raise exception 'emergency access not found'
      using errcode = 'CD010', hint = 'Name an unreviewed grant of somebody else in the current organisation.';
  end if;
  update public.emergency_access_reasons as r
     set review_note = v_note
   where r.organisation_id = v_organisation_id
     and r.id = grant_id;
  return v_reviewed_at;
end
$$;

revoke create on schema authz from cordon_definer;

comment on policy definer_select on authz.deployment_settings is
  'definer functions may read every row (authz.caller: whether a token without a session opens anything; authz.client_address: whose word counts). [N-12, S-13]';

alter policy provider_select on public.medical_record_details
  to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      (
        organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
        and treatment_consent_until > (select authz.now())
      )
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy provider_update on public.medical_record_details
  to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    and archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    and archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
  );

alter policy provider_select on public.medical_records
  to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{data_view,treatment}'))
    and (archived_at is null or archived_at = now())
    and patient_status = 'active'
    and (
      (
        organisation_id::text || patient_id::text = any ((select authz.treated_patients('{}'))::text[])
        and treatment_consent_until > (select authz.now())
      )
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{data_view,treatment}'))
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  );

alter policy provider_update on public.medical_records
  to authenticated
  using (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{treatment}'))
    and archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
    and patient_id = any ((select authz.reachable_patients())::uuid[])
  )
  with check (
    organisation_id = (select authz.organisation_within('{doctor,nurse}', '{}', null, true, '{treatment}'))
    and archived_at is null
    and patient_status = 'active'
    and (
      organisation_id::text || patient_id::text = any ((select authz.treated_patients(null))::text[])
      or organisation_id::text || patient_id::text = any ((select authz.emergency_patients())::text[])
    )
    and (
      is_segmented = false
      or organisation_id = (select authz.organisation_within('{doctor}', '{}', null, true, '{treatment}'))
    )
  );

drop function authz.chosen_organisation_id(jsonb);
drop function authz.claims();
drop function authz.live_user_id(jsonb);

-- migrate:down
