-- authz.tg_medical_record_details__superseded: the details of a superseded version stay as they were, with the version; and none is written to, or
-- brought back under, a record that was put away: a diagnosis would be read on without it, by the doctor and on the portal. New ones lock the record
-- before it is asked, the patient before it, as everywhere. A change holds the details alone, which who supersedes or archives the record comes by
-- after it: were the record locked here too, the server that archives it and the doctor who edits would wait for each other.
create or replace function authz.tg_medical_record_details__superseded()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_comes_to_sight boolean;
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform authz.lock_chart(new.organisation_id, new.patient_id, 'treatment');
    perform
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.id = new.id
      for no key update;
    v_comes_to_sight := true;
  else
    v_comes_to_sight := old.archived_at is not null and new.archived_at is null;
    if not v_comes_to_sight and (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
      is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
    then
      return new;
    end if;
  end if;
  perform authz.require_read_committed();
  if v_comes_to_sight and exists (
    select
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.id = new.id
      and r.archived_at is not null
  ) then
    raise exception 'record not found'
      using errcode = 'CD010', hint = 'Name a record that is not archived; one that is brought back brings its details along.';
  end if;
  -- Archived and brought back, what was superseded says what it said.
  if tg_op = 'UPDATE' and (new.diagnosis, new.codes, new.treatment_plan, new.physician_notes)
    is not distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes)
  then
    return new;
  end if;
  if exists (
    select
    from public.medical_records as r
    where r.organisation_id = new.organisation_id
      and r.supersedes_id = new.id
  ) then
    raise exception 'the details of a superseded version of a record never change'
      using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_record_details__superseded() is
  'Keeps the details of superseded versions unchanged (CD011, CD007 above READ COMMITTED), and those of a record that was put away out of sight (CD010). [N-01, N-15, S-16]';
alter function authz.tg_medical_record_details__superseded() owner to cordon_definer;
revoke all on function authz.tg_medical_record_details__superseded() from public;
