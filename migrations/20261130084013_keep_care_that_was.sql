-- migrate:up
-- Why: a clinic_admin wrote care that was going on as over, or as not begun, by which who treated had read a stranger's chart
-- Access: 1 definer function
--   ~ authz.tg_care_relationships__written is written, and runs with the rights of its owner
--   widens: authz.tg_care_relationships__written(), which 1 trigger asks, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg_care_relationships__written: a relationship covers nothing before it was written down, and what was over when somebody read is not made to have
-- gone on: it is ended and begun, never begun earlier or taken up again. Another one is written instead, which counts from its own moment on. Nor is
-- what went on when somebody read made to have been over, or not to have begun: who treated would stand there as one who looked into a stranger's
-- chart. An end that is over is now.
create or replace function authz.tg_care_relationships__written()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
begin
  if (new.starts_at, new.ends_at) is not distinct from (old.starts_at, old.ends_at) or authz.is_system() then
    return new;
  end if;
  if (new.starts_at < old.starts_at and new.starts_at < v_now)
    or (new.starts_at > old.starts_at and old.starts_at <= v_now)
    or (old.ends_at <= v_now and new.ends_at is distinct from old.ends_at)
  then
    raise exception 'a care relationship is not written back in time'
      using errcode = 'CD013', hint = 'End what goes on, and write another one: it counts from now on; what is over stays as it was.';
  end if;
  if old.starts_at < v_now and new.ends_at < v_now and new.ends_at is distinct from old.ends_at then
    new.ends_at := v_now;
  end if;
  return new;
end
$$;
comment on function authz.tg_care_relationships__written() is
  'Refuses with CD013 an earlier start that is over, a later one for what has begun, and another end for what has ended; an end in the past is now. [N-21, N-39]';

-- migrate:down
