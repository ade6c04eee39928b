-- public.accept_membership: each of its conditions alone ends an invitation, and nothing else is accepted along with it.
begin;
select plan(30);

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
-- Who invited them.
create function pg_temp.accepts(assignment text) returns text language plpgsql as $$
begin
  perform pg_temp.invitation_is('accepted_at = null, ' || assignment);
  perform public.accept_membership('a0000000-0000-7000-8000-000000000001');
  return 'accepted';
exception
  when others then return sqlerrm;
end
$$;
create function pg_temp.admin_is(assignment text) returns void language plpgsql as $$
begin
  alter table public.organisation_members disable trigger user;
  execute 'update public.organisation_members set ' || assignment || ' where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and role = ''clinic_admin''';
  alter table public.organisation_members enable trigger user;
end
$$;
select is(pg_temp.accepts('updated_by_user_id = ''a1000000-0000-7000-8000-000000000001'''), 'accepted', 'a clinic_admin''s invitation [N-22 +]');
select is(pg_temp.accepts('updated_by_user_id = ''a1000000-0000-7000-8000-000000000002'''), 'invitation not found', 'none of a doctor''s [N-22 -]');
select is(pg_temp.accepts('updated_by_user_id = ''b1000000-0000-7000-8000-000000000001'''), 'invitation not found', 'none of another clinic''s clinic_admin [N-22 -, S-05 -]');
select is(pg_temp.accepts('role = ''clinic_admin'', updated_by_user_id = ''a1000000-0000-7000-8000-000000000001'''),
  'invitation not found', 'none to as much as who invites [N-22 -]');
select is(pg_temp.accepts('role = ''nurse'', updated_by_user_id = ''00000000-0000-7000-8000-0000000000ff'''), 'invitation not found', 'none of operations, while there is a clinic_admin [N-22 -]');
select is(pg_temp.accepts('updated_by_user_id = null'), 'accepted', 'the server''s [N-22 +]');
select pg_temp.admin_is('is_active = false');
select is(pg_temp.accepts('updated_by_user_id = ''f1000000-0000-7000-8000-000000000001'', updated_at = clock_timestamp()'), 'accepted', 'that of operations, once there is none [N-22 +]');
select is(pg_temp.accepts('updated_by_user_id = ''00000000-0000-7000-8000-0000000000ff'', updated_at = clock_timestamp()'), 'invitation not found', 'and of nobody else who is no member, or none any more [N-22 -]');
select is(pg_temp.accepts('updated_by_user_id = ''f1000000-0000-7000-8000-000000000001'', updated_at = (select max(m.accepted_at) - interval ''1 second'' from public.organisation_members as m where m.organisation_id = ''a0000000-0000-7000-8000-000000000001'' and m.role = ''clinic_admin'')'),
  'invitation not found', 'none that operations wrote before a clinic_admin came, who is gone by now [N-22 -]');
select is(pg_temp.accepts('updated_by_user_id = ''a1000000-0000-7000-8000-000000000001'''), 'invitation not found', 'none of who was clinic_admin [N-22 -]');
select is(pg_temp.accepts('updated_by_user_id = ''a1000000-0000-7000-8000-000000000002'''), 'invitation not found', 'and none of a doctor, who is a member [N-22 -]');
select pg_temp.admin_is('is_active = true');

-- What else they have, and what else the clinic has, is no invitation.
select pg_temp.invitation_is('accepted_at = null, is_active = false, updated_by_user_id = null');
select throws_ok($$ select public.accept_membership('a0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'what waits in another clinic is not accepted here [N-22 -]');
select is(pg_temp.accepted(), '{}', 'neither that nor somebody else''s [N-22 -]');
select is(public.accept_membership('b0000000-0000-7000-8000-000000000001'), 'b0000000-0000-7000-8000-000000000001', 'but there [N-22 +]');
select is(pg_temp.accepted(), '{f2}', 'and that alone [N-22 +]');
alter table public.organisations disable trigger user;
update public.organisations set archived_at = now() where id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.accepts('is_active = true'), 'invitation not found', 'into a clinic that is closed nobody comes [N-22 -]');
update public.organisations set archived_at = null where id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.accepts('is_active = true'), 'accepted', 'when it is opened they do [N-22 +]');
select pg_temp.invitation_is('accepted_at = null');
alter table public.organisation_members disable trigger user;
update public.organisation_members set accepted_at = null where id = '00000000-0000-7000-8000-0000000000f2';
alter table public.organisation_members enable trigger user;

select set_config('request.jwt.claims', '', true);
select throws_ok($$ select public.accept_membership('b0000000-0000-7000-8000-000000000001') $$, '42501', 'invitation not found', 'nobody signed in, no invitation [N-22 -]');
select is(pg_temp.accepted(), '{}', 'and nothing was accepted [N-22 -]');

select * from finish();
rollback;
