-- authz.tg_patient_accounts__confirm: two members open a portal account, the stamps are the database's, the end is final.
begin;
select plan(20);

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

-- The guardian of an adult, who has no end by age.
create function pg_temp.guardian(assignment text) returns text language plpgsql as $$
begin
  execute 'update public.patient_accounts set ' || assignment || ' where id = ''00000000-0000-7000-8000-0000000000f3''';
  return 'done';
exception
  when sqlstate 'CD013' then return sqlerrm;
end
$$;
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000005');
insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f3', 'e1000000-0000-7000-8000-000000000002', 'a3000000-0000-7000-8000-000000000003', 'guardian');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
select is(pg_temp.guardian('confirmed_at = now()'), 'a portal account would be confirmed that is over already', 'a guardian of an adult is confirmed with an end [N-15 -]');
select is(
  pg_temp.guardian('ends_at = now() + interval ''1 year'''), 'the end of a portal account is said by who confirms it', 'which nobody says before [N-15 -]'
);
select set_config('request.jwt.claims', '', true);
select is(pg_temp.guardian('ends_at = now() + interval ''1 year'''), 'done', 'but the system, of whom nobody proposed it [N-15 +]');
select is(
  pg_temp.guardian('confirmed_at = now(), ends_at = null'), 'a portal account would be confirmed that is over already', 'whoever confirms it [N-15 -]'
);
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
select is(pg_temp.guardian('confirmed_at = now()'), 'done', 'and with one it is confirmed [N-15 +]');
select set_config('request.jwt.claims', '', true);
select is(pg_temp.guardian('ends_at = now() + interval ''2 years'''), 'done', 'the system puts it off [N-15 +]');
select is(
  pg_temp.guardian('ends_at = null'), 'a portal account would end by having no end of its own', 'and takes none away where the age would end it [N-15 -]'
);
update public.patient_accounts set ends_at = clock_timestamp() where id = '00000000-0000-7000-8000-0000000000f3';
select is(
  pg_temp.guardian('ends_at = now() + interval ''1 year'''), 'a portal account that is over cannot be prolonged', 'whoever would prolong what is over [N-15 -]'
);
select is(pg_temp.guardian('ends_at = null, revoked_at = now()'), 'done', 'which is revoked all the same [N-15 +]');

select * from finish();
rollback;
