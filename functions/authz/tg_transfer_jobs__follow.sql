-- authz.tg_transfer_jobs__follow: what the company does with its job, the clinic's transfer does too, and both timelines tell it (S-18).
create or replace function authz.tg_transfer_jobs__follow()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    perform authz.record_activity(
      new.organisation_id, null, new.id, 'transfer_job.received', jsonb_build_object('origin_organisation_id', new.origin_organisation_id), new.updated_by_user_id
    );
    return null;
  end if;
  if new.status is not distinct from old.status then
    return null;
  end if;
  if new.status = 'picked_up' then
    -- Who closes the company waits for this, or was seen: nobody is on board of a company that is closed.
    perform authz.require_read_committed();
    perform from public.organisation_settings as s where s.organisation_id = new.organisation_id for share;
    if not authz.is_system() and exists (
      select from public.organisations as o where o.id = new.organisation_id and o.archived_at is not null
    ) then
      raise exception 'the organisation is closed'
        using errcode = 'insufficient_privilege', hint = 'The clinic cancels the transfer, and dispatches another company.';
    end if;
  end if;
  perform authz.record_activity(
    new.organisation_id, null, new.id, 'transfer_job.status_changed', jsonb_build_object('from', old.status, 'to', new.status), new.updated_by_user_id
  );
  update public.transfers as t
     set status = new.status
   where t.organisation_id = new.origin_organisation_id
     and t.id = new.transfer_id;
  if new.status in ('delivered', 'cancelled') then
    update public.transfer_job_patients as p
       set patient_name = null,
           language = null
     where p.organisation_id = new.organisation_id
       and p.id = new.id;
    update public.vehicle_assignments as a
       set released_at = clock_timestamp()
     where a.organisation_id = new.organisation_id
       and a.transfer_job_id = new.id
       and a.released_at is null;
  end if;
  return null;
end
$$;
comment on function authz.tg_transfer_jobs__follow() is
  'Carries the status of a job to its transfer, at its end forgets the patient and frees vehicle and crew, and records each step; 42501 for a pickup by who was closed, CD007 for one above READ COMMITTED. [N-24, S-18]';
alter function authz.tg_transfer_jobs__follow() owner to cordon_definer;
revoke all on function authz.tg_transfer_jobs__follow() from public;
