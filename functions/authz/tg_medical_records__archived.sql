-- authz.tg_medical_records__archived: a record that is put away takes its diagnosis along, and back: it is a row of its own, which would otherwise be
-- read on without the record, by the doctor and on the portal. What was put away for itself before stays where it is.
create or replace function authz.tg_medical_records__archived()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update public.medical_record_details as d
     set archived_at = new.archived_at
   where d.organisation_id = new.organisation_id
     and d.id = new.id
     and d.archived_at is not distinct from old.archived_at;
  return null;
end
$$;
comment on function authz.tg_medical_records__archived() is
  'Puts the details of a record away with it, and brings back those that were put away with it. Its trigger says in WHEN that it was. [N-01, N-15]';
alter function authz.tg_medical_records__archived() owner to cordon_definer;
revoke all on function authz.tg_medical_records__archived() from public;
