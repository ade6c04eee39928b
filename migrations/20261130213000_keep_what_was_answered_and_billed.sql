-- migrate:up
-- Why: the answer to a request, and who pays what was issued, could be written anew afterwards
-- Access: +1 grant, 2 definer functions
--   ~ authz.tg_agreements__billed is written, and runs with the rights of its owner
--   ~ authz.tg_subject_request_evidence__answered is written, and runs with the rights of its owner
--   + cordon_definer may select (agreement_id) on public.invoices
--   widens: authz.tg_agreements__billed() is new, which 1 trigger asks
--   widens: authz.tg_subject_request_evidence__answered() is new, which 1 trigger asks
--   widens: our definer functions can now read public.invoices (agreement_id) too
--   widens: the trigger _300_answered now guards public.subject_request_evidence
--   widens: the trigger _310_billed now guards public.agreements
-- Locks: 2 existing tables, until the migration commits
--   SHARE ROW EXCLUSIVE public.agreements
--   SHARE ROW EXCLUSIVE public.subject_request_evidence

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_agreements__billed: who pays an invoice is said by its agreement: renamed, everything that was issued under it would have gone to another
-- payer. Who issues one that is under it waits for this, or is seen; not one that comes under it and is issued in a single transaction meanwhile.
create or replace function authz.tg_agreements__billed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform authz.require_read_committed();
  perform
  from public.invoices as i
  where i.organisation_id = new.organisation_id
    and i.agreement_id = new.id
  order by i.id
  for share;
  if exists (
    select
    from public.invoices as i
    where i.organisation_id = new.organisation_id
      and i.agreement_id = new.id
      and i.status <> 'draft'
  ) then
    raise exception 'an agreement that was billed keeps its payer'
      using errcode = 'CD013', hint = 'Let it end, and write down another, with the payer as it is called now.';
  end if;
  return new;
end
$$;
comment on function authz.tg_agreements__billed() is
  'Refuses with CD013 another payer of an agreement under which an invoice was issued; CD007 above READ COMMITTED. [S-16, S-34]';
alter function authz.tg_agreements__billed() owner to cordon_definer;
revoke all on function authz.tg_agreements__billed() from public;

-- authz.tg_subject_request_evidence__answered: what was answered, and on what evidence, stays as it was told: written anew, nobody could say what the
-- person was refused with. What was not written down by then may be. Who answers waits for this, or is seen.
create or replace function authz.tg_subject_request_evidence__answered()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_status text;
begin
  perform authz.require_read_committed();
  select r.status
    into v_status
    from public.subject_requests as r
   where r.organisation_id = new.organisation_id
     and r.id = new.id
  for share;
  if v_status in ('completed', 'refused') then
    raise exception 'an answer stays what was told'
      using errcode = 'CD014', hint = 'Take down another request, and answer it: what was not written yet may still be added.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_request_evidence__answered() is
  'Refuses with CD014 another answer or evidence of a request that was answered; CD007 above READ COMMITTED. [N-49]';
alter function authz.tg_subject_request_evidence__answered() owner to cordon_definer;
revoke all on function authz.tg_subject_request_evidence__answered() from public;

revoke create on schema authz from cordon_definer;

comment on policy definer_select on public.invoices is
  'definer functions may read every row (authz.simulate: explains a decision by what it depends on; authz.tg_agreements__billed: who was billed; authz.tg__frozen_child, public.attach_invoice: whether it is frozen; authz.tg_claims__sound: what is claimed for). [N-08, S-34]';

create or replace trigger _310_billed
  before update on public.agreements
  for each row
  when (new.payer <> old.payer)
  execute function authz.tg_agreements__billed();
alter table public.agreements enable always trigger _310_billed;
comment on trigger _310_billed on public.agreements is
  'Keeps the payer of invoices that were issued. [S-16, S-34]';

create or replace trigger _300_answered
  before update on public.subject_request_evidence
  for each row
  when (
    new.answer is distinct from coalesce(old.answer, new.answer) or new.evidence is distinct from coalesce(old.evidence, new.evidence)
  )
  execute function authz.tg_subject_request_evidence__answered();
alter table public.subject_request_evidence enable always trigger _300_answered;
comment on trigger _300_answered on public.subject_request_evidence is
  'Keeps what a person was answered. [N-49]';

grant select (agreement_id) on public.invoices to cordon_definer;

-- migrate:down
