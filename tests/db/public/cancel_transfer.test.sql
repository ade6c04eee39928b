-- public.cancel_transfer, public.conclude_transfer, authz.tg_transfer_jobs__follow: how a transfer ends whose company can no longer say so, or before anybody is picked up: that one,
-- with its job, and nobody else's of a like id.
begin;
select plan(19);

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
-- A transfer of the clinic that a company drives. Beside it: another of the clinic with the same company, one of another clinic under the same id, and what an
-- own vehicle of the clinic was once to drive of it.
do $do$
declare
  v_table text;
begin
  foreach v_table in array '{transfers,transfer_jobs,transfer_job_patients,crew_members,vehicle_assignments}'::text[] loop
    execute format('alter table public.%I disable trigger user', v_table);
  end loop;
  insert into public.transfers (organisation_id, id, case_id, patient_id, transport_organisation_id, status, pickup, destination)
  select t.organisation_id, ('00000000-0000-7000-8000-0000000000' || l.n)::uuid, t.case_id, t.patient_id, l.company::uuid, l.status, 'Here', 'There'
  from public.transfers as t
  join (values ('b', 'e1', 'a0000000-0000-7000-8000-000000000001', 'picked_up'), ('a', 'e1', 'c0000000-0000-7000-8000-000000000001', 'picked_up'), ('a', 'e2', 'c0000000-0000-7000-8000-000000000001', 'picked_up'),
    ('b', 'e4', null, 'requested'), ('a', 'e4', null, 'requested'), ('a', 'e5', null, 'requested')) as l (clinic, n, company, status) on t.organisation_id::text like l.clinic || '%' and right(t.id::text, 2) = '01' order by l.clinic desc;
  insert into public.transfer_jobs (organisation_id, id, origin_organisation_id, transfer_id, status, packet, expires_at)
  select (l.company || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || l.n)::uuid, (l.clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || l.transfer)::uuid,
    'picked_up', (select j.packet from public.transfer_jobs as j limit 1), now() + interval '1 day'
  from (values ('c', 'c1', 'a', 'e1'), ('c', 'c2', 'b', 'e1'), ('c', 'c3', 'a', 'e2'), ('a', 'c1', 'a', 'e1')) as l (company, n, clinic, transfer);
  insert into public.transfer_job_patients (organisation_id, id, origin_organisation_id, transfer_id, patient_name, language, expires_at)
  select j.organisation_id, j.id, j.origin_organisation_id, j.transfer_id, 'Somebody', 'pt', j.expires_at from public.transfer_jobs as j where j.id::text like '00000000-%';
  insert into public.crew_members (organisation_id, id, user_id, duty) select c.organisation_id, 'c9a00000-0000-7000-8000-000000000002', 'c1000000-0000-7000-8000-000000000001', c.duty from public.crew_members as c where c.organisation_id::text like 'c%';
  insert into public.vehicle_assignments (organisation_id, id, transfer_job_id, vehicle_id, driver_id, released_at)
  select (l.company || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || l.n)::uuid, ('00000000-0000-7000-8000-0000000000' || l.job)::uuid,
    (select v.id from public.vehicles as v where v.organisation_id::text like l.company || '%' and right(v.id::text, 2) = l.part), (select c.id from public.crew_members as c where c.organisation_id::text like l.company || '%' and right(c.id::text, 2) = l.part), l.released_at
  from (values ('c', 'd1', 'c1', '01', null), ('c', 'd2', 'c1', '01', now() - interval '1 hour'), ('c', 'd3', 'c3', '02', null), ('a', 'd1', 'c1', '02', null)) as l (company, n, job, part, released_at);
  foreach v_table in array '{transfers,transfer_jobs,transfer_job_patients,crew_members,vehicle_assignments}'::text[] loop
    execute format('alter table public.%I enable trigger user', v_table);
  end loop;
end
$do$;
create function pg_temp.stands() returns text language sql as $$
  select (select string_agg(left(t.organisation_id::text, 1) || right(t.id::text, 2) || ' ' || t.status, ', ' order by t.organisation_id, t.id) from public.transfers as t where t.id::text like '00000000-%' and right(t.id::text, 2) in ('e1', 'e2'))
    || '; ' || (select string_agg(concat_ws(' ', left(j.organisation_id::text, 1) || right(j.id::text, 2), j.status, coalesce(p.patient_name || p.language, 'nobody')), ', ' order by j.organisation_id, j.id) from public.transfer_jobs as j left join public.transfer_job_patients as p using (organisation_id, id) where j.id::text like '00000000-%')
$$;
create function pg_temp.drives() returns text language sql as $$
  select string_agg(concat_ws(' ', left(v.organisation_id::text, 1) || right(v.id::text, 2), case when v.released_at > now() then 'released now' when v.released_at is not null then 'released' end, case when v.updated_at > now() then 'written' end), ', ' order by v.organisation_id, v.id) from public.vehicle_assignments as v where v.id::text like '00000000-%'
$$;
create function pg_temp.jobs(what text, which text default '%') returns text language sql as $$ select format('update public.transfer_jobs set %s where id::text like ''00000000-%%'' and organisation_id::text || id::text like %L', what, which) $$;
create function pg_temp.transfers(what text) returns text language sql as $$ select format('update public.transfers set %s where id::text like ''00000000-%%'' and right(id::text, 2) in (''e1'', ''e2'')', what) $$;
create function pg_temp.conclude(n text default 'e1') returns text[] language sql as $$ select array['as 02', format('select public.conclude_transfer(''00000000-0000-7000-8000-0000000000%s'')', n), 'server'] $$;
create function pg_temp.cancel(n text default 'e1') returns text[] language sql as $$ select array['as 02', format('select public.cancel_transfer(''00000000-0000-7000-8000-0000000000%s'')', n), 'server'] $$;
create function pg_temp.expired(which text default '%') returns text[] language sql as $$ select array['raw transfer_jobs', pg_temp.jobs('expires_at = now() - interval ''1 hour'', created_at = now() - interval ''2 hours''', which)] $$;
-- Retention took the job of the company.
create function pg_temp.gone() returns text[] language sql as $$
  select array['raw vehicle_assignments', 'delete from public.vehicle_assignments where organisation_id::text like ''c%'' and id::text like ''00000000-%''', 'raw transfer_job_patients', 'delete from public.transfer_job_patients where organisation_id::text like ''c%'' and id::text like ''00000000-%c1''',
    'raw transfer_jobs', 'delete from public.transfer_jobs where organisation_id::text like ''c%'' and id::text like ''00000000-%c1''']
$$;
create function pg_temp.dispatched() returns text[] language sql as $$ select array['raw transfer_jobs', pg_temp.jobs('status = ''dispatched'''), 'raw transfers', pg_temp.transfers('status = ''dispatched''')] $$;
create function pg_temp.closed(company text default 'c') returns text[] language sql as $$ select array['alter table public.organisations disable trigger user', format('update public.organisations set archived_at = now() where id::text like ''%s%%''', company)] $$;

select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.conclude()), 'CD013 nobody is on board of a company that can no longer say so',
  'while the company can say that somebody has arrived, the clinic does not [S-18 -]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.expired() || pg_temp.conclude()), 'ae1 delivered, ae2 picked_up, be1 picked_up; ac1 picked_up Somebodypt, cc1 delivered nobody, cc2 picked_up Somebodypt, cc3 picked_up Somebodypt',
  'once its time is over the clinic does, of that transfer and its job, which names nobody from then on [S-18 N-24 +]');
select is(pg_temp.after('pg_temp.drives()', variadic pg_temp.expired() || pg_temp.conclude()), 'ad1, cd1 released now written, cd2 released, cd3',
  'vehicle and crew of that job are free, and when others were stays [S-18 +]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.expired('%c2') || pg_temp.expired('%c3') || pg_temp.expired('a%') || pg_temp.conclude()), 'CD013 nobody is on board of a company that can no longer say so',
  'that another''s time is over says nothing [S-18 -]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.closed() || pg_temp.conclude()), 'ae1 delivered, ae2 picked_up, be1 picked_up; ac1 picked_up Somebodypt, cc1 delivered nobody, cc2 picked_up Somebodypt, cc3 picked_up Somebodypt',
  'nor does a company that was closed say so: the clinic does [S-18 +]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.closed('b') || pg_temp.conclude()), 'CD013 nobody is on board of a company that can no longer say so',
  'another that was closed is none of it [S-18 -]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || pg_temp.expired() || pg_temp.conclude()), 'CD013 nobody is on board of a company that can no longer say so',
  'who was never picked up has not arrived [S-18 -]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.gone() || pg_temp.conclude()), 'ae1 delivered, ae2 picked_up, be1 picked_up; ac1 picked_up Somebodypt, cc2 picked_up Somebodypt, cc3 picked_up Somebodypt',
  'where retention took the job, the clinic says that they have [S-18 +]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || pg_temp.gone() || pg_temp.conclude()), 'CD013 nobody is on board of a company that can no longer say so',
  'not of who was never picked up [S-18 -]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || pg_temp.cancel()), 'ae1 cancelled, ae2 dispatched, be1 dispatched; ac1 dispatched Somebodypt, cc1 cancelled nobody, cc2 dispatched Somebodypt, cc3 dispatched Somebodypt',
  'a transfer is called off with its job before the pickup, and no other [S-18 N-24 +]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.cancel()), 'CD013 transfer_jobs cannot go from picked_up to cancelled', 'and not after it [S-18 -]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || pg_temp.gone() || pg_temp.cancel()), 'ae1 cancelled, ae2 dispatched, be1 dispatched; ac1 dispatched Somebodypt, cc2 dispatched Somebodypt, cc3 dispatched Somebodypt',
  'where retention took the job it is called off by itself [S-18 +]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || pg_temp.gone() || pg_temp.cancel() || pg_temp.cancel()), 'CD013 transfers cannot go from here to cancelled',
  'once [S-18 -]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || pg_temp.cancel() || pg_temp.cancel()), 'CD013 transfers cannot go from here to cancelled',
  'with a job, too [S-18 -]');
select is(pg_temp.after('(select string_agg(left(t.organisation_id::text, 1) || right(t.id::text, 2) || '' '' || t.status, '', '' order by t.organisation_id, t.id) from public.transfers as t where right(t.id::text, 2) in (''e4'', ''e5''))', variadic pg_temp.cancel('e4')), 'ae4 cancelled, ae5 requested, be4 requested',
  'what nobody was asked to drive is called off alone, and no other [S-18 +]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || array['set local app.pinned_organisation_id = ''c0000000-0000-7000-8000-000000000001''', pg_temp.jobs('status = ''picked_up''', 'c%c1')]), 'ae1 picked_up, ae2 dispatched, be1 dispatched; ac1 dispatched Somebodypt, cc1 picked_up Somebodypt, cc2 dispatched Somebodypt, cc3 dispatched Somebodypt',
  'the transfer follows its job, and names them until they arrive [S-18 +]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || pg_temp.closed() || array['set local app.pinned_organisation_id = ''c0000000-0000-7000-8000-000000000001''', pg_temp.jobs('status = ''picked_up''', 'c%c1')]), 'ae1 picked_up, ae2 dispatched, be1 dispatched; ac1 dispatched Somebodypt, cc1 picked_up Somebodypt, cc2 dispatched Somebodypt, cc3 dispatched Somebodypt',
  'of a company that is closed the server says what was [S-18 +]');
select is(pg_temp.after('(select string_agg(left(s.organisation_id::text, 1), '','') from public.organisation_settings as s join pg_temp.settings_before as b using (organisation_id) where s.xmax::text <> b.by)', variadic pg_temp.dispatched() || array['set local app.pinned_organisation_id = ''c0000000-0000-7000-8000-000000000001''', 'create temporary table settings_before as select s.organisation_id, s.xmax::text as by from public.organisation_settings as s', pg_temp.jobs('status = ''picked_up''', 'c%c1')]), 'c',
  'nobody closes the company while it picks up [S-18 +]');
select is(pg_temp.after('pg_temp.stands()', variadic pg_temp.dispatched() || array['select set_config(''role'', ''authenticated'', true), set_config(''request.jwt.claims'', ''{"sub": "c1000000-0000-7000-8000-000000000012", "role": "authenticated", "session_id": "c1000000-0000-7000-9000-000000000012"}'', true)', pg_temp.jobs('status = ''picked_up''', 'c%c1')]), 'ae1 picked_up, ae2 dispatched, be1 dispatched; ac1 dispatched Somebodypt, cc1 picked_up Somebodypt, cc2 dispatched Somebodypt, cc3 dispatched Somebodypt',
  'its crew do, while it is open [S-18 +]');

select * from finish();
rollback;
