-- migrate:up
-- Why: why a patient came was read on after the appointment was put away, as a diagnosis was after its record
-- Access: +1 grant, 2 definer functions
--   ~ authz.tg__archived is written, and runs with the rights of its owner
--   ~ authz.tg_appointment_reasons__appointment is written, and runs with the rights of its owner
--   + cordon_definer may update (archived_at) on public.appointment_reasons
--   widens: authz.tg__archived() is new, which 2 triggers ask
--   widens: authz.tg_appointment_reasons__appointment() is new, which 2 triggers ask
--   widens: our definer functions can now change public.appointment_reasons (archived_at) too
--   widens: the trigger _500_appointment now guards public.appointment_reasons
--   widens: the trigger _510_brought_back now guards public.appointment_reasons
--   widens: the trigger _520_archived guards public.medical_records by another definition
--   widens: the trigger _520_archived now guards public.appointments
-- Locks: 3 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.appointment_reasons
--   SHARE ROW EXCLUSIVE public.appointments
--   SHARE ROW EXCLUSIVE public.medical_records

set local lock_timeout = '5s';
set local statement_timeout = '60s';


-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg__archived: what is put away takes its part along, and back: a diagnosis, or why a patient comes, is a row of its own, which would otherwise
-- be read on without the record or appointment that it is of, by staff and on the portal. The argument names the table of the part, which has the same
-- id. What was put away for itself before stays where it is.
create or replace function authz.tg__archived()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  execute format(
    'update public.%I as part
        set archived_at = $1
      where part.organisation_id = $2
        and part.id = $3
        and part.archived_at is not distinct from $4',
    tg_argv[0]
  ) using new.archived_at, new.organisation_id, new.id, old.archived_at;
  return null;
end
$$;
comment on function authz.tg__archived() is
  'Puts the part of a row away with it, and brings back what was put away with it. Its trigger names the part, and says in WHEN that the row was. [N-01, N-15]';
alter function authz.tg__archived() owner to cordon_definer;
revoke all on function authz.tg__archived() from public;

-- authz.tg_appointment_reasons__appointment: no reason is written to, or brought back under, an appointment that was put away: it would be read on
-- without it. New ones lock the appointment before it is asked, the patient before it, as everywhere.
create or replace function authz.tg_appointment_reasons__appointment()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform authz.lock_patient(new.organisation_id, new.patient_id);
    perform
    from public.appointments as a
    where a.organisation_id = new.organisation_id
      and a.id = new.id
      for share;
  end if;
  if exists (
    select
    from public.appointments as a
    where a.organisation_id = new.organisation_id
      and a.id = new.id
      and a.archived_at is not null
  ) then
    raise exception 'appointment not found'
      using errcode = 'CD010',
        hint = 'Name an appointment that is not archived; one that is brought back brings its reason along.';
  end if;
  return new;
end
$$;
comment on function authz.tg_appointment_reasons__appointment() is
  'Keeps the reason of an appointment that was put away out of sight (CD010; CD007 above READ COMMITTED). Its triggers say in WHEN that one comes to sight. [N-01, N-15]';
alter function authz.tg_appointment_reasons__appointment() owner to cordon_definer;
revoke all on function authz.tg_appointment_reasons__appointment() from public;

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.appointment_reasons is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project, authz.tg__archived: find the rows of a patient, or of an appointment). [N-08, N-15, N-27]';

comment on policy definer_update on public.appointment_reasons is
  'definer functions may change every row (authz.tg_patients__project, authz.tg__archived: what is known is hidden with the patient, or with the appointment). [N-15, N-27]';

comment on policy definer_select on public.appointments is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_patients__project, authz.tg_appointment_reasons__appointment: find the rows of a patient, and whether one was put away). [N-08, N-15, N-27]';

comment on policy definer_select on public.medical_record_details is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_consents__project, authz.tg_patients__project, authz.tg__archived: find the rows of a patient, or of a record). [N-08, N-27, N-45]';

comment on policy definer_update on public.medical_record_details is
  'definer functions may change every row (authz.tg_consents__project, authz.tg_patients__project, authz.tg__archived: take effect in their own transaction). [N-27, N-45, N-50]';

create or replace trigger _500_appointment
  before insert on public.appointment_reasons
  for each row
  execute function authz.tg_appointment_reasons__appointment();
alter table public.appointment_reasons enable always trigger _500_appointment;
comment on trigger _500_appointment on public.appointment_reasons is
  'Writes no reason to an appointment that was put away. [N-01, N-15]';

create or replace trigger _510_brought_back
  before update on public.appointment_reasons
  for each row
  when (old.archived_at is not null and new.archived_at is null)
  execute function authz.tg_appointment_reasons__appointment();
alter table public.appointment_reasons enable always trigger _510_brought_back;
comment on trigger _510_brought_back on public.appointment_reasons is
  'Brings no reason back without its appointment. [N-01, N-15]';

create or replace trigger _520_archived
  after update on public.appointments
  for each row
  when (new.archived_at is distinct from old.archived_at)
  execute function authz.tg__archived('appointment_reasons');
alter table public.appointments enable always trigger _520_archived;
comment on trigger _520_archived on public.appointments is
  'Puts the reason away with its appointment, and brings it back with it. [N-01, N-15]';

create or replace trigger _520_archived
  after update on public.medical_records
  for each row
  when (new.archived_at is distinct from old.archived_at)
  execute function authz.tg__archived('medical_record_details');
alter table public.medical_records enable always trigger _520_archived;

grant update (archived_at) on public.appointment_reasons to cordon_definer;

drop function authz.tg_medical_records__archived();

-- migrate:down
