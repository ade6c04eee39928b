-- migrate:up
-- Why: whoever treats a patient could add a diagnosis to a colleague's entry, or years later to a bare one, and it read as its author's
-- Access: +1 grant, 1 definer function
--   ~ authz.tg__settled is written, and runs with the rights of its owner
--   + cordon_definer may select (created_at, created_by_user_id) on public.medical_records
--   widens: authz.tg__settled(), which 3 triggers ask, has another text
--   widens: our definer functions can now read public.medical_records (created_at, created_by_user_id) too
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.medical_record_details

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg__settled: an entry of a chart is its author's, for a day: who errs at the end of a shift mends it until the next one has taken over and relied
-- on it. After that, or by anybody else, what it says changes by a version that supersedes it, which leaves what stood there (45 CFR 164.526(c)(1), Lei
-- 13.787/2018 art. 2). A diagnosis that is added says more of the record that it stands under, and is its author's as well. An entry without an author,
-- which a server wrote, is nobody's to write over. The server repairs, of which the events tell. Of a change its trigger says in WHEN what changed, and
-- stands behind the stamp: who is stamped on the row is verified at the end of the statement. Of what is added it is asked after the row is in: whose
-- the record is, is told to nobody whom the policies refuse.
create or replace function authz.tg__settled()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_window constant interval := '24 hours';
  v_author uuid;
  v_written_at timestamptz;
begin
  if authz.is_system() then
    return new;
  end if;
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    v_author := old.created_by_user_id;
    v_written_at := old.created_at;
  else
    select r.created_by_user_id, r.created_at
      into v_author, v_written_at
      from public.medical_records as r
     where r.organisation_id = new.organisation_id
       and r.id = new.id;
  end if;
  if v_author = new.updated_by_user_id and v_written_at > authz.now() - v_window then
    return new;
  end if;
  raise exception 'an entry of a chart is changed by its author, within a day'
    using errcode = 'CD011', hint = 'Record a new version that supersedes it: the record''s supersedes_id.';
end
$$;
comment on function authz.tg__settled() is
  'Refuses with CD011 that an entry of a chart is written over, or given its details, by another than its author, or later than a day after it was written. [N-37, S-16]';

comment on policy definer_select on public.medical_records is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_medical_records__version, authz.tg_medical_records__prescribed, authz.tg_consents__project, authz.tg_patients__project: versions, and the rows of a patient; authz.tg__settled: whose it is, and since when). [N-08, N-27, N-45, S-16]';

create or replace trigger _115_settled
  after insert on public.medical_record_details
  for each row
  execute function authz.tg__settled();
alter table public.medical_record_details enable always trigger _115_settled;
comment on trigger _115_settled on public.medical_record_details is
  'An entry is given its details by its author alone, and within a day. [N-37, S-16]';

grant select (created_at, created_by_user_id) on public.medical_records to cordon_definer;

-- migrate:down
