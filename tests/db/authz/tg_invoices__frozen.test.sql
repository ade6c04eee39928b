-- authz.tg_invoices__frozen: from the attachment to a case on nothing of an invoice is the clinic's, and each attempt is written down; and it is operations who attach it.
begin;
select plan(12);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
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
create function pg_temp.set(part text, what text) returns text language sql as $$ select format('update public.invoices set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = ''a9300000-0000-7000-8000-0000000000%s''', what, part) $$;
create function pg_temp.bill(part text, variadic steps text[]) returns text language sql as $$
  select pg_temp.after(format('(select concat_ws('' '', i.number, i.status, right(i.case_id::text, 2), case when i.archived_at is not null then ''archived'' end) || coalesce((select '', '' || string_agg(concat_ws('' '', l.event_type, l.details ->> ''operation'', coalesce(right(l.actor_user_id::text, 2), ''server'')), '', '') from public.case_activity_log as l where l.entity_id = i.id and l.occurred_at > now()), '''')
    from public.invoices as i where i.organisation_id = ''a0000000-0000-7000-8000-000000000001'' and i.id = ''a9300000-0000-7000-8000-0000000000%s'')', part), variadic steps)
$$;
create function pg_temp.new(more text default 'null') returns text language sql as $$
  select format('insert into public.invoices (organisation_id, id, number, patient_id, currency, case_id) values (''a0000000-0000-7000-8000-000000000001'', ''a9300000-0000-7000-8000-000000000091'', ''INV-91'', ''a3000000-0000-7000-8000-000000000003'', ''BRL'', %s)', more)
$$;
select is(pg_temp.bill('91', pg_temp.new()), 'INV-91 draft', 'an invoice is written without a case [S-34 +]');
select is(pg_temp.bill('91', pg_temp.new('''af000000-0000-7000-8000-000000000003''')), '42501 an invoice is attached to a case by operations',
  'and with one by nobody, the owner included [S-34 -]');
select is(pg_temp.bill('91', pg_temp.new(), pg_temp.set('91', 'case_id = ''af000000-0000-7000-8000-000000000003''')), 'INV-91 draft 03, invoice.attached server',
  'the owner attaches one that is there [S-34 +]');
select is(pg_temp.bill('91', 'set local role service_role', pg_temp.new(), pg_temp.set('91', 'number = ''INV-92''')), 'INV-92 draft',
  'the server''s key writes to one that is not attached [S-34 +]');
select is(pg_temp.bill('01', 'as 11', pg_temp.set('01', 'status = ''issued''')), 'INV-0001 issued', 'who has finance writes to one [S-34 +]');
select is(pg_temp.bill('01', pg_temp.set('01', 'archived_at = now()')), 'INV-0001 draft archived', 'and the server puts one away [S-34 +]');
select is(pg_temp.bill('03', 'as 11', pg_temp.set('03', 'status = status')), 'INV-0003 partially_paid 03, invoice.frozen_write_suppressed update 11',
  'nothing happens by the clinic to one that is attached, and that is written down [S-34 S-35 -]');
select is(pg_temp.bill('03', pg_temp.set('03', 'archived_at = now()')), 'INV-0003 partially_paid 03, invoice.frozen_write_suppressed update server',
  'nor by the server [S-34 S-35 -]');
select is(pg_temp.bill('03', pg_temp.set('03', 'case_id = null')), 'INV-0003 partially_paid 03, invoice.frozen_write_suppressed update server',
  'nor does the owner detach it [S-34 S-35 -]');
select is(pg_temp.bill('03', 'delete from public.invoices where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = ''a9300000-0000-7000-8000-000000000003'''), 'INV-0003 partially_paid 03, invoice.frozen_write_suppressed delete server',
  'or delete it [S-34 S-35 -]');
select is(pg_temp.bill('91', pg_temp.new(), 'delete from public.invoices where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = ''a9300000-0000-7000-8000-000000000091'''), null,
  'one that is not attached is deleted by the owner [S-34 +]');
select is(pg_temp.bill('03', 'select set_config(''role'', ''authenticated'', true), set_config(''request.jwt.claims'', ''{"sub": "a1000000-0000-7000-8000-000000000011", "role": "authenticated", "session_id": "a1000000-0000-7000-9000-0000000000ff"}'', true)', pg_temp.set('03', 'status = status')), 'INV-0003 partially_paid 03',
  'who has signed out has no attempt written down [S-35 -]');

select * from finish();
rollback;
