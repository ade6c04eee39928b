-- migrate:up
-- Why: what assign_care refuses to a third party's client, the same client of a clinic_admin wrote into care_relationships by hand
-- Access: 1 definer function
--   ~ authz.tg__in_person is written, and runs with the rights of its owner
--   widens: authz.tg__in_person() is new, which 1 trigger asks
--   widens: the trigger _050_in_person now guards public.care_relationships
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.care_relationships

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg__in_person: what opens something is written by somebody who sits there, and by no client of a third party that they let in, nor by a token
-- that nobody can end: as with the function that writes the same, which asks for itself. Its trigger says in WHEN that none of ours writes.
create or replace function authz.tg__in_person()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_system() and authz.own_session_id() is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege',
        hint = 'This is said in a session, signed in oneself: keep its claims for the whole statement.';
  end if;
  return new;
end
$$;
comment on function authz.tg__in_person() is
  'Refuses with 42501 what is written through the client of a third party, or by a token without a session. [N-12, N-21, S-13]';
alter function authz.tg__in_person() owner to cordon_definer;
revoke all on function authz.tg__in_person() from public;

revoke create on schema authz from cordon_definer;

create or replace trigger _050_in_person
  before insert or update on public.care_relationships
  for each row
  when (current_user <> 'cordon_definer')
  execute function authz.tg__in_person();
alter table public.care_relationships enable always trigger _050_in_person;
comment on trigger _050_in_person on public.care_relationships is
  'Says who treats whom in person, by hand as by assign_care. [N-12, N-21, S-13]';

-- migrate:down
