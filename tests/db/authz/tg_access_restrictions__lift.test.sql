-- authz.tg_access_restrictions__lift: what a patient shut out is theirs to let in again; what staff wrote down for them, staff lift, once and by the clock.
begin;
select plan(9);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
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
alter table public.access_restrictions disable trigger user;
delete from public.access_restrictions where organisation_id = 'a0000000-0000-7000-8000-000000000001';
insert into public.access_restrictions (organisation_id, id, patient_id, patient_status, created_by_user_id, restricted_user_id)
select 'a0000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-0000000000' || r.id)::uuid, 'a3000000-0000-7000-8000-000000000001', 'active', r.by::uuid, ('a1000000-0000-7000-8000-0000000000' || r.whom)::uuid
from (values ('e1', 'a1000000-0000-7000-8000-000000000005', '03'), ('e2', 'a2000000-0000-7000-8000-000000000001', '04'), ('e3', 'b1000000-0000-7000-8000-000000000005', '11'), ('e4', null, '12'), ('e5', 'a2000000-0000-7000-8000-000000000001', '13')) as r (id, by, whom);
alter table public.access_restrictions enable trigger user;
create function pg_temp.change(who text, id text, change text) returns text language sql as $$
  select pg_temp.by(who, format('with changed as (update public.access_restrictions set %s where right(id::text, 2) = %L returning 1) select count(*) from changed', change, id))
$$;
create function pg_temp.stands(id text) returns text language sql as $$
  select concat_ws(' ', case when r.lifted_at between now() and clock_timestamp() then 'lifted' when r.lifted_at is not null then r.lifted_at::date::text else 'stands' end, case when r.archived_at is not null then 'away' end) from public.access_restrictions as r where right(r.id::text, 2) = stands.id and r.organisation_id = 'a0000000-0000-7000-8000-000000000001'
$$;
select is(pg_temp.by('01', 'insert into public.access_restrictions (organisation_id, id, patient_id, restricted_user_id) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000e9'', ''a3000000-0000-7000-8000-000000000001'', ''a1000000-0000-7000-8000-000000000014'') returning ''written'''), 'written',
  'a clinic_admin writes down what a patient said [N-18 +]');
select is(pg_temp.change('02', 'e1', 'lifted_at = now()') || ' ' || pg_temp.stands('e1'), '0 stands', 'a doctor does not take it back [N-18 -]');
select is(pg_temp.change('01', 'e1', 'lifted_at = ''2020-01-01''') || ' ' || pg_temp.stands('e1'), '1 lifted', 'a clinic_admin does, by the clock [N-18 +]');
select is(pg_temp.change('01', 'e1', 'lifted_at = null') || ' ' || pg_temp.stands('e1'), '1 lifted', 'once, and for good [N-18 -]');
select is(pg_temp.change('01', 'e2', 'lifted_at = now()') || ' ' || pg_temp.stands('e2'), 'CD009 the patient wrote this restriction stands',
  'what the patient wrote is theirs to lift [N-18 -]');
select is(pg_temp.change('01', 'e3', 'lifted_at = now()') || ' ' || pg_temp.stands('e3'), 'CD009 the patient wrote this restriction stands',
  'and what somebody wrote who was never of this clinic: their account may be erased [N-18 -, S-05 -]');
select is(pg_temp.change('01', 'e4', 'lifted_at = now()') || ' ' || pg_temp.stands('e4'), '1 lifted', 'what the server wrote is not [N-18 +]');
select is(pg_temp.change(null, 'e2', 'lifted_at = now()') || ' ' || pg_temp.stands('e2'), '1 lifted', 'the server repairs what it does [N-18 +]');
select is(pg_temp.change(null, 'e5', 'archived_at = now()') || ' ' || pg_temp.stands('e5'), '1 lifted away', 'and what it puts away is lifted with that [N-18 +]');

select * from finish();
rollback;
