-- authz.tg_organisation_members__accept: who accepts is the member, or the system where nobody is signed in.
begin;
select plan(8);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;
create function pg_temp.accepted_at() returns timestamptz language sql as $$
  select accepted_at from public.organisation_members where id = '00000000-0000-7000-8000-0000000000f1'
$$;

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
insert into public.organisation_members (organisation_id, id, user_id, role, accepted_at) values
  ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'e1000000-0000-7000-8000-000000000002', 'nurse', '2020-01-01');
select is(pg_temp.accepted_at(), null, 'who invites cannot accept along with it [N-22 -]');
update public.organisation_members set accepted_at = '2020-01-01' where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.accepted_at(), null, 'nor afterwards [N-22 -]');
update public.organisation_members set role = 'assistant' where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.accepted_at(), null, 'another change accepts nothing [N-22 -]');

select pg_temp.sign_in('e1000000-0000-7000-8000-000000000002');
update public.organisation_members set accepted_at = '2020-01-01' where id = '00000000-0000-7000-8000-0000000000f1';
select ok(pg_temp.accepted_at() >= now(), 'the member accepts, at the time of the clock [N-22 +]');
update public.organisation_members set accepted_at = null where id = '00000000-0000-7000-8000-0000000000f1';
select ok(pg_temp.accepted_at() >= now(), 'for good [N-22 -]');
update public.organisation_members set accepted_at = '2020-01-01' where id = '00000000-0000-7000-8000-0000000000f1';
select ok(pg_temp.accepted_at() >= now(), 'and at no other time [N-22 -]');

alter table public.organisation_members disable trigger user;
update public.organisation_members set accepted_at = null where id = '00000000-0000-7000-8000-0000000000f1';
alter table public.organisation_members enable trigger user;
select set_config('request.jwt.claims', '', true);
update public.organisation_members set accepted_at = '2020-01-01' where id = '00000000-0000-7000-8000-0000000000f1';
select ok(pg_temp.accepted_at() >= now(), 'the system accepts for a member [N-22 +]');
insert into public.organisation_members (organisation_id, id, user_id, role) values
  ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f2', 'b1000000-0000-7000-8000-000000000002', 'nurse');
select ok(accepted_at >= now(), 'as it does for whom it adds [N-22 +]') from public.organisation_members where id = '00000000-0000-7000-8000-0000000000f2';

select * from finish();
rollback;
