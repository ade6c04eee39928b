-- authz.tg_cases__disclosure: a case that is handed to operations shows them its patient: each handoff is a disclosure.
create or replace function authz.tg_cases__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status = 'handed_off' and old.status <> 'handed_off' then
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff',
      '{patients,patient_identity,patient_clinical,admissions,transfers,documents}', 'public.cases', new.id
    );
  end if;
  return null;
end
$$;
comment on function authz.tg_cases__disclosure() is
  'Writes a disclosure to operations when a case is handed to them. [N-37]';
alter function authz.tg_cases__disclosure() owner to cordon_definer;
revoke all on function authz.tg_cases__disclosure() from public;
