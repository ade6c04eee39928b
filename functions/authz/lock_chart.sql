-- authz.lock_chart: for who writes what a consent gates: the patient, then their consents, so that the row follows or precedes every change of
-- either. Whoever changes a consent holds it and needs nothing of the patient: with the patient first there, two would wait for each other.
create or replace function authz.lock_chart(organisation_id uuid, patient_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.lock_patient(lock_chart.organisation_id, lock_chart.patient_id);
  perform
  from public.consents as c
  where c.organisation_id = lock_chart.organisation_id
    and c.patient_id = lock_chart.patient_id
  order by c.created_at desc, c.id desc -- as a consent to a later text meets the one that it takes the place of
  for share;
end
$$;
comment on function authz.lock_chart(uuid, uuid) is
  'Serialises what depends on a patient and their consents for the rest of the transaction; CD007 above READ COMMITTED. [N-27, N-45, N-50]';
alter function authz.lock_chart(uuid, uuid) owner to cordon_definer;
revoke all on function authz.lock_chart(uuid, uuid) from public;
