-- authz.tg_cases__disclosure: a case that is handed to operations shows them its patient: each handoff is a disclosure, and so is each time that one
-- which was closed, or archived by the server, opens again. What tells of health
-- (chart, allergies and alerts, files) goes only with the patient's consent to the handoff.
create or replace function authz.tg_cases__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.status = 'handed_off' and old.status <> 'handed_off')
    or (new.handed_off_at is not null and old.status = 'closed' and new.status <> 'closed')
    or (new.handed_off_at is not null and old.archived_at is not null and new.archived_at is null and new.status not in ('closed', 'cancelled'))
  then
    perform authz.require_read_committed(); -- an older snapshot would not show the consent that was given meanwhile
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff',
      '{patients,patient_identity,admissions,transfers,consents,signed_forms}'::text[]
        || case when authz.is_handed_over('consenting_patient', new.organisation_id, new.patient_id)
          then '{patient_clinical,documents,medical_records}'::text[]
        end,
      'public.cases', new.id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_cases__disclosure() is
  'Writes a disclosure to operations when a case is handed to them, and when one that was closed or archived opens to them again; CD007 above READ COMMITTED. [N-37]';
alter function authz.tg_cases__disclosure() owner to cordon_definer;
revoke all on function authz.tg_cases__disclosure() from public;
