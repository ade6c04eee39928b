-- migrate:up
-- Why: a clinic_admin alone let anybody into a chart: no appointment, stay or colleague did
-- Access: +2 grants, +1 policy, 4 definer functions
--   ~ authz.tg_admissions__care is written, and runs with the rights of its owner
--   ~ authz.tg_appointments__care is written, and runs with the rights of its owner
--   ~ authz.tg_care_relationships__security is written, and runs with the rights of its owner
--   ~ public.assign_care is written, and runs with the rights of its owner
--   + authenticated may execute function public.assign_care(uuid, uuid, text, timestamp with time zone)
--   + policy definer_insert on public.care_relationships: insert to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (created_by_user_id, ground, ground_id), insert (8 columns), update (archived_at, ends_at) on public.care_relationships
--   widens: authz.security_event_keys(text), which 4 constraints ask, has another text
--   widens: authz.tg_admissions__care() is new, which 1 trigger asks
--   widens: authz.tg_appointments__care() is new, which 2 triggers ask
--   widens: authz.tg_care_relationships__security() is new, which 1 trigger asks
--   widens: clinic staff can now call public.assign_care(uuid, uuid, text, timestamp with time zone), which acts with the rights of cordon_definer
--   widens: clinic staff can now read public.care_relationships (ground, ground_id) too
--   widens: our definer functions can now add to public.care_relationships (8 of 17 columns), every row of every organisation
--   widens: our definer functions can now change public.care_relationships (ends_at, archived_at) too
--   widens: our definer functions can now read public.care_relationships (created_by_user_id, ground, ground_id) too
--   widens: patients can now read public.care_relationships (ground, ground_id) too
--   widens: the service role can now add to public.care_relationships (ground, ground_id) too
--   widens: the service role can now change public.care_relationships (ground, ground_id) too
--   widens: the service role can now read public.care_relationships (ground, ground_id) too
--   widens: the trigger _600_security now guards public.care_relationships
--   widens: the trigger _750_care now guards public.admissions
--   widens: the trigger _750_care now guards public.appointments
--   widens: the trigger _751_care now guards public.appointments
-- Locks: 3 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.care_relationships
--   SHARE ROW EXCLUSIVE public.admissions
--   SHARE ROW EXCLUSIVE public.appointments

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Both columns are filled by a constant: no table is rewritten. The next migration looks at the rows.
alter table public.care_relationships
  add column ground text not null default 'assignment',
  add column ground_id uuid,
  add constraint care_relationships_ground_check check (
    (ground = 'assignment' and ground_id is null) or (ground in ('appointment', 'admission') and ground_id is not null)
  ) not valid;
comment on column public.care_relationships.ground is
  'What the relationship comes from: assignment, appointment or admission.';
comment on column public.care_relationships.ground_id is
  'The appointment or stay that it comes from, and ends with; NULL for an assignment.';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.security_event_keys: the types of security events and what each must say. A table of constants, so that a CHECK can ask it. What has
-- no organisation (catalog, deployment, operator, key) stands in audit.deployment_events, all else in audit.security_events.
create or replace function authz.security_event_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'emergency_access.opened' then '{patient_id,expires_at}'
    when 'emergency_access.closed' then '{patient_id}'
    when 'emergency_access.reviewed' then '{patient_id,outcome}'
    when 'membership.granted' then '{user_id,role,capabilities}'
    when 'membership.accepted' then '{user_id}'
    when 'membership.role_changed' then '{user_id,from,to}'
    when 'membership.capabilities_changed' then '{user_id,from,to}'
    when 'membership.validity_changed' then '{user_id,from,to}'
    when 'membership.ended' then '{user_id}'
    when 'membership.resumed' then '{user_id}'
    when 'patient_account.proposed' then '{user_id,patient_id,relationship}'
    when 'patient_account.opened' then '{user_id,patient_id,relationship}'
    when 'patient_account.revoked' then '{user_id,patient_id,relationship}'
    when 'care_relationship.opened' then '{user_id,patient_id,ground,starts_at,ends_at}'
    when 'care_relationship.period_changed' then '{user_id,patient_id,from,to}'
    when 'care_relationship.archived' then '{user_id,patient_id}'
    when 'organisation.archived' then '{}'
    when 'organisation.restored' then '{archived_at,archived_by_user_id}'
    when 'organisation.regime_changed' then '{from,to}'
    when 'organisation.hours_changed' then '{from,to}'
    when 'organisation.timezone_changed' then '{from,to}'
    when 'organisation.kind_changed' then '{from,to}'
    when 'organisation.name_changed' then '{from,to}'
    when 'organisation.legal_bases_changed' then '{from,to}'
    when 'organisation.network_changed' then '{from,to}'
    when 'organisation.retention_changed' then '{from,to}'
    when 'chart.overwritten' then '{table,columns}'
    when 'payment.archived' then '{invoice_id,amount_minor,currency}'
    when 'payment.restored' then '{invoice_id,amount_minor,currency}'
    when 'medical_record.unprotected' then '{}'
    when 'frozen_write.suppressed' then '{event_id,what,operation}'
    when 'signed_form.terminated' then '{termination_sha256}'
    when 'data.exported' then '{kind}'
    when 'smart_insights.switched' then '{enabled}'
    when 'deployment.settings_changed' then '{from,to}'
    when 'key.rotated' then '{from,to}'
    when 'operator.granted' then '{role}'
    when 'operator.role_changed' then '{from,to}'
    when 'operator.ended' then '{role}'
    when 'operator.resumed' then '{role}'
    when 'catalog.ddl' then '{command}'
    when 'catalog.first_seen' then '{kind,from,to}'
    when 'catalog.trigger_added' then '{kind,from,to}'
    when 'catalog.trigger_changed' then '{kind,from,to}'
    when 'catalog.trigger_disabled' then '{kind,from,to}'
    when 'catalog.trigger_dropped' then '{kind,from,to}'
    when 'catalog.policy_added' then '{kind,from,to}'
    when 'catalog.policy_altered' then '{kind,from,to}'
    when 'catalog.policy_dropped' then '{kind,from,to}'
    when 'catalog.row_security_on' then '{kind,from,to}'
    when 'catalog.row_security_off' then '{kind,from,to}'
    when 'catalog.table_added' then '{kind,from,to}'
    when 'catalog.table_dropped' then '{kind,from,to}'
    when 'catalog.owner_added' then '{kind,from,to}'
    when 'catalog.owner_changed' then '{kind,from,to}'
    when 'catalog.owner_dropped' then '{kind,from,to}'
    when 'catalog.function_added' then '{kind,from,to}'
    when 'catalog.function_changed' then '{kind,from,to}'
    when 'catalog.function_dropped' then '{kind,from,to}'
    when 'catalog.rights_added' then '{kind,from,to}'
    when 'catalog.rights_changed' then '{kind,from,to}'
    when 'catalog.rights_dropped' then '{kind,from,to}'
    when 'catalog.view_added' then '{kind,from,to}'
    when 'catalog.view_changed' then '{kind,from,to}'
    when 'catalog.view_dropped' then '{kind,from,to}'
    when 'catalog.rule_added' then '{kind,from,to}'
    when 'catalog.rule_changed' then '{kind,from,to}'
    when 'catalog.rule_dropped' then '{kind,from,to}'
    when 'catalog.constraint_added' then '{kind,from,to}'
    when 'catalog.constraint_changed' then '{kind,from,to}'
    when 'catalog.constraint_dropped' then '{kind,from,to}'
    when 'catalog.event_trigger_added' then '{kind,from,to}'
    when 'catalog.event_trigger_changed' then '{kind,from,to}'
    when 'catalog.event_trigger_disabled' then '{kind,from,to}'
    when 'catalog.event_trigger_dropped' then '{kind,from,to}'
    when 'catalog.bypass_granted' then '{kind,from,to}'
    when 'catalog.bypass_revoked' then '{kind,from,to}'
    when 'catalog.membership_granted' then '{kind,from,to}'
    when 'catalog.membership_revoked' then '{kind,from,to}'
    when 'catalog.table_published' then '{kind,from,to}'
    when 'catalog.table_unpublished' then '{kind,from,to}'
  end;
end
$$;

-- authz.tg_admissions__care: who was let in for a stay is out three days after it, and has written its end by then; out at once where there was none.
create or replace function authz.tg_admissions__care()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
begin
  -- An older snapshot does not show what a colleague gave since, and would leave it open without an end.
  if current_setting('transaction_isolation') <> 'read committed' and exists (
    select
    from changed as a
    join before as b on b.organisation_id = a.organisation_id and b.id = a.id
    where (a.status, a.archived_at is null) is distinct from (b.status, b.archived_at is null)
  ) then
    perform authz.require_read_committed();
  end if;
  update public.care_relationships as c
     set ends_at = least(c.ends_at, v_now + case when a.archived_at is null then interval '3 days' else interval '0' end)
    from changed as a
    join before as b on b.organisation_id = a.organisation_id and b.id = a.id
   where c.organisation_id = a.organisation_id
     and c.patient_id = a.patient_id
     and c.ground = 'admission'
     and c.ground_id = a.id
     and (c.ends_at is null or c.ends_at > v_now)
     and c.archived_at is null
     and (a.status, a.archived_at is null) is distinct from (b.status, b.archived_at is null)
     and (a.status <> 'admitted' or a.archived_at is not null);
  return null;
end
$$;
comment on function authz.tg_admissions__care() is
  'Ends what assign_care gave for a stay three days after its end, and at once where it is archived; CD007 above READ COMMITTED. [N-21, S-17]';
alter function authz.tg_admissions__care() owner to cordon_definer;
revoke all on function authz.tg_admissions__care() from public;

-- authz.tg_appointments__care: whom reception books a patient with treats them around that time, from a day before, to read, until three days after, to
-- write down what was found. By the hand of who books, reception or a clinic_admin, and reads no chart by it. Whoever moves an appointment to
-- themselves, or to a later day, opens nothing: that takes who books. What no longer stands ends at once, whoever cancels it, with what was handed on; a
-- visit that is under way when its times are put right goes on, no longer than it would have, but by the hand of who books.
-- It waits half a second for a patient: who archives one holds them, and waits for the appointment that is held here. Then one is to ask again, before
-- the server would make either a deadlock's victim.
create or replace function authz.tg_appointments__care()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '500ms'
as $$
declare
  v_now constant timestamptz := authz.now();
  v_books_at uuid;
  v_booked uuid[];
begin
  -- The server imports what was, and opens nothing by it.
  if authz.acting_realm() = 'provider' then
    v_books_at := authz.organisation_for('{clinic_admin,receptionist}', '{}');
  end if;
  if tg_op = 'UPDATE' then
    -- An older snapshot does not show what was opened since, and would leave it.
    if current_setting('transaction_isolation') <> 'read committed' and exists (
      select
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      where (a.status, a.archived_at is null, a.professional_user_id, a.starts_at, a.ends_at)
        is distinct from (b.status, b.archived_at is null, b.professional_user_id, b.starts_at, b.ends_at)
    ) then
      perform authz.require_read_committed();
    end if;
    -- A visit of a month opens a chart for no month.
    update public.care_relationships as c
       set ends_at = case
             when a.organisation_id = v_books_at and c.user_id = a.professional_user_id then v.ends_at
             else least(c.ends_at, v.ends_at)
           end
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      cross join lateral (select least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days') as v (ends_at)
     where c.organisation_id = a.organisation_id
       and c.patient_id = a.patient_id
       and c.ground = 'appointment'
       and c.ground_id = a.id
       and c.starts_at < v_now
       and c.ends_at > v_now
       and c.archived_at is null
       and a.status not in ('cancelled', 'no_show')
       and a.archived_at is null
       and a.professional_user_id = b.professional_user_id
       and (a.starts_at, a.ends_at) <> (b.starts_at, b.ends_at)
       and a.starts_at - interval '1 day' < v_now
       and v.ends_at > v_now;
    -- What has not begun is put away: it never was.
    update public.care_relationships as c
       set ends_at = case when c.starts_at < v_now then v_now else c.ends_at end,
           archived_at = case when c.starts_at < v_now then c.archived_at else now() end
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
     where c.organisation_id = a.organisation_id
       and c.patient_id = a.patient_id
       and c.ground = 'appointment'
       and c.ground_id = a.id
       and c.ends_at > v_now
       and c.archived_at is null
       and (
         a.status in ('cancelled', 'no_show')
         or a.archived_at is not null
         or a.professional_user_id <> b.professional_user_id
         -- Its times, where it does not go on.
         or (
           (a.starts_at, a.ends_at) <> (b.starts_at, b.ends_at)
           and (c.starts_at >= v_now or a.starts_at - interval '1 day' >= v_now
             or least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days' <= v_now)
         )
       );
  end if;
  if v_books_at is null then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    v_booked := array(
      select a.id
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      where (a.professional_user_id, a.starts_at, a.ends_at) <> (b.professional_user_id, b.starts_at, b.ends_at)
        or b.status in ('cancelled', 'no_show')
    );
  else
    v_booked := array(select a.id from changed as a);
  end if;
  insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id)
  select
    a.organisation_id, a.patient_id, a.professional_user_id, case m.role when 'doctor' then 'consulting' else 'nursing' end,
    a.starts_at - interval '1 day', v.ends_at, 'appointment', a.id
  from changed as a
  join authz.live_memberships as m on m.organisation_id = a.organisation_id and m.user_id = a.professional_user_id
  cross join lateral (select least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days') as v (ends_at)
  where a.organisation_id = v_books_at
    and a.id = any (v_booked)
    and a.status not in ('cancelled', 'no_show')
    and a.archived_at is null
    and a.patient_status = 'active'
    and m.role in ('doctor', 'nurse')
    and v.ends_at > v_now
    -- A visit that went on has it still.
    and not exists (
      select
      from public.care_relationships as c
      where c.organisation_id = a.organisation_id
        and c.patient_id = a.patient_id
        and c.user_id = a.professional_user_id
        and c.ground = 'appointment'
        and c.ground_id = a.id
        and c.ends_at > v_now
        and c.archived_at is null
    )
  order by a.patient_id, a.id;
  return null;
exception
  when lock_not_available then
    raise exception 'somebody is changing the patient of this appointment'
      using errcode = 'CD018', hint = 'Ask again in a moment; nothing was changed.';
end
$$;
comment on function authz.tg_appointments__care() is
  'Lets the doctor or nurse whom reception or a clinic_admin books treat the patient, from a day before until three days after; ends that with the appointment. CD007 above READ COMMITTED, CD018 while somebody changes the patient. [N-21, S-05]';
alter function authz.tg_appointments__care() owner to cordon_definer;
revoke all on function authz.tg_appointments__care() from public;

-- authz.tg_care_relationships__security: who treats whom opens a chart: by whose hand, on what ground, until when (N-37). Whoever makes visits that
-- nobody comes to, or stays that nobody lies in, so that a confederate reads, has told of it here. Moments in it are written in UTC, not by the
-- caller's clock.
create or replace function authz.tg_care_relationships__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_about constant jsonb := jsonb_build_object('user_id', new.user_id, 'patient_id', new.patient_id);
begin
  -- Whoever brings back what was put away opens it as well.
  if tg_op = 'INSERT' or (old.archived_at is not null and new.archived_at is null) then
    perform authz.record_security_event(
      new.organisation_id, 'care_relationship.opened', new.id,
      v_about || jsonb_build_object('ground', new.ground, 'starts_at', new.starts_at, 'ends_at', new.ends_at)
    );
  elsif old.archived_at is null and new.archived_at is not null then
    perform authz.record_security_event(new.organisation_id, 'care_relationship.archived', new.id, v_about);
  elsif (new.starts_at, new.ends_at) is distinct from (old.starts_at, old.ends_at) then
    perform authz.record_security_event(
      new.organisation_id, 'care_relationship.period_changed', new.id,
      v_about || jsonb_build_object(
        'from', jsonb_build_array(old.starts_at, old.ends_at), 'to', jsonb_build_array(new.starts_at, new.ends_at)
      )
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_care_relationships__security() is
  'Records care relationships opened, archived, brought back, and given another period. [N-21, N-37]';
alter function authz.tg_care_relationships__security() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__security() from public;

-- public.assign_care: lets a colleague treat a patient. Nobody lets themselves in, and nobody gives more than they have: a clinic_admin, who reads no
-- chart by it, assigns whom they like; who treats the patient hands on what they have, no longer than they have it themselves, and it falls with
-- the visit or the stay that it came from; and while the patient lies in a bed of the clinic, a doctor or nurse lets in another, until the stay is over. Two
-- colleagues can let in each other, as they could read to each other: every opening is a security event that names both.
create or replace function public.assign_care(patient_id uuid, user_id uuid, kind text, ends_at timestamptz default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin,doctor,nurse}', '{}');
  v_stay_id uuid;
  v_own record;
  v_ground text := 'assignment';
  v_ground_id uuid;
  v_ends_at timestamptz := ends_at;
  v_is_treating boolean;
  v_care_id uuid;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    perform authz.emit_refusal('care_relationships', 'INSERT', null, null, 'role');
    raise exception 'care is not yours to assign'
      using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, a doctor or a nurse, signed in with a session.';
  end if;
  if assign_care.user_id = v_caller.user_id then
    perform authz.emit_refusal('care_relationships', 'INSERT', v_organisation_id, null, 'self');
    raise exception 'nobody assigns care to themselves'
      using errcode = 'insufficient_privilege', hint = 'Ask a clinic_admin, or a colleague who treats the patient.';
  end if;
  perform authz.lock_patient(v_organisation_id, assign_care.patient_id);
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = assign_care.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if v_caller.role <> 'clinic_admin' then
    -- What a relationship comes from is held before it is looked at: who ends a stay or a visit holds that, and then ends what hangs on it.
    select a.id
      into v_stay_id
      from public.admissions as a
     where a.organisation_id = v_organisation_id
       and a.patient_id = assign_care.patient_id
       and a.status = 'admitted'
       and a.archived_at is null
       for share;
    perform
    from public.appointments as a
    where a.organisation_id = v_organisation_id
      and a.id in (
        select c.ground_id
        from public.care_relationships as c
        where c.organisation_id = v_organisation_id
          and c.patient_id = assign_care.patient_id
          and c.user_id = v_caller.user_id
          and c.ground = 'appointment'
      )
    order by a.id
    for share;
    select c.ground, c.ground_id, c.ends_at
      into v_own
      from public.care_relationships as c
     where c.organisation_id = v_organisation_id
       and c.patient_id = assign_care.patient_id
       and c.user_id = v_caller.user_id
       and c.patient_id = any (authz.treated_by(v_organisation_id, v_caller.user_id, authz.now()))
       and c.starts_at <= authz.now()
       and (c.ends_at is null or c.ends_at > authz.now())
       and c.archived_at is null
     order by c.ends_at desc nulls first, c.id
     limit 1
       for share;
    v_is_treating := found;
    -- Who treats gives no less by a stay than who does not.
    if v_stay_id is not null and (not v_is_treating or v_own.ends_at is not null) then
      v_ground := 'admission';
      v_ground_id := v_stay_id;
    elsif v_is_treating then
      v_ground := v_own.ground;
      v_ground_id := v_own.ground_id;
      v_ends_at := coalesce(v_ends_at, v_own.ends_at);
    end if;
    if v_stay_id is null and (not v_is_treating or v_ends_at > v_own.ends_at) then
      perform authz.emit_refusal('care_relationships', 'INSERT', v_organisation_id, assign_care.patient_id, 'treating');
      raise exception 'this care is not yours to assign'
        using errcode = 'insufficient_privilege',
          hint = 'Hand on what you have yourself, no longer than you have it; or let a colleague in while the patient is admitted.';
    end if;
  end if;
  if not exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = v_organisation_id
      and m.user_id = assign_care.user_id
      and m.role in ('doctor', 'nurse')
  ) then
    raise exception 'colleague not found'
      using errcode = 'CD010', hint = 'Name a doctor or a nurse of the current organisation whose membership is active.';
  end if;
  -- Asked again of whoever waited: they may have been put out, or below, behind a lock of their own other connection's.
  if (authz.caller()).member_of is distinct from v_caller.member_of or (authz.caller()).role is distinct from v_caller.role then
    raise exception 'care is no longer yours to assign'
      using errcode = 'insufficient_privilege', hint = 'The membership ended, or has another role, since this was asked for.';
  end if;
  insert into public.care_relationships as c (organisation_id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id)
  values (
    v_organisation_id, assign_care.patient_id, assign_care.user_id, assign_care.kind, authz.now(), v_ends_at, v_ground, v_ground_id
  )
  returning c.id into v_care_id;
  return v_care_id;
end
$$;
comment on function public.assign_care(uuid, uuid, text, timestamptz) is
  'Lets a doctor or nurse of the clinic treat a patient, as primary, consulting, nursing or covering, until then; returns the relationship''s id. 42501 for oneself, and for who neither is clinic_admin, nor treats the patient that long, nor acts while the patient is admitted; CD007 above READ COMMITTED, CD010 for no such patient or colleague, 23514 for another kind, or an end that is over. [N-21, N-37, S-05]';
alter function public.assign_care(uuid, uuid, text, timestamptz) owner to cordon_definer;
revoke all on function public.assign_care(uuid, uuid, text, timestamptz) from public;
grant execute on function public.assign_care(uuid, uuid, text, timestamptz) to authenticated;

revoke create on schema authz, public from cordon_definer;

comment on policy definer_select on public.admissions is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project: finds the rows of a patient; authz.tg_beds__occupancy: whether a bed is taken; authz.is_handed_over: who lies in it; public.assign_care: whether the patient lies in one). [N-08, N-27, S-17]';

comment on policy definer_select on public.appointments is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project, authz.tg_appointment_reasons__appointment: find the rows of a patient, and whether one was put away; public.assign_care: what a relationship came from). [N-08, N-15, N-27]';

comment on policy definer_select on public.care_relationships is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.assign_care: what a caller hands on; authz.treated_by: who treats whom; authz.care_periods, authz.record_at: and since when; authz.tg_patients__project: finds the rows of a patient). [N-08, N-27]';

create policy definer_insert on public.care_relationships
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.care_relationships is
  'definer functions may create every row (public.assign_care, authz.tg_appointments__care: a relationship that nobody makes for themselves). [N-21]';

comment on policy definer_update on public.care_relationships is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient; authz.tg_appointments__care, authz.tg_admissions__care: the end of a visit or stay). [N-21, N-27]';

create or replace trigger _750_care
  after update on public.admissions
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg_admissions__care();
alter table public.admissions enable always trigger _750_care;
comment on trigger _750_care on public.admissions is
  'Ends what a stay let somebody treat, some time after it. [N-21, S-17]';

create or replace trigger _750_care
  after insert on public.appointments
  referencing new table as changed
  for each statement
  execute function authz.tg_appointments__care();
alter table public.appointments enable always trigger _750_care;
comment on trigger _750_care on public.appointments is
  'Lets whom reception books treat the patient around that time. [N-21, S-05]';

create or replace trigger _751_care
  after update on public.appointments
  referencing old table as before new table as changed
  for each statement
  execute function authz.tg_appointments__care();
alter table public.appointments enable always trigger _751_care;
comment on trigger _751_care on public.appointments is
  'Ends what an appointment opened once it no longer stands, and opens it anew for who books it anew. [N-21, S-05]';

create or replace trigger _600_security
  after insert or update on public.care_relationships
  for each row
  execute function authz.tg_care_relationships__security();
alter table public.care_relationships enable always trigger _600_security;
comment on trigger _600_security on public.care_relationships is
  'Records who is let into whose chart among the security events. [N-21, N-37]';

grant
  select (created_by_user_id, ground, ground_id),
  insert (ends_at, ground, ground_id, kind, organisation_id, patient_id, starts_at, user_id),
  update (archived_at, ends_at)
  on public.care_relationships to cordon_definer;

-- migrate:down
