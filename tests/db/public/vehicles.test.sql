-- public.vehicles: who of a transport company sees, writes down and changes a vehicle, and who puts one away.
begin;
select plan(12);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_members disable trigger user;
alter table public.vehicle_assignments disable trigger user;
delete from public.vehicle_assignments where organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- How many rows a member's statement reads or writes, by the end of their user_id; or how it is refused. Taken back.
create function pg_temp.rows(who text, statement text) returns text language plpgsql as $$
declare
  v_rows integer;
begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
    'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  execute statement;
  get diagnostics v_rows = row_count;
  raise exception '%', v_rows using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when insufficient_privilege then return sqlstate;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.reads(who text) returns text language sql as $$
  select pg_temp.rows(who, 'select v.id from public.vehicles as v')
$$;
create function pg_temp.adds(who text) returns text language sql as $$
  select pg_temp.rows(who, 'insert into public.vehicles (organisation_id, registration, kind) values (''a0000000-0000-7000-8000-000000000001'', ''VAN-99'', ''van'')')
$$;
create function pg_temp.changes(who text, change text default 'kind = ''van''') returns text language sql as $$
  select pg_temp.rows(who, 'update public.vehicles set ' || change)
$$;
-- Who has transport, in each role but a clinic_admin's.
create function pg_temp.in_each_role(change text) returns text language plpgsql as $$
declare
  v_role text;
  v_said text;
begin
  foreach v_role in array '{doctor,nurse,assistant,receptionist}'::text[] loop
    update public.organisation_members as m set role = v_role where m.user_id = 'a1000000-0000-7000-8000-000000000012';
    v_said := concat_ws(' ', v_said, pg_temp.changes('12', change));
  end loop;
  return v_said;
end
$$;
select is(pg_temp.reads('12') || ' ' || pg_temp.reads('01'), '2 2', 'who has transport sees a vehicle, and a clinic_admin [S-02 +]');
select is(pg_temp.reads('02') || ' ' || pg_temp.reads('05') || ' ' || pg_temp.reads('11'), '0 0 0', 'nobody else does [S-02 -]');
select is(pg_temp.adds('01'), '1', 'a clinic_admin writes a vehicle down [S-03 +]');
select is(pg_temp.adds('12') || ' ' || pg_temp.adds('02'), '42501 42501', 'who has transport does not, nor a doctor [S-03 -]');
select is(pg_temp.changes('01') || ' ' || pg_temp.changes('12'), '2 2', 'both change what is written down [S-03 +]');
select is(pg_temp.changes('02') || ' ' || pg_temp.changes('05'), '0 0', 'nobody else does [S-03 -]');
select is(pg_temp.changes('01', 'archived_at = now()'), '2', 'a clinic_admin puts it away [S-03 +]');
select is(pg_temp.in_each_role('archived_at = now()'), '42501 42501 42501 42501', 'who has transport does not, in whichever role [S-03 -]');
select is(pg_temp.in_each_role('kind = ''van'''), '2 2 2 2', 'they change it in each of them [S-03 +]');
create function pg_temp.explained() returns text language plpgsql as $$
declare
  v_id constant uuid := (select v.id from public.vehicles as v where v.organisation_id = 'a0000000-0000-7000-8000-000000000001' and v.kind = 'van');
  v_said jsonb;
begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub": "a1000000-0000-7000-8000-000000000012", "role": "authenticated", "session_id": "a1000000-0000-7000-9000-000000000012"}', true);
  v_said := public.evaluate_policy('vehicles', 'SELECT', v_id);
  perform set_config('role', 'none', true);
  return concat_ws(' ', v_said ->> 'allowed', v_said ->> 'reason');
end
$$;
select is(pg_temp.explained(), 'true allowed', 'why they see it is explained to them [N-08 +]');
alter table public.vehicles disable trigger user;
update public.vehicles set archived_at = now() where organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.vehicles enable trigger user;
select is(pg_temp.changes('01'), '2', 'what was put away a moment ago a clinic_admin still changes [S-03 +]');
select is(pg_temp.in_each_role('kind = ''van'''), '0 0 0 0', 'and who has transport does not, in whichever role [S-03 -]');

select * from finish();
rollback;
