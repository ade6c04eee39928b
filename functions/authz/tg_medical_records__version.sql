-- authz.tg_medical_records__version: a record is corrected by a new version that names the one before; what was superseded
-- stays as it was read and relied upon. What was put away is brought back before it is corrected. A version that a nurse may not see is not there to be superseded by one. What protects a version protects its
-- correction, which is of the same visit, and whose writer may have said nothing of it: a segment is taken off afterwards, of which the events tell.
create or replace function authz.tg_medical_records__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then
    new.version := old.version;
    new.supersedes_id := old.supersedes_id;
    if (new.record_type, new.vitals, new.medications, new.occurred_at, new.author_name, new.archived_at is null)
        is not distinct from (old.record_type, old.vitals, old.medications, old.occurred_at, old.author_name, old.archived_at is null)
      and new.segments @> old.segments -- more protection may come later
    then
      return new;
    end if;
    perform authz.require_read_committed();
    if exists (
      select
      from public.medical_records as r
      where r.organisation_id = old.organisation_id
        and r.supersedes_id = old.id
    ) then
      raise exception 'a superseded version of a record never changes'
        using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
    end if;
    return new;
  end if;

  new.version := 1;
  if new.supersedes_id is null then
    return new;
  end if;
  if authz.is_out_of_reach(new.organisation_id) then
    new.organisation_id := null; -- no policy lets it in
    return new;
  end if;
  -- Patient and consents first: whoever changes a consent goes on to its records.
  perform authz.lock_chart(new.organisation_id, new.patient_id, 'treatment');
  select r.version + 1,
         case
           when r.segments <@ new.segments then new.segments
           else array(select distinct s.segment from unnest(r.segments || new.segments) as s (segment) order by 1)
         end
    into new.version, new.segments
    from public.medical_records as r
   where r.organisation_id = new.organisation_id
     and r.id = new.supersedes_id
     and r.patient_id = new.patient_id
     and r.archived_at is null -- nobody could bring it back: what is superseded never changes
     and (
       not r.is_segmented
       or authz.is_system()
       or authz.organisation_for('{doctor}', '{}') = new.organisation_id
     )
     for no key update;
  if not found then
    raise exception 'the record to be superseded was not found'
      using errcode = 'foreign_key_violation', hint = 'Name a record of the same patient that you may read, and that is not archived.';
  end if;
  -- Whoever is changing its details comes before this version, or after it and finds them superseded.
  perform
  from public.medical_record_details as d
  where d.organisation_id = new.organisation_id
    and d.id = new.supersedes_id
    for no key update;
  return new;
end
$$;
comment on function authz.tg_medical_records__version() is
  'Numbers versions, protects each as the one before, and keeps superseded ones unchanged (CD011, CD007 above READ COMMITTED). [S-16, N-01]';
alter function authz.tg_medical_records__version() owner to cordon_definer;
revoke all on function authz.tg_medical_records__version() from public;
