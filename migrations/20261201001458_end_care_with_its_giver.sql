-- migrate:up
-- Why: what a colleague had handed on outlived a giver whom a clinic_admin put out, and was handed back
-- Long lock: the index of a column that nobody has filled yet reads the table once, a few thousand rows a clinic.
-- Access: +1 grant, 3 definer functions
--   ~ authz.tg_care_relationships__handed_on is written, and runs with the rights of its owner
--   ~ authz.tg_care_relationships__taken_off is written, and runs with the rights of its owner
--   ~ public.assign_care is written, and runs with the rights of its owner
--   + cordon_definer may select (handed_from_id, kind, taken_off_at), insert (handed_from_id) on public.care_relationships
--   widens: authz.tg_care_relationships__handed_on() is new, which 1 trigger asks
--   widens: authz.tg_care_relationships__taken_off() is new, which 1 trigger asks
--   widens: clinic staff can now read public.care_relationships (handed_from_id, taken_off_at) too
--   widens: our definer functions can now add to public.care_relationships (handed_from_id) too
--   widens: our definer functions can now read public.care_relationships (kind, handed_from_id, taken_off_at) too
--   widens: patients can now read public.care_relationships (handed_from_id, taken_off_at) too
--   widens: public.assign_care(uuid, uuid, text, timestamp with time zone), callable by clinic staff, has another text
--   widens: the service role can now add to public.care_relationships (handed_from_id, taken_off_at) too
--   widens: the service role can now change public.care_relationships (handed_from_id, taken_off_at) too
--   widens: the service role can now read public.care_relationships (handed_from_id, taken_off_at) too
--   widens: the trigger _310_taken_off now guards public.care_relationships
--   widens: the trigger _650_handed_on now guards public.care_relationships
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.care_relationships

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Filled by nothing: no table is rewritten.
alter table public.care_relationships
  add column handed_from_id uuid,
  add column taken_off_at timestamptz;
comment on column public.care_relationships.handed_from_id is
  'The relationship that it was handed on from, and ends with; NULL where a clinic_admin, a visit or a stay gave it.';
comment on column public.care_relationships.taken_off_at is
  'When a clinic_admin ended or archived it by hand before its time: no colleague gives it back; NULL else.';

-- A few thousand rows a clinic, none of them in it yet.
-- squawk-ignore require-concurrent-index-creation
create index care_relationships_organisation_id_handed_from_id_idx
  on public.care_relationships (organisation_id, handed_from_id)
  where handed_from_id is not null;

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_care_relationships__handed_on: what was handed on ends with what it came from, and that which was handed on from it in turn, whoever ends it and
-- whatever for: else the one whom a clinic_admin puts out keeps a door at a colleague's. Never lengthened: that is assigned anew. Who hands on holds
-- what they have (assign_care), so that each hand-on is before this, and found, or after it, and refused.
create or replace function authz.tg_care_relationships__handed_on()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
  v_until constant timestamptz := greatest(v_now, case when new.archived_at is null then new.ends_at end);
begin
  -- What has not begun is put away: it never was.
  update public.care_relationships as c
     set ends_at = case when c.starts_at < v_until then v_until else c.ends_at end,
         archived_at = case when c.starts_at < v_until then c.archived_at else now() end
   where c.organisation_id = new.organisation_id
     and c.handed_from_id = new.id
     and c.archived_at is null
     and (c.ends_at is null or c.ends_at > v_until);
  return null;
end
$$;
comment on function authz.tg_care_relationships__handed_on() is
  'Ends what was handed on from a relationship with it, where that ends earlier or is archived. [N-21]';
alter function authz.tg_care_relationships__handed_on() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__handed_on() from public;

-- authz.tg_care_relationships__taken_off: whom a clinic_admin put out before their time is let in again by a clinic_admin alone (assign_care). By hand: what
-- functions of ours end, ends with a visit, a stay or a giver, and says nothing of who had it. The same hand that lengthens it, or brings it back, takes
-- that back. The transaction's moment, as created_at: who is put out of one and given another at once is not out.
create or replace function authz.tg_care_relationships__taken_off()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.archived_at is not null and old.archived_at is null) or new.ends_at < coalesce(old.ends_at, 'infinity') then
    if old.ends_at is null or old.ends_at > authz.now() then -- what was over is put in order
      new.taken_off_at := now();
    end if;
  elsif (new.ends_at, new.archived_at) is distinct from (old.ends_at, old.archived_at) then
    new.taken_off_at := null;
  end if;
  return new;
end
$$;
comment on function authz.tg_care_relationships__taken_off() is
  'Stamps what is ended before its time by hand, and takes it back with that. [N-21]';
alter function authz.tg_care_relationships__taken_off() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__taken_off() from public;

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
    if exists (
      select
      from public.care_relationships as c
      where c.organisation_id = v_organisation_id
        and c.patient_id = assign_care.patient_id
        and c.user_id = assign_care.user_id
        and c.taken_off_at is not null
        and not exists (
          select
          from public.care_relationships as a
          where a.organisation_id = c.organisation_id
            and a.patient_id = c.patient_id
            and a.user_id = c.user_id
            and a.ground = 'assignment'
            and a.handed_from_id is null
            and a.taken_off_at is null
            and a.created_at >= c.taken_off_at
        )
    ) then
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
  -- What they have already, from the same hand, is no second one: who calls in a loop fills no list that every statement of theirs reads.
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
  'Lets a doctor or nurse of the clinic treat a patient, as primary, consulting, nursing or covering, until then; returns the relationship''s id, or that of the one which they have already. 42501 for oneself, for who neither is clinic_admin, nor treats the patient that long, nor acts while the patient is admitted, and, but for a clinic_admin, for whom a clinic_admin put out; CD007 above READ COMMITTED, CD010 for no such patient or colleague, 23514 for another kind, or an end that is over. [N-21, N-37, S-05]';

revoke create on schema authz from cordon_definer;

comment on policy definer_update on public.care_relationships is
  'definer functions may change every row (authz.tg_patients__project: what hangs on a patient is hidden with the patient; authz.tg_appointments__care, authz.tg_admissions__care: the end of a visit or stay; authz.tg_care_relationships__handed_on: of what it was handed on from). [N-21, N-27]';

create or replace trigger _310_taken_off
  before update on public.care_relationships
  for each row
  when (current_user <> 'cordon_definer')
  execute function authz.tg_care_relationships__taken_off();
alter table public.care_relationships enable always trigger _310_taken_off;
comment on trigger _310_taken_off on public.care_relationships is
  'Stamps whom a clinic_admin put out: no colleague lets them in again. [N-21]';

create or replace trigger _650_handed_on
  after update on public.care_relationships
  for each row
  when (
    (new.archived_at is not null and old.archived_at is null)
    or coalesce(new.ends_at, 'infinity') < coalesce(old.ends_at, 'infinity')
  )
  execute function authz.tg_care_relationships__handed_on();
alter table public.care_relationships enable always trigger _650_handed_on;
comment on trigger _650_handed_on on public.care_relationships is
  'Ends what was handed on from it with it. [N-21]';

grant
  select (handed_from_id, kind, taken_off_at),
  insert (handed_from_id)
  on public.care_relationships to cordon_definer;

-- migrate:down
