-- authz.tg_invoices__claimed: what a payer is asked to pay for is neither void nor archived, and asks for no less than they are asked.
begin;
select plan(23);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- Another invoice of the patient; and one of another clinic, of the same id as the one that is claimed for.
insert into public.invoices (organisation_id, id, number, patient_id, currency)
values ('a0000000-0000-7000-8000-000000000001', 'a9300000-0000-7000-8000-000000000092', 'INV-92', 'a3000000-0000-7000-8000-000000000003', 'BRL');
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.invoices (organisation_id, id, number, patient_id, currency)
values ('b0000000-0000-7000-8000-000000000001', 'a9300000-0000-7000-8000-000000000003', 'INV-93', 'b3000000-0000-7000-8000-000000000003', 'BRL');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.raw(clinic text, relation text, what text, key text) returns text[] language sql as $$
  select array[format('set local app.pinned_organisation_id = ''%s0000000-0000-7000-8000-000000000001''', clinic), format('alter table public.%s disable trigger user', relation),
    format('update public.%s set %s where organisation_id = ''%s0000000-0000-7000-8000-000000000001'' and %s', relation, what, clinic, key), format('alter table public.%s enable trigger user', relation),
    'set local app.pinned_organisation_id = ''a0000000-0000-7000-8000-000000000001''']
$$;
create function pg_temp.claim(what text) returns text[] language sql as $$ select pg_temp.raw('a', 'claims', what, 'true') $$;
-- Sums are computed before anybody is asked: so this is asked alone.
create function pg_temp.what(step text, variadic before text[]) returns text language plpgsql as $$
declare
  v_step text;
begin
  begin
    foreach v_step in array before loop execute v_step; end loop;
    alter table public.invoices disable trigger user;
    alter table public.invoices enable trigger _310_claimed;
    execute format('update public.invoices set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = ''03''', step);
    raise exception 'done' using errcode = 'RB000';
  exception
    when others then return case when sqlstate = 'RB000' then sqlerrm else sqlstate || ' ' || sqlerrm end;
  end;
end
$$;

select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''draft''')), 'done', 'what a claim was only drafted for is voided [S-29 +]');
select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''rejected''')), 'done', 'and what one was rejected for [S-29 +]');
select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''submitted''')), 'CD013 an invoice that is being claimed for is neither void nor archived',
  'but not what one was submitted for [S-29 -]');
select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''accepted''')), 'CD013 an invoice that is being claimed for is neither void nor archived',
  'or accepted [S-29 -]');
select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''paid''')), 'CD013 an invoice that is being claimed for is neither void nor archived',
  'or paid [S-29 -]');
select is(pg_temp.what('archived_at = now()', variadic pg_temp.claim('status = ''submitted''')), 'CD013 an invoice that is being claimed for is neither void nor archived',
  'nor is that put away [S-29 -]');
select is(pg_temp.what('status = ''issued''', variadic pg_temp.claim('status = ''submitted''')), 'done', 'it may be written to otherwise [S-29 +]');
select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''submitted'', archived_at = now()')), 'done',
  'a claim that was put away keeps nothing from being voided [S-29 +]');
select is(pg_temp.what('archived_at = now()', variadic pg_temp.claim('status = ''submitted'', archived_at = now()')), 'done', 'nor from being put away [S-29 +]');
select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''submitted'', invoice_id = ''a9300000-0000-7000-8000-000000000092''')), 'done',
  'nor does one for another invoice [S-29 +]');
select is(pg_temp.what('total_minor = 19999', variadic pg_temp.claim('status = ''submitted''')), 'CD013 the invoice would ask for less than is being claimed for it',
  'what is claimed for does not ask for less than that [S-29 -]');
select is(pg_temp.what('total_minor = 20000', variadic pg_temp.claim('status = ''submitted''')), 'done', 'it asks for as much [S-29 +]');
select is(pg_temp.what('total_minor = 19999', variadic pg_temp.claim('status = ''draft''')), 'done', 'what is only drafted binds nobody [S-29 +]');
select is(pg_temp.what('total_minor = 19999', variadic pg_temp.claim('status = ''submitted'', archived_at = now()')), 'done', 'nor does what was put away [S-29 +]');
select is(pg_temp.what('total_minor = 19999', variadic pg_temp.claim('status = ''submitted'', invoice_id = ''a9300000-0000-7000-8000-000000000092''')), 'done',
  'nor what is claimed for another invoice [S-29 +]');
select is(pg_temp.what('total_minor = 29999', variadic pg_temp.claim('status = ''submitted'', amount_minor = 40000')), 'CD013 the invoice would ask for less than is being claimed for it',
  'what asks for less than is claimed already asks for no less than now [S-29 -]');
select is(pg_temp.what('total_minor = 30001', variadic pg_temp.claim('status = ''submitted'', amount_minor = 40000')), 'done', 'for more it may [S-29 +]');
select is(pg_temp.what('total_minor = 30000', variadic pg_temp.claim('status = ''submitted'', amount_minor = 40000')), 'done', 'and for what it does [S-29 +]');
select is(pg_temp.what('total_minor = 19999', variadic pg_temp.claim('status = ''draft''') || pg_temp.raw('b', 'claims', 'status = ''submitted'', invoice_id = ''a9300000-0000-7000-8000-000000000003''', 'true')), 'done',
  'what another clinic claims for an invoice of that id is nothing here [S-05 +]');
select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''draft''') || pg_temp.raw('b', 'claims', 'status = ''submitted'', invoice_id = ''a9300000-0000-7000-8000-000000000003''', 'true')), 'done',
  'nor does it keep this one from being voided [S-05 +]');
select is(pg_temp.what('status = ''void''', variadic pg_temp.claim('status = ''submitted'', amount_minor = 40000')), 'CD013 an invoice that is being claimed for is neither void nor archived',
  'what is voided is told so, however much was claimed for it [S-29 -]');
select is(pg_temp.what('archived_at = now(), total_minor = 19999', variadic pg_temp.claim('status = ''submitted''')), 'CD013 the invoice would ask for less than is being claimed for it',
  'what is put away with less in it is told of the less [S-29 -]');
select is(pg_temp.what('total_minor = 25000, archived_at = null, status = ''paid''', variadic pg_temp.claim('status = ''submitted''')), 'done',
  'it asks for less than before, and no less than is claimed [S-29 +]');

select * from finish();
rollback;
