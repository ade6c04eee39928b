-- authz.tg_medical_records__security: who takes a protected segment off a record opens it to nurses, and to operations: for a night, and put back in the
-- morning, it would leave no trace. Which record, and not which segment: who reads the list is told nothing that the segment is there to keep.
create or replace function authz.tg_medical_records__security()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.record_security_event(new.organisation_id, 'medical_record.unprotected', new.id, '{}');
  return null;
end
$$;
comment on function authz.tg_medical_records__security() is
  'Records that a protected segment was taken off a record. Its trigger says in WHEN where one was. [N-01, N-37]';
alter function authz.tg_medical_records__security() owner to cordon_definer;
revoke all on function authz.tg_medical_records__security() from public;
