-- authz.tg_consents__transition: proposed, active, and then final. Terms never change.
begin;
select plan(14);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
insert into public.consents (organisation_id, id, patient_id, purpose)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-00000000beef', 'a3000000-0000-7000-8000-000000000003', 'research');

create function pg_temp.turn(new_status text) returns void language sql as $$
  update public.consents set status = new_status where id = '00000000-0000-7000-8000-00000000beef';
$$;

select is(status, 'proposed', 'a consent starts out proposed [N-45 +]') from public.consents where id = '00000000-0000-7000-8000-00000000beef';
select throws_ok($$ select pg_temp.turn('withdrawn') $$, 'CD005', null, 'what was never given is not withdrawn [N-50 -]');
select throws_ok($$ select pg_temp.turn('expired') $$, 'CD005', null, 'nor does it expire [N-50 -]');
select lives_ok($$ select pg_temp.turn('active') $$, 'a proposed consent is given [N-45 +]');
select throws_ok($$ select pg_temp.turn('proposed') $$, 'CD005', null, 'a given one is not proposed again [N-50 -]');
select throws_ok(
  $$ update public.consents set purpose = 'treatment' where id = '00000000-0000-7000-8000-00000000beef' $$,
  'CD005', null, 'its purpose never changes [N-48 -]'
);
select throws_ok(
  $$ update public.consents set patient_id = 'a3000000-0000-7000-8000-000000000001' where id = '00000000-0000-7000-8000-00000000beef' $$,
  'CD005', null, 'nor its patient [N-45 -]'
);
select throws_ok(
  $$ update public.consents set expires_at = 'infinity' where id = '00000000-0000-7000-8000-00000000beef' $$,
  'CD005', null, 'nor its term [N-45 -]'
);
select lives_ok($$ select pg_temp.turn('withdrawn') $$, 'a given one is withdrawn [N-50 +]');
select ok(withdrawn_at >= now(), 'the clock stamps when [N-50 +]') from public.consents where id = '00000000-0000-7000-8000-00000000beef';
select throws_ok($$ select pg_temp.turn('active') $$, 'CD005', null, 'a withdrawn one stays withdrawn [N-50 -]');
select throws_ok($$ select pg_temp.turn('proposed') $$, 'CD005', null, 'on every way back [N-50 -]');

alter table public.consents disable trigger user;
update public.consents set withdrawn_at = '2020-01-01' where id = '00000000-0000-7000-8000-00000000beef';
alter table public.consents enable trigger user;
update public.consents set archived_at = now(), withdrawn_at = null where id = '00000000-0000-7000-8000-00000000beef';
select is(withdrawn_at, '2020-01-01', 'and when it was withdrawn stays as it was [N-50 -]') from public.consents where id = '00000000-0000-7000-8000-00000000beef';
insert into public.consents (organisation_id, id, patient_id, purpose, status, withdrawn_at)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'a3000000-0000-7000-8000-000000000001', 'research', 'active', '2020-01-01');
select is(withdrawn_at, null, 'no consent starts out withdrawn [N-50 -]') from public.consents where id = '00000000-0000-7000-8000-0000000000f1';

select * from finish();
rollback;
