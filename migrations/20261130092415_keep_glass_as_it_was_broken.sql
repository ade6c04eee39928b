-- migrate:up
-- Why: the owner's hand gave broken glass to somebody else, made it last longer and judged it anew
-- Access: none
--   widens: authz.tg_emergency_access_grants__fixed() is new, which 1 trigger asks
--   widens: the trigger _060_fixed now guards public.emergency_access_grants
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.emergency_access_grants

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_emergency_access_grants__fixed: who broke a glass, and for how long, is what the event of it tells and what is reviewed: passed on, prolonged,
-- or opened again once it is closed or judged, it lets somebody in who has broken none. Its trigger says in WHEN what changed.
create or replace function authz.tg_emergency_access_grants__fixed()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'an emergency access stays whose it is, as long as it was, and as it was judged'
    using errcode = 'CD014', hint = 'End it; whoever needs one opens it: open_emergency_access.';
end
$$;
comment on function authz.tg_emergency_access_grants__fixed() is
  'Refuses with CD014 that emergency access passes to another, lasts longer, or is taken up or judged again. [N-18, N-37]';
revoke all on function authz.tg_emergency_access_grants__fixed() from public;

create or replace trigger _060_fixed
  before update on public.emergency_access_grants
  for each row
  when (
    (new.user_id, new.opened_at, new.expires_at) is distinct from (old.user_id, old.opened_at, old.expires_at)
    or (old.ended_at is not null and new.ended_at is distinct from old.ended_at)
    or (
      old.review_outcome is not null
      and (new.review_outcome, new.reviewed_by_user_id, new.reviewed_at)
        is distinct from (old.review_outcome, old.reviewed_by_user_id, old.reviewed_at)
    )
  )
  execute function authz.tg_emergency_access_grants__fixed();
alter table public.emergency_access_grants enable always trigger _060_fixed;
comment on trigger _060_fixed on public.emergency_access_grants is
  'Keeps who broke the glass, until when, and how it was judged. [N-18, N-37]';

-- migrate:down
