-- authz.tg_medical_record_details__superseded: the details of a superseded version stay as they were, with the version.
create or replace function authz.tg_medical_record_details__superseded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_out_of_reach(new.organisation_id) then
    return new;
  end if;
  if (tg_op = 'INSERT' or (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
      is distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes))
    and exists (
      select
      from public.medical_records as r
      where r.organisation_id = new.organisation_id
        and r.supersedes_id = new.id
    )
  then
    raise exception 'the details of a superseded version of a record never change'
      using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_record_details__superseded() is
  'Keeps the details of superseded versions unchanged (CD011). [S-16]';
alter function authz.tg_medical_record_details__superseded() owner to cordon_definer;
revoke all on function authz.tg_medical_record_details__superseded() from public;
