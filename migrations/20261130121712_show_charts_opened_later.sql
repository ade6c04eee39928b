-- migrate:up
-- Why: A chart that a consent opens to operations after its case did, and an invoice that they attach, are told to the patient as disclosures (N-37).
-- Access: 2 definer functions
--   ~ authz.tg_consents__disclosure is written, and runs with the rights of its owner
--   ~ authz.tg_invoices__case is written, and runs with the rights of its owner
--   widens: authz.tg_consents__disclosure() is new, which 1 trigger asks
--   widens: authz.tg_invoices__case(), which 1 trigger asks, has another text
--   widens: the trigger _520_disclosure now guards public.consents
-- Locks: 1 existing table, until the migration commits
--   SHARE ROW EXCLUSIVE public.consents

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.tg_consents__disclosure: a chart opens to operations with the patient's consent to the handoff, or with another legal basis for it, and that may
-- come after the case did: then the handoff told of no chart, and this does, once for each case that they hold. The cases are locked: who hands one over
-- at this moment comes before, and is seen, or after, and sees the consent.
create or replace function authz.tg_consents__disclosure()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'UPDATE' then -- by itself: only an UPDATE has a row of before
    if old.status = 'active' and old.archived_at is null then
      return null;
    end if;
  end if;
  perform
  from public.cases as c
  where c.organisation_id = new.organisation_id
    and c.patient_id = new.patient_id
  order by c.id
  for share;
  -- Of what is over already, or ended by a later text, operations see nothing; and one that takes the place of another in force shows them nothing new.
  if authz.is_handed_over('consenting_patient', new.organisation_id, new.patient_id) and not exists (
    select
    from public.consents as c
    where c.organisation_id = new.organisation_id
      and c.patient_id = new.patient_id
      and c.purpose = new.purpose
      and c.id <> new.id
      and c.archived_at is null
      and (c.status = 'active' or (c.status = 'expired' and c.last_status_change_at >= new.given_at))
      and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
  ) then
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'ops_handoff', '{medical_records}', 'public.cases', h.id
    )
    from authz.handed_over_cases as h
    where h.organisation_id = new.organisation_id
      and h.patient_id = new.patient_id
    order by h.id;
  end if;
  return null;
end
$$;
comment on function authz.tg_consents__disclosure() is
  'Writes a disclosure of the chart to operations where the consent to the handoff comes after the case. [N-37, N-45]';
alter function authz.tg_consents__disclosure() owner to cordon_definer;
revoke all on function authz.tg_consents__disclosure() from public;

-- authz.tg_invoices__case: what operations see of a case, they see with its lines and payments. Each row's own trigger computes the value.
create or replace function authz.tg_invoices__case()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.case_id is not distinct from old.case_id then
    return null;
  end if;
  update public.invoice_lines as l set case_id = null
   where l.organisation_id = new.organisation_id and l.invoice_id = new.id;
  update public.payments as p set case_id = null
   where p.organisation_id = new.organisation_id and p.invoice_id = new.id;
  perform authz.record_activity(
    new.organisation_id, coalesce(new.case_id, old.case_id), new.id,
    case when new.case_id is null then 'invoice.detached' else 'invoice.attached' end, '{}', new.updated_by_user_id
  );
  -- Operations are shown no invoice of a patient but those that they attached.
  if new.case_id is not null then
    perform authz.record_disclosure(
      new.organisation_id, new.patient_id, 'operations', null, 'billing', '{invoices,invoice_lines,payments}', 'public.invoices', new.id
    );
  end if;
  return null;
end
$$;

revoke create on schema authz from cordon_definer;

create or replace trigger _520_disclosure
  after insert or update on public.consents
  for each row
  when (new.purpose = 'ops_handoff' and new.status = 'active' and new.archived_at is null)
  execute function authz.tg_consents__disclosure();
alter table public.consents enable always trigger _520_disclosure;
comment on trigger _520_disclosure on public.consents is
  'Writes down that operations were shown the chart of a patient whose case they hold. [N-37, N-45]';

-- migrate:down
