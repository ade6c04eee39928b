-- authz.lock_patient: makes changes that project a patient's state onto other rows follow each other, until the
-- transaction ends. Without it, the later commit could carry the older answer.
create or replace function authz.lock_patient(organisation_id uuid, patient_id uuid)
  returns void
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(organisation_id::text || patient_id::text, 0));
end
$$;
comment on function authz.lock_patient(uuid, uuid) is
  'Serialises the projections of one patient for the rest of the transaction. [N-31]';
revoke all on function authz.lock_patient(uuid, uuid) from public;
grant execute on function authz.lock_patient(uuid, uuid) to cordon_definer;
