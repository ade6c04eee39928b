-- authz.tg_patient_accounts__confirm: two members open a portal account, the stamps are the database's, the end is final.
begin;
select plan(11);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;
create function pg_temp.account() returns text language sql as $$
  select concat_ws(' ',
    case when confirmed_at >= now() then 'confirmed' end, 'by ' || right(confirmed_by_user_id::text, 2),
    case when revoked_at >= now() then 'revoked' when revoked_at is not null then 'revoked before' end)
  from public.patient_accounts where id = '00000000-0000-7000-8000-0000000000f1'
$$;

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000005');
insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship, confirmed_at, confirmed_by_user_id, revoked_at)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'e1000000-0000-7000-8000-000000000002', 'a3000000-0000-7000-8000-000000000001', 'proxy',
  now(), 'a1000000-0000-7000-8000-000000000001', now());
select is(pg_temp.account(), '', 'who creates an account neither confirms nor revokes it along with it [N-15 -]');
select throws_ok(
  $$ update public.patient_accounts set confirmed_at = now() where id = '00000000-0000-7000-8000-0000000000f1' $$,
  'CD008', 'who created a portal account cannot confirm it', 'nor afterwards [N-15 -]'
);

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
update public.patient_accounts set confirmed_by_user_id = 'a1000000-0000-7000-8000-000000000002'
where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.account(), '', 'another change confirms nothing, and names nobody [N-15 -]');
update public.patient_accounts set confirmed_at = '2020-01-01', confirmed_by_user_id = 'a1000000-0000-7000-8000-000000000002'
where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.account(), 'confirmed by 01', 'a second member confirms it, by the clock and their own name [N-15 +]');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000002');
update public.patient_accounts set confirmed_at = '2020-01-01', confirmed_by_user_id = null where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.account(), 'confirmed by 01', 'for good [N-15 -]');

update public.patient_accounts set revoked_at = '2020-01-01' where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.account(), 'confirmed by 01 revoked', 'it is revoked by the clock [N-15 +]');
alter table public.patient_accounts disable trigger user;
update public.patient_accounts set revoked_at = '2020-01-01' where id = '00000000-0000-7000-8000-0000000000f1';
alter table public.patient_accounts enable trigger user;
update public.patient_accounts set revoked_at = now() where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.account(), 'confirmed by 01 revoked before', 'once [N-15 -]');
update public.patient_accounts set revoked_at = null where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.account(), 'confirmed by 01 revoked before', 'and for good [N-15 -]');

select set_config('request.jwt.claims', '', true);
update public.patient_accounts set confirmed_at = null, confirmed_by_user_id = null, revoked_at = null where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.account(), 'confirmed by 01 revoked before', 'whoever writes [N-15 -]');
insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship, confirmed_by_user_id, revoked_at)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f2', 'e1000000-0000-7000-8000-000000000002', 'a3000000-0000-7000-8000-000000000002', 'proxy',
  'a1000000-0000-7000-8000-000000000001', '2020-01-01');
select ok(confirmed_at >= now() and confirmed_by_user_id is null, 'the system opens an account at once, in nobody''s name [N-15 +]')
from public.patient_accounts where id = '00000000-0000-7000-8000-0000000000f2';
select is(revoked_at, '2020-01-01', 'and may bring one that has ended [N-15 +]') from public.patient_accounts where id = '00000000-0000-7000-8000-0000000000f2';

select * from finish();
rollback;
