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
