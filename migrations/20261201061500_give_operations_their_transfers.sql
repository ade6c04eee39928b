-- migrate:up
-- Why: operations see and steer every transfer; their rules come before those of clinics and transport companies.
-- Side: operations
-- Access: +32 grants, +42 policies, 14 definer functions
--   ~ authz.forget_passengers is written, and runs with the rights of its owner
--   ~ authz.transfer_consent_until is written, and runs with the rights of its owner
--   ~ authz.recall_shares is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.rules_crew_members()
--   + cordon_definer may execute function authz.rules_transfer_job_patients()
--   + cordon_definer may execute function authz.rules_transfer_jobs()
--   + cordon_definer may execute function authz.rules_transfers()
--   + cordon_definer may execute function authz.rules_vehicle_assignments()
--   + cordon_definer may execute function authz.rules_vehicles()
--   ~ authz.tg__on_the_road is written, and runs with the rights of its owner
--   ~ authz.tg_crew_members__drove is written, and runs with the rights of its owner
--   ~ authz.tg_transfer_jobs__follow is written, and runs with the rights of its owner
--   ~ authz.tg_transfers__activity is written, and runs with the rights of its owner
--   ~ authz.tg_vehicle_assignments__activity is written, and runs with the rights of its owner
--   ~ authz.tg_vehicle_assignments__under_way is written, and runs with the rights of its owner
--   ~ authz.tg_vehicles__driven is written, and runs with the rights of its owner
--   ~ authz.transfer_tenant is written, and runs with the rights of its owner
--   ~ public.cancel_transfer is written, and runs with the rights of its owner
--   + authenticated may execute function public.cancel_transfer(uuid, uuid)
--   + internal_ops may execute function public.cancel_transfer(uuid, uuid)
--   ~ public.conclude_transfer is written, and runs with the rights of its owner
--   + authenticated may execute function public.conclude_transfer(uuid, uuid)
--   + internal_ops may execute function public.conclude_transfer(uuid, uuid)
--   ~ public.dispatch_transfer is written, and runs with the rights of its owner
--   + authenticated may execute function public.dispatch_transfer(uuid, uuid, uuid)
--   + internal_ops may execute function public.dispatch_transfer(uuid, uuid, uuid)
--   + policy provider_fence on public.crew_members: restrictive, all to authenticated
--   + policy patient_fence on public.crew_members: restrictive, all to patient
--   + policy internal_ops_fence on public.crew_members: restrictive, all to internal_ops
--   + policy anon_fence on public.crew_members: restrictive, all to anon
--   + policy internal_ops_select on public.crew_members: select to internal_ops
--   + policy definer_select on public.crew_members: select to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.transfer_job_patients: restrictive, all to authenticated
--   + policy patient_fence on public.transfer_job_patients: restrictive, all to patient
--   + policy internal_ops_fence on public.transfer_job_patients: restrictive, all to internal_ops
--   + policy anon_fence on public.transfer_job_patients: restrictive, all to anon
--   + policy definer_select on public.transfer_job_patients: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.transfer_job_patients: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.transfer_job_patients: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.transfer_jobs: restrictive, all to authenticated
--   + policy patient_fence on public.transfer_jobs: restrictive, all to patient
--   + policy internal_ops_fence on public.transfer_jobs: restrictive, all to internal_ops
--   + policy anon_fence on public.transfer_jobs: restrictive, all to anon
--   + policy internal_ops_select on public.transfer_jobs: select to internal_ops
--   + policy definer_select on public.transfer_jobs: select to cordon_definer, WITHOUT a condition
--   + policy definer_insert on public.transfer_jobs: insert to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.transfer_jobs: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.transfers: restrictive, all to authenticated
--   + policy patient_fence on public.transfers: restrictive, all to patient
--   + policy internal_ops_fence on public.transfers: restrictive, all to internal_ops
--   + policy anon_fence on public.transfers: restrictive, all to anon
--   + policy internal_ops_select on public.transfers: select to internal_ops
--   + policy internal_ops_update on public.transfers: update to internal_ops
--   + policy definer_select on public.transfers: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.transfers: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.vehicle_assignments: restrictive, all to authenticated
--   + policy patient_fence on public.vehicle_assignments: restrictive, all to patient
--   + policy internal_ops_fence on public.vehicle_assignments: restrictive, all to internal_ops
--   + policy anon_fence on public.vehicle_assignments: restrictive, all to anon
--   + policy internal_ops_select on public.vehicle_assignments: select to internal_ops
--   + policy definer_select on public.vehicle_assignments: select to cordon_definer, WITHOUT a condition
--   + policy definer_update on public.vehicle_assignments: update to cordon_definer, WITHOUT a condition
--   + policy provider_fence on public.vehicles: restrictive, all to authenticated
--   + policy patient_fence on public.vehicles: restrictive, all to patient
--   + policy internal_ops_fence on public.vehicles: restrictive, all to internal_ops
--   + policy anon_fence on public.vehicles: restrictive, all to anon
--   + policy internal_ops_select on public.vehicles: select to internal_ops
--   + policy definer_select on public.vehicles: select to cordon_definer, WITHOUT a condition
--   + cordon_definer may select (archived_at, id, organisation_id) on public.crew_members
--   + internal_ops may select on public.crew_members
--   + service_role may select, insert, update on public.crew_members
--   + authenticated may select on public.transfer_job_details
--   + service_role may select on public.transfer_job_details
--   + cordon_definer may select (7 columns), insert (7 columns), update (language, patient_name) on public.transfer_job_patients
--   + service_role may select on public.transfer_job_patients
--   + cordon_definer may select (8 columns), insert (expires_at, organisation_id, origin_organisation_id, packet, transfer_id), update (packet, status) on public.transfer_jobs
--   + internal_ops may select on public.transfer_jobs
--   + service_role may select on public.transfer_jobs
--   + cordon_definer may select (12 columns), update (patient_status, status, transport_organisation_id) on public.transfers
--   + cordon_insights may select (archived_at, organisation_id, status) on public.transfers
--   + internal_ops may select, update (status) on public.transfers
--   + service_role may select, insert, update on public.transfers
--   + cordon_definer may select (8 columns), update (released_at) on public.vehicle_assignments
--   + internal_ops may select on public.vehicle_assignments
--   + service_role may select, insert, update on public.vehicle_assignments
--   + cordon_definer may select (archived_at, id, organisation_id) on public.vehicles
--   + internal_ops may select on public.vehicles
--   + service_role may select, insert, update on public.vehicles
-- Locks: 7 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.admissions
--   SHARE ROW EXCLUSIVE public.cases
--   SHARE ROW EXCLUSIVE public.organisation_members
--   SHARE ROW EXCLUSIVE public.organisations
--   SHARE ROW EXCLUSIVE public.patients
--   ROW EXCLUSIVE authz.state_transitions
--   ROW EXCLUSIVE governance.classification

set local lock_timeout = '5s';
set local statement_timeout = '60s';

insert into authz.state_transitions (table_name, from_state, to_state, realms)
values
  ('transfers', null, 'requested', null),
  ('transfers', 'requested', 'accepted', null),
  ('transfers', 'requested', 'declined', null),
  ('transfers', 'requested', 'cancelled', null),
  ('transfers', 'accepted', 'cancelled', null),
  -- From here to delivery the transport company's job leads, and the transfer follows.
  ('transfers', 'accepted', 'dispatched', null),
  ('transfers', 'dispatched', 'picked_up', null),
  ('transfers', 'dispatched', 'cancelled', null),
  ('transfers', 'picked_up', 'delivered', null),
  ('transfers', 'delivered', 'completed', null),
  ('transfer_jobs', null, 'dispatched', null),
  ('transfer_jobs', 'dispatched', 'picked_up', null),
  ('transfer_jobs', 'dispatched', 'cancelled', null),
  ('transfer_jobs', 'picked_up', 'delivered', null);

-- public.transfers: one movement of one patient, from the request to its end.
create table public.transfers (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  case_id uuid not null,
  patient_id uuid not null,
  admission_id uuid,
  transport_organisation_id uuid,
  status text not null default 'requested',
  mobility text not null default 'stretcher',
  pickup text not null,
  destination text not null,
  pickup_at timestamptz,
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  patient_status text not null default 'archived',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint transfers_pkey primary key (organisation_id, id),
  -- The patient stands in both keys: case and stay are of the patient who is moved.
  constraint transfers_organisation_id_case_id_patient_id_fkey
    foreign key (organisation_id, case_id, patient_id)
    references public.cases (organisation_id, id, patient_id) on delete restrict,
  constraint transfers_organisation_id_admission_id_patient_id_fkey
    foreign key (organisation_id, admission_id, patient_id)
    references public.admissions (organisation_id, id, patient_id) on delete restrict,
  constraint transfers_organisation_id_patient_id_fkey
    foreign key (organisation_id, patient_id) references public.patients (organisation_id, id) on delete restrict,
  constraint transfers_transport_organisation_id_fkey
    foreign key (transport_organisation_id) references public.organisations (id) on delete restrict,
  constraint transfers_status_check
    check (status in ('requested', 'accepted', 'declined', 'dispatched', 'picked_up', 'delivered', 'completed', 'cancelled')),
  constraint transfers_transport_check check (
    case
      when status in ('requested', 'accepted', 'declined') then transport_organisation_id is null
      when status = 'cancelled' then true
      else transport_organisation_id is not null
    end
  ),
  constraint transfers_mobility_check check (mobility in ('walking', 'wheelchair', 'stretcher', 'incubator')),
  constraint transfers_pickup_check check (length(btrim(pickup)) between 1 and 200),
  constraint transfers_destination_check check (length(btrim(destination)) between 1 and 200),
  -- A packet lives a day longer than the pickup is away: that day is not set to the end of time.
  constraint transfers_pickup_at_check check (
    case when pickup_at is null then true when not isfinite(pickup_at) then false else pickup_at - created_at < interval '90 days' end
  ),
  constraint transfers_patient_status_check check (patient_status in ('active', 'inactive', 'archived')),
  constraint transfers_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index transfers_organisation_id_case_id_patient_id_idx
  on public.transfers (organisation_id, case_id, patient_id);
create index transfers_organisation_id_admission_id_patient_id_idx
  on public.transfers (organisation_id, admission_id, patient_id);
create index transfers_organisation_id_patient_id_idx on public.transfers (organisation_id, patient_id);
create index transfers_patient_id_idx on public.transfers (patient_id);
create index transfers_transport_organisation_id_idx on public.transfers (transport_organisation_id);
alter table public.transfers alter column organisation_id set (n_distinct = 100);
comment on table public.transfers is 'Movements of patients. PHI: links a patient to places and times. [S-18]';
comment on column public.transfers.transport_organisation_id is
  'Who drives; set by dispatch_transfer, which hands them a packet in their own tenant. [N-24]';
comment on column public.transfers.status is
  'From dispatched to delivered it follows the job of the transport company. [S-18]';
comment on column public.transfers.pickup is 'Where from: a place, never a person. [S-39]';
comment on column public.transfers.destination is 'Where to: a place, never a person. [S-39]';
comment on column public.transfers.pickup_at is 'When the patient is to be fetched; NULL: as soon as possible.';
comment on column public.transfers.patient_status is
  'Projection of the patient, kept by trigger: archived, or the patient''s status. [N-27]';
alter table public.transfers enable row level security;
alter table public.transfers force row level security;

-- public.transfer_jobs: what a transport company is told of a transfer: a copy in its own tenant, since no row is ever visible to two.
create table public.transfer_jobs (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  origin_organisation_id uuid not null,
  transfer_id uuid not null,
  status text not null default 'dispatched',
  packet jsonb not null,
  expires_at timestamptz not null,
  last_status_change_at timestamptz,
  last_status_change_by_user_id uuid,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint transfer_jobs_pkey primary key (organisation_id, id),
  -- No foreign key to the transfer: it is another tenant's row, and no constraint reaches across.
  constraint transfer_jobs_organisation_id_transfer_key unique (organisation_id, origin_organisation_id, transfer_id),
  constraint transfer_jobs_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint transfer_jobs_origin_organisation_id_fkey
    foreign key (origin_organisation_id) references public.organisations (id) on delete restrict,
  constraint transfer_jobs_status_check check (status in ('dispatched', 'picked_up', 'delivered', 'cancelled')),
  -- These keys and no other: nothing that nobody thought of leaves the clinic.
  constraint transfer_jobs_packet_check check (
    jsonb_typeof(packet) = 'object'
    and packet ?& '{pickup,destination,pickup_at,mobility,priority}'
    and packet - '{pickup,destination,pickup_at,mobility,priority}'::text[] = '{}'
  ),
  constraint transfer_jobs_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index transfer_jobs_origin_organisation_id_idx on public.transfer_jobs (origin_organisation_id);
alter table public.transfer_jobs alter column organisation_id set (n_distinct = 100);
comment on table public.transfer_jobs is
  'Jobs of a transport company, written by dispatch_transfer. PHI while a patient''s name is in the packet. [N-24]';
comment on column public.transfer_jobs.origin_organisation_id is 'The clinic that sends the patient.';
comment on column public.transfer_jobs.transfer_id is 'The transfer there: a reference, and nothing that opens it.';
comment on column public.transfer_jobs.packet is
  'pickup, destination, pickup_at, mobility, priority, and nothing that names anyone. [N-24]';
comment on column public.transfer_jobs.expires_at is
  'From then on nobody sees the job: a day after the pickup, an hour after its end. [N-24]';
alter table public.transfer_jobs enable row level security;
alter table public.transfer_jobs force row level security;

-- public.transfer_job_patients: whom a job drives, under their consent. Apart from the job, which the company may lock: a row that nobody but
-- its trigger can lock is emptied in the moment of a withdrawal, whatever the company holds.
create table public.transfer_job_patients (
  organisation_id uuid not null,
  id uuid not null,
  origin_organisation_id uuid not null,
  transfer_id uuid not null,
  patient_name text,
  language text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint transfer_job_patients_pkey primary key (organisation_id, id),
  constraint transfer_job_patients_organisation_id_id_fkey
    foreign key (organisation_id, id) references public.transfer_jobs (organisation_id, id) on delete restrict,
  constraint transfer_job_patients_actor_kind_check check (actor_kind in ('user', 'system'))
);
create index transfer_job_patients_origin_transfer_idx
  on public.transfer_job_patients (organisation_id, origin_organisation_id, transfer_id);
alter table public.transfer_job_patients alter column organisation_id set (n_distinct = 100);
comment on table public.transfer_job_patients is
  'Name and language of who is driven, while they are and consent to transfer_disclosure. PHI. [N-24, N-45]';
comment on column public.transfer_job_patients.patient_name is 'NULL once the consent, the job, or the patient''s record is at its end. [N-50]';
alter table public.transfer_job_patients enable row level security;
alter table public.transfer_job_patients force row level security;


-- public.vehicles: what a company drives with.
create table public.vehicles (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  registration text not null,
  kind text not null default 'ambulance',
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint vehicles_pkey primary key (organisation_id, id),
  constraint vehicles_organisation_id_fkey
    foreign key (organisation_id) references public.organisations (id) on delete restrict,
  constraint vehicles_registration_check check (registration ~ '^[A-Z0-9][A-Z0-9-]{0,19}$'),
  constraint vehicles_kind_check check (kind in ('ambulance', 'van', 'car', 'boat', 'helicopter', 'aeroplane')),
  constraint vehicles_actor_kind_check check (actor_kind in ('user', 'system'))
);
-- Unique among what is there: what was archived by mistake can be written again.
create unique index vehicles_organisation_id_registration_key
  on public.vehicles (organisation_id, registration) where archived_at is null;
alter table public.vehicles alter column organisation_id set (n_distinct = 100);
comment on table public.vehicles is 'Vehicles of a transport company, or of a clinic that drives itself. [S-16]';
comment on column public.vehicles.registration is 'Capitals, digits and hyphens; unique in the organisation.';
alter table public.vehicles enable row level security;
alter table public.vehicles force row level security;

-- public.crew_members: who drives and who attends.
create table public.crew_members (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  user_id uuid not null,
  duty text not null,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint crew_members_pkey primary key (organisation_id, id),
  constraint crew_members_organisation_id_user_id_fkey
    foreign key (organisation_id, user_id)
    references public.organisation_members (organisation_id, user_id) on delete restrict,
  constraint crew_members_duty_check check (duty in ('driver', 'paramedic', 'nurse', 'physician')),
  constraint crew_members_actor_kind_check check (actor_kind in ('user', 'system'))
);
create unique index crew_members_organisation_id_user_id_key
  on public.crew_members (organisation_id, user_id) where archived_at is null;
-- For the foreign key to members, who have archived rows too.
create index crew_members_organisation_id_user_id_idx on public.crew_members (organisation_id, user_id);
alter table public.crew_members alter column organisation_id set (n_distinct = 100);
comment on table public.crew_members is 'Members who ride along, and as what. [S-16]';
alter table public.crew_members enable row level security;
alter table public.crew_members force row level security;

-- public.vehicle_assignments: which vehicle and which crew drive a job.
create table public.vehicle_assignments (
  organisation_id uuid not null,
  id uuid not null default authz.uuid_v7(),
  transfer_job_id uuid not null,
  vehicle_id uuid not null,
  driver_id uuid not null,
  attendant_id uuid,
  released_at timestamptz,
  created_at timestamptz not null default now(),
  created_by_user_id uuid,
  updated_at timestamptz not null default now(),
  updated_by_user_id uuid,
  actor_kind text not null default 'system',
  archived_at timestamptz,
  archived_by_user_id uuid,
  constraint vehicle_assignments_pkey primary key (organisation_id, id),
  constraint vehicle_assignments_organisation_id_transfer_job_id_fkey
    foreign key (organisation_id, transfer_job_id)
    references public.transfer_jobs (organisation_id, id) on delete restrict,
  constraint vehicle_assignments_organisation_id_vehicle_id_fkey
    foreign key (organisation_id, vehicle_id) references public.vehicles (organisation_id, id) on delete restrict,
  constraint vehicle_assignments_organisation_id_driver_id_fkey
    foreign key (organisation_id, driver_id) references public.crew_members (organisation_id, id) on delete restrict,
  constraint vehicle_assignments_organisation_id_attendant_id_fkey
    foreign key (organisation_id, attendant_id) references public.crew_members (organisation_id, id) on delete restrict,
  constraint vehicle_assignments_crew_check check (attendant_id <> driver_id),
  constraint vehicle_assignments_actor_kind_check check (actor_kind in ('user', 'system'))
);
create unique index vehicle_assignments_live_vehicle_key
  on public.vehicle_assignments (organisation_id, vehicle_id) where released_at is null and archived_at is null;
create unique index vehicle_assignments_live_driver_key
  on public.vehicle_assignments (organisation_id, driver_id) where released_at is null and archived_at is null;
create index vehicle_assignments_organisation_id_transfer_job_id_idx
  on public.vehicle_assignments (organisation_id, transfer_job_id);
create index vehicle_assignments_organisation_id_vehicle_id_idx
  on public.vehicle_assignments (organisation_id, vehicle_id);
create index vehicle_assignments_organisation_id_driver_id_idx
  on public.vehicle_assignments (organisation_id, driver_id);
create index vehicle_assignments_organisation_id_attendant_id_idx
  on public.vehicle_assignments (organisation_id, attendant_id);
alter table public.vehicle_assignments alter column organisation_id set (n_distinct = 100);
comment on table public.vehicle_assignments is
  'Vehicle and crew of a job; a vehicle, and each of its crew, is on one job at a time. [S-18]';
comment on column public.vehicle_assignments.released_at is 'When they were free again; stamped when the job ends.';
alter table public.vehicle_assignments enable row level security;
alter table public.vehicle_assignments force row level security;

insert into governance.classification (schema_name, table_name, level, domain, retention, subjects)
values
  ('public', 'transfers', 'INTERNAL', 'ops', 'chart', null),
  ('public', 'transfer_jobs', 'INTERNAL', 'ops', 'grant', '{}'),
  ('public', 'transfer_job_patients', 'INTERNAL', 'identity', 'grant', '{patient}'),
  ('public', 'vehicles', 'INTERNAL', 'ops', 'general', '{}'),
  ('public', 'crew_members', 'INTERNAL', 'ops', 'general', '{staff}'),
  ('public', 'vehicle_assignments', 'INTERNAL', 'ops', 'general', '{staff}');

-- A job with whom it drives, where the caller may know. Read-only by use; write the tables.
create view public.transfer_job_details with (security_invoker = true) as
  select
    j.organisation_id, j.id, j.origin_organisation_id, j.transfer_id, j.status, j.packet, j.expires_at, p.patient_name, p.language
  from public.transfer_jobs as j
  left join public.transfer_job_patients as p on p.organisation_id = j.organisation_id and p.id = j.id;
comment on view public.transfer_job_details is 'Jobs with the name and language of who is driven, under their consent. [N-24, N-45]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.forget_passengers: takes the names of a clinic's patients, or of one, out of the jobs that drive them, where the packet outlives what
-- they agreed to. Rows that nobody at the company can lock, so that it waits for nobody there.
create or replace function authz.forget_passengers(organisation_id uuid, patient_id uuid, agreed_until timestamptz)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update public.transfer_job_patients as p
     set patient_name = null,
         language = null
    from public.transfers as t
   where t.organisation_id = forget_passengers.organisation_id
     and t.patient_id = coalesce(forget_passengers.patient_id, t.patient_id)
     and p.organisation_id = t.transport_organisation_id
     and p.origin_organisation_id = t.organisation_id
     and p.transfer_id = t.id
     and p.patient_name is not null
     and p.expires_at > agreed_until;
end
$$;
comment on function authz.forget_passengers(uuid, uuid, timestamptz) is
  'Forgets whom jobs drive for an organisation: one patient, or all with NULL; packets that end by agreed_until keep the name. [N-24, N-50]';
alter function authz.forget_passengers(uuid, uuid, timestamptz) owner to cordon_definer;
revoke all on function authz.forget_passengers(uuid, uuid, timestamptz) from public;

-- authz.transfer_consent_until: the moment up to which a patient lets those who drive them know who they are.
create or replace function authz.transfer_consent_until(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select max(least(c.expires_at, c.superseded_at, 'infinity'))
    from public.consents as c
    where c.organisation_id = transfer_consent_until.organisation_id
      and c.patient_id = transfer_consent_until.patient_id
      and c.purpose = 'transfer_disclosure'
      and c.status = 'active'
      and c.archived_at is null
  );
end
$$;
comment on function authz.transfer_consent_until(uuid, uuid) is
  'Until when active consents to transfer_disclosure hold, NULL without one. [N-24, N-45]';
alter function authz.transfer_consent_until(uuid, uuid) owner to cordon_definer;
revoke all on function authz.transfer_consent_until(uuid, uuid) from public;

-- authz.recall_shares: what was handed out under a consent is taken back in the transaction that ends it (N-50): names in jobs
-- of transport companies. Tickets that open documents are taken back by authz.tg_documents__closed.
create or replace function authz.recall_shares(organisation_id uuid, patient_id uuid, purpose text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Who drives learns no longer who is driven.
  if recall_shares.purpose = 'transfer_disclosure' then
    perform authz.forget_passengers(
      recall_shares.organisation_id, recall_shares.patient_id,
      coalesce(authz.transfer_consent_until(recall_shares.organisation_id, recall_shares.patient_id), '-infinity')
    );
  end if;
end
$$;
comment on function authz.recall_shares(uuid, uuid, text) is
  'Takes back what was shared of a patient for a purpose, as far as no consent in force covers it any more. [N-24, N-50]';
alter function authz.recall_shares(uuid, uuid, text) owner to cordon_definer;
revoke all on function authz.recall_shares(uuid, uuid, text) from public;

create or replace function authz.rules_crew_members()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "crew_members", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["transport"], "conditions": ["unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;
comment on function authz.rules_crew_members() is
  'The access rules of crew_members, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_crew_members() from public;
grant execute on function authz.rules_crew_members() to cordon_definer;

create or replace function authz.rules_transfer_job_patients()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "transfer_job_patients", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "expires_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-24", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-24", "S-02"]}
  ]}';
end
$$;
comment on function authz.rules_transfer_job_patients() is
  'The access rules of transfer_job_patients, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_transfer_job_patients() from public;
grant execute on function authz.rules_transfer_job_patients() to cordon_definer;

create or replace function authz.rules_transfer_jobs()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "transfer_jobs", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "expires_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-24", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-24", "S-02"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["unarchived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-24", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["transport"], "conditions": ["unarchived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-24", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived", "unexpired"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;
comment on function authz.rules_transfer_jobs() is
  'The access rules of transfer_jobs, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_transfer_jobs() from public;
grant execute on function authz.rules_transfer_jobs() to cordon_definer;

create or replace function authz.rules_transfers()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "transfers", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": "patient_id", "columns": ["archived_at", "id", "organisation_id", "patient_id", "patient_status"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin", "doctor", "nurse", "assistant", "receptionist"], "capabilities": [], "conditions": ["not_archived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "N-14", "N-27", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin", "doctor", "nurse"], "capabilities": [], "conditions": ["unarchived", "patient_active"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "N-14", "N-27", "S-03"]},
    {"realm": "patient", "operation": "SELECT", "roles": [], "capabilities": [], "conditions": ["own_patient", "not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-15"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]},
    {"realm": "internal_ops", "operation": "UPDATE", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;
comment on function authz.rules_transfers() is
  'The access rules of transfers, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_transfers() from public;
grant execute on function authz.rules_transfers() to cordon_definer;

create or replace function authz.rules_vehicle_assignments()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "vehicle_assignments", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "INSERT", "roles": [], "capabilities": ["transport"], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;
comment on function authz.rules_vehicle_assignments() is
  'The access rules of vehicle_assignments, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_vehicle_assignments() from public;
grant execute on function authz.rules_vehicle_assignments() to cordon_definer;

create or replace function authz.rules_vehicles()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return '{"schema": "public", "table": "vehicles", "rowKey": "id", "tenantKey": "organisation_id", "patientKey": null, "columns": ["archived_at", "id", "organisation_id"], "fence": null, "rules": [
    {"realm": "provider", "operation": "SELECT", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "SELECT", "roles": [], "capabilities": ["transport"], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["N-02", "S-02"]},
    {"realm": "provider", "operation": "INSERT", "roles": ["clinic_admin"], "capabilities": [], "conditions": [], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": ["clinic_admin"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "provider", "operation": "UPDATE", "roles": [], "capabilities": ["transport"], "conditions": ["unarchived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "detailed", "requirements": ["N-02", "S-03"]},
    {"realm": "internal_ops", "operation": "SELECT", "roles": ["ops_agent"], "capabilities": [], "conditions": ["not_archived"], "hours": null, "network": false, "purposes": [], "emergencyBypass": false, "auditLevel": "basic", "requirements": ["S-18", "S-29"]}
  ]}';
end
$$;
comment on function authz.rules_vehicles() is
  'The access rules of vehicles, as its policies were compiled from them. [N-03, N-07]';
revoke all on function authz.rules_vehicles() from public;
grant execute on function authz.rules_vehicles() to cordon_definer;

-- authz.tg__on_the_road: neither vehicle nor crew is archived while on a job: nobody would see who drives, and written down anew they would be on another
-- beside it. Who assigns waits for this, or is seen. Argument: vehicle or crew.
create or replace function authz.tg__on_the_road()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for no key update;
  if exists (
    select
    from public.vehicle_assignments as a
    where a.organisation_id = new.organisation_id
      and case tg_argv[0] when 'vehicle' then a.vehicle_id = new.id else new.id in (a.driver_id, a.attendant_id) end
      and a.released_at is null
      and a.archived_at is null
  ) then
    raise exception 'what is on a job is not archived'
      using errcode = 'CD013', hint = 'Release the assignment first, or have the job end: vehicle_assignments.released_at.';
  end if;
  return new;
end
$$;
comment on function authz.tg__on_the_road() is
  'Refuses with CD013 to archive a vehicle or a member of the crew who is on a job; CD007 above READ COMMITTED. [S-18]';
alter function authz.tg__on_the_road() owner to cordon_definer;
revoke all on function authz.tg__on_the_road() from public;

-- authz.tg_crew_members__drove: as what somebody sat beside a patient is asked for with who it was. Assignments and the log name the row: a driver who is
-- called a nurse afterwards would have been one on every way there was. Who assigns waits for this, or is seen: they hold the row.
create or replace function authz.tg_crew_members__drove()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  if exists (
    select
    from public.vehicle_assignments as a
    where a.organisation_id = new.organisation_id
      and new.id in (a.driver_id, a.attendant_id)
  ) then
    raise exception 'who was on a job keeps the duty that they had'
      using errcode = 'CD013', hint = 'Archive it, and write them down anew with the other duty, for what is to come.';
  end if;
  return new;
end
$$;
comment on function authz.tg_crew_members__drove() is
  'Refuses with CD013 another duty of a member of the crew who was assigned to a job; CD007 above READ COMMITTED. [S-16, S-18]';
alter function authz.tg_crew_members__drove() owner to cordon_definer;
revoke all on function authz.tg_crew_members__drove() from public;

-- authz.tg_transfer_jobs__course: a job that has ended is soon gone from sight (N-24).
create or replace function authz.tg_transfer_jobs__course()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.origin_organisation_id, new.transfer_id) is distinct from (old.origin_organisation_id, old.transfer_id) then
    raise exception 'a job stays that of its transfer'
      using errcode = 'CD013', hint = 'Dispatch the other transfer.';
  end if;
  if new.status is distinct from old.status and new.status = 'picked_up' then
    -- Whoever has the patient on board can still say that they arrived, and nobody else can: a day was too short for a crew that forgot it over a
    -- weekend. A packet expires all the same; the name beside it does so by itself, and sooner.
    new.expires_at := greatest(old.expires_at, clock_timestamp() + interval '30 days');
  elsif new.status is distinct from old.status and new.status in ('delivered', 'cancelled') then
    -- The crew still sees how it ended.
    new.expires_at := least(old.expires_at, clock_timestamp() + interval '1 hour');
  end if;
  return new;
end
$$;
comment on function authz.tg_transfer_jobs__course() is
  'Lets a job that has ended expire within the hour, and one with the patient on board after 30 days. [N-24]';
revoke all on function authz.tg_transfer_jobs__course() from public;

-- authz.tg_transfer_jobs__follow: what the company does with its job, the clinic's transfer does too, and both timelines tell it (S-18).
create or replace function authz.tg_transfer_jobs__follow()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'transfer_job.received', jsonb_build_object('origin_organisation_id', new.origin_organisation_id), new.updated_by_user_id
    );
    return null;
  end if;
  if new.status is not distinct from old.status then
    return null;
  end if;
  if new.status = 'picked_up' then
    -- Who closes the company waits for this, or was seen: nobody is on board of a company that is closed.
    perform authz.require_read_committed();
    perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for share;
    if not authz.is_system() and exists (
      select from public.organisations as o where o.id = new.organisation_id and o.archived_at is not null
    ) then
      raise exception 'the organisation is closed'
        using errcode = 'insufficient_privilege', hint = 'The clinic cancels the transfer, and dispatches another company.';
    end if;
  end if;
  perform authz.record_activity(
    new.organisation_id, null, new.id, 'transfer_job.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
  );
  update public.transfers as t
     set status = new.status
   where t.organisation_id = new.origin_organisation_id
     and t.id = new.transfer_id;
  if new.status in ('delivered', 'cancelled') then
    update public.transfer_job_patients as p
       set patient_name = null,
           language = null
     where p.organisation_id = new.organisation_id
       and p.id = new.id;
    update public.vehicle_assignments as a
       set released_at = clock_timestamp()
     where a.organisation_id = new.organisation_id
       and a.transfer_job_id = new.id
       and a.released_at is null;
  end if;
  return null;
end
$$;
comment on function authz.tg_transfer_jobs__follow() is
  'Carries the status of a job to its transfer, at its end forgets the patient and frees vehicle and crew, and records each step; 42501 for a pickup by who was closed, CD007 for one above READ COMMITTED. [N-24, S-18]';
alter function authz.tg_transfer_jobs__follow() owner to cordon_definer;
revoke all on function authz.tg_transfer_jobs__follow() from public;

-- authz.tg_transfers__activity: one row per change of a transfer that is one (S-18).
create or replace function authz.tg_transfers__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(new.organisation_id, new.case_id, new.id, 'transfer.requested', '{}', new.updated_by_user_id);
  elsif new.status is distinct from old.status then
    if new.status = 'dispatched' then
      perform authz.record_activity(
        new.organisation_id, new.case_id, new.id, 'transfer.dispatched',
        jsonb_build_object('transport_organisation_id', new.transport_organisation_id), new.updated_by_user_id
      );
    else
      perform authz.record_activity(
        new.organisation_id, new.case_id, new.id, 'transfer.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
      );
    end if;
  end if;
  -- By the server alone, and out of the sight of whoever waits for the patient all the same.
  if tg_op = 'UPDATE' and (new.archived_at is null) <> (old.archived_at is null) then
    perform authz.record_activity(
      new.organisation_id, new.case_id, new.id, case when new.archived_at is null then 'transfer.restored' else 'transfer.archived' end,
      jsonb_build_object('status', new.status), new.updated_by_user_id
    );
  end if;
  -- By the server alone, and told in both cases, as of a stay: in the timeline of the one that it left the patient would wait for it still.
  if tg_op = 'UPDATE' and new.case_id <> old.case_id then
    perform authz.record_activity(
      new.organisation_id, c.case_id, new.id, 'transfer.case_changed', jsonb_build_object('from', old.case_id, 'to', new.case_id), new.updated_by_user_id
    )
    from unnest(array[old.case_id, new.case_id]) as c (case_id);
  end if;
  return null;
end
$$;
comment on function authz.tg_transfers__activity() is
  'Records request, dispatch, every further step and archiving of a transfer, and its undoing; in both, another case. [S-18]';
alter function authz.tg_transfers__activity() owner to cordon_definer;
revoke all on function authz.tg_transfers__activity() from public;

-- authz.tg_transfers__course: from dispatch to delivery a transfer follows the transport company's job, and nobody says otherwise by
-- hand, the owner included: what two tenants' records say of one movement stays equal. Invoker, to know whose hand it is.
create or replace function authz.tg_transfers__course()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_erases boolean;
begin
  if tg_op = 'INSERT' then
    new.transport_organisation_id := null;
    return new;
  end if;
  if current_user <> 'cordon_definer' then
    new.transport_organisation_id := old.transport_organisation_id;
    if new.status is distinct from old.status
      and (old.status = 'dispatched' or new.status in ('dispatched', 'picked_up', 'delivered'))
    then
      raise exception 'a transfer goes from % to % with its job', old.status, new.status
        using errcode = 'CD013', hint = 'dispatch_transfer and cancel_transfer; between them the transport company moves its job.';
    end if;
  end if;
  if old.status not in ('requested', 'accepted')
    and (new.patient_id, new.case_id, new.admission_id, new.mobility, new.pickup, new.destination, new.pickup_at)
      is distinct from (old.patient_id, old.case_id, old.admission_id, old.mobility, old.pickup, old.destination, old.pickup_at)
  then
    -- Nobody's hand but that of the owner, with whose rights governance.erase_rows runs, says that a place is forgotten, and that alone.
    v_erases := pg_has_role(current_user, (select c.relowner from pg_catalog.pg_class as c where c.oid = tg_relid), 'member');
    if v_erases and (new.patient_id, new.case_id, new.admission_id, new.mobility, new.pickup_at)
        is not distinct from (old.patient_id, old.case_id, old.admission_id, old.mobility, old.pickup_at)
      and new.pickup in (old.pickup, 'erased')
      and new.destination in (old.destination, 'erased')
    then
      return new;
    end if;
    raise exception 'a % transfer stays as it was asked for', old.status
      using errcode = 'CD013', hint = 'Cancel it before the pickup and request another.';
  end if;
  return new;
end
$$;
comment on function authz.tg_transfers__course() is
  'Refuses with CD013 a step that is the job''s to take, and another route after dispatch; erasure blanks one. [N-49, S-18]';
revoke all on function authz.tg_transfers__course() from public;

-- authz.tg_vehicle_assignments__activity: who drove with what, and who sat beside the patient, as it was decided (S-18).
create or replace function authz.tg_vehicle_assignments__activity()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_was_live boolean := false;
  v_driver_id uuid := new.driver_id;
  v_attendant_id uuid;
  v_is_live constant boolean := new.released_at is null and new.archived_at is null;
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_was_live := old.released_at is null and old.archived_at is null;
    v_driver_id := old.driver_id;
    v_attendant_id := case when v_was_live then old.attendant_id end;
  end if;
  -- Another at the wheel is two events: who drove before is not undone by who drives at the end.
  if v_was_live and (not v_is_live or new.driver_id <> v_driver_id) then
    perform authz.record_activity(
      new.organisation_id, null, new.transfer_job_id, 'transfer_job.released',
      jsonb_build_object('vehicle_id', new.vehicle_id, 'driver_id', v_driver_id), new.updated_by_user_id
    );
  end if;
  if v_is_live and (not v_was_live or new.driver_id <> v_driver_id) then
    perform authz.record_activity(
      new.organisation_id, null, new.transfer_job_id, 'transfer_job.assigned',
      jsonb_build_object('vehicle_id', new.vehicle_id, 'driver_id', new.driver_id), new.updated_by_user_id
    );
  end if;
  -- The row tells who sat beside the patient at the end, and nobody else who did before.
  if v_is_live and new.attendant_id is distinct from v_attendant_id then
    perform authz.record_activity(
      new.organisation_id, null, new.transfer_job_id, 'transfer_job.attendant_changed',
      jsonb_build_object('vehicle_id', new.vehicle_id, 'from', v_attendant_id, 'to', new.attendant_id), new.updated_by_user_id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_vehicle_assignments__activity() is
  'Records assignment and release of vehicle and driver, and each change of driver as both; and who attends. [S-18]';
alter function authz.tg_vehicle_assignments__activity() owner to cordon_definer;
revoke all on function authz.tg_vehicle_assignments__activity() from public;

-- authz.tg_vehicle_assignments__job: an assignment stays on its job and vehicle, and its release is stamped once. Who drove, and who sat beside the
-- patient, is asked for when something went wrong: it ends with the crew that it had, and none is written in with the
-- release, or after it; nor in what is archived, where no record would tell of them.
create or replace function authz.tg_vehicle_assignments__job()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    new.released_at := null;
    return new;
  end if;
  if (new.transfer_job_id, new.vehicle_id) is distinct from (old.transfer_job_id, old.vehicle_id) then
    raise exception 'an assignment stays on its job and vehicle'
      using errcode = 'CD013', hint = 'Release this one and assign another.';
  end if;
  if (new.driver_id, new.attendant_id) is distinct from (old.driver_id, old.attendant_id)
    and (old.released_at is not null or new.released_at is not null or old.archived_at is not null or new.archived_at is not null)
  then
    raise exception 'an assignment ends with the crew that it had'
      using errcode = 'CD013', hint = 'Change the crew first, and release or archive the assignment then; one that has ended stays as it was.';
  end if;
  new.released_at := coalesce(old.released_at, case when new.released_at is not null then clock_timestamp() end);
  return new;
end
$$;
comment on function authz.tg_vehicle_assignments__job() is
  'Keeps job and vehicle, and the crew from release or archiving on, refusing others with CD013; stamps the release. [S-16, S-18]';
revoke all on function authz.tg_vehicle_assignments__job() from public;

-- authz.tg_vehicle_assignments__under_way: vehicles and crew are on jobs that are under way, and none that was archived is. After the row, so that the
-- policy has spoken first: before it, the answer would tell of jobs to who may assign none. Of the crew nobody rides in two vehicles, at the wheel or
-- beside the patient: the index on drivers sees one of the two columns alone. Of the migrating role: the lock takes a right to change the crew.
create or replace function authz.tg_vehicle_assignments__under_way()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if (new.driver_id, new.attendant_id) is not distinct from (old.driver_id, old.attendant_id)
      and (old.archived_at is null or new.archived_at is not null)
    then
      return null;
    end if;
  end if;
  perform authz.require_read_committed();
  -- Two who put the same crew on two jobs follow each other. Before the lock that who archives crew waits for while they hold the crew.
  perform
  from public.crew_members as c
  where c.organisation_id = new.organisation_id
    and c.id in (new.driver_id, new.attendant_id)
  order by c.id
  for no key update;
  -- Who archives one of them waits for this, or was seen.
  perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for share;
  if exists (
    select
    from public.vehicles as v
    where v.organisation_id = new.organisation_id
      and v.id = new.vehicle_id
      and v.archived_at is not null
      and new.released_at is null
  ) or exists (
    select
    from public.crew_members as c
    where c.organisation_id = new.organisation_id
      and c.id in (new.driver_id, new.attendant_id)
      and c.archived_at is not null
  ) then
    raise exception 'vehicle or crew not found'
      using errcode = 'CD010', hint = 'Name a vehicle, and crew, of the current organisation that are in use.';
  end if;
  if new.released_at is null and new.archived_at is null and exists (
    select
    from public.vehicle_assignments as a
    where a.organisation_id = new.organisation_id
      and a.id <> new.id
      and (a.driver_id in (new.driver_id, new.attendant_id) or a.attendant_id in (new.driver_id, new.attendant_id))
      and a.released_at is null
      and a.archived_at is null
  ) then
    raise exception 'who is on a job is on no other'
      using errcode = 'CD013', hint = 'Release the other assignment first, or have its job end: vehicle_assignments.released_at.';
  end if;
  if tg_op = 'UPDATE' then
    return null;
  end if;
  -- Waits for a step that is being taken, so that none is assigned to a job just ended.
  perform
  from public.transfer_jobs as j
  where j.organisation_id = new.organisation_id
    and j.id = new.transfer_job_id
    and j.status in ('dispatched', 'picked_up')
    and j.expires_at > clock_timestamp()
  for share;
  if not found then
    raise exception 'job not found'
      using errcode = 'CD010', hint = 'Name a job of the current organisation that is under way.';
  end if;
  return null;
end
$$;
comment on function authz.tg_vehicle_assignments__under_way() is
  'Refuses with CD010 a job that is not under way, and a vehicle or crew that was archived, with CD013 crew who are on another job; CD007 above READ COMMITTED. [S-18]';
revoke all on function authz.tg_vehicle_assignments__under_way() from public;

-- authz.tg_vehicles__driven: which vehicle drove is asked for by its plate, and whether it was one for who lay in it. Assignments and the log name the
-- row: under another registration the other would have driven all that this one did, and a car that is called an ambulance afterwards would have been
-- one. Who assigns waits for this, or is seen.
create or replace function authz.tg_vehicles__driven()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for no key update;
  if exists (
    select
    from public.vehicle_assignments as a
    where a.organisation_id = new.organisation_id
      and a.vehicle_id = new.id
  ) then
    raise exception 'what was on a job keeps registration and kind'
      using errcode = 'CD013', hint = 'Archive it, and write it down anew, as a vehicle of its own.';
  end if;
  return new;
end
$$;
comment on function authz.tg_vehicles__driven() is
  'Refuses with CD013 another registration or kind of a vehicle that was assigned to a job; CD007 above READ COMMITTED. [S-16, S-18]';
alter function authz.tg_vehicles__driven() owner to cordon_definer;
revoke all on function authz.tg_vehicles__driven() from public;

-- authz.transfer_tenant: where a transfer stands that the caller may steer: staff in their current organisation, operations wherever
-- it is. Ids are unique within a tenant only, so that operations must name the organisation where two carry the same one.
create or replace function authz.transfer_tenant(transfer_id uuid, organisation_id uuid)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant uuid;
  v_is_operations constant boolean := authz.acting_realm() = 'internal_ops' and authz.is_operator('{ops_agent}');
begin
  if not v_is_operations then
    v_tenant := authz.organisation_for('{clinic_admin,doctor,nurse}', '{}');
    if v_tenant is null then
      raise exception 'transfers are not yours to steer'
        using errcode = 'insufficient_privilege',
          hint = 'It takes a clinic_admin, a doctor or a nurse of the clinic, or an agent of operations.';
    end if;
    if transfer_tenant.organisation_id <> v_tenant then
      v_tenant := null;
    end if;
  end if;
  begin
    select t.organisation_id
      into strict v_tenant
      from public.transfers as t
     where t.id = transfer_tenant.transfer_id
       and t.organisation_id = case when v_is_operations then coalesce(transfer_tenant.organisation_id, t.organisation_id) else v_tenant end
       and t.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      raise exception 'transfer not found'
        using errcode = 'CD010',
          hint = 'Name a transfer of the current organisation; operations add the organisation where two share an id.';
  end;
  return v_tenant;
end
$$;
comment on function authz.transfer_tenant(uuid, uuid) is
  'Organisation of a transfer that the caller may dispatch or cancel. 42501 for who may steer none, CD010 for one that is not theirs. [S-04, S-18]';
alter function authz.transfer_tenant(uuid, uuid) owner to cordon_definer;
revoke all on function authz.transfer_tenant(uuid, uuid) from public;

-- public.cancel_transfer: calls a transfer off before the patient is picked up. Once dispatched it is the job that ends, and the
-- transfer follows: the company's crew and the clinic's desk wait for each other in one order.
create or replace function public.cancel_transfer(transfer_id uuid, organisation_id uuid default null)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_company_id uuid;
begin
  update public.transfer_jobs as j
     set status = 'cancelled'
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = cancel_transfer.transfer_id
     and j.organisation_id = t.transport_organisation_id
     and j.origin_organisation_id = v_tenant
     and j.transfer_id = t.id
     and j.status <> 'cancelled';
  if found then
    return;
  end if;
  update public.transfers as t
     set status = 'cancelled'
   where t.organisation_id = v_tenant
     and t.id = cancel_transfer.transfer_id
     and t.transport_organisation_id is null;
  if found then
    return;
  end if;
  -- Nobody picked the patient up, and retention took the job. Locked first, and then looked for: who waited for a dispatch sees the job that it wrote.
  select t.transport_organisation_id
    into v_company_id
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = cancel_transfer.transfer_id
  for no key update;
  update public.transfers as t
     set status = 'cancelled'
   where t.organisation_id = v_tenant
     and t.id = cancel_transfer.transfer_id
     and t.status <> 'cancelled'
     and not exists (
       select
       from public.transfer_jobs as j
       where j.organisation_id = v_company_id
         and j.origin_organisation_id = v_tenant
         and j.transfer_id = cancel_transfer.transfer_id
     );
  if not found then
    raise exception 'transfers cannot go from here to cancelled'
      using errcode = 'CD013', hint = 'It is cancelled already, or was dispatched at this moment: look again.';
  end if;
end
$$;
comment on function public.cancel_transfer(uuid, uuid) is
  'Cancels a transfer, and the job of the company that was to drive it. 42501 for who may steer none, CD010 where it is not found, CD013 from picked_up on. [S-18]';
alter function public.cancel_transfer(uuid, uuid) owner to cordon_definer;
revoke all on function public.cancel_transfer(uuid, uuid) from public;
grant execute on function public.cancel_transfer(uuid, uuid) to authenticated, internal_ops;

-- public.conclude_transfer: says that a patient has arrived where the company that drove them no longer can: its job expired with the patient on
-- board, or it was closed. For as long as its crew can say so, nobody else does.
create or replace function public.conclude_transfer(transfer_id uuid, organisation_id uuid default null)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_company_id uuid;
begin
  -- The transfer follows the job, as when the crew moves it.
  update public.transfer_jobs as j
     set status = 'delivered'
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = conclude_transfer.transfer_id
     and j.organisation_id = t.transport_organisation_id
     and j.origin_organisation_id = v_tenant
     and j.transfer_id = t.id
     and j.status = 'picked_up'
     and (
       j.expires_at <= clock_timestamp()
       or exists (select from public.organisations as o where o.id = j.organisation_id and o.archived_at is not null)
     );
  if found then
    return;
  end if;
  -- Retention took the job. Locked first, and then looked for: who waited sees the job that was written meanwhile.
  select t.transport_organisation_id
    into v_company_id
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = conclude_transfer.transfer_id
  for no key update;
  update public.transfers as t
     set status = 'delivered'
   where t.organisation_id = v_tenant
     and t.id = conclude_transfer.transfer_id
     and t.status = 'picked_up'
     and not exists (
       select
       from public.transfer_jobs as j
       where j.organisation_id = v_company_id
         and j.origin_organisation_id = v_tenant
         and j.transfer_id = conclude_transfer.transfer_id
     );
  if not found then
    raise exception 'nobody is on board of a company that can no longer say so'
      using errcode = 'CD013', hint = 'The company that drives says that the patient has arrived; before the pickup, cancel_transfer.';
  end if;
end
$$;
comment on function public.conclude_transfer(uuid, uuid) is
  'Says that a patient has arrived whose transport company no longer can: the job expired with them on board, or the company was closed. Operations name the organisation where two share the id. 42501 for who may steer none, CD010 where it is not found, CD013 for any other transfer. [N-24, S-18]';
alter function public.conclude_transfer(uuid, uuid) owner to cordon_definer;
revoke all on function public.conclude_transfer(uuid, uuid) from public;
grant execute on function public.conclude_transfer(uuid, uuid) to authenticated, internal_ops;

-- public.dispatch_transfer: hands a transfer to who drives it: a packet of its own in their tenant, and no row of the clinic's. The
-- patient is named beside it only where a consent to transfer_disclosure outlives it, and their clinic is open; else the crew asks at the pickup by the job's id.
-- The packet's moment is written in UTC: what is kept in JSON would be told by the caller's clock, of which some write what nothing reads back.
create or replace function public.dispatch_transfer(transfer_id uuid, transport_organisation_id uuid, organisation_id uuid default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
  set timezone = 'UTC'
as $$
declare
  v_tenant constant uuid := authz.transfer_tenant(transfer_id, organisation_id);
  v_transfer public.transfers;
  v_expires_at timestamptz;
  v_job_id uuid;
  v_told text[] := '{pickup,destination,pickup_at,mobility,priority}';
begin
  if not exists (
    select
    from public.organisations as o
    where o.id = dispatch_transfer.transport_organisation_id
      and (o.kind = 'transport' or o.id = v_tenant)
      and o.archived_at is null
  ) then
    raise exception 'transport company not found'
      using errcode = 'CD010', hint = 'Name an organisation of kind transport, or the clinic itself where it drives.';
  end if;
  -- Who closes the clinic waits for this, or is seen: nobody is named for a clinic that is closed.
  perform from public.organisation_settings as s where s.organisation_id = v_tenant for share;
  -- Patient and consents before the transfer: a consent that is being withdrawn is seen.
  perform authz.lock_chart(
    v_tenant,
    (select t.patient_id from public.transfers as t where t.organisation_id = v_tenant and t.id = dispatch_transfer.transfer_id),
    'transfer_disclosure'
  );
  select t.organisation_id, t.id, t.patient_id, t.case_id, t.status, t.mobility, t.pickup, t.destination, t.pickup_at,
    t.patient_status
    into v_transfer.organisation_id, v_transfer.id, v_transfer.patient_id, v_transfer.case_id, v_transfer.status,
      v_transfer.mobility, v_transfer.pickup, v_transfer.destination, v_transfer.pickup_at, v_transfer.patient_status
    from public.transfers as t
   where t.organisation_id = v_tenant
     and t.id = dispatch_transfer.transfer_id
  for no key update;
  if v_transfer.patient_status <> 'active' then
    raise exception 'transfer not found'
      using errcode = 'CD010', hint = 'Its patient is no longer active.';
  end if;
  if v_transfer.status <> 'accepted' then
    raise exception 'transfers cannot go from % to dispatched', v_transfer.status
      using errcode = 'CD013', hint = 'Dispatch a transfer that was accepted, once.';
  end if;

  v_expires_at := greatest(v_transfer.pickup_at, clock_timestamp()) + interval '24 hours';
  insert into public.transfer_jobs as j (organisation_id, origin_organisation_id, transfer_id, packet, expires_at)
  select
    dispatch_transfer.transport_organisation_id, v_tenant, v_transfer.id,
    jsonb_build_object(
      'pickup', v_transfer.pickup, 'destination', v_transfer.destination, 'pickup_at', v_transfer.pickup_at,
      'mobility', v_transfer.mobility, 'priority', c.priority
    ),
    v_expires_at
  from public.cases as c
  where c.organisation_id = v_tenant
    and c.id = v_transfer.case_id
  returning j.id into v_job_id;
  if authz.transfer_consent_until(v_tenant, v_transfer.patient_id) >= v_expires_at
    and exists (select from public.organisations as o where o.id = v_tenant and o.archived_at is null)
  then
    insert into public.transfer_job_patients
      (organisation_id, id, origin_organisation_id, transfer_id, patient_name, language, expires_at)
    select dispatch_transfer.transport_organisation_id, v_job_id, v_tenant, v_transfer.id, p.full_name, p.language, v_expires_at
    from public.patients as p
    where p.organisation_id = v_tenant
      and p.id = v_transfer.patient_id;
    v_told := v_told || '{patient_name,language}';
  end if;
  perform authz.record_disclosure(
    v_tenant, v_transfer.patient_id, case when transport_organisation_id = v_tenant then 'clinic' else 'transport' end,
    transport_organisation_id, 'transfer_disclosure', v_told, 'public.transfer_jobs', v_job_id
  );
  update public.transfers as t
     set status = 'dispatched',
         transport_organisation_id = dispatch_transfer.transport_organisation_id
   where t.organisation_id = v_tenant
     and t.id = v_transfer.id;
  return v_job_id;
end
$$;
comment on function public.dispatch_transfer(uuid, uuid, uuid) is
  'Dispatches an accepted transfer to a transport company; returns the job in its tenant. Operations name the organisation where two share the id. 42501 for who may steer none, CD010 where either is not found, CD013 for a transfer that is not accepted. [N-24, S-18]';
alter function public.dispatch_transfer(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function public.dispatch_transfer(uuid, uuid, uuid) from public;
grant execute on function public.dispatch_transfer(uuid, uuid, uuid) to authenticated, internal_ops;

revoke create on schema authz, public from cordon_definer;

create policy provider_fence on public.crew_members
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'crew_members', 'SELECT', 'basic')));
comment on policy provider_fence on public.crew_members is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.crew_members
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.crew_members is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.crew_members
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.crew_members is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.crew_members
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.crew_members is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.crew_members
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'crew_members', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.crew_members is
  'ops_agent of operations may read rows that are not archived. [S-18, S-29]';

create policy definer_select on public.crew_members
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.crew_members is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_vehicle_assignments__under_way: whether it is in use). [N-08, S-18]';

create policy provider_fence on public.transfer_job_patients
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_job_patients', 'SELECT', 'detailed')));
comment on policy provider_fence on public.transfer_job_patients is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.transfer_job_patients
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.transfer_job_patients is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.transfer_job_patients
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.transfer_job_patients is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.transfer_job_patients
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.transfer_job_patients is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy definer_select on public.transfer_job_patients
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.transfer_job_patients is
  'definer functions may read every row (authz.forget_passengers: whom to forget; authz.simulate: explains a decision by what it depends on). [N-08, N-24, N-50]';

create policy definer_insert on public.transfer_job_patients
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.transfer_job_patients is
  'definer functions may create every row (public.dispatch_transfer: whom a packet is for, under consent). [N-24, N-45]';

create policy definer_update on public.transfer_job_patients
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.transfer_job_patients is
  'definer functions may change every row (authz.forget_passengers, authz.tg_transfer_jobs__follow: forgets). [N-24, N-50]';

create policy provider_fence on public.transfer_jobs
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'transfer_jobs', 'SELECT', 'basic')));
comment on policy provider_fence on public.transfer_jobs is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.transfer_jobs
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.transfer_jobs is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.transfer_jobs
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.transfer_jobs is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.transfer_jobs
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.transfer_jobs is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.transfer_jobs
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfer_jobs', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
    and expires_at > (select authz.now())
  );
comment on policy internal_ops_select on public.transfer_jobs is
  'ops_agent of operations may read rows that are not archived and not expired. [S-18, S-29]';

create policy definer_select on public.transfer_jobs
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.transfer_jobs is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; public.cancel_transfer, public.conclude_transfer: the job of a transfer). [N-08, N-24]';

create policy definer_insert on public.transfer_jobs
  for insert to cordon_definer
  with check (true);
comment on policy definer_insert on public.transfer_jobs is
  'definer functions may create every row (public.dispatch_transfer: hands over the packet). [N-24]';

create policy definer_update on public.transfer_jobs
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.transfer_jobs is
  'definer functions may change every row (public.cancel_transfer, public.conclude_transfer: end the job; authz.forget_places: forgets where to). [N-24, N-49, S-18]';

create policy provider_fence on public.transfers
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_organisation(authz.membership_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'), 'transfers', 'SELECT', 'basic')));
comment on policy provider_fence on public.transfers is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only clinic_admin, doctor, nurse, assistant or receptionist of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.transfers
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.transfers is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.transfers
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.transfers is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.transfers
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.transfers is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.transfers
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.transfers is
  'ops_agent of operations may read rows that are not archived. [S-18, S-29]';

create policy internal_ops_update on public.transfers
  for update to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  )
  with check (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'transfers', 'UPDATE', 'detailed'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_update on public.transfers is
  'ops_agent of operations may change rows that are not archived. [S-18, S-29]';

create policy definer_select on public.transfers
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.transfers is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.transfer_tenant, public.dispatch_transfer: what may be dispatched; authz.tg_patients__project, authz.tg_consents__project: finds the rows of a patient). [N-08, N-24, N-27]';

create policy definer_update on public.transfers
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.transfers is
  'definer functions may change every row (public.dispatch_transfer, public.cancel_transfer, public.conclude_transfer, authz.tg_transfer_jobs__follow: the step of the job; authz.tg_patients__project). [N-24, N-27, S-18]';

create policy provider_fence on public.vehicle_assignments
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicle_assignments', 'SELECT', 'basic')));
comment on policy provider_fence on public.vehicle_assignments is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.vehicle_assignments
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.vehicle_assignments is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.vehicle_assignments
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.vehicle_assignments is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.vehicle_assignments
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.vehicle_assignments is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.vehicle_assignments
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'vehicle_assignments', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.vehicle_assignments is
  'ops_agent of operations may read rows that are not archived. [S-18, S-29]';

create policy definer_select on public.vehicle_assignments
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.vehicle_assignments is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_transfer_jobs__follow: what a job holds; authz.tg__on_the_road: who is on one). [N-08, S-18]';

create policy definer_update on public.vehicle_assignments
  for update to cordon_definer
  using (true)
  with check (true);
comment on policy definer_update on public.vehicle_assignments is
  'definer functions may change every row (authz.tg_transfer_jobs__follow: vehicle and crew are free when the job ends). [S-18]';

create policy provider_fence on public.vehicles
  as restrictive for all to authenticated
  using (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')))
  with check (organisation_id = (select authz.log_decision(coalesce((select authz.organisation_for('{}', '{transport}')), (select authz.organisation_for('{clinic_admin}', '{}'))), 'provider', 'vehicles', 'SELECT', 'basic')));
comment on policy provider_fence on public.vehicles is
  'Whatever another policy allows, staff reach rows of the current organisation only, and of staff only any member with transport of the current organisation or clinic_admin of the current organisation. [N-24, S-02, S-03, S-04]';

create policy patient_fence on public.vehicles
  as restrictive for all to patient
  using (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]))
  with check (organisation_id = any ((select authz.patient_organisation_ids())::uuid[]));
comment on policy patient_fence on public.vehicles is
  'Whatever another policy allows, a patient reaches rows of organisations where they hold a live account only. [N-24, S-02, S-03, S-04]';

create policy internal_ops_fence on public.vehicles
  as restrictive for all to internal_ops
  using ((select authz.is_operator('{}')))
  with check ((select authz.is_operator('{}')));
comment on policy internal_ops_fence on public.vehicles is
  'Whatever another policy allows, only live members of operations reach a row. [N-24, S-02, S-03, S-04]';

create policy anon_fence on public.vehicles
  as restrictive for all to anon
  using (false)
  with check (false);
comment on policy anon_fence on public.vehicles is
  'Whatever another policy allows, nobody reaches a row without signing in. [N-24, S-02, S-03, S-04]';

create policy internal_ops_select on public.vehicles
  for select to internal_ops
  using (
    (select authz.log_decision(authz.is_operator('{ops_agent}'), 'internal_ops', 'vehicles', 'SELECT', 'basic'))
    and (archived_at is null or archived_at = now())
  );
comment on policy internal_ops_select on public.vehicles is
  'ops_agent of operations may read rows that are not archived. [S-18, S-29]';

create policy definer_select on public.vehicles
  for select to cordon_definer
  using (true);
comment on policy definer_select on public.vehicles is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_vehicle_assignments__under_way: whether it is in use). [N-08, S-18]';

create or replace trigger _300_on_the_road
  before update on public.crew_members
  for each row
  when (new.archived_at is not null and old.archived_at is null)
  execute function authz.tg__on_the_road('crew');
alter table public.crew_members enable always trigger _300_on_the_road;
comment on trigger _300_on_the_road on public.crew_members is
  'Keeps a member of the crew for as long as they are on a job. [S-18]';

create or replace trigger _060_whose
  before update on public.crew_members
  for each row
  when (new.user_id <> old.user_id)
  execute function authz.tg__lasting('crew_members');
alter table public.crew_members enable always trigger _060_whose;
comment on trigger _060_whose on public.crew_members is
  'Keeps whom an assignment names: who drove is who drove. [S-16, S-18]';

create or replace trigger _310_drove
  before update on public.crew_members
  for each row
  when (new.duty <> old.duty)
  execute function authz.tg_crew_members__drove();
alter table public.crew_members enable always trigger _310_drove;
comment on trigger _310_drove on public.crew_members is
  'Keeps as what a member of the crew was on a job. [S-16, S-18]';

create or replace trigger _110_status_stamp
  before insert or update on public.transfer_jobs
  for each row
  execute function authz.tg__status_stamp();
alter table public.transfer_jobs enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.transfer_jobs is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.transfer_jobs
  for each row
  execute function authz.tg__transition('transfer_jobs', 'dispatched');
alter table public.transfer_jobs enable always trigger _200_transition;
comment on trigger _200_transition on public.transfer_jobs is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_course
  before update on public.transfer_jobs
  for each row
  execute function authz.tg_transfer_jobs__course();
alter table public.transfer_jobs enable always trigger _300_course;
comment on trigger _300_course on public.transfer_jobs is
  'Lets a job that has ended expire, and none while the patient is on board. [N-24]';

create or replace trigger _500_follow
  after insert or update on public.transfer_jobs
  for each row
  execute function authz.tg_transfer_jobs__follow();
alter table public.transfer_jobs enable always trigger _500_follow;
comment on trigger _500_follow on public.transfer_jobs is
  'Carries the status back to the clinic, and writes both timelines. [N-24, S-18]';

create or replace trigger _080_no_secrets
  before insert or update on public.transfers
  for each row
  execute function authz.tg__no_secrets('transfers', 'pickup', 'destination');
alter table public.transfers enable always trigger _080_no_secrets;
comment on trigger _080_no_secrets on public.transfers is
  'Refuses card numbers and national ids in free text. [S-37, S-38]';

create or replace trigger _085_words
  before insert or update on public.transfers
  for each row
  execute function authz.tg__words('transfers', 'pickup', '1', 'destination', '1');
alter table public.transfers enable always trigger _085_words;
comment on trigger _085_words on public.transfers is
  'Refuses a way to nowhere. [S-18]';

create or replace trigger _110_status_stamp
  before insert or update on public.transfers
  for each row
  execute function authz.tg__status_stamp();
alter table public.transfers enable always trigger _110_status_stamp;
comment on trigger _110_status_stamp on public.transfers is
  'Stamps who flipped the status and when. [S-16]';

create or replace trigger _200_transition
  before insert or update on public.transfers
  for each row
  execute function authz.tg__transition('transfers', 'requested');
alter table public.transfers enable always trigger _200_transition;
comment on trigger _200_transition on public.transfers is
  'Refuses a state that does not follow from the one before, or not for this realm. [S-18]';

create or replace trigger _300_course
  before insert or update on public.transfers
  for each row
  execute function authz.tg_transfers__course();
alter table public.transfers enable always trigger _300_course;
comment on trigger _300_course on public.transfers is
  'Keeps the transfer at the step of its job, and its route as it was dispatched. [S-18]';

create or replace trigger _400_patient_status
  before insert or update on public.transfers
  for each row
  execute function authz.tg__patient_status('patient_id');
alter table public.transfers enable always trigger _400_patient_status;
comment on trigger _400_patient_status on public.transfers is
  'Recomputes patient_status; a value sent by anyone is ignored. [N-27]';

create or replace trigger _600_activity
  after insert or update on public.transfers
  for each row
  execute function authz.tg_transfers__activity();
alter table public.transfers enable always trigger _600_activity;
comment on trigger _600_activity on public.transfers is
  'Writes what really changed into the activity log. [S-18]';

create or replace trigger _700_patient_status_kept
  after insert on public.transfers
  referencing new table as changed
  for each statement
  execute function authz.tg__patient_status_kept('patient_id');
alter table public.transfers enable always trigger _700_patient_status_kept;
comment on trigger _700_patient_status_kept on public.transfers is
  'Locks the patients of new rows once, so that each change of a patient is before or after them. [N-27]';

create or replace trigger _300_job
  before insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg_vehicle_assignments__job();
alter table public.vehicle_assignments enable always trigger _300_job;
comment on trigger _300_job on public.vehicle_assignments is
  'Keeps job and vehicle, and stamps the release. [S-16]';

create or replace trigger _600_activity
  after insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg_vehicle_assignments__activity();
alter table public.vehicle_assignments enable always trigger _600_activity;
comment on trigger _600_activity on public.vehicle_assignments is
  'Writes assignment and release into the activity log. [S-18]';

create or replace trigger _500_under_way
  after insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg_vehicle_assignments__under_way();
alter table public.vehicle_assignments enable always trigger _500_under_way;
comment on trigger _500_under_way on public.vehicle_assignments is
  'Assigns to jobs under way only. [S-18]';

create or replace trigger _300_on_the_road
  before update on public.vehicles
  for each row
  when (new.archived_at is not null and old.archived_at is null)
  execute function authz.tg__on_the_road('vehicle');
alter table public.vehicles enable always trigger _300_on_the_road;
comment on trigger _300_on_the_road on public.vehicles is
  'Keeps a vehicle for as long as it is on a job. [S-18]';

create or replace trigger _310_driven
  before update on public.vehicles
  for each row
  when ((new.registration, new.kind) <> (old.registration, old.kind))
  execute function authz.tg_vehicles__driven();
alter table public.vehicles enable always trigger _310_driven;
comment on trigger _310_driven on public.vehicles is
  'Keeps registration and kind of a vehicle that was on a job. [S-16, S-18]';

create or replace trigger _050_tenant
  before insert or update on public.crew_members
  for each row
  execute function authz.tg__tenant('crew_members');
alter table public.crew_members enable always trigger _050_tenant;
comment on trigger _050_tenant on public.crew_members is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.crew_members
  for each row
  execute function authz.tg__stamp();
alter table public.crew_members enable always trigger _100_stamp;
comment on trigger _100_stamp on public.crew_members is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.crew_members
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('crew_members');
alter table public.crew_members enable always trigger _890_lasting;
comment on trigger _890_lasting on public.crew_members is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.crew_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.crew_members enable always trigger _900_stamped;
comment on trigger _900_stamped on public.crew_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.crew_members
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.crew_members enable always trigger _901_stamped;
comment on trigger _901_stamped on public.crew_members is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.transfer_job_patients
  for each row
  execute function authz.tg__tenant('transfer_job_patients');
alter table public.transfer_job_patients enable always trigger _050_tenant;
comment on trigger _050_tenant on public.transfer_job_patients is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.transfer_job_patients
  for each row
  execute function authz.tg__stamp();
alter table public.transfer_job_patients enable always trigger _100_stamp;
comment on trigger _100_stamp on public.transfer_job_patients is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.transfer_job_patients
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('transfer_job_patients');
alter table public.transfer_job_patients enable always trigger _890_lasting;
comment on trigger _890_lasting on public.transfer_job_patients is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.transfer_job_patients
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfer_job_patients enable always trigger _900_stamped;
comment on trigger _900_stamped on public.transfer_job_patients is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.transfer_job_patients
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfer_job_patients enable always trigger _901_stamped;
comment on trigger _901_stamped on public.transfer_job_patients is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.transfer_jobs
  for each row
  execute function authz.tg__tenant('transfer_jobs');
alter table public.transfer_jobs enable always trigger _050_tenant;
comment on trigger _050_tenant on public.transfer_jobs is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.transfer_jobs
  for each row
  execute function authz.tg__stamp();
alter table public.transfer_jobs enable always trigger _100_stamp;
comment on trigger _100_stamp on public.transfer_jobs is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.transfer_jobs
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('transfer_jobs');
alter table public.transfer_jobs enable always trigger _890_lasting;
comment on trigger _890_lasting on public.transfer_jobs is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.transfer_jobs
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfer_jobs enable always trigger _900_stamped;
comment on trigger _900_stamped on public.transfer_jobs is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.transfer_jobs
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfer_jobs enable always trigger _901_stamped;
comment on trigger _901_stamped on public.transfer_jobs is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.transfers
  for each row
  execute function authz.tg__tenant('transfers');
alter table public.transfers enable always trigger _050_tenant;
comment on trigger _050_tenant on public.transfers is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.transfers
  for each row
  execute function authz.tg__stamp();
alter table public.transfers enable always trigger _100_stamp;
comment on trigger _100_stamp on public.transfers is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.transfers
  for each row
  when ((new.id, new.patient_id) is distinct from (old.id, old.patient_id))
  execute function authz.tg__lasting('transfers');
alter table public.transfers enable always trigger _890_lasting;
comment on trigger _890_lasting on public.transfers is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.transfers
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfers enable always trigger _900_stamped;
comment on trigger _900_stamped on public.transfers is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.transfers
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.transfers enable always trigger _901_stamped;
comment on trigger _901_stamped on public.transfers is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg__tenant('vehicle_assignments');
alter table public.vehicle_assignments enable always trigger _050_tenant;
comment on trigger _050_tenant on public.vehicle_assignments is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.vehicle_assignments
  for each row
  execute function authz.tg__stamp();
alter table public.vehicle_assignments enable always trigger _100_stamp;
comment on trigger _100_stamp on public.vehicle_assignments is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.vehicle_assignments
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('vehicle_assignments');
alter table public.vehicle_assignments enable always trigger _890_lasting;
comment on trigger _890_lasting on public.vehicle_assignments is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.vehicle_assignments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.vehicle_assignments enable always trigger _900_stamped;
comment on trigger _900_stamped on public.vehicle_assignments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.vehicle_assignments
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.vehicle_assignments enable always trigger _901_stamped;
comment on trigger _901_stamped on public.vehicle_assignments is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _050_tenant
  before insert or update on public.vehicles
  for each row
  execute function authz.tg__tenant('vehicles');
alter table public.vehicles enable always trigger _050_tenant;
comment on trigger _050_tenant on public.vehicles is
  'Keeps the row in its organisation; a write that bypasses RLS must be pinned to it. [S-03, S-05]';

create or replace trigger _100_stamp
  before insert or update on public.vehicles
  for each row
  execute function authz.tg__stamp();
alter table public.vehicles enable always trigger _100_stamp;
comment on trigger _100_stamp on public.vehicles is
  'Stamps who wrote the row and when. [S-16]';

create or replace trigger _890_lasting
  before update on public.vehicles
  for each row
  when (new.id <> old.id)
  execute function authz.tg__lasting('vehicles');
alter table public.vehicles enable always trigger _890_lasting;
comment on trigger _890_lasting on public.vehicles is
  'Keeps the row''s id, and whose it is. [N-37, S-16]';

create or replace trigger _900_stamped
  after insert on public.vehicles
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.vehicles enable always trigger _900_stamped;
comment on trigger _900_stamped on public.vehicles is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

create or replace trigger _901_stamped
  after update on public.vehicles
  referencing new table as changed
  for each statement
  execute function authz.tg__stamped();
alter table public.vehicles enable always trigger _901_stamped;
comment on trigger _901_stamped on public.vehicles is
  'Verifies once a statement that who is stamped on its rows is who calls. [N-16, S-16]';

grant select (archived_at, id, organisation_id) on public.crew_members to cordon_definer;
grant select on public.crew_members to internal_ops;
grant select, insert, update on public.crew_members to service_role;

grant select on public.transfer_job_details to authenticated;
grant select on public.transfer_job_details to service_role;

grant
  select (archived_at, expires_at, id, organisation_id, origin_organisation_id, patient_name, transfer_id),
  insert (expires_at, id, language, organisation_id, origin_organisation_id, patient_name, transfer_id),
  update (language, patient_name)
  on public.transfer_job_patients to cordon_definer;
grant select on public.transfer_job_patients to service_role;

grant
  select (archived_at, expires_at, id, organisation_id, origin_organisation_id, packet, status, transfer_id),
  insert (expires_at, organisation_id, origin_organisation_id, packet, transfer_id),
  update (packet, status)
  on public.transfer_jobs to cordon_definer;
grant select on public.transfer_jobs to internal_ops;
grant select on public.transfer_jobs to service_role;

grant
  select (archived_at, case_id, destination, id, mobility, organisation_id, patient_id, patient_status, pickup, pickup_at, status, transport_organisation_id),
  update (patient_status, status, transport_organisation_id)
  on public.transfers to cordon_definer;
grant select (archived_at, organisation_id, status) on public.transfers to cordon_insights;
grant select, update (status) on public.transfers to internal_ops;
grant select, insert, update on public.transfers to service_role;

grant
  select (archived_at, attendant_id, driver_id, id, organisation_id, released_at, transfer_job_id, vehicle_id),
  update (released_at)
  on public.vehicle_assignments to cordon_definer;
grant select on public.vehicle_assignments to internal_ops;
grant select, insert, update on public.vehicle_assignments to service_role;

grant select (archived_at, id, organisation_id) on public.vehicles to cordon_definer;
grant select on public.vehicles to internal_ops;
grant select, insert, update on public.vehicles to service_role;

-- migrate:down
