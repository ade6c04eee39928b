-- authz.tg_vehicle_assignments__under_way: vehicles and crew are on jobs that are under way, none that was archived is, and nobody rides in two vehicles.
begin;
select plan(28);

set local app.pinned_organisation_id = 'c0000000-0000-7000-8000-000000000001';
-- More crew of the company.
insert into public.organisation_members (organisation_id, user_id, role)
select 'c0000000-0000-7000-8000-000000000001', ('a1000000-0000-7000-8000-0000000000' || m)::uuid, 'assistant' from (values ('02'), ('03'), ('04')) as l (m);
insert into public.crew_members (organisation_id, id, user_id, duty)
select c.organisation_id, ('c9a00000-0000-7000-8000-0000000000' || n)::uuid, ('a1000000-0000-7000-8000-0000000000' || m)::uuid, c.duty from public.crew_members as c cross join (values ('91', '02'), ('92', '03'), ('93', '04')) as l (n, m)
where c.organisation_id = 'c0000000-0000-7000-8000-000000000001' and right(c.id::text, 2) = '01';
create function pg_temp.j(clinic text) returns uuid language sql as $$
  select j.id from public.transfer_jobs as j where j.organisation_id = 'c0000000-0000-7000-8000-000000000001' and j.origin_organisation_id::text like clinic || '%'
$$;
create function pg_temp.v(n text) returns text language sql as $$ select '''c9900000-0000-7000-8000-0000000000' || n || '''' $$;
create function pg_temp.c(n text) returns text language sql as $$ select coalesce('''c9a00000-0000-7000-8000-0000000000' || n || '''', 'null') $$;
-- A vehicle, a driver and somebody beside the patient are put on the job of a clinic's patient.
create function pg_temp.put(clinic text, vehicle text, driver text, attendant text default null) returns text language sql as $$
  select format('insert into public.vehicle_assignments (organisation_id, id, transfer_job_id, vehicle_id, driver_id, attendant_id) values (''c0000000-0000-7000-8000-000000000001'', ''c9b00000-0000-7000-8000-0000000000%s'', %L, %s, %s, %s)',
    case clinic when 'a' then '91' else '92' end, pg_temp.j(clinic), pg_temp.v(vehicle), pg_temp.c(driver), pg_temp.c(attendant))
$$;
create function pg_temp.set(clinic text, what text) returns text language sql as $$
  select format('update public.vehicle_assignments set %s where organisation_id = ''c0000000-0000-7000-8000-000000000001'' and id = ''c9b00000-0000-7000-8000-0000000000%s''', what, case clinic when 'a' then '91' else '92' end)
$$;
-- While something else stands otherwise than its triggers would let it.
create function pg_temp.raw(relation text, part text, what text) returns text[] language sql as $$
  select array[format('alter table public.%s disable trigger user', relation),
    format('update public.%s set %s where organisation_id = ''c0000000-0000-7000-8000-000000000001'' and (right(id::text, 2) = %L or id::text = %L)', relation, what, part, part),
    format('alter table public.%s enable trigger user', relation)]
$$;
create function pg_temp.what(variadic steps text[]) returns text language plpgsql as $$
declare
  v_step text;
begin
  begin
    foreach v_step in array steps loop execute v_step; end loop;
    raise exception 'done' using errcode = 'RB000';
  exception
    when others then return case when sqlstate = 'RB000' then sqlerrm else sqlstate || ' ' || sqlerrm end;
  end;
end
$$;

select is(pg_temp.what(pg_temp.put('a', '01', '01', '91'), pg_temp.put('b', '02', '92', '93')), 'done',
  'two jobs have a vehicle, a driver and an attendant each [S-18 +]');
select is(pg_temp.what(pg_temp.put('a', '01', '01'), pg_temp.put('b', '02', '01')), '23505 duplicate key value violates unique constraint "vehicle_assignments_live_driver_key"',
  'nobody drives two vehicles [S-18 -]');
select is(pg_temp.what(pg_temp.put('a', '01', '01'), pg_temp.put('b', '02', '91', '01')), 'CD013 who is on a job is on no other',
  'nor sits in one beside a patient while they drive another [S-18 -]');
select is(pg_temp.what(pg_temp.put('a', '01', '01', '91'), pg_temp.put('b', '02', '91')), 'CD013 who is on a job is on no other',
  'nor drives one while they sit in another [S-18 -]');
select is(pg_temp.what(pg_temp.put('a', '01', '01', '91'), pg_temp.put('b', '02', '92', '91')), 'CD013 who is on a job is on no other', 'nor sits in two [S-18 -]');
select is(pg_temp.what(pg_temp.put('a', '01', '01', '91'), pg_temp.set('a', 'released_at = now()'), pg_temp.put('b', '02', '91', '01')), 'done',
  'who was released is free, at the wheel and beside the patient [S-18 +]');
select is(pg_temp.what(pg_temp.put('a', '01', '01', '91'), pg_temp.set('a', 'archived_at = now()'), pg_temp.put('b', '02', '91', '01')), 'done',
  'so is who is on what was put away [S-18 +]');
select is(pg_temp.what(pg_temp.put('a', '01', '01'), pg_temp.put('b', '02', '91'), pg_temp.set('b', 'driver_id = ' || pg_temp.c('01'))), '23505 duplicate key value violates unique constraint "vehicle_assignments_live_driver_key"',
  'nobody is given a second vehicle later [S-18 -]');
select is(pg_temp.what(pg_temp.put('a', '01', '01'), pg_temp.put('b', '02', '91'), pg_temp.set('b', 'attendant_id = ' || pg_temp.c('01'))), 'CD013 who is on a job is on no other',
  'nor a second seat [S-18 -]');
select is(pg_temp.what(pg_temp.put('a', '01', '01'), pg_temp.put('b', '02', '91'), pg_temp.set('b', 'attendant_id = ' || pg_temp.c('92'))), 'done',
  'who is free is given one [S-18 +]');
select is(pg_temp.what(pg_temp.put('a', '01', '01', '91'), pg_temp.set('a', 'archived_at = now()'), pg_temp.put('b', '02', '01'), pg_temp.set('a', 'archived_at = null')), '23505 duplicate key value violates unique constraint "vehicle_assignments_live_driver_key"',
  'what was put away is not brought back with a driver who is on another job by then [S-18 -]');
select is(pg_temp.what(pg_temp.put('a', '01', '01', '91'), pg_temp.set('a', 'archived_at = now()'), pg_temp.set('a', 'archived_at = null')), 'done',
  'and is with one who is not [S-18 +]');
select is(pg_temp.what(variadic pg_temp.raw('crew_members', '01', 'archived_at = now()') || pg_temp.put('a', '01', '01')), 'CD010 vehicle or crew not found',
  'a driver who was put away is on no job [S-18 -]');
select is(pg_temp.what(variadic pg_temp.raw('crew_members', '91', 'archived_at = now()') || pg_temp.put('a', '01', '01', '91')), 'CD010 vehicle or crew not found',
  'nor is an attendant [S-18 -]');
select is(pg_temp.what(variadic pg_temp.raw('crew_members', '92', 'archived_at = now()') || pg_temp.put('a', '01', '01', '91')), 'done',
  'others are, whoever else was put away [S-18 +]');
select is(pg_temp.what(variadic pg_temp.raw('vehicles', '01', 'archived_at = now()') || pg_temp.put('a', '01', '01')), 'CD010 vehicle or crew not found',
  'a vehicle that was put away is on no job [S-18 -]');
select is(pg_temp.what(variadic pg_temp.raw('vehicles', '02', 'archived_at = now()') || pg_temp.put('a', '01', '01')), 'done', 'another is [S-18 +]');
select is(pg_temp.what(variadic array[pg_temp.put('a', '01', '01')] || pg_temp.raw('vehicles', '01', 'archived_at = now()') || pg_temp.set('a', 'released_at = now()')), 'done',
  'a vehicle that was put away meanwhile is released [S-18 +]');
select is(pg_temp.what(variadic array[pg_temp.put('a', '01', '01')] || pg_temp.raw('vehicles', '01', 'archived_at = now()') || pg_temp.set('a', 'driver_id = ' || pg_temp.c('91'))), 'CD010 vehicle or crew not found',
  'and is driven by nobody else [S-18 -]');
select is(pg_temp.what(variadic array[pg_temp.put('a', '01', '01'), pg_temp.set('a', 'archived_at = now()')] || pg_temp.raw('vehicles', '01', 'archived_at = now()') || pg_temp.set('a', 'archived_at = null')), 'CD010 vehicle or crew not found',
  'nor brought back on a job that goes on [S-18 -]');
select is(pg_temp.what(variadic array[pg_temp.put('a', '01', '01'), pg_temp.set('a', 'released_at = now()'), pg_temp.set('a', 'archived_at = now()')] || pg_temp.raw('vehicles', '01', 'archived_at = now()') || pg_temp.set('a', 'archived_at = null')), 'done',
  'but as what was released it is [S-18 +]');
select is(pg_temp.what(variadic array[pg_temp.put('a', '01', '01')] || pg_temp.raw('crew_members', '01', 'archived_at = now()') || pg_temp.set('a', 'archived_at = now()')), 'done',
  'what has a driver who was put away is put away [S-18 +]');
select is(pg_temp.what(variadic array[pg_temp.put('a', '01', '01')] || pg_temp.raw('transfer_jobs', pg_temp.j('a')::text, 'status = ''delivered''') || pg_temp.set('a', 'driver_id = ' || pg_temp.c('91'))), 'done',
  'who drove is put right after the job has ended [S-18 +]');
select is(pg_temp.what(variadic pg_temp.raw('transfer_jobs', pg_temp.j('a')::text, 'status = ''delivered''') || pg_temp.put('a', '01', '01')), 'CD010 job not found',
  'nobody is put on a job that has ended [S-18 -]');
select is(pg_temp.what(variadic pg_temp.raw('transfer_jobs', pg_temp.j('b')::text, 'status = ''delivered''') || pg_temp.put('a', '01', '01')), 'done',
  'on another that goes on they are [S-18 +]');
select is(pg_temp.what(variadic pg_temp.raw('transfer_jobs', pg_temp.j('a')::text, 'status = ''picked_up''') || pg_temp.put('a', '01', '01')), 'done',
  'and on one with the patient on board [S-18 +]');
select is(pg_temp.what(variadic pg_temp.raw('transfer_jobs', pg_temp.j('a')::text, 'expires_at = created_at + interval ''1 microsecond''') || pg_temp.put('a', '01', '01')), 'CD010 job not found',
  'nobody is put on a job whose time is over [S-18 -]');
select is(pg_temp.what(replace(pg_temp.put('a', '01', '01'), 'c9a00000', 'a9a00000')), '23503 insert or update on table "vehicle_assignments" violates foreign key constraint "vehicle_assignments_organisation_id_driver_id_fkey"',
  'nor is crew of another company, of a like id [S-05 -]');

select * from finish();
rollback;
