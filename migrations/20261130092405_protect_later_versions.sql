-- migrate:up
-- Why: a correction of a protected record, and a version that stood already when one was protected, was open to nurses
-- Access: 2 definer functions
--   ~ authz.tg_medical_records__protect is written, and runs with the rights of its owner
--   ~ authz.tg_medical_records__version is written, and runs with the rights of its owner
--   widens: authz.tg_medical_records__protect(), which 1 trigger asks, has another text
--   widens: authz.tg_medical_records__version(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_medical_records__protect: what makes a version protected protects the versions before it: the same visit would
-- otherwise be read there. Each of them passes it on. So does what protects a version later on, to those that superseded it before: a nurse's correction,
-- written while the doctor protects what it corrects, is of the same visit.
create or replace function authz.tg_medical_records__protect()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_added text[] := '{}';
begin
  if new.supersedes_id is not null and new.is_segmented then
    update public.medical_records as r
       set segments = array(select distinct s.segment from unnest(r.segments || new.segments) as s (segment) order by 1)
     where r.organisation_id = new.organisation_id
       and r.id = new.supersedes_id
       and not r.segments @> new.segments;
  end if;
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_added := array(select s.segment from unnest(new.segments) as s (segment) where s.segment <> all (old.segments));
  end if;
  if v_added <> '{}' then
    perform authz.require_read_committed(); -- an older snapshot would not show the version that was recorded meanwhile
    update public.medical_records as r
       set segments = array(select distinct s.segment from unnest(r.segments || v_added) as s (segment) order by 1)
     where r.organisation_id = new.organisation_id
       and r.supersedes_id = new.id
       and not r.segments @> v_added;
  end if;
  return null;
end
$$;
comment on function authz.tg_medical_records__protect() is
  'Carries protected segments to the versions that a record supersedes, and those that are added to the versions that supersede it; CD007 to add one above READ COMMITTED. [N-01]';

-- authz.tg_medical_records__version: a record is corrected by a new version that names the one before; what was superseded
-- stays as it was read and relied upon. A version that a nurse may not see is not there to be superseded by one. What protects a version protects its
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
    if (new.record_type, new.vitals, new.medications, new.archived_at is null)
        is not distinct from (old.record_type, old.vitals, old.medications, old.archived_at is null)
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
  perform authz.lock_chart(new.organisation_id, new.patient_id);
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
     and (
       not r.is_segmented
       or authz.is_system()
       or authz.organisation_for('{doctor}', '{}') = new.organisation_id
     )
     for no key update;
  if not found then
    raise exception 'the record to be superseded was not found'
      using errcode = 'foreign_key_violation', hint = 'Name a record of the same patient that you may read.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_records__version() is
  'Numbers versions, protects each as the one before, and keeps superseded ones unchanged (CD011, CD007 above READ COMMITTED). [S-16, N-01]';

comment on trigger _510_protect on public.medical_records is
  'Carries protected segments to earlier versions, and what is added to later ones. [N-01]';

-- migrate:down
