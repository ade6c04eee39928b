-- authz.tg_patient_clinical__consent: the column is a projection; nobody else writes it. A row created after the
-- consent starts out with the right answer.
create or replace function authz.tg_patient_clinical__consent()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_out_of_reach(new.organisation_id) then
    new.treatment_consent_until := null;
    return new;
  end if;
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.id);
  end if;
  new.treatment_consent_until := authz.treatment_consent_until(new.organisation_id, new.id);
  return new;
end
$$;
comment on function authz.tg_patient_clinical__consent() is
  'Recomputes treatment_consent_until on every write: a value sent by anyone is ignored. [N-45]';
alter function authz.tg_patient_clinical__consent() owner to cordon_definer;
revoke all on function authz.tg_patient_clinical__consent() from public;
