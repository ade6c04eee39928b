-- migrate:up
-- Why: whose care merely came to an end, or was ended by the server, counted as put out for good, and a clinic_admin who assigned them anew was not believed
-- Access: 3 definer functions, 1 DO block
--   ~ a DO block: read it, its statements are not listed
--   ~ authz.is_taken_off is written, and runs with the rights of its owner
--   ~ authz.tg_care_relationships__taken_off is written, and runs with the rights of its owner
--   ~ public.assign_care is written, and runs with the rights of its owner
--   widens: authz.tg_care_relationships__taken_off(), which 1 trigger asks, has another text
--   widens: public.assign_care(uuid, uuid, text, timestamp with time zone), callable by clinic staff, has another text
--   widens: the migration itself writes rows of public.care_relationships, which decide who may do what
-- Locks: none on existing tables but those of a DO block: read it, they are not listed

set local lock_timeout = '5s';
set local statement_timeout = '60s';

comment on column public.care_relationships.taken_off_at is
  'When a clinic_admin ended it at once by hand, or put it away, before its time: no colleague and no visit gives it back; NULL else.';

-- What the rule before this one stamped, though it was merely given an end to come: that would bar their visits, too, from now on. Clinic by clinic, as
-- the migrating role bypasses row-level security and names the clinic that it writes to.
do $$
declare
  v_organisation_id uuid;
begin
  for v_organisation_id in
    select distinct c.organisation_id
    from public.care_relationships as c
    where c.archived_at is null
      and c.ends_at > c.taken_off_at + interval '15 minutes'
  loop
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);
    update public.care_relationships as c
       set taken_off_at = null
     where c.organisation_id = v_organisation_id
       and c.archived_at is null
       and c.ends_at > c.taken_off_at + interval '15 minutes';
  end loop;
  perform set_config('app.pinned_organisation_id', '', true);
end
$$;

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.is_taken_off: whether a clinic_admin's word stands against what a colleague, or a visit, would open: they put somebody out of a patient's care, since a
-- moment where one is given, and neither a clinic_admin nor the server has assigned them anew. A visit that was left to them when they were put out of
-- something else stays theirs.
create or replace function authz.is_taken_off(
  organisation_id uuid, patient_id uuid, user_id uuid, since timestamptz default '-infinity', appointment_id uuid default null
)
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
    from public.care_relationships as c
    where c.organisation_id = is_taken_off.organisation_id
      and c.patient_id = is_taken_off.patient_id
      and c.user_id = is_taken_off.user_id
      -- Its transaction's moment, which may be before this visit was booked: who was put out of the visit itself is out of it.
      and (c.taken_off_at >= since or (c.taken_off_at is not null and c.ground = 'appointment' and c.ground_id = is_taken_off.appointment_id))
      and not exists (
        select
        from public.care_relationships as a
        where a.organisation_id = c.organisation_id
          and a.patient_id = c.patient_id
          and a.user_id = c.user_id
          and a.handed_from_id is null
          and a.taken_off_at is null
          and (
            (a.ground = 'assignment' and a.created_at >= c.taken_off_at)
            or (
              a.ground = 'appointment'
              and a.ground_id = appointment_id
              and a.created_at < c.taken_off_at
              and a.ends_at > c.taken_off_at
              and (a.archived_at is null or a.archived_at > c.taken_off_at)
            )
          )
      )
  );
end
$$;
comment on function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) is
  'Whether a clinic_admin put somebody out of a patient''s care, since then, and nobody assigned them anew; not where this visit was left to them. [N-21]';
alter function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) owner to cordon_definer;
revoke all on function authz.is_taken_off(uuid, uuid, uuid, timestamptz, uuid) from public;

-- authz.tg_care_relationships__taken_off: whom a clinic_admin put out before their time is let in again by a clinic_admin alone (assign_care). By hand, and at
-- once: what functions of ours end, ends with a visit, a stay or a giver, and what the server ends, or a clinic_admin lets come to an end later, says
-- nothing of who had it. A quarter of an hour is at once, since an application's clock may be ahead. The same hand that lengthens it, or brings it
-- back, takes that back. The transaction's moment, as created_at is the clock's: who is put out of one and given another at once is not out.
create or replace function authz.tg_care_relationships__taken_off()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
begin
  if (new.archived_at is not null and old.archived_at is null) or new.ends_at < coalesce(old.ends_at, 'infinity') then
    if not authz.is_system()
      and (old.ends_at is null or old.ends_at > v_now) -- what was over is put in order
      and (new.archived_at is not null or new.ends_at <= v_now + interval '15 minutes')
    then
      new.taken_off_at := now();
    end if;
  elsif (new.ends_at, new.archived_at) is distinct from (old.ends_at, old.archived_at) then
    new.taken_off_at := null;
  end if;
  return new;
end
$$;
comment on function authz.tg_care_relationships__taken_off() is
  'Stamps what a clinic_admin ends at once or puts away before its time, and takes it back with that. [N-21]';

-- public.assign_care: lets a colleague treat a patient. Nobody lets themselves in, and nobody gives more than they have: a clinic_admin, who reads no
-- chart by it, assigns whom they like; who treats the patient hands on what they have, no longer than they have it themselves, and it falls with
-- theirs, and with the visit or the stay that it came from; and while the patient lies in a bed of the clinic, a doctor or nurse lets in another, until
-- the stay is over. Two colleagues can let in each other, as they could read to each other: every opening is a security event that names both. But
-- whom a clinic_admin put out, no colleague lets in again.
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
  v_handed_from_id uuid;
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
    select c.id, c.ground, c.ground_id, c.ends_at
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
      v_handed_from_id := v_own.id;
      v_ends_at := coalesce(v_ends_at, v_own.ends_at);
    end if;
    if v_stay_id is null and (not v_is_treating or v_ends_at > v_own.ends_at) then
      perform authz.emit_refusal('care_relationships', 'INSERT', v_organisation_id, assign_care.patient_id, 'treating');
      raise exception 'this care is not yours to assign'
        using errcode = 'insufficient_privilege',
          hint = 'Hand on what you have yourself, no longer than you have it; or let a colleague in while the patient is admitted.';
    end if;
    -- Nor by the stay: it is a clinic_admin's word against a colleague's, until a clinic_admin, or the server, assigns them anew.
    if authz.is_taken_off(v_organisation_id, assign_care.patient_id, assign_care.user_id) then
      perform authz.emit_refusal('care_relationships', 'INSERT', v_organisation_id, assign_care.patient_id, 'taken_off');
      raise exception 'this care is not yours to assign'
        using errcode = 'insufficient_privilege', hint = 'A clinic_admin ended what this colleague had, and alone gives it back: ask one.';
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
  -- What they have already, from the same hand, is no second one: who calls in a loop fills no list that every statement of theirs reads. But what was left
  -- to whom a clinic_admin put out of something else is no word that they are in again: that is written anew.
  select c.id
    into v_care_id
    from public.care_relationships as c
   where c.organisation_id = v_organisation_id
     and c.patient_id = assign_care.patient_id
     and c.user_id = assign_care.user_id
     and c.kind = assign_care.kind
     and c.ground = v_ground
     and c.ground_id is not distinct from v_ground_id
     and c.handed_from_id is not distinct from v_handed_from_id
     and c.taken_off_at is null
     and c.archived_at is null
     and c.starts_at <= authz.now()
     and (c.ends_at is null or c.ends_at > authz.now())
     and coalesce(c.ends_at, 'infinity') >= coalesce(v_ends_at, 'infinity')
     and (v_ends_at is null or v_ends_at > authz.now()) -- an end that is over is refused
     and not authz.is_taken_off(v_organisation_id, assign_care.patient_id, assign_care.user_id)
   order by c.ends_at desc nulls first, c.id
   limit 1;
  if v_care_id is not null then
    return v_care_id;
  end if;
  insert into public.care_relationships as c (
    organisation_id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id, handed_from_id
  )
  values (
    v_organisation_id, assign_care.patient_id, assign_care.user_id, assign_care.kind, authz.now(), v_ends_at, v_ground, v_ground_id,
    v_handed_from_id
  )
  returning c.id into v_care_id;
  return v_care_id;
end
$$;

revoke create on schema authz from cordon_definer;

-- migrate:down
