-- authz.tg_invoices__totals: sums are computed, what was issued stands as the patient was told it, and is owed by the payer of its agreement.
begin;
select plan(32);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- Two agreements more, one of them put away, and one of another clinic under the id of the first.
insert into public.agreements (organisation_id, id, payer, number, starts_on) values
  ('a0000000-0000-7000-8000-000000000001', 'a9200000-0000-7000-8000-000000000091', 'Open Insurance', 'AGR-91', '2026-01-01'),
  ('a0000000-0000-7000-8000-000000000001', 'a9200000-0000-7000-8000-000000000092', 'Old Insurance', 'AGR-92', '2026-01-01');
update public.agreements set archived_at = now() where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'a9200000-0000-7000-8000-000000000092';
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.agreements (organisation_id, id, payer, number, starts_on) values
  ('b0000000-0000-7000-8000-000000000001', 'a9200000-0000-7000-8000-000000000092', 'Old Insurance', 'AGR-92', '2026-01-01');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What an invoice is after each of these is done to it, one after the other, in one block that takes them back: its status, sums and number.
create function pg_temp.after(part text, variadic steps text[]) returns text language plpgsql as $$
declare
  v_said text;
  v_step text;
begin
  begin
    foreach v_step in array steps loop
      execute replace(replace(v_step, '@id', quote_literal('a9300000-0000-7000-8000-0000000000' || part)), '@a', quote_literal('a0000000-0000-7000-8000-000000000001'));
    end loop;
    select concat_ws(' ', i.status, i.paid_minor || '/' || i.total_minor, i.number) into v_said
    from public.invoices as i where i.organisation_id = 'a0000000-0000-7000-8000-000000000001' and i.id = ('a9300000-0000-7000-8000-0000000000' || part)::uuid;
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then null;
    when others then v_said := sqlstate || ' ' || sqlerrm;
  end;
  return v_said;
end
$$;
create function pg_temp.set(what text) returns text language sql as $$ select 'update public.invoices set ' || what || ' where organisation_id = @a and id = @id' $$;
create function pg_temp.pay(amount integer, more text default '') returns text language sql as $$
  select format('insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) select i.organisation_id, i.id, i.patient_id, %s, ''cash'' from public.invoices as i where i.organisation_id = @a and i.id = @id', amount)
$$;
create function pg_temp.line(amount integer) returns text language sql as $$
  select format('insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, quantity, unit_minor) select i.organisation_id, i.id, i.patient_id, ''More'', 1, %s from public.invoices as i where i.organisation_id = @a and i.id = @id', amount)
$$;
create function pg_temp.new(more text) returns text language sql as $$
  select 'insert into public.invoices (organisation_id, id, number, patient_id, agreement_id, currency, total_minor, paid_minor) values (@a, @id, ''INV-91'', ''a3000000-0000-7000-8000-000000000001'', ' || more || ')'
$$;

select is(pg_temp.after('91', pg_temp.new('null, ''BRL'', 700, 300')), 'draft 0/0 INV-91', 'a new one asks for nothing and has nothing paid, whatever is sent [S-34 -]');
select is(pg_temp.after('01', pg_temp.set('total_minor = 1, paid_minor = 1')), 'draft 0/30000 INV-0001', 'nor does a draft believe sums that are sent [S-34 -]');
select is(pg_temp.after('01', pg_temp.set('number = ''X-1'', currency = ''USD''')), 'draft 0/30000 X-1', 'a draft may be given another number and currency [S-34 +]');
select is(pg_temp.after('02', pg_temp.set('number = ''X-1''')), 'CD013 number and currency of an issued invoice are fixed', 'what was issued keeps its number [S-34 -]');
select is(pg_temp.after('02', pg_temp.set('currency = ''USD''')), 'CD013 number and currency of an issued invoice are fixed', 'and its currency [S-34 -]');
select is(pg_temp.after('02', pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000091''')), 'CD013 the agreement of an issued invoice is fixed',
  'and its agreement [S-34 -]');
select is(pg_temp.after('02', pg_temp.set('agreement_id = null')), 'CD013 the agreement of an issued invoice is fixed', 'and does not lose it [S-34 -]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000091''')), 'draft 0/30000 INV-0001',
  'a draft may be given another [S-34 +]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = null'), pg_temp.set('status = ''issued'''), pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000091''')), 'issued 0/30000 INV-0001',
  'one that was issued under none may be given one [S-34 +]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = null'), pg_temp.set('status = ''issued'''), pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000092''')), 'CD010 agreement not found',
  'but none that was put away [S-34 -]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000092'''), pg_temp.set('status = ''issued''')), 'CD010 agreement not found',
  'nor is a draft issued under one [S-34 -]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000092''')), 'draft 0/30000 INV-0001', 'a draft may stand under it [S-34 +]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000092'''), pg_temp.set('status = ''void''')), 'void 0/30000 INV-0001',
  'and be voided: it was issued to nobody [S-34 +]');
select is(pg_temp.after('01', pg_temp.set('status = ''issued''')), 'issued 0/30000 INV-0001', 'it is issued under one that is open [S-34 +]');
select is(pg_temp.after('01', pg_temp.set('status = ''issued'''), 'update public.agreements set archived_at = now() where false', pg_temp.line(5)), 'CD013 the lines of an issued invoice are fixed',
  'a line that is written later is none of what was issued [S-34 -]');
select is(pg_temp.after('02', pg_temp.pay(19999)), 'partially_paid 29999/30000 INV-0002', 'what is paid is summed: in part [S-34 +]');
select is(pg_temp.after('02', pg_temp.pay(20000)), 'paid 30000/30000 INV-0002', 'and to the last of it [S-34 +]');
select is(pg_temp.after('02', pg_temp.set('status = ''void''')), 'CD013 an invoice with payments is neither a draft, nor void, nor archived',
  'with payments it does not become void [S-34 -]');
select is(pg_temp.after('02', pg_temp.set('archived_at = now()')), 'CD013 an invoice with payments is neither a draft, nor void, nor archived',
  'nor is it put away [S-34 -]');
select is(pg_temp.after('02', 'update public.payments set archived_at = now() where organisation_id = @a and invoice_id = @id', pg_temp.set('status = ''void''')), 'void 0/30000 INV-0002',
  'once the payments are put away it is voided [S-34 +]');
select is(pg_temp.after('02', 'update public.payments set archived_at = now() where organisation_id = @a and invoice_id = @id', pg_temp.set('archived_at = now()')), 'issued 0/30000 INV-0002',
  'or put away [S-34 +]');
select is(pg_temp.after('02', 'update public.payments set archived_at = now() where organisation_id = @a and invoice_id = @id'), 'issued 0/30000 INV-0002',
  'and without them nothing of it is paid [S-34 +]');
select is(pg_temp.after('02', 'update public.invoice_lines set archived_at = now() where organisation_id = @a and invoice_id = @id'), 'CD013 the lines of an issued invoice are fixed',
  'its lines are not put away [S-34 -]');
select is(pg_temp.after('01', pg_temp.line(5)), 'draft 0/30005 INV-0001', 'a draft asks for the sum of its lines [S-34 +]');
select is(pg_temp.after('01', pg_temp.set('archived_at = now()'), pg_temp.set('archived_at = null')), 'draft 0/30000 INV-0001',
  'and is brought back as it was [S-34 +]');
select is(pg_temp.after('02', 'alter table public.agreements disable trigger user', 'update public.agreements set archived_at = now() where organisation_id = @a and id = ''a9200000-0000-7000-8000-000000000001''', pg_temp.pay(1)), 'partially_paid 10001/30000 INV-0002',
  'of an agreement that is put away later the invoice is paid all the same [S-34 +]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = null'), pg_temp.set('status = ''issued'''), pg_temp.set('status = ''void'', agreement_id = ''a9200000-0000-7000-8000-000000000092''')), 'CD010 agreement not found',
  'what is voided as it is given an agreement was issued, and takes an open one [S-34 -]');
select is(pg_temp.after('02', 'alter table public.invoices disable trigger user', pg_temp.set('archived_at = now()'), 'alter table public.invoices enable trigger user', pg_temp.set('currency = currency')), 'partially_paid 10000/30000 INV-0002',
  'what was put away with its payments, before anybody asked, can be written to [S-34 +]');
select is(pg_temp.after('02', 'alter table public.invoices disable trigger user', pg_temp.set('paid_minor = 0, total_minor = 0, status = ''issued'''), 'alter table public.invoices enable trigger user', pg_temp.set('currency = currency')), 'partially_paid 10000/30000 INV-0002',
  'and sums and status that were bent are right again after any write [S-34 +]');

select is(pg_temp.after('01', pg_temp.set('status = ''void'''), pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000091''')), 'CD013 a void invoice is given no agreement',
  'nor is any given to what is void: its payer would keep the name that they had [S-34 -]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000091'''), pg_temp.set('status = ''void'''),
    'update public.agreements set payer = ''Open Insurance ltd'' where organisation_id = @a and id = ''a9200000-0000-7000-8000-000000000091'''), 'void 0/30000 INV-0001',
  'what was voided as a draft was billed to nobody: the payer of the agreement it stood under is renamed [S-34 +]');
select is(pg_temp.after('01', pg_temp.set('agreement_id = ''a9200000-0000-7000-8000-000000000091'''), pg_temp.set('status = ''issued'''), pg_temp.set('status = ''void'''),
    'update public.agreements set payer = ''Open Insurance ltd'' where organisation_id = @a and id = ''a9200000-0000-7000-8000-000000000091'''), 'CD013 an agreement that was billed keeps its payer',
  'and what was issued and voided then was billed to them [S-34 -]');

select * from finish();
rollback;
