-- public.dispatch_transfer, public.conclude_transfer, and what follows: who steers a transfer, what a company is told of it, who drives, and what both sides see of it.
begin;
select plan(38);

-- What a member of the clinic is answered, by the end of their user_id; the server, without one.
create function pg_temp.by(who text, statement text, more jsonb default '{}') returns text language plpgsql as $$
declare
  v_answer text;
begin
  if who is not null then
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', (jsonb_build_object('sub', case when who ~ '^[a-z]' then left(who, 1) else 'a' end || '1' || '000000-0000-7000-8000-0000000000' || right(who, 2),
      'role', 'authenticated', 'session_id', case when who ~ '^[a-z]' then left(who, 1) else 'a' end || '1' || '000000-0000-7000-9000-0000000000' || right(who, 2)) || more)::text, true);
  end if;
  execute statement into v_answer;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return coalesce(v_answer, 'ok');
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.transfer(id text) returns uuid language sql as $$ select t.id from public.transfers as t where t.organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(t.id::text, 2) = transfer.id $$;
create function pg_temp.job(id text) returns uuid language sql as $$ select j.id from public.transfer_jobs as j where j.origin_organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(j.transfer_id::text, 2) = job.id $$;
create function pg_temp.dispatch(who text, id text default '01', company text default 'c', more text default '') returns text language sql as $$
  select case when a ~ '^[0-9a-f-]{36}$' then 'a job' else a end from pg_temp.by(who, format('select public.dispatch_transfer(%L, %L %s)', pg_temp.transfer(id), company || '0000000-0000-7000-8000-000000000001', more)) as a
$$;
create function pg_temp.conclude(who text, id text, more text default '') returns text language sql as $$
  select pg_temp.by(who, format('select public.conclude_transfer(%L %s)', pg_temp.transfer(id), more))
$$;
create function pg_temp.move(who text, id text, status text) returns text language sql as $$
  select pg_temp.by(who, format('with moved as (update public.transfer_jobs set status = %L where id = %L returning 1) select count(*) from moved', status, pg_temp.job(id)))
$$;
create function pg_temp.assign(who text, id text, vehicle text, crew text) returns text language sql as $$
  select pg_temp.by(who, format('with written as (insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id) values (''c0000000-0000-7000-8000-000000000001'', %L, %L, %L) returning 1) select count(*) from written', pg_temp.job(id),
    (select v.id from public.vehicles as v where right(v.id::text, 2) = vehicle and v.organisation_id = 'c0000000-0000-7000-8000-000000000001'), (select c.id from public.crew_members as c where right(c.id::text, 2) = crew and c.organisation_id = 'c0000000-0000-7000-8000-000000000001')))
$$;
-- What the server writes, in a clinic or a company, other triggers aside.
create function pg_temp.it_is(letter text, relation text, statement text) returns void language plpgsql as $$
begin
  perform set_config('app.pinned_organisation_id', letter || '0000000-0000-7000-8000-000000000001', true);
  execute format('alter table public.%I disable trigger user', relation);
  execute statement;
  execute format('alter table public.%I enable trigger user', relation);
  perform set_config('app.pinned_organisation_id', '', true);
end
$$;
create function pg_temp.stands(id text) returns text language sql as $$
  select concat_ws(' | ', t.status || ' ' || coalesce(left(t.transport_organisation_id::text, 1), '-'), j.status,
    (select string_agg(k.key || '=' || coalesce(k.value, ''), ' ' order by k.key) from jsonb_each_text(j.packet) as k where k.key <> 'pickup_at'), round(extract(epoch from j.expires_at - now()) / 3600),
    (select concat_ws(' ', 'name', p.patient_name, p.language) from public.transfer_job_patients as p where p.id = j.id and p.organisation_id = j.organisation_id),
    (select string_agg(case when a.released_at is null then 'driven' else 'released' end, ' ' order by a.id) from public.vehicle_assignments as a where a.transfer_job_id = j.id and a.organisation_id = j.organisation_id))
  from public.transfers as t left join public.transfer_jobs as j on j.transfer_id = t.id and j.origin_organisation_id = t.organisation_id and j.organisation_id = t.transport_organisation_id
  where t.id = pg_temp.transfer(stands.id) and t.organisation_id = 'a0000000-0000-7000-8000-000000000001'
$$;
select is(pg_temp.dispatch('02'), 'CD013 transfers cannot go from requested to dispatched', 'what was not accepted is not dispatched [S-18 -]');
select is(pg_temp.by('02', format('with moved as (update public.transfers set status = ''dispatched'' where id = %L returning 1) select count(*) from moved', pg_temp.transfer('01'))), 'CD013 transfers cannot go from requested to dispatched',
  'nor moved there by hand [S-18 -]');
select is(pg_temp.by('02', format('with moved as (update public.transfers set status = ''accepted'', pickup = ''Ward 9'' where id = %L returning 1) select count(*) from moved', pg_temp.transfer('01'))) || ' ' || pg_temp.stands('01'), '1 accepted -',
  'a doctor accepts it, and it takes another place until then [S-18 +]');
select is(pg_temp.dispatch('05'), '42501 transfers are not yours to steer', 'reception steers no transfer [S-18 -]');
select is(pg_temp.dispatch('04'), '42501 transfers are not yours to steer', 'nor an assistant [S-18 -]');
select is(pg_temp.dispatch('02', company => 'b'), 'CD010 transport company not found', 'it goes to no other clinic [S-18 -]');
select is(pg_temp.dispatch('02', company => 'e'), 'CD010 transport company not found', 'nor to nobody [S-18 -]');
select is(pg_temp.dispatch('b02'), 'CD010 transfer not found', 'nor does another clinic dispatch it [S-05 -]');
select is(pg_temp.dispatch('02', more => ', ''b0000000-0000-7000-8000-000000000001'''), 'CD010 transfer not found', 'nor where another clinic is named [S-05 -]');
select pg_temp.it_is('c', 'organisations', $$ update public.organisations set archived_at = now() where id = 'c0000000-0000-7000-8000-000000000001' $$);
select is(pg_temp.dispatch('02'), 'CD010 transport company not found', 'a company that is closed takes nobody [S-18 -]');
select pg_temp.it_is('c', 'organisations', $$ update public.organisations set archived_at = null where id = 'c0000000-0000-7000-8000-000000000001' $$);
select pg_temp.it_is('a', 'transfers', $$ update public.transfers set patient_status = 'inactive' where right(id::text, 2) = '01' and organisation_id = 'a0000000-0000-7000-8000-000000000001' $$);
select is(pg_temp.dispatch('02'), 'CD010 transfer not found', 'whom the clinic sees no more is not driven [N-27 -]');
select pg_temp.it_is('a', 'transfers', $$ update public.transfers set patient_status = 'active', archived_at = now() where right(id::text, 2) = '01' and organisation_id = 'a0000000-0000-7000-8000-000000000001' $$);
select is(pg_temp.dispatch('02'), 'CD010 transfer not found', 'what was put away is not there [S-18 -]');
select pg_temp.it_is('a', 'transfers', $$ update public.transfers set archived_at = null where right(id::text, 2) = '01' and organisation_id = 'a0000000-0000-7000-8000-000000000001' $$);
select is(pg_temp.dispatch('02') || ' ' || pg_temp.stands('01'), 'a job dispatched c | dispatched | destination=Regional hospital, entrance B mobility=stretcher pickup=Ward 9 priority=urgent | 24',
  'dispatched, the company is told where, when and how, and not who: nobody consented [S-18 +, N-48 -]');
select is(pg_temp.dispatch('02'), 'CD013 transfers cannot go from dispatched to dispatched', 'once [S-18 -]');
select is(pg_temp.by('02', format('with moved as (update public.transfers set pickup = ''Ward 8'' where id = %L returning 1) select count(*) from moved', pg_temp.transfer('01'))), 'CD013 a dispatched transfer stays as it was asked for',
  'then it stays as it was asked for [S-18 -]');
select is(pg_temp.by('02', format('with moved as (update public.transfers set status = ''picked_up'' where id = %L returning 1) select count(*) from moved', pg_temp.transfer('01'))), 'CD013 a transfer goes from dispatched to picked_up with its job',
  'and the clinic does not move it: its job does [S-18 -]');
select is(pg_temp.move('c01', '01', 'delivered'), 'CD013 transfer_jobs cannot go from dispatched to delivered', 'nobody arrives who was not on board [S-18 -]');
select is(pg_temp.assign('c12', '01', '02', '01'), '1', 'the company puts a vehicle and crew on it [S-18 +]');
select is(pg_temp.move('c12', '03', 'cancelled') || ' ' || pg_temp.stands('03'), '1 cancelled c | cancelled | destination=Airport, medical desk mobility=walking pickup=Ward 1, ground floor priority=routine | 1',
  'it gives back a job, and the clinic sees it [S-18 +]');
select is(pg_temp.by('02', format('select public.cancel_transfer(%L)', pg_temp.transfer('03'))) || ' ' || pg_temp.stands('03'), 'CD013 transfers cannot go from here to cancelled cancelled c | cancelled | destination=Airport, medical desk mobility=walking pickup=Ward 1, ground floor priority=routine | 1',
  'what is cancelled is not cancelled again [S-18 -]');
select is(pg_temp.assign('c12', '01', '02', '01') || ' ' || pg_temp.stands('01'), '23505 duplicate key value violates unique constraint "vehicle_assignments_live_vehicle_key" dispatched c | dispatched | destination=Regional hospital, entrance B mobility=stretcher pickup=Ward 9 priority=urgent | 24 | driven',
  'one vehicle is on one job once [S-18 -]');
select is(pg_temp.assign('c12', '03', '01', '01'), '23505 duplicate key value violates unique constraint "vehicle_assignments_live_driver_key"',
  'and a driver on one [S-18 -]');
select is(pg_temp.conclude('02', '01'), 'CD013 nobody is on board of a company that can no longer say so', 'nobody concludes what has not begun [S-18 -]');
select is(pg_temp.move('c12', '01', 'picked_up') || ' ' || pg_temp.stands('01'), '1 picked_up c | picked_up | destination=Regional hospital, entrance B mobility=stretcher pickup=Ward 9 priority=urgent | 720 | driven',
  'on board, both sides see it [S-18 +]');
select is(pg_temp.conclude('02', '01'), 'CD013 nobody is on board of a company that can no longer say so',
  'while the company can say that they arrived, the clinic does not [S-18 -]');
select is(pg_temp.by('02', format('select public.cancel_transfer(%L)', pg_temp.transfer('01'))), 'CD013 transfer_jobs cannot go from picked_up to cancelled',
  'nor takes it back [S-18 -]');
select pg_temp.it_is('c', 'transfer_jobs', $$ update public.transfer_jobs set expires_at = now() - interval '1 minute' where right(transfer_id::text, 2) = '01' $$);
select is(pg_temp.conclude('05', '01'), '42501 transfers are not yours to steer', 'when its time is over, reception does not either [S-18 -]');
select is(pg_temp.conclude('02', '03'), 'CD013 nobody is on board of a company that can no longer say so', 'nor does anybody for another transfer [S-18 -]');
select is(pg_temp.conclude('02', '01') || ' ' || pg_temp.stands('01'), ' delivered c | delivered | destination=Regional hospital, entrance B mobility=stretcher pickup=Ward 9 priority=urgent | 0 | released',
  'a doctor does: it is delivered on both sides, and the vehicle is free [S-18 +]');
select is(pg_temp.conclude('02', '01'), 'CD013 nobody is on board of a company that can no longer say so', 'once [S-18 -]');


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
-- The other transfer of the clinic's patient, accepted and not yet dispatched, and how long they let the company know who they are.
create function pg_temp.ready(until text default null) returns text[] language sql as $$
  select array['set local app.pinned_organisation_id = ''a0000000-0000-7000-8000-000000000001''', 'raw transfers',
    format('insert into public.transfers (organisation_id, id, case_id, patient_id, status, pickup, destination, pickup_at, patient_status) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000f1'', ''af000000-0000-7000-8000-000000000001'', ''a3000000-0000-7000-8000-000000000001'', ''accepted'', ''Here'', ''There'', %L, ''active'')', now() + interval '1 day'),
    format('insert into public.consents (organisation_id, id, patient_id, purpose, status, expires_at) select ''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000f2'', ''a3000000-0000-7000-8000-000000000001'', ''transfer_disclosure'', ''active'', %L::timestamptz where %1$L is not null', until)]
$$;
create function pg_temp.sent(asked text, until text default null, company text default 'c', before text default 'server') returns text language sql as $$
  select pg_temp.after(asked, variadic pg_temp.ready(until) || array[before, 'as 02', format('select public.dispatch_transfer(''00000000-0000-7000-8000-0000000000f1'', ''%s0000000-0000-7000-8000-000000000001'')', company)])
$$;
create function pg_temp.named() returns text language sql as $$
  select coalesce((select string_agg(concat_ws(' ', left(p.organisation_id::text, 1), p.patient_name, p.language), ', ') from public.transfer_job_patients as p where p.transfer_id = '00000000-0000-7000-8000-0000000000f1'), 'nobody')
$$;
create function pg_temp.told() returns text language sql as $$
  select string_agg(concat_ws(' ', right(d.patient_id::text, 2), d.recipient_kind, left(d.recipient_organisation_id::text, 1), d.purpose, array_to_string(d.content, '+'), d.source_table), ', ')
  from public.disclosures as d join public.transfer_jobs as j on j.id = d.source_id and j.transfer_id = '00000000-0000-7000-8000-0000000000f1'
$$;
select is(pg_temp.sent('pg_temp.named()'), 'nobody', 'who said nothing is named to nobody [N-48 -]');
select is(pg_temp.sent('pg_temp.named()', (now() + interval '2 days')::text), 'c Ana Souza pt-BR',
  'who lets the company know them until a day after the pickup is named, and nobody else [N-48 +]');
select is(pg_temp.sent('pg_temp.named()', (now() + interval '2 days' - interval '1 microsecond')::text), 'nobody', 'who does until a moment before is not [N-48 -]');
select is(pg_temp.sent('pg_temp.told()'), '01 transport c transfer_disclosure pickup+destination+pickup_at+mobility+priority public.transfer_jobs',
  'what the company was told is written down [N-37 +]');
select is(pg_temp.sent('pg_temp.told()', (now() + interval '2 days')::text), '01 transport c transfer_disclosure pickup+destination+pickup_at+mobility+priority+patient_name+language public.transfer_jobs',
  'and that it was told who they are [N-37 +]');
select is(pg_temp.sent('pg_temp.told()', company => 'a'), '01 clinic a transfer_disclosure pickup+destination+pickup_at+mobility+priority public.transfer_jobs',
  'the clinic drives itself, and that is written down as well [N-37 S-18 +]');
select is(pg_temp.sent('(select extract(epoch from j.expires_at - now()) / 3600 from public.transfer_jobs as j where j.transfer_id = ''00000000-0000-7000-8000-0000000000f1'')::integer'), '48',
  'the job lasts until a day after the pickup [S-18 +]');
select is(pg_temp.sent('(select c.xmax::text <> ''0'' from public.consents as c where c.id = ''00000000-0000-7000-8000-0000000000f2'')', (now() + interval '3 days')::text), 'true',
  'nobody withdraws that consent meanwhile: it is held [N-50 +]');

select * from finish();
rollback;
