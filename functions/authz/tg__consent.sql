-- authz.tg__consent: the column is a projection; nobody else writes it. A row created after the consent starts out with
-- the right answer. Argument: the column that names the patient.
create or replace function authz.tg__consent()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_patient_id uuid;
begin
  -- Only an INSERT can be out of reach: what is updated has been seen. Asked of an UPDATE, it would believe a clinic
  -- that the caller switched to in between, and blank the row.
  if tg_op = 'INSERT' and authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null; -- no policy lets it in
    new.treatment_consent_until := null;
    return new;
  end if;
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  else
    v_patient_id := new.patient_id;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_chart(new.organisation_id, v_patient_id, 'treatment');
  end if;
  new.treatment_consent_until := authz.treatment_consent_until(new.organisation_id, v_patient_id);
  return new;
end
$$;
comment on function authz.tg__consent() is
  'Recomputes treatment_consent_until on every write: a value sent by anyone is ignored. [N-45]';
alter function authz.tg__consent() owner to cordon_definer;
revoke all on function authz.tg__consent() from public;
