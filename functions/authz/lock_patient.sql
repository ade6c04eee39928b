-- authz.lock_patient: makes changes that project a patient's state onto other rows follow each other, until the
-- transaction ends. Without it, the later commit could carry the older answer. A row lock, not an advisory one: anybody
-- may take those by name, and they fill shared memory. READ COMMITTED only: an older snapshot would not see what the
-- lock waited for, and would leave a gate open for good.
create or replace function authz.lock_patient(organisation_id uuid, patient_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  perform
  from public.patients as p
  where p.organisation_id = lock_patient.organisation_id
    and p.id = lock_patient.patient_id
  for no key update;
end
$$;
comment on function authz.lock_patient(uuid, uuid) is
  'Serialises the projections of one patient for the rest of the transaction; CD007 above READ COMMITTED. [N-27, N-45]';
alter function authz.lock_patient(uuid, uuid) owner to cordon_definer;
revoke all on function authz.lock_patient(uuid, uuid) from public;
