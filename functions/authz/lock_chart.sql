-- authz.lock_chart: for who writes what a consent gates: the patient, then the consents that gate it, so that the row follows or precedes every change of
-- either. Whoever changes a consent holds it and needs nothing of the patient: with the patient first there, two would wait for each other. Consents to
-- the purpose alone, in force or to come: of those a statement that withdraws several holds one, and not first the one and then the other of two.
create or replace function authz.lock_chart(organisation_id uuid, patient_id uuid, purpose text)
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
    and c.purpose = lock_chart.purpose
    and c.status in ('proposed', 'active')
  order by c.created_at desc, c.id desc -- as a consent to a later text meets the one that it takes the place of
  for share;
end
$$;
comment on function authz.lock_chart(uuid, uuid, text) is
  'Serialises what depends on a patient and their consents to a purpose for the rest of the transaction; CD007 above READ COMMITTED. [N-27, N-45, N-50]';
alter function authz.lock_chart(uuid, uuid, text) owner to cordon_definer;
revoke all on function authz.lock_chart(uuid, uuid, text) from public;
