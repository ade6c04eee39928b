-- migrate:up
-- Why: the server's key could open marketing on any basis, and what goes on under a basis that the law no longer gives the purpose went on
-- Side: operations
-- Access: 1 definer function
--   ~ authz.tg_consent_purposes__narrowed is written, and runs with the rights of its owner
--   widens: authz.tg_consent_purposes__counted(), which 1 trigger asks, has another text
--   widens: authz.tg_consent_purposes__narrowed() is new, which 1 trigger asks
--   widens: the trigger _510_narrowed now guards public.consent_purposes
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.consent_purposes

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_consent_purposes__counted: how many versions a purpose has is counted where one is written, by authz.tg_consent_purpose_versions__number, and
-- nowhere else. The server's key writes here whatever its pin: a number that no text has would keep every clinic from proposing a consent. And on which
-- bases the law opens a purpose is for a migration to say, which is reviewed: the server would open marketing at every clinic without asking anybody.
create or replace function authz.tg_consent_purposes__counted()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_user <> 'cordon_definer' then
    new.version := case when tg_op = 'INSERT' then 0 else old.version end;
  end if;
  -- Whose table it is, and nobody who has put a role off in mid-statement.
  if not pg_has_role(current_user, (select c.relowner from pg_class as c where c.oid = tg_relid), 'usage') then
    new.allowed_bases := case when tg_op = 'INSERT' then '{consent}' else old.allowed_bases end;
  end if;
  return new;
end
$$;
comment on function authz.tg_consent_purposes__counted() is
  'Keeps version what the versions of a purpose make it, and allowed_bases what migrations say; a value sent by anyone is ignored. [N-45, N-48]';

-- authz.tg_consent_purposes__narrowed: where the law does not open a purpose on a basis, or no longer, nothing goes on under it: what is in force
-- ends, what was proposed is rejected, at every organisation. What the patients consented to stays. After every change of a purpose but the count of
-- its versions, so that a migration that finds some left needs only to touch it.
create or replace function authz.tg_consent_purposes__narrowed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- In the order of lock_chart: who writes a chart at this moment waits, or is waited for, and never each for the other.
  perform
  from public.consents as c
  where c.purpose = new.purpose
    and c.legal_basis <> all (new.allowed_bases)
    and c.status in ('proposed', 'active')
    and c.archived_at is null
  order by c.organisation_id, c.patient_id, c.created_at desc, c.id desc
  for no key update;
  update public.consents as c
     set status = case when c.status = 'active' then 'withdrawn' else 'rejected' end,
         withdrawal_reason = case when c.status = 'active' then 'The law does not open this purpose on this basis.' end
   where c.purpose = new.purpose
     and c.legal_basis <> all (new.allowed_bases)
     and c.status in ('proposed', 'active')
     and c.archived_at is null;
  return null;
end
$$;
comment on function authz.tg_consent_purposes__narrowed() is
  'Ends what goes on under a basis that the law does not give the purpose. [N-45, N-48]';
alter function authz.tg_consent_purposes__narrowed() owner to cordon_definer;
revoke all on function authz.tg_consent_purposes__narrowed() from public;

revoke create on schema authz from cordon_definer;

comment on trigger _105_counted on public.consent_purposes is
  'Keeps the number of the text in force, and the bases of the law, out of every hand. [N-45, N-48]';

create or replace trigger _510_narrowed
  after update on public.consent_purposes
  for each row
  when (old.version = new.version)
  execute function authz.tg_consent_purposes__narrowed();
alter table public.consent_purposes enable always trigger _510_narrowed;
comment on trigger _510_narrowed on public.consent_purposes is
  'Ends what goes on under a basis that the law does not give the purpose. [N-45, N-48]';

-- migrate:down
