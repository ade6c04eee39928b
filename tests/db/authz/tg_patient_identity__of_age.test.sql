-- authz.tg_patient_identity__of_age: which accounts keep the end that they had when a birth date is put right, and which nobody touches.
begin;
select plan(8);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.patient_accounts disable trigger user;
delete from public.patient_accounts;
update public.patient_identity set birth_date = '2020-03-01'
where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id in ('a3000000-0000-7000-8000-000000000002', 'a3000000-0000-7000-8000-000000000003');

-- The same child's id at another clinic.
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name)
values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'SAME-ID', 'Same Id')
on conflict do nothing;
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';

insert into public.patient_accounts
  (organisation_id, id, user_id, patient_id, relationship, confirmed_at, revoked_at, ends_at, archived_at, patient_status)
select
  (a.clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || a.part)::uuid,
  (a.login || '000000-0000-7000-8000-0000000000' || a.login_part)::uuid, ('a3000000-0000-7000-8000-0000000000' || a.patient)::uuid,
  a.relationship, a.confirmed_at, a.revoked_at, a.ends_at, a.archived_at, 'active'
from (values
  ('c1', 'a', 'e1', '02', '02', 'guardian', now(), null::timestamptz, null::timestamptz, null::timestamptz),
  ('c2', 'a', 'a2', '02', '02', 'guardian', null, null, null, null),
  ('c3', 'a', 'e1', '02', '02', 'guardian', now(), now(), null, null),
  ('c4', 'a', 'a2', '03', '02', 'guardian', now(), null, '2050-01-01 00:00+00', null),
  ('c5', 'a', 'e1', '02', '02', 'guardian', now(), null, null, now()),
  ('c6', 'a', 'a2', '01', '02', 'proxy', now(), null, null, null),
  ('c7', 'a', 'e1', '02', '03', 'guardian', now(), null, null, null),
  ('c8', 'b', 'e1', '02', '02', 'guardian', now(), null, null, null)
) as a (part, clinic, login, login_part, patient, relationship, confirmed_at, revoked_at, ends_at, archived_at);
create function pg_temp.held() returns text language sql as $$
  select string_agg(right(id::text, 2) || ' ' || to_char(ends_at at time zone 'America/Sao_Paulo', 'YYYY-MM-DD HH24:MI'), ', ' order by id)
  from public.patient_accounts where ends_at is not null
$$;
create function pg_temp.born(birth_date date) returns text language plpgsql as $$
declare
  v_held text;
begin
  begin
    update public.patient_identity as i set birth_date = born.birth_date
    where i.organisation_id = 'a0000000-0000-7000-8000-000000000001' and i.id = 'a3000000-0000-7000-8000-000000000002';
    v_held := pg_temp.held();
    raise exception sqlstate 'ZZ000';
  exception
    when sqlstate 'ZZ000' then return v_held;
  end;
end
$$;
create function pg_temp.tell(birth_date date, expected text, claim text) returns text language sql as $$
  select is(pg_temp.born(tell.birth_date), tell.expected, tell.claim)
$$;

select pg_temp.tell('2020-02-29', 'c4 2049-12-31 21:00', 'a day sooner is looked up [N-15 +]');
select pg_temp.tell(
  '2020-03-02', 'c1 2038-03-01 00:00, c4 2049-12-31 21:00, c5 2038-03-01 00:00',
  'a day later holds what is confirmed and has no end of its own: not proposals, what was revoked, proxies, other patients, nor another clinic [N-15 -]'
);
select pg_temp.tell(null, 'c1 2038-03-01 00:00, c4 2049-12-31 21:00, c5 2038-03-01 00:00', 'and so does none [N-15 -]');
select pg_temp.tell('2020-03-01', 'c4 2049-12-31 21:00', 'the same changes nothing [N-15 +]');
update public.patient_identity set birth_date = null where id = 'a3000000-0000-7000-8000-000000000002' and organisation_id = 'a0000000-0000-7000-8000-000000000001';
update public.patient_accounts set ends_at = null where right(id::text, 2) <> 'c4';
select pg_temp.tell('2020-03-02', 'c4 2049-12-31 21:00', 'where none was known there is no end to hold [N-15 +]');

alter table public.patient_accounts enable always trigger _300_confirm;
update public.patient_identity set birth_date = '2020-03-01' where id = 'a3000000-0000-7000-8000-000000000002' and organisation_id = 'a0000000-0000-7000-8000-000000000001';
select set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-000000000005', 'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-000000000005')::text, true);
select lives_ok(
  $$ update public.patient_identity set birth_date = '2021-03-01' where id = 'a3000000-0000-7000-8000-000000000002' and organisation_id = 'a0000000-0000-7000-8000-000000000001' $$,
  'no proposal that waits beside it refuses the birth date [N-15 +]'
);
select is(pg_temp.held(), 'c1 2038-03-01 00:00, c4 2049-12-31 21:00, c5 2038-03-01 00:00', 'and the ends are held past the guard of accounts [N-15 -]');
select lives_ok(
  $$ update public.patient_identity set phone = '+55 11 5550100' where id = 'a3000000-0000-7000-8000-000000000002' and organisation_id = 'a0000000-0000-7000-8000-000000000001' $$,
  'an address asks for nothing of it [N-15 +]'
);

select * from finish();
rollback;
