-- authz.tg__frozen_child, authz.tg_invoices__totals: lines and payments of an invoice, what they come to, and that what is with operations is frozen.
begin;
select plan(52);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What a member of the clinic is answered, by the end of their user_id; the server, without one.
create function pg_temp.by(who text, statement text) returns text language plpgsql as $$
declare
  v_rows integer;
begin
  if who is not null then
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
      'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  end if;
  execute statement;
  get diagnostics v_rows = row_count;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return v_rows;
exception
  when others then return concat_ws(' ', sqlstate, sqlerrm);
end
$$;
create function pg_temp.line(who text, invoice text, id text, unit bigint, patient text default '01') returns text language sql as $$
  select pg_temp.by(who, format('insert into public.invoice_lines (organisation_id, id, invoice_id, patient_id, description, unit_minor)
    values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', (select id from public.invoices where number = %L and organisation_id = ''a0000000-0000-7000-8000-000000000001''), ''a3000000-0000-7000-8000-0000000000%s'', ''A visit'', %s)', id, invoice, patient, unit))
$$;
create function pg_temp.pay(who text, invoice text, id text, amount bigint, patient text default '01') returns text language sql as $$
  select pg_temp.by(who, format('insert into public.payments (organisation_id, id, invoice_id, patient_id, amount_minor, method)
    values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', (select id from public.invoices where number = %L and organisation_id = ''a0000000-0000-7000-8000-000000000001''), ''a3000000-0000-7000-8000-0000000000%s'', %s, ''card'')', id, invoice, patient, amount))
$$;
create function pg_temp.change(who text, relation text, key text, change text) returns text language sql as $$
  select pg_temp.by(who, format('update public.%I set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and (to_jsonb(%1$I) ->> ''number'' = %3$L or right(id::text, 2) = %3$L)', relation, change, key))
$$;
create function pg_temp.stands(invoice text) returns text language sql as $$
  select concat_ws(' ', status, total_minor, paid_minor, case when archived_at is not null then 'archived' end) from public.invoices where number = invoice and organisation_id = 'a0000000-0000-7000-8000-000000000001'
$$;
select is(pg_temp.line('11', 'INV-0001', 'd1', 500, '01') || ' ' || pg_temp.stands('INV-0001'), '1 draft 30500 0',
  'who has finance adds a line to a draft, and the total is counted again [S-34 +]');
select is(pg_temp.line('01', 'INV-0001', 'd3', 500, '01') || ' ' || pg_temp.stands('INV-0001'), '1 draft 31000 0',
  'a clinic_admin too [S-34 +]');
select is(pg_temp.line('02', 'INV-0001', 'd2', 500, '01') || ' ' || pg_temp.stands('INV-0001'), '42501 new row violates row-level security policy for table "invoice_lines" draft 31000 0',
  'a doctor does not [S-34 -]');
select is(pg_temp.line(null, 'INV-0001', 'd4', 500, '01') || ' ' || pg_temp.stands('INV-0001'), '1 draft 31500 0',
  'the server does [S-34 +]');
select is(pg_temp.line('11', 'INV-0002', 'd5', 500, '01') || ' ' || pg_temp.stands('INV-0002'), 'CD013 the lines of an issued invoice are fixed partially_paid 30000 10000',
  'the lines of an issued invoice are fixed [S-34 -]');
select is(pg_temp.line(null, 'INV-0002', 'd5', 500, '01') || ' ' || pg_temp.stands('INV-0002'), 'CD013 the lines of an issued invoice are fixed partially_paid 30000 10000',
  'for the server too [S-34 -]');
select is(pg_temp.line('02', 'INV-0002', 'd5', 500, '01'), '42501 new row violates row-level security policy for table "invoice_lines"',
  'of which a doctor is told nothing [S-34 -]');
select is(pg_temp.line('11', 'INV-9999', 'd5', 500, '01'), 'CD010 invoice not found',
  'no line stands on no invoice [S-34 -]');
select is(pg_temp.pay('11', 'INV-0001', 'e1', 500, '01') || ' ' || pg_temp.stands('INV-0001'), 'CD013 nothing is paid on an invoice that is draft draft 31500 0',
  'nothing is paid on a draft [S-34 -]');
select is(pg_temp.pay('02', 'INV-0001', 'e1', 500, '01'), '42501 new row violates row-level security policy for table "payments"',
  'of which a doctor is told nothing [S-34 -]');
select is(pg_temp.pay('11', 'INV-0002', 'e2', 500, '01') || ' ' || pg_temp.stands('INV-0002'), '1 partially_paid 30000 10500',
  'what is paid is counted [S-34 +]');
select is(pg_temp.pay('02', 'INV-0002', 'e3', 500, '01') || ' ' || pg_temp.stands('INV-0002'), '42501 new row violates row-level security policy for table "payments" partially_paid 30000 10500',
  'a doctor takes no payment [S-34 -]');
select is(pg_temp.pay('11', 'INV-0002', 'e4', 19501, '01') || ' ' || pg_temp.stands('INV-0002'), 'CD013 more would be paid than the invoice asks for partially_paid 30000 10500',
  'no more is paid than is open [S-34 -]');
select is(pg_temp.pay('11', 'INV-0002', 'e4', 19500, '01') || ' ' || pg_temp.stands('INV-0002'), '1 paid 30000 30000',
  'what is open is: then it is paid [S-34 +]');
select is(pg_temp.pay(null, 'INV-0002', 'e5', 100, '01') || ' ' || pg_temp.stands('INV-0002'), '1 paid 30000 30100',
  'the server says what a terminal told it [S-34 +]');
select is(pg_temp.change('11', 'payments', 'e2', 'archived_at = now()') || ' ' || pg_temp.stands('INV-0002'), '1 partially_paid 30000 29600',
  'a payment that is put away is counted no more [S-34 +]');
select is(pg_temp.change(null, 'payments', 'e4', 'archived_at = now()') || ' ' || pg_temp.stands('INV-0002'), '1 partially_paid 30000 10100',
  'nor one that the server puts away [S-34 +]');
select is(pg_temp.change('11', 'invoice_lines', '02', 'archived_at = now()') || ' ' || pg_temp.stands('INV-0002'), 'CD013 the lines of an issued invoice are fixed partially_paid 30000 10100',
  'a line of an issued invoice is not put away [S-34 -]');
select is(pg_temp.change('11', 'invoice_lines', 'd1', 'archived_at = now()') || ' ' || pg_temp.stands('INV-0001'), '1 draft 31000 0',
  'a line of a draft is put away, and counted no more [S-34 +]');
select is(pg_temp.change(null, 'invoice_lines', 'd1', 'archived_at = null') || ' ' || pg_temp.stands('INV-0001'), '1 draft 31500 0',
  'and brought back by the server [S-34 +]');
select is(pg_temp.change(null, 'payments', 'e2', 'invoice_id = (select id from public.invoices where number = ''INV-0004'' and organisation_id = ''a0000000-0000-7000-8000-000000000001'')') || ' ' || pg_temp.stands('INV-0002'), 'CD013 a payment does not pass to another invoice partially_paid 30000 10100',
  'a payment does not pass to another invoice [S-34 -]');
select is(pg_temp.change(null, 'payments', '02', 'case_id = ''af000000-0000-7000-8000-000000000001''') || coalesce((select ' ' || case_id from public.payments where organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(id::text, 2) = '02'), ''), '1',
  'its case is the invoices, whatever is written [S-34 -]');
select is(pg_temp.pay('11', 'INV-0003', 'e6', 100, '03') || ' ' || pg_temp.stands('INV-0003'), '0 partially_paid 30000 10000',
  'nothing is paid by the clinic on what is with operations [S-34 -]');
select is(pg_temp.pay(null, 'INV-0003', 'e6', 100, '03') || ' ' || pg_temp.stands('INV-0003'), '0 partially_paid 30000 10000',
  'nor by its server [S-34 -]');
select is(pg_temp.line('11', 'INV-0003', 'd6', 100, '03') || ' ' || pg_temp.stands('INV-0003'), '0 partially_paid 30000 10000',
  'no line is added [S-34 -]');
select is(pg_temp.change(null, 'payments', '03', 'terminal_reference = ''T-1''') || ' ' || pg_temp.stands('INV-0003'), '0 partially_paid 30000 10000',
  'no payment changed [S-34 -]');
select is(pg_temp.by(null, 'delete from public.payments where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = ''03''') || ' ' || pg_temp.stands('INV-0003'), '0 partially_paid 30000 10000',
  'or deleted [S-34 -]');
select is((select string_agg(l.event_type || ' ' || (l.details ->> 'operation') || ' ' || coalesce(right(l.actor_user_id::text, 2), 'server'), ', ' order by l.event_type, l.details ->> 'operation', l.actor_user_id) from public.case_activity_log as l where l.event_type like '%.frozen_write_suppressed' and l.occurred_at >= now()), 'invoice_line.frozen_write_suppressed insert 11, payment.frozen_write_suppressed delete server, payment.frozen_write_suppressed insert 11, payment.frozen_write_suppressed insert server, payment.frozen_write_suppressed update server',
  'each of which the record of the case tells [S-35 +]');
select is(pg_temp.by(null, 'delete from public.payments where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = ''e5''') || ' ' || pg_temp.stands('INV-0002'), '1 partially_paid 30000 10000',
  'what is not frozen is deleted by the owner [S-34 +]');
select is(pg_temp.change(null, 'invoices', 'INV-0002', 'number = ''INV-X'''), 'CD013 number and currency of an issued invoice are fixed',
  'an issued invoice keeps its number [S-34 -]');
select is(pg_temp.change(null, 'invoices', 'INV-0002', 'currency = ''USD'''), 'CD013 number and currency of an issued invoice are fixed',
  'its currency [S-34 -]');
select is(pg_temp.change(null, 'invoices', 'INV-0002', 'agreement_id = null'), 'CD013 the agreement of an issued invoice is fixed',
  'and its agreement [S-34 -]');
select is(pg_temp.change(null, 'invoices', 'INV-0001', 'number = ''INV-Y'', agreement_id = null, total_minor = 7, paid_minor = 7') || ' ' || pg_temp.stands('INV-Y'), '1 draft 31500 0',
  'a draft does not, and its sums are counted, whatever is written [S-34 +]');
select is(pg_temp.change(null, 'invoices', 'INV-0002', 'status = ''void'''), 'CD013 an invoice with payments is neither a draft, nor void, nor archived',
  'what was paid on is not void [S-34 -]');
select is(pg_temp.change(null, 'invoices', 'INV-0002', 'archived_at = now()'), 'CD013 an invoice with payments is neither a draft, nor void, nor archived',
  'nor archived [S-34 -]');
select is(pg_temp.change('11', 'invoices', 'INV-Y', 'archived_at = now()') || ' ' || pg_temp.stands('INV-Y'), '1 draft 31500 0 archived',
  'a draft is archived [S-34 +]');
select is(pg_temp.line('11', 'INV-Y', 'd7', 500, '01') || ' ' || pg_temp.stands('INV-Y'), 'CD010 invoice not found draft 31500 0 archived',
  'no line is added to what nobody sees [S-34 -]');
select is(pg_temp.change(null, 'invoices', 'INV-Y', 'archived_at = null') || ' ' || pg_temp.stands('INV-Y'), '1 draft 31500 0',
  'it is brought back [S-34 +]');
select is(pg_temp.change('11', 'invoices', 'INV-Y', 'status = ''issued''') || ' ' || pg_temp.stands('INV-Y'), '1 issued 31500 0',
  'and issued under no agreement [S-34 +]');
select is(pg_temp.change(null, 'invoices', 'INV-Y', 'agreement_id = (select id from public.agreements where organisation_id = ''a0000000-0000-7000-8000-000000000001'')') || ' ' || pg_temp.stands('INV-Y'), '1 issued 31500 0',
  'it is given one afterwards [S-34 +]');
select is(pg_temp.change(null, 'invoices', 'INV-Y', 'status = ''void''') || ' ' || pg_temp.stands('INV-Y'), '1 void 31500 0',
  'what nobody paid on is void [S-34 +]');
select is(pg_temp.pay(null, 'INV-Y', 'e8', 100, '01'), 'CD013 nothing is paid on an invoice that is void',
  'nothing is paid on what is void [S-34 -]');

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
create function pg_temp.invoice(part text, what text) returns text language sql as $$ select format('update public.invoices set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %L', what, part) $$;
create function pg_temp.set(relation text, part text, what text) returns text language sql as $$ select format('update public.%I set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %L', relation, what, part) $$;
create function pg_temp.child(relation text, part text) returns text language sql as $$
  select format('(select concat_ws(''|'', right(c.case_id::text, 2), %s, case when c.archived_at is not null then ''archived'' end) from public.%I as c where c.organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(c.id::text, 2) = %L)', case relation when 'payments' then 'c.terminal_reference' else 'c.description' end, relation, part)
$$;
create function pg_temp.paid(patient text, invoice text) returns text language sql as $$
  select format('insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values (''a0000000-0000-7000-8000-000000000001'', ''a9300000-0000-7000-8000-0000000000%s'', ''a3000000-0000-7000-8000-0000000000%s'', 5, ''card'')', invoice, patient)
$$;
create function pg_temp.claims(more jsonb) returns text language sql as $$
  select format('select set_config(''role'', ''authenticated'', true), set_config(''request.jwt.claims'', %L, true)', jsonb_build_object('role', 'authenticated') || more)
$$;
select is(pg_temp.after(pg_temp.child('payments', '02'), 'raw invoices', pg_temp.invoice('02', 'archived_at = now()'), pg_temp.set('payments', '02', 'method = method')), 'T-0001',
  'a payment of what was put away may be written as it stands [S-34 +]');
select is(pg_temp.after(pg_temp.child('payments', '02'), 'raw invoices', pg_temp.invoice('02', 'archived_at = now()'), pg_temp.set('payments', '02', 'archived_at = now()')), 'T-0001|archived',
  'and put away [S-34 +]');
select is(pg_temp.after(pg_temp.child('payments', '02'), 'raw invoices', pg_temp.invoice('02', 'archived_at = now()'), pg_temp.set('payments', '02', 'archived_at = now()'), pg_temp.set('payments', '02', 'method = method')), 'T-0001|archived',
  'and written as what was put away [S-34 +]');
select is(pg_temp.after(pg_temp.child('payments', '02'), 'raw invoices', pg_temp.invoice('02', 'archived_at = now()'), pg_temp.set('payments', '02', 'archived_at = now()'), pg_temp.set('payments', '02', 'archived_at = null')), 'CD010 invoice not found',
  'and is not brought back there [S-34 -]');
select is(pg_temp.after(pg_temp.child('payments', '02'), pg_temp.set('payments', '02', 'archived_at = now()'), pg_temp.set('payments', '02', 'archived_at = null')), 'T-0001',
  'on what is there it is [S-34 +]');
select is(pg_temp.after(pg_temp.child('invoice_lines', '02'), pg_temp.set('invoice_lines', '02', 'description = description')), 'Consultation',
  'a line of an issued invoice that stays as it is may be written [S-34 +]');
select is(pg_temp.after(pg_temp.child('payments', '02'), 'raw invoices', pg_temp.invoice('02', 'case_id = ''af000000-0000-7000-8000-000000000001'''), pg_temp.set('payments', '02', 'terminal_reference = ''T-1''')), '01|T-0001',
  'with an invoice that has come to a case goes its payment, which says what it said [S-34 +]');
select is(pg_temp.after(pg_temp.child('invoice_lines', '02'), 'raw invoices', pg_temp.invoice('02', 'case_id = ''af000000-0000-7000-8000-000000000001'''), pg_temp.set('invoice_lines', '02', 'description = ''Another''')), '01|Consultation',
  'and its line [S-34 +]');
select is(pg_temp.after('''done''', pg_temp.claims('{"sub": "a1000000-0000-7000-8000-000000000011", "session_id": "a1000000-0000-7000-9000-0000000000ff"}'), pg_temp.paid('03', '03')), '42501 no live session',
  'who has signed out has no attempt written down [S-35 -]');
select is(pg_temp.after('''done''', pg_temp.claims('{"sub": "b1000000-0000-7000-8000-000000000011", "session_id": "b1000000-0000-7000-9000-000000000011"}'), 'insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values (''a0000000-0000-7000-8000-000000000001'', ''a9300000-0000-7000-8000-000000000003'', ''a3000000-0000-7000-8000-000000000003'', 5, ''card'')'), '42501 new row violates row-level security policy for table "payments"',
  'nor has who keeps the money of another clinic [S-05 S-35 -]');

select * from finish();
rollback;
