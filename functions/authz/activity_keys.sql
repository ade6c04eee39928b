-- authz.activity_keys: the types of the activity log and what each must say. A table of constants, so that a CHECK can ask it.
create or replace function authz.activity_keys(event_type text)
  returns text[]
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case event_type
    when 'case.opened' then '{status,priority}'
    when 'case.status_changed' then '{from,to}'
    when 'case.priority_changed' then '{from,to}'
    when 'case.reopened' then '{from,to,reason}'
    when 'case.archived' then '{status}'
    when 'case.restored' then '{status}'
    when 'admission.planned' then '{}'
    when 'admission.admitted' then '{bed_id}'
    when 'admission.moved' then '{from,to}'
    when 'admission.case_changed' then '{from,to}'
    when 'admission.discharged' then '{bed_id,disposition}'
    when 'admission.cancelled' then '{}'
    when 'admission.archived' then '{status,bed_id}'
    when 'admission.restored' then '{status,bed_id}'
    when 'transfer.requested' then '{}'
    when 'transfer.dispatched' then '{transport_organisation_id}'
    when 'transfer.status_changed' then '{from,to}'
    when 'transfer.case_changed' then '{from,to}'
    when 'transfer.archived' then '{status}'
    when 'transfer.restored' then '{status}'
    when 'transfer_job.received' then '{origin_organisation_id}'
    when 'transfer_job.status_changed' then '{from,to}'
    when 'transfer_job.assigned' then '{vehicle_id,driver_id}'
    when 'transfer_job.released' then '{vehicle_id,driver_id}'
    when 'transfer_job.attendant_changed' then '{vehicle_id,from,to}'
    when 'signed_form.drafted' then '{template_id}'
    when 'signed_form.signed' then '{content_sha256}'
    when 'signed_form.terminated' then '{content_sha256}'
    when 'document.requested' then '{kind}'
    when 'document.status_changed' then '{from,to}'
    when 'invoice.attached' then '{}'
    when 'invoice.detached' then '{}'
    when 'invoice.frozen_write_suppressed' then '{operation}'
    when 'invoice_line.frozen_write_suppressed' then '{operation}'
    when 'payment.frozen_write_suppressed' then '{operation}'
  end;
end
$$;
comment on function authz.activity_keys(text) is
  'Keys that the details of an event must carry, all of them and no other; NULL for an unknown type. [S-19]';
revoke all on function authz.activity_keys(text) from public;
grant execute on function authz.activity_keys(text) to cordon_definer;
