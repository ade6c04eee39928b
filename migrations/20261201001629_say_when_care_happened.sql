-- migrate:up
-- Why: an entry that came from an old system said neither when the care was nor who gave it
-- Side: operations
-- Access: +1 grant, 1 definer function
--   ~ authz.tg_medical_records__version is written, and runs with the rights of its owner
--   + authenticated may insert (occurred_at) on public.medical_records
--   widens: authz.tg_medical_records__version(), which 1 trigger asks, has another text
--   widens: doctor and nurse can now add to public.medical_records (occurred_at) too
--   widens: doctor and nurse can now read public.medical_records (occurred_at, author_name) too
--   widens: ops_agent can now read public.medical_records (occurred_at, author_name) too
--   widens: patients can now read public.medical_records (occurred_at, author_name) too
--   widens: the service role can now add to public.medical_records (occurred_at, author_name) too
--   widens: the service role can now change public.medical_records (occurred_at, author_name) too
--   widens: the service role can now read public.medical_records (occurred_at, author_name) too
--   widens: the trigger _080_no_secrets guards public.medical_records by another definition
--   widens: the trigger _610_overwritten guards public.medical_records by another definition
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE public.medical_record_overview
--   ACCESS EXCLUSIVE public.medical_records

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table public.medical_records
  add column occurred_at timestamptz,
  add column author_name text,
  -- created_at is the server's: what is told of tomorrow has not happened.
  add constraint medical_records_occurred_at_check check (occurred_at <= created_at) not valid,
  -- Whoever writes an entry here is stamped on it; a name is for those that came from elsewhere, which nobody here wrote.
  add constraint medical_records_author_name_check
    check (length(btrim(author_name)) between 1 and 200 and (author_name is null or created_by_user_id is null)) not valid;
comment on column public.medical_records.occurred_at is 'When the care was, where that is told; NULL: when it was written down, created_at. Never in the future.';
comment on column public.medical_records.author_name is 'Who wrote it, with their licence, in the system that it came from; the import''s alone to say. PHI.';

-- LEFT JOIN: what the caller may not see is NULL. Read-only by use; write the tables.
create or replace view public.medical_record_overview with (security_invoker = true) as
  select
    r.organisation_id, r.id, r.patient_id, r.record_type, r.vitals, r.medications, r.segments, r.version,
    r.supersedes_id, r.created_at, r.created_by_user_id,
    d.diagnosis, d.codes, d.treatment_plan, d.physician_notes, r.occurred_at, r.author_name
  from public.medical_records as r
  left join public.medical_record_details as d on d.organisation_id = r.organisation_id and d.id = r.id;

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

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

create or replace trigger _080_no_secrets
  before insert or update on public.medical_records
  for each row
  execute function authz.tg__no_secrets('medical_records', 'vitals', 'medications', 'author_name');
alter table public.medical_records enable always trigger _080_no_secrets;

create or replace trigger _610_overwritten
  after update on public.medical_records
  for each row
  when (
    (new.record_type, new.vitals, new.medications, new.occurred_at, new.author_name)
    is distinct from (old.record_type, old.vitals, old.medications, old.occurred_at, old.author_name)
  )
  execute function authz.tg__overwritten('record_type', 'vitals', 'medications', 'occurred_at', 'author_name');
alter table public.medical_records enable always trigger _610_overwritten;

grant insert (occurred_at) on public.medical_records to authenticated;

-- migrate:down
