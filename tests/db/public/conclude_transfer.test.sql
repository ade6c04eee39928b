-- public.conclude_transfer: says that a patient has arrived where the company that drove them no longer can.
begin;
select plan(14);

create function pg_temp.pin(clinic text) returns text language sql as $$ select format('set local app.pinned_organisation_id = ''%s0000000-0000-7000-8000-000000000001''', clinic) $$;
-- The job of the clinic's transfer 03, which the company drives, and the transfer, with a status each that nobody says by hand.
create function pg_temp.raw(clinic text, relation text, what text, which text) returns text[] language sql as $$
  select array[pg_temp.pin(clinic), format('alter table public.%s disable trigger user', relation), format('update public.%s set %s where %s', relation, what, which), format('alter table public.%s enable trigger user', relation)]
$$;
create function pg_temp.job(what text, clinic text default 'a') returns text[] language sql as $$
  select pg_temp.raw('c', 'transfer_jobs', what, format('organisation_id = ''c0000000-0000-7000-8000-000000000001'' and origin_organisation_id::text like ''%s%%''', clinic))
$$;
create function pg_temp.transfer(what text, clinic text default 'a', part text default '03') returns text[] language sql as $$
  select pg_temp.raw(clinic, 'transfers', what, format('organisation_id = ''%s0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %L', clinic, part))
$$;
create function pg_temp.closed() returns text[] language sql as $$ select pg_temp.raw('c', 'organisations', 'archived_at = now()', 'id = ''c0000000-0000-7000-8000-000000000001''') $$;
create function pg_temp.over() returns text[] language sql as $$ select pg_temp.job('expires_at = created_at + interval ''1 microsecond''') $$;
-- What is answered to a member of a clinic, and what all jobs of the company and all transfers of both clinics are then that were not so before.
create function pg_temp.what(who text, variadic before text[]) returns text language plpgsql as $$
declare
  v_step text;
  v_said text;
  v_was text[];
begin
  begin
    foreach v_step in array before loop execute v_step; end loop;
    v_was := array(select r.what from pg_temp.all_rows() as r (what));
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', left(who, 1) || '1000000-0000-7000-8000-0000000000' || right(who, 2),
      'role', 'authenticated', 'session_id', left(who, 1) || '1000000-0000-7000-9000-0000000000' || right(who, 2))::text, true);
    begin
      perform public.conclude_transfer((left(who, 1) || '9800000-0000-7000-8000-000000000003')::uuid);
      v_said := 'ok';
    exception when others then v_said := sqlstate;
    end;
    perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
    v_said := v_said || coalesce(': ' || (select string_agg(r.what, ', ' order by r.what) from pg_temp.all_rows() as r (what) where r.what <> all (v_was)), '');
    raise exception 'done' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then return v_said;
  end;
end
$$;
create function pg_temp.all_rows() returns setof text language sql as $$
  select format('job of %s %s', left(j.origin_organisation_id::text, 1), j.status) from public.transfer_jobs as j where j.organisation_id = 'c0000000-0000-7000-8000-000000000001'
  union all select format('transfer %s %s %s', left(t.organisation_id::text, 1), right(t.id::text, 2), t.status) from public.transfers as t
$$;
create function pg_temp.on_board() returns text[] language sql as $$
  select pg_temp.job('status = ''picked_up''') || pg_temp.job('status = ''picked_up''', 'b') || pg_temp.transfer('status = ''picked_up''') || pg_temp.transfer('status = ''picked_up''', 'b') || pg_temp.transfer('status = ''picked_up''', 'a', '02')
$$;

create function pg_temp.gone() returns text[] language sql as $$
  select array[pg_temp.pin('c'), 'alter table public.transfer_jobs disable trigger user', 'delete from public.transfer_job_patients',
    'delete from public.transfer_jobs where organisation_id = ''c0000000-0000-7000-8000-000000000001'' and origin_organisation_id::text like ''a%''', 'alter table public.transfer_jobs enable trigger user']
$$;
-- A transfer of the other clinic of the same id, with the patient on board.
create function pg_temp.twin() returns text[] language sql as $$
  select array[pg_temp.pin('b'), 'alter table public.transfers disable trigger user',
    'insert into public.transfers select (jsonb_populate_record(t, ''{"id": "a9800000-0000-7000-8000-000000000003", "status": "picked_up"}'')).* from public.transfers as t where t.id = ''b9800000-0000-7000-8000-000000000003''',
    'alter table public.transfers enable trigger user']
$$;

select is(pg_temp.what('a03', variadic pg_temp.on_board()), 'CD013', 'while the company''s crew can say so, nobody else does [S-18 -]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.over()), 'ok: job of a delivered, transfer a 03 delivered',
  'once the job is over with the patient on board, a nurse of the clinic does, and the transfer follows [S-18 +, N-24 +]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.closed()), 'ok: job of a delivered, transfer a 03 delivered',
  'and where the company was closed [S-18 +, N-24 +]');
select is(pg_temp.what('b03', variadic pg_temp.on_board() || pg_temp.over()), 'CD013', 'another clinic''s, whose job goes on, is not meant [S-05 -]');
select is(pg_temp.what('a03', variadic pg_temp.job('status = ''dispatched''') || pg_temp.over()), 'CD013', 'nobody is on board before the pickup [S-18 -]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.gone()), 'ok: transfer a 03 delivered',
  'where retention took the job, the transfer says it alone, and no other of the clinic''s [S-18 +]');
select is(pg_temp.what('a05', variadic pg_temp.on_board() || pg_temp.over()), '42501', 'reception does not [N-24 -]');
select is(pg_temp.what('a02', variadic pg_temp.on_board() || pg_temp.over()), 'ok: job of a delivered, transfer a 03 delivered', 'a doctor does [N-24 +]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.transfer('status = ''dispatched''') || pg_temp.gone()), 'CD013',
  'nor has anybody arrived who was not picked up, where the job is gone [S-18 -]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.over() || pg_temp.twin()), 'ok: job of a delivered, transfer a 03 delivered',
  'a transfer of another clinic of the same id stays as it is [S-05 +]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.gone() || pg_temp.twin()), 'ok: transfer a 03 delivered', 'also where the job is gone [S-05 +]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.over() || pg_temp.job('transfer_id = ''a9800000-0000-7000-8000-000000000001''')), 'ok: transfer a 03 delivered',
  'a job of another transfer is none of this one''s [S-18 +]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.over() || pg_temp.transfer('transport_organisation_id = organisation_id')), 'ok: transfer a 03 delivered',
  'nor one of another company [S-18 +]');
select is(pg_temp.what('a03', variadic pg_temp.on_board() || pg_temp.over() || pg_temp.twin() || pg_temp.job('origin_organisation_id = ''b0000000-0000-7000-8000-000000000001''')), 'ok: transfer a 03 delivered',
  'nor one of another clinic, for a transfer of the same id [S-05 +]');

select * from finish();
rollback;
