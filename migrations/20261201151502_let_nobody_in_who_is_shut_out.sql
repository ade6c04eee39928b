-- migrate:up
-- Why: Whom a patient shut out lets nobody in during a stay; and the recipient that the patient reads of is who they see
-- Access: 1 definer function
--   ~ public.assign_care is written, and runs with the rights of its owner
--   widens: public.assign_care(uuid, uuid, text, timestamp with time zone), callable by clinic staff, has another text
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.disclosures

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- public.assign_care: lets a colleague treat a patient. Nobody lets themselves in, and nobody gives more than they have: a clinic_admin, who reads no
-- chart by it, assigns whom they like; who treats the patient hands on what they have, no longer than they have it themselves, and it falls with
-- theirs, and with the visit or the stay that it came from; and while the patient lies in a bed of the clinic, a doctor or nurse lets in another, until
-- the stay is over. Two colleagues can let in each other, as they could read to each other: every opening is a security event that names both. But
-- whom a clinic_admin put out, no colleague lets in again, and whom the patient shut out lets in nobody.
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
       -- Who would treat them, and may not, has no more to give while they lie in a bed.
       and not exists (
         select
         from public.access_restrictions as r
         where r.organisation_id = a.organisation_id
           and r.patient_id = a.patient_id
           and r.restricted_user_id = v_caller.user_id
           and r.lifted_at is null
           and r.archived_at is null
       )
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
comment on function public.assign_care(uuid, uuid, text, timestamptz) is
  'Lets a doctor or nurse of the clinic treat a patient, as primary, consulting, nursing or covering, until then; returns the relationship''s id, or that of the one which they have already. 42501 for oneself, for who neither is clinic_admin, nor treats the patient that long, nor acts while the patient is admitted, and, but for a clinic_admin, for whom a clinic_admin put out, and by whom the patient shut out; CD007 above READ COMMITTED, CD010 for no such patient or colleague, 23514 for another kind, or an end that is over. [N-21, N-37, S-05]';

create or replace trigger _087_labels
  before insert on public.disclosures
  for each row
  execute function authz.tg__labels('disclosures', 'name', 'recipient_name');
alter table public.disclosures enable always trigger _087_labels;
comment on trigger _087_labels on public.disclosures is
  'Refuses a recipient whom the patient would read as another. [N-37]';

-- migrate:down
