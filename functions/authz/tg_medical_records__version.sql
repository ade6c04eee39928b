-- authz.tg_medical_records__version: a record is corrected by a new version that names the one before; what was superseded
-- stays as it was read and relied upon.
create or replace function authz.tg_medical_records__version()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_out_of_reach(new.organisation_id) then
    return new;
  end if;
  if tg_op = 'UPDATE' then
    new.version := old.version;
    new.supersedes_id := old.supersedes_id;
    if (new.record_type, new.vitals, new.medications, new.segments, new.archived_at is null)
        is distinct from (old.record_type, old.vitals, old.medications, old.segments, old.archived_at is null)
      and exists (
        select
        from public.medical_records as r
        where r.organisation_id = old.organisation_id
          and r.supersedes_id = old.id
      )
    then
      raise exception 'a superseded version of a record never changes'
        using errcode = 'CD011', hint = 'Change the latest version, or record a new one that supersedes it.';
    end if;
    return new;
  end if;
  new.version := 1;
  if new.supersedes_id is not null then
    select r.version + 1
      into new.version
      from public.medical_records as r
     where r.organisation_id = new.organisation_id
       and r.id = new.supersedes_id
       for no key update;
    new.version := coalesce(new.version, 1); -- no such record: the foreign key says so
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_records__version() is
  'Numbers versions and keeps superseded ones unchanged (CD011). [S-16]';
alter function authz.tg_medical_records__version() owner to cordon_definer;
revoke all on function authz.tg_medical_records__version() from public;
