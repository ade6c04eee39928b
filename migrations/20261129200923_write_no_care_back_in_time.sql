-- migrate:up
-- Why: a clinic_admin could extend a care relationship that had ended, or begin a planned one earlier, so that what was read without one was told as covered
-- Access: 1 definer function
--   ~ authz.tg_care_relationships__written is written, and runs with the rights of its owner
--   widens: authz.tg_care_relationships__written() is new, which 1 trigger asks
--   widens: the trigger _300_written now guards public.care_relationships
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.care_relationships

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_care_relationships__written: a relationship covers nothing before it was written down, and what was over when somebody read is not made to have
-- gone on: it is ended and begun, never begun earlier or taken up again. Another one is written instead, which counts from its own moment on.
create or replace function authz.tg_care_relationships__written()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (
      (new.starts_at < old.starts_at and new.starts_at < authz.now())
      or (old.ends_at <= authz.now() and coalesce(new.ends_at, 'infinity') > old.ends_at)
    )
    and not authz.is_system()
  then
    raise exception 'a care relationship is not written back in time'
      using errcode = 'CD013', hint = 'Write another one: it counts from now on.';
  end if;
  return new;
end
$$;
comment on function authz.tg_care_relationships__written() is
  'Refuses with CD013 an earlier start that is over, and a later end for what has ended. [N-21, N-39]';
alter function authz.tg_care_relationships__written() owner to cordon_definer;
revoke all on function authz.tg_care_relationships__written() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _300_written
  before update on public.care_relationships
  for each row
  execute function authz.tg_care_relationships__written();
alter table public.care_relationships enable always trigger _300_written;
comment on trigger _300_written on public.care_relationships is
  'Keeps what was over from having gone on, and what begins from having begun before. [N-21, N-39]';

-- migrate:down
