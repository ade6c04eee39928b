-- authz.tg_claims__sound, authz.tg_guarantees_of_payment__fixed: what is claimed, for which bill, on whose word, and how much.
begin;
select plan(59);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What the server is answered.
create function pg_temp.said(statement text) returns text language plpgsql as $$
declare
  v_rows integer;
begin
  execute statement;
  get diagnostics v_rows = row_count;
  return v_rows;
exception
  when others then return concat_ws(' ', sqlstate, sqlerrm);
end
$$;
create function pg_temp.claim(id text, amount bigint, more jsonb default '{}') returns text language sql as $$
  select pg_temp.said(format('insert into public.claims (organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
    select organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency from jsonb_populate_record(null::public.claims, %L)',
    (select to_jsonb(c) || jsonb_build_object('id', '00000000-0000-7000-8000-0000000000' || claim.id, 'amount_minor', amount) || more from public.claims as c
     where c.organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(c.id::text, 2) = '01')))
$$;
create function pg_temp.change(relation text, key text, change text) returns text language sql as $$
  select pg_temp.said(format('update public.%I set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %3$L', relation, change, key))
$$;
-- Another bill and another guarantee of the case, and of another clinic's of the same ids.
insert into public.invoices (organisation_id, id, number, patient_id, currency) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000c3', 'INV-C3', 'a3000000-0000-7000-8000-000000000003', 'BRL');
insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, unit_minor) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000c3', 'a3000000-0000-7000-8000-000000000003', 'A visit', 20000);
select is(pg_temp.said($$ update public.invoices set case_id = (select case_id from public.claims where organisation_id = 'a0000000-0000-7000-8000-000000000001' limit 1) where number = 'INV-C3' $$), '1', 'a second bill is with operations');
insert into public.guarantees_of_payment (organisation_id, id, case_id, patient_id, payer, limit_minor, currency)
select organisation_id, '00000000-0000-7000-8000-0000000000a2', case_id, patient_id, 'Another Insurance', 25000, 'BRL' from public.guarantees_of_payment where organisation_id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.change('claims', '01', 'status = ''submitted'''), '1',
  '20,000 of a bill of 30,000 are claimed [S-34 +]');
select is(pg_temp.claim('c1', 10001), '1',
  'what is drawn up asks for nothing yet [S-34 +]');
select is(pg_temp.change('claims', 'c1', 'status = ''submitted'''), 'CD013 more would be claimed than the invoice asks for',
  'one bill is not sent out for more than it asks for [S-34 -]');
select is(pg_temp.change('claims', 'c1', 'amount_minor = 10000'), '1',
  'a draft takes another amount [S-34 +]');
select is(pg_temp.change('claims', 'c1', 'status = ''submitted'''), '1',
  'what the bill leaves is claimed [S-34 +]');
select is(pg_temp.claim('c2', 10, '{"case_id": "af000000-0000-7000-8000-000000000001"}'), 'CD010 case not found',
  'nothing is claimed for a case that is not with operations [S-29 -]');
select is(pg_temp.claim('c2', 10, '{"currency": "USD"}'), 'CD010 invoice not found',
  'nor in another currency than the bills [S-34 -]');
select is(pg_temp.claim('c2', 10, jsonb_build_object('invoice_id', (select id from public.invoices where number = 'INV-0002' and organisation_id = 'a0000000-0000-7000-8000-000000000001'))), 'CD010 invoice not found',
  'nor for a bill that is not with that case [S-34 -]');
select is(pg_temp.claim('c2', 15001, '{"guarantee_id": "00000000-0000-7000-8000-0000000000a2", "invoice_id": "00000000-0000-7000-8000-0000000000c3"}'), '1',
  '15,001 of another guarantees 25,000');
select is(pg_temp.change('claims', 'c2', 'status = ''submitted'''), '1',
  'are claimed for another bill, of which nobody claimed [S-34 +]');
select is(pg_temp.claim('c4', 10000, '{"guarantee_id": "00000000-0000-7000-8000-0000000000a2", "invoice_id": "00000000-0000-7000-8000-0000000000c3"}'), '1',
  '10,000 more');
select is(pg_temp.change('claims', 'c4', 'status = ''submitted'''), 'CD013 more would be claimed than the guarantee vouches for',
  'are more than it vouches for [S-34 -]');
select is(pg_temp.change('claims', 'c2', 'amount_minor = 1'), 'CD013 the amount of a claim that was submitted stays',
  'what was submitted keeps its amount [S-34 -]');
select is(pg_temp.change('claims', 'c2', 'guarantee_id = (select c.guarantee_id from public.claims as c where right(c.id::text, 2) = ''01'' and c.organisation_id = ''a0000000-0000-7000-8000-000000000001'')'), 'CD013 what a claim that was submitted is for stays',
  'and its guarantee_id [S-34 -]');
select is(pg_temp.change('claims', 'c2', 'invoice_id = (select c.invoice_id from public.claims as c where right(c.id::text, 2) = ''01'' and c.organisation_id = ''a0000000-0000-7000-8000-000000000001'')'), 'CD013 what a claim that was submitted is for stays',
  'and its invoice_id [S-34 -]');
select is(pg_temp.change('claims', 'c2', 'currency = ''USD'''), 'CD013 what a claim that was submitted is for stays',
  'and its currency [S-34 -]');
select is(pg_temp.change('claims', 'c2', 'case_id = ''af000000-0000-7000-8000-000000000001'''), 'CD013 what a claim that was submitted is for stays',
  'and its case_id [S-34 -]');
select is(pg_temp.change('claims', 'c2', 'status = ''rejected'''), '1',
  'it is rejected [S-34 +]');
select is(pg_temp.change('claims', 'c2', 'amount_minor = 15000'), '1',
  'takes another amount then [S-34 +]');
select is(pg_temp.change('claims', 'c4', 'status = ''submitted'''), '1',
  'counts no more on the guarantee [S-34 +]');
select is(pg_temp.change('claims', 'c2', 'status = ''submitted'''), 'CD013 more would be claimed than the invoice asks for',
  'and is submitted again only where there is room for it [S-34 -]');
select is(pg_temp.change('claims', 'c2', 'amount_minor = 10000'), '1',
  '10,000 of it');
select is(pg_temp.change('claims', 'c2', 'status = ''submitted'''), '1',
  'there is [S-34 +]');
select is(pg_temp.change('claims', 'c2', 'status = ''accepted'''), '1',
  'the payer accepts');
select is(pg_temp.change('claims', 'c2', 'status = ''paid'''), '1',
  'and pays [S-34 +]');
select is(pg_temp.change('claims', 'c2', 'archived_at = now()'), '1',
  'the server puts away what it repairs [S-34 +]');
select is(pg_temp.claim('c6', 5000, '{"guarantee_id": "00000000-0000-7000-8000-0000000000a2", "invoice_id": "00000000-0000-7000-8000-0000000000c3"}'), '1',
  '5,000 more');
select is(pg_temp.change('claims', 'c6', 'status = ''submitted'''), '1',
  'take its place [S-34 +]');
select is(pg_temp.change('claims', 'c2', 'archived_at = null'), 'CD013 more would be claimed than the invoice asks for',
  'so that it does not come back [S-34 -]');
select is(pg_temp.change('claims', 'c6', 'status = ''rejected'''), '1',
  'until they are rejected');
select is(pg_temp.change('claims', 'c2', 'archived_at = null'), '1',
  'and it does [S-34 +]');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'limit_minor = 19999'), 'CD013 the limit would fall below what is being claimed on it',
  'a limit does not fall below what is claimed [S-34 -]');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'limit_minor = 20000'), '1',
  'to what is claimed it does [S-34 +]');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'archived_at = now()'), 'CD013 a guarantee on which is being claimed is not archived',
  'nor is the guarantee archived [S-34 -]');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'currency = ''USD'''), 'CD013 a guarantee is in the currency in which it was asked for',
  'nor of another currency [S-34 -]');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'policy_number = ''P-1'''), '1',
  'it takes the number of its policy [S-34 +]');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'status = ''declined'''), '1',
  'it is declined [S-34 +]');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'policy_number = ''P-2'''), 'CD013 a guarantee that has ended stays as it was',
  'then it stays as it was: its policy [S-34 -]');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'limit_minor = 99999'), 'CD013 a guarantee that has ended stays as it was',
  'and its limit [S-34 -]');
select is(pg_temp.claim('c5', 1, '{"guarantee_id": "00000000-0000-7000-8000-0000000000a2", "invoice_id": "00000000-0000-7000-8000-0000000000c3"}'), 'CD010 guarantee not found',
  'nothing is drawn up on it [S-34 -]');
select is(pg_temp.change('claims', 'c4', 'status = ''accepted'''), '1',
  'what was submitted before is owed [S-34 +]');
select is(pg_temp.change('claims', 'c4', 'archived_at = now()'), '1',
  'put away');
select is(pg_temp.change('claims', 'c4', 'archived_at = null'), '1',
  'it comes back, whatever became of the guarantee [S-34 +]');
select is(pg_temp.change('claims', 'c6', 'status = ''submitted'''), 'CD010 guarantee not found',
  'what was rejected is not submitted again [S-34 -]');
select is(pg_temp.change('claims', 'c4', 'archived_at = now()'), '1',
  'what was claimed on it is put away');
select is(pg_temp.change('claims', 'c2', 'archived_at = now()'), '1',
  'what was claimed on it is put away');
select is(pg_temp.change('guarantees_of_payment', 'a2', 'archived_at = now()'), '1',
  'then the guarantee is archived [S-34 +]');
select is(pg_temp.change('claims', 'c4', 'archived_at = null'), 'CD010 guarantee not found',
  'and nothing of it comes back [S-34 -]');


-- What is answered after each of these, one after the other, in one block that takes them back: `as 02` is a member of the clinic from then on, `server`
-- nobody, `raw table` lets the next pass by the table's triggers.
create function pg_temp.after(asked text, variadic steps text[]) returns text language plpgsql as $$
declare
  v_said text;
  v_step text;
  v_raw text;
begin
  begin
    foreach v_step in array steps loop
      if v_step ~ '^as ' then
        perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || right(v_step, 2),
          'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || right(v_step, 2))::text, true);
      elsif v_step = 'server' then
        perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
      elsif v_step ~ '^raw ' then
        v_raw := split_part(v_step, ' ', 2);
        execute format('alter table public.%I disable trigger user', v_raw);
      else
        execute v_step;
        if v_raw is not null then
          execute format('alter table public.%I enable trigger user', v_raw);
          v_raw := null;
        end if;
      end if;
    end loop;
    perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
    execute 'select ' || asked into v_said;
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then null;
    when others then v_said := sqlstate || ' ' || sqlerrm;
  end;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return v_said;
end
$$;
create function pg_temp.set(relation text, key text, what text) returns text language sql as $$ select format('update public.%I set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id::text like %L', relation, what, '%' || key) $$;
-- A case of its own, as it were: the claims that stand above are put away.
create function pg_temp.alone() returns text[] language sql as $$
  select array['raw claims', 'update public.claims set archived_at = now(), status = ''draft'' where organisation_id = ''a0000000-0000-7000-8000-000000000001''', 'raw claims', pg_temp.set('claims', '-000000000001', 'archived_at = null, status = ''draft'', amount_minor = 10000')]
$$;
create function pg_temp.one(variadic steps text[]) returns text language sql as $$
  select pg_temp.after('(select c.status from public.claims as c where c.organisation_id = ''a0000000-0000-7000-8000-000000000001'' and c.id::text like ''%-000000000001'')', variadic pg_temp.alone() || steps)
$$;
select is(pg_temp.one(pg_temp.set('claims', '-000000000001', 'status = ''submitted''')), 'submitted',
  'a claim is submitted for a bill and on a guarantee that stand [S-29 +]');
select is(pg_temp.one('raw invoices', pg_temp.set('invoices', '-000000000003', 'status = ''void'''), pg_temp.set('claims', '-000000000001', 'status = ''submitted''')), 'CD010 invoice not found',
  'not for a bill that is void [S-34 -]');
select is(pg_temp.one('raw invoices', pg_temp.set('invoices', '-000000000003', 'archived_at = now()'), pg_temp.set('claims', '-000000000001', 'status = ''submitted''')), 'CD010 invoice not found',
  'nor for one that was put away [S-34 -]');
select is(pg_temp.one('raw guarantees_of_payment', pg_temp.set('guarantees_of_payment', '-000000000001', 'currency = ''USD'''), pg_temp.set('claims', '-000000000001', 'status = ''submitted''')), 'CD010 guarantee not found',
  'nor on a guarantee in another currency [S-34 -]');
select is(pg_temp.one('raw guarantees_of_payment', 'insert into public.guarantees_of_payment (organisation_id, id, case_id, patient_id, payer, limit_minor, currency) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000f1'', ''af000000-0000-7000-8000-000000000001'', ''a3000000-0000-7000-8000-000000000001'', ''Another Insurance'', 25000, ''BRL'')',
  'insert into public.claims (organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency) select c.organisation_id, ''00000000-0000-7000-8000-0000000000f2'', c.case_id, c.patient_id, ''00000000-0000-7000-8000-0000000000f1'', c.invoice_id, 1, c.currency from public.claims as c where c.organisation_id = ''a0000000-0000-7000-8000-000000000001'' and c.id::text like ''%-000000000001'''), 'CD010 guarantee not found',
  'or of another case [S-29 -]');
select is(pg_temp.one(pg_temp.set('claims', '-000000000001', 'status = ''submitted'''), 'raw invoices', pg_temp.set('invoices', '-000000000003', 'archived_at = now()'), pg_temp.set('claims', '-000000000001', 'status = status')), 'submitted',
  'one that was submitted is written to, whatever has become of the bill [S-34 +]');
select is(pg_temp.one(pg_temp.set('claims', '-000000000001', 'status = ''submitted'''), 'raw invoices', pg_temp.set('invoices', '-000000000003', 'archived_at = now()'), 'raw claims', pg_temp.set('claims', '-000000000001', 'archived_at = now()'), pg_temp.set('claims', '-000000000001', 'status = status')), 'submitted',
  'so is one that was put away [S-34 +]');
select is(pg_temp.one(pg_temp.set('claims', '-000000000001', 'status = ''submitted'''), 'raw invoices', pg_temp.set('invoices', '-000000000003', 'archived_at = now()'), 'raw claims', pg_temp.set('claims', '-000000000001', 'archived_at = now()'), pg_temp.set('claims', '-000000000001', 'archived_at = null')), 'CD010 invoice not found',
  'but it is not brought back for a bill that is not there [S-34 -]');
select is(pg_temp.one(pg_temp.set('claims', '-000000000001', 'archived_at = now()'), 'raw invoices', pg_temp.set('invoices', '-000000000003', 'archived_at = now()'), pg_temp.set('claims', '-000000000001', 'archived_at = null')), 'draft',
  'one that was only drawn up is: it asks for nothing [S-34 +]');
select is(pg_temp.one('raw claims', pg_temp.set('claims', '-000000000001', 'status = ''paid'''), pg_temp.set('claims', '-000000000001', 'archived_at = now()')), 'paid',
  'one that was paid is put away by the server, which puts right what it does [S-34 +]');

select * from finish();
rollback;
