-- public.accept_membership: each of its conditions alone ends an invitation, and nothing else is accepted along with it.
begin;
select plan(13);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_members disable trigger user;
insert into public.organisation_members (organisation_id, id, user_id, role) values
  ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'e1000000-0000-7000-8000-000000000002', 'nurse'),
  ('b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f2', 'e1000000-0000-7000-8000-000000000002', 'nurse'),
  ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f3', 'b1000000-0000-7000-8000-000000000002', 'nurse');
alter table public.organisation_members enable trigger user;

create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;
create function pg_temp.invitation_is(assignment text) returns void language plpgsql as $$
begin
  alter table public.organisation_members disable trigger user;
  execute 'update public.organisation_members set ' || assignment || ' where id = ''00000000-0000-7000-8000-0000000000f1''';
  alter table public.organisation_members enable trigger user;
end
$$;
create function pg_temp.accepted() returns text[] language sql as $$
  select coalesce(array_agg(right(id::text, 2) order by id), '{}') from public.organisation_members
  where id::text like '00000000-0000-7000-8000-0000000000f%' and accepted_at is not null
$$;

select pg_temp.sign_in('e1000000-0000-7000-8000-000000000002');
select throws_ok($$ select public.accept_membership('d0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'an organisation without an invitation [N-22 -]');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000002');
select throws_ok($$ select public.accept_membership('a0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'nobody accepts for another, nor twice [N-22 -]');
select is(pg_temp.accepted(), '{}', 'and nothing was accepted [N-22 -]');

select pg_temp.sign_in('e1000000-0000-7000-8000-000000000002');
select pg_temp.invitation_is('is_active = false');
select throws_ok($$ select public.accept_membership('a0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'an invitation taken back [N-16 N-22 -]');
select pg_temp.invitation_is('is_active = true, archived_at = now()');
select throws_ok($$ select public.accept_membership('a0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'one that was archived [N-16 N-22 -]');
select pg_temp.invitation_is('archived_at = null, valid_until = now() - interval ''1 second''');
select throws_ok($$ select public.accept_membership('a0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'one whose time is over [N-16 N-22 -]');
select is(pg_temp.accepted(), '{}', 'still nothing was accepted [N-22 -]');

select pg_temp.invitation_is('valid_until = now() + interval ''1 day''');
select is(public.accept_membership('a0000000-0000-7000-8000-000000000001'), 'a0000000-0000-7000-8000-000000000001', 'one with time left [N-22 +]');
select is(pg_temp.accepted(), '{f1}', 'theirs, at this organisation, and no other [N-22 -]');
select throws_ok($$ select public.accept_membership('a0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'a second time there is none [N-22 -]');
select pg_temp.invitation_is('accepted_at = null, valid_until = null, updated_by_user_id = null');
select is(public.accept_membership('a0000000-0000-7000-8000-000000000001'), 'a0000000-0000-7000-8000-000000000001', 'one without an end [N-22 +]');
select set_config('request.jwt.claims', '', true);
select throws_ok($$ select public.accept_membership('b0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'nobody signed in, no invitation [N-22 -]');
select is(pg_temp.accepted(), '{f1}', 'and nothing was accepted [N-22 -]');

select * from finish();
rollback;
