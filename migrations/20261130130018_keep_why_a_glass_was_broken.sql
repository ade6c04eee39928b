-- migrate:up
-- Why: The reason of an emergency access and the note of its review are changed by nobody (N-18).
-- Access: none
--   widens: the trigger _060_fixed now guards public.emergency_access_reasons
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.emergency_access_reasons

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

comment on function authz.tg_emergency_access_grants__fixed() is
  'Refuses with CD014 that emergency access passes to another, lasts longer, is taken up or judged again, or has another reason. [N-18, N-37]';

create or replace trigger _060_fixed
  before update on public.emergency_access_reasons
  for each row
  when (new.reason <> old.reason or (old.review_note is not null and new.review_note is distinct from old.review_note))
  execute function authz.tg_emergency_access_grants__fixed();
alter table public.emergency_access_reasons enable always trigger _060_fixed;
comment on trigger _060_fixed on public.emergency_access_reasons is
  'Keeps why the glass was broken, and what was found: the reviewer judged that reason. [N-18, N-37]';

-- migrate:down
