-- migrate:up
-- Why: a second discharge rewrote the disposition without a record; an archived patient's bed stayed occupied for good; and a bed, vehicle, crew member, network or promise that was archived could never be written again
-- Access: 2 definer functions
--   ~ authz.tg_admissions__activity is written, and runs with the rights of its owner
--   ~ authz.tg_admissions__bed is written, and runs with the rights of its owner
--   widens: authz.tg_admissions__activity(), which 1 trigger asks, has another text
--   widens: authz.tg_admissions__bed(), which 1 trigger asks, has another text
--   widens: the unique key beds_organisation_id_ward_label_key no longer guards public.beds
--   widens: the unique key crew_members_organisation_id_user_id_key no longer guards public.crew_members
--   widens: the unique key organisation_networks_organisation_id_cidr_key no longer guards public.organisation_networks
--   widens: the unique key retention_extensions_organisation_id_retention_key no longer guards public.retention_extensions
--   widens: the unique key vehicles_organisation_id_registration_key no longer guards public.vehicles
-- Locks: 5 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.beds
--   ACCESS EXCLUSIVE public.crew_members
--   ACCESS EXCLUSIVE public.organisation_networks
--   ACCESS EXCLUSIVE public.retention_extensions
--   ACCESS EXCLUSIVE public.vehicles
-- Long lock: a clinic has dozens of beds, vehicles, crew, networks and promises: each index is made in milliseconds

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Unique among what is there: what was archived by mistake can be written again.
alter table public.beds drop constraint beds_organisation_id_ward_label_key;
-- squawk-ignore require-concurrent-index-creation
create unique index beds_organisation_id_ward_label_key on public.beds (organisation_id, ward, label) where archived_at is null;
alter table public.vehicles drop constraint vehicles_organisation_id_registration_key;
-- squawk-ignore require-concurrent-index-creation
create unique index vehicles_organisation_id_registration_key on public.vehicles (organisation_id, registration) where archived_at is null;
alter table public.crew_members drop constraint crew_members_organisation_id_user_id_key;
-- squawk-ignore require-concurrent-index-creation
create unique index crew_members_organisation_id_user_id_key on public.crew_members (organisation_id, user_id) where archived_at is null;
-- For the foreign key to members, who have archived rows too.
-- squawk-ignore require-concurrent-index-creation
create index crew_members_organisation_id_user_id_idx on public.crew_members (organisation_id, user_id);
alter table public.organisation_networks drop constraint organisation_networks_organisation_id_cidr_key;
-- squawk-ignore require-concurrent-index-creation
create unique index organisation_networks_organisation_id_cidr_key on public.organisation_networks (organisation_id, cidr) where archived_at is null;
alter table public.retention_extensions drop constraint retention_extensions_organisation_id_retention_key;
-- squawk-ignore require-concurrent-index-creation
create unique index retention_extensions_organisation_id_retention_key
  on public.retention_extensions (organisation_id, retention)
  where archived_at is null;

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_admissions__activity: one row per change of a stay that is one (S-18).
create or replace function authz.tg_admissions__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- A disposition that is corrected is told as the discharge is: beside the first, which stays.
  if tg_op = 'INSERT' or (new.status, new.disposition) is distinct from (old.status, old.disposition) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.' || new.status,
      case new.status
        when 'admitted' then jsonb_build_object('bed_id', new.bed_id)
        when 'discharged' then jsonb_build_object('bed_id', new.bed_id, 'disposition', new.disposition)
        else '{}'
      end, new.updated_by_user_id
    );
  elsif new.bed_id is distinct from old.bed_id then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.moved', jsonb_build_object('from', old.bed_id, 'to', new.bed_id), new.updated_by_user_id
    );
  end if;
  if tg_op = 'UPDATE' and new.archived_at is not null and old.archived_at is null then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, 'admission.archived',
      jsonb_build_object('status', new.status, 'bed_id', new.bed_id), new.updated_by_user_id
    );
  end if;
  if tg_op = 'UPDATE' and new.case_id is distinct from old.case_id then
    perform authz.record_activity(
      new.organisation_id, coalesce(new.case_id, old.case_id), new.id, 'admission.case_changed',
      jsonb_build_object('from', old.case_id, 'to', new.case_id), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_admissions__activity() is
  'Records planning, admission, moves, discharge and its correction, cancellation, archiving and the case of a stay. [S-18]';

-- authz.tg_admissions__bed: the bed follows the stay (S-17): taken, it is occupied; left, it is cleaned. Nobody is archived who lies in one.
create or replace function authz.tg_admissions__bed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_left uuid;
  v_taken uuid;
begin
  -- Archived is for good, and hides the stay from whoever could end it: the bed would stay occupied. Here, where both who archives a patient and who
  -- admits one meanwhile come by with the patient's row locked. The server and the owner repair what they do.
  if new.status = 'admitted' and new.archived_at is null and new.patient_status = 'archived' and not authz.is_system() then
    raise exception 'a patient who lies in a bed is not archived'
      using errcode = 'CD015', hint = 'Discharge the patient first.';
  end if;
  if tg_op = 'UPDATE' and old.status = 'admitted' and old.archived_at is null then
    v_left := old.bed_id;
  end if;
  if new.status = 'admitted' and new.archived_at is null then
    v_taken := new.bed_id;
  end if;
  if v_left is not distinct from v_taken then
    return null;
  end if;
  if v_left is not null and v_taken is not null then
    -- In the order of ids: two moves across each other wait, instead of each for the other.
    perform
    from public.beds as b
    where b.organisation_id = new.organisation_id
      and b.id in (v_left, v_taken)
    order by b.id
    for no key update;
  end if;
  if v_left is not null then
    update public.beds as b set status = 'cleaning'
     where b.organisation_id = new.organisation_id and b.id = v_left;
  end if;
  if v_taken is null then
    return null;
  end if;
  update public.beds as b set status = 'occupied'
   where b.organisation_id = new.organisation_id and b.id = v_taken and b.archived_at is null;
  if not found then
    raise exception 'bed not found'
      using errcode = 'CD010', hint = 'Name a bed of the current organisation that is in use.';
  end if;
  return null;
end
$$;
comment on function authz.tg_admissions__bed() is
  'Keeps beds.status in step with active admissions; CD015 for whoever archives a patient who has one. [S-17]';

-- public.discharge_patient: the end of a stay; its bed goes to cleaning. Invoker: the caller's own rules decide.
create or replace function public.discharge_patient(admission_id uuid, disposition text)
  returns timestamptz
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_discharged_at timestamptz;
begin
  update public.admissions as a
     set status = 'discharged',
         disposition = discharge_patient.disposition
   where a.id = admission_id
     and a.status <> 'discharged'
  returning a.discharged_at into v_discharged_at;
  if v_discharged_at is null and exists (select from public.admissions as a where a.id = admission_id) then
    raise exception 'the stay has ended already'
      using errcode = 'CD013', hint = 'A discharge is said once; a wrong disposition is corrected on the admission itself.';
  end if;
  if v_discharged_at is null then
    raise exception 'admission not found'
      using errcode = 'CD010', hint = 'Name an admission of the current organisation.';
  end if;
  return v_discharged_at;
end
$$;

-- migrate:down
