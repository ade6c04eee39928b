-- migrate:up
-- Why: whoever treats a patient could write over a colleague's entry at any time, and what it had said was gone
-- Access: 1 definer function
--   ~ authz.tg__settled is written, and runs with the rights of its owner
--   widens: authz.tg__settled() is new, which 2 triggers ask
--   widens: the trigger _110_settled now guards public.medical_record_details
--   widens: the trigger _110_settled now guards public.medical_records
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.medical_record_details
--   SHARE ROW EXCLUSIVE public.medical_records

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg__settled: an entry of a chart is its author's, for a day: who errs at the end of a shift mends it until the next one has taken over and relied
-- on it. After that, or by anybody else, what it says changes by a version that supersedes it, which leaves what stood there (45 CFR 164.526(c)(1), Lei
-- 13.787/2018 art. 2). An entry without an author, which a server wrote, is nobody's to write over. The server repairs, of which the events tell. Its
-- trigger says in WHEN what changed, and stands behind the stamp: who is stamped on the row is verified at the end of the statement.
create or replace function authz.tg__settled()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_window constant interval := '24 hours';
begin
  if authz.is_system()
    or (old.created_by_user_id = new.updated_by_user_id and old.created_at > authz.now() - v_window)
  then
    return new;
  end if;
  raise exception 'an entry of a chart is changed by its author, within a day'
    using errcode = 'CD011', hint = 'Record a new version that supersedes it: the record''s supersedes_id.';
end
$$;
comment on function authz.tg__settled() is
  'Refuses with CD011 that an entry of a chart is written over by another than its author, or later than a day after it was written. [N-37, S-16]';
alter function authz.tg__settled() owner to cordon_definer;
revoke all on function authz.tg__settled() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _110_settled
  before update on public.medical_record_details
  for each row
  when ((new.diagnosis, new.codes, new.treatment_plan, new.physician_notes) is distinct from (old.diagnosis, old.codes, old.treatment_plan, old.physician_notes))
  execute function authz.tg__settled();
alter table public.medical_record_details enable always trigger _110_settled;
comment on trigger _110_settled on public.medical_record_details is
  'An entry is written over by its author alone, and within a day. [N-37, S-16]';

create or replace trigger _110_settled
  before update on public.medical_records
  for each row
  when ((new.record_type, new.vitals, new.medications) is distinct from (old.record_type, old.vitals, old.medications))
  execute function authz.tg__settled();
alter table public.medical_records enable always trigger _110_settled;
comment on trigger _110_settled on public.medical_records is
  'An entry is written over by its author alone, and within a day. [N-37, S-16]';

-- migrate:down
