-- public.invite_member and public.accept_invitation: each condition alone ends an invitation, and nobody rises by one.
begin;
select plan(53);

create function pg_temp.sign_in(user_id text, session_id text default null) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', coalesce(session_id, replace(user_id, '-8000-', '-9000-')))::text, true);
$$;
create function pg_temp.admin() returns void language sql as $$
  select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
$$;
create function pg_temp.newcomer() returns void language sql as $$
  select pg_temp.sign_in('e1000000-0000-7000-8000-000000000002');
$$;
create table pg_temp.held (token text);
create function pg_temp.invited(role text default 'nurse', email text default 'stranger@e.example', capabilities text[] default '{}')
  returns text language plpgsql as $$
begin
  perform pg_temp.admin();
  truncate pg_temp.held;
  insert into pg_temp.held select i.token from public.invite_member(email, role, capabilities) as i;
  perform pg_temp.newcomer();
  return (select token from pg_temp.held);
end
$$;
create function pg_temp.accepted(token text) returns text language plpgsql as $$
begin
  perform public.accept_invitation(token);
  return 'accepted';
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
/* What is tried with an open invitation, and taken back. */
create function pg_temp.tried(change text default null, role text default 'nurse') returns text language plpgsql as $$
declare
  v_token text;
  v_answer text;
begin
  begin
    v_token := pg_temp.invited(role);
    if change is not null then
      set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
      perform set_config('request.jwt.claims', '', true);
      execute change;
      perform pg_temp.newcomer();
    end if;
    v_answer := pg_temp.accepted(v_token);
    raise exception using errcode = 'ZZ000';
  exception
    when sqlstate 'ZZ000' then null;
  end;
  return v_answer;
end
$$;

select set_config('request.jwt.claims', '', true);
update auth.users set email_confirmed_at = now() where id in ('e1000000-0000-7000-8000-000000000002', 'b1000000-0000-7000-8000-000000000002');

-- inviting
select pg_temp.admin();
select matches((select token from public.invite_member(' Ana@Clinic.Example ', 'doctor', '{finance}')), '^a0000000-0000-7000-8000-000000000001[.][0-9a-f-]{36}[.][0-9a-f]{64}$', 'an invitation has a token [N-05 +]');
select is((select email from public.invitations where email like 'ana@%'), 'ana@clinic.example', 'and the address in one spelling [S-12 +]');
select is((select created_by_user_id from public.invitations where email like 'ana@%'), 'a1000000-0000-7000-8000-000000000001', 'of whoever invited [S-16 +]');
select is((select count(*) from public.invitations as i where to_jsonb(i)::text like '%' || split_part((select token from public.invite_member('ana@clinic.example', 'nurse')), '.', 3) || '%'), 0::bigint, 'the token is kept nowhere [S-12 -]');
select is((select array_agg(role) from public.invitations where email like 'ana@%' and archived_at is null), '{nurse}', 'a new one replaces the one before [N-05 +]');
select throws_ok($$ select public.invite_member('x@e.example', 'clinic_admin') $$, '42501', 'the role is not yours to give', 'not at one''s own rank [N-05 -]');
select throws_ok($$ select public.invite_member('x@e.example', 'admin') $$, 'CD043', null, 'nor a role that no member has [N-05 -]');
select throws_ok($$ select public.invite_member('x@e.example', 'patient') $$, 'CD043', null, 'nor a realm, however low [N-05 -]');
select throws_ok($$ select public.invite_member('x@e.example', null) $$, 'CD043', null, 'nor none [N-05 -]');
select throws_ok($$ select public.invite_member('x@e.example', 'nurse', '{root}') $$, 'CD043', null, 'nor a capability that there is not [N-05 -]');
select throws_ok($$ select public.invite_member('x@e.example', 'nurse', null) $$, 'CD043', null, 'nor the lack of a list [N-05 -]');
select throws_ok($$ select public.invite_member('no address', 'nurse') $$, 'CD043', null, 'an address that is none [S-12 -]');
select throws_ok($$ select public.invite_member('a@e.example, b@e.example', 'nurse') $$, 'CD043', null, 'two [S-12 -]');
select throws_ok($$ select public.invite_member('a@b@e.example', 'nurse') $$, 'CD043', null, 'one with two domains [S-12 -]');
select throws_ok($$ select public.invite_member(null, 'nurse') $$, 'CD043', null, 'none at all [S-12 -]');
select throws_ok($$ select public.invite_member('x@e.example', 'nurse', '{}', 721) $$, 'CD043', null, 'not for longer than thirty days [S-12 -]');
select throws_ok($$ select public.invite_member('x@e.example', 'nurse', '{}', 0) $$, 'CD043', null, 'nor for no time [S-12 -]');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000002');
select throws_ok($$ select public.invite_member('x@e.example', 'nurse') $$, '42501', 'inviting is not yours', 'a doctor invites nobody [N-05 -]');
select pg_temp.newcomer();
select throws_ok($$ select public.invite_member('x@e.example', 'nurse') $$, '42501', 'inviting is not yours', 'nor does who belongs nowhere [N-05 -]');
select set_config('request.jwt.claims', '', true);
update authz.deployment_settings set allow_sessionless_tokens = true;
select set_config('request.jwt.claims', '{"sub": "a1000000-0000-7000-8000-000000000001", "role": "authenticated"}', true);
select throws_ok($$ select public.invite_member('x@e.example', 'nurse') $$, '42501', 'inviting is not yours', 'nor a token without a session, allowed as it may be [N-05 S-13 -]');
select set_config('request.jwt.claims', '', true);
update authz.deployment_settings set allow_sessionless_tokens = false;

-- accepting
select is(pg_temp.tried(), 'accepted', 'the invited accepts [N-05 S-12 +]');
select is(pg_temp.tried($$ update auth.users set email = 'STRANGER@E.Example' where id = 'e1000000-0000-7000-8000-000000000002' $$), 'accepted', 'in whatever letters the login is written [S-12 +]');
select is(pg_temp.tried($$ update auth.users set email_confirmed_at = null where id = 'e1000000-0000-7000-8000-000000000002' $$), '42501 invitation not found', 'not with an address that nobody confirmed [S-12 -]');
select is(pg_temp.tried($$ update auth.users set is_sso_user = true where id = 'e1000000-0000-7000-8000-000000000002' $$), '42501 invitation not found', 'nor with one that an institution says [S-12 -]');
select is(pg_temp.tried($$ update auth.users set email = 'other@e.example', email_change = 'stranger@e.example' where id = 'e1000000-0000-7000-8000-000000000002' $$), '42501 invitation not found', 'nor with one still to be confirmed [S-12 -]');
select is(pg_temp.tried(U&'update auth.users set email = ''stran\0261er@e.example'' where id = ''e1000000-0000-7000-8000-000000000002'''), '42501 invitation not found', 'nor with a letter that looks like it [S-12 -]');
select is(pg_temp.tried($$ update public.invitations set archived_at = now() where email = 'stranger@e.example' $$), '42501 invitation not found', 'not once it is taken back [S-12 -]');
select is(pg_temp.tried($$ update public.invitations set expires_at = now() where email = 'stranger@e.example' $$), '42501 invitation not found', 'nor when it is over [S-12 -]');
select is(pg_temp.tried($$ update public.invitations set expires_at = now() + interval '1 hour' where email = 'stranger@e.example' $$), 'accepted', 'until then it holds [S-12 +]');
select is(pg_temp.tried($$ update public.organisation_members set is_active = false where user_id = 'a1000000-0000-7000-8000-000000000001' $$), '42501 invitation not found', 'who left brings nobody in [N-05 -]');
select is(pg_temp.tried($$ update public.organisation_members set role = 'doctor' where user_id = 'a1000000-0000-7000-8000-000000000001' $$), '42501 invitation not found', 'nor who was put below [N-05 -]');
select is(pg_temp.tried($$ update public.organisations set archived_at = now() where id = 'a0000000-0000-7000-8000-000000000001' $$), '42501 invitation not found', 'nor into a clinic that is closed [N-05 -]');
select is(pg_temp.tried($$ delete from auth.sessions where user_id = 'e1000000-0000-7000-8000-000000000002' $$), '42501 no live session', 'nor without a session [S-13 -]');
select is(pg_temp.tried($$ insert into public.organisation_members (organisation_id, user_id, role, is_active) values ('a0000000-0000-7000-8000-000000000001', 'e1000000-0000-7000-8000-000000000002', 'receptionist', false) $$), 'CD043 this login has a membership already', 'a membership that was ended is not revived [N-05 -]');

select pg_temp.invited();
select is(pg_temp.accepted(null), '42501 invitation not found', 'no token [S-12 -]');
select is(pg_temp.accepted('x.y.z'), '42501 invitation not found', 'one that holds no ids [S-12 -]');
select is((select pg_temp.accepted(left(token, -1) || case right(token, 1) when '0' then '1' else '0' end) from pg_temp.held), '42501 invitation not found', 'one that is off by a digit [S-12 -]');
select is((select pg_temp.accepted('b' || substr(token, 2)) from pg_temp.held), '42501 invitation not found', 'one of another organisation [S-04 -]');
select pg_temp.sign_in('b1000000-0000-7000-8000-000000000002');
select is((select pg_temp.accepted(token) from pg_temp.held), '42501 invitation not found', 'the right one, by somebody else [S-12 -]');
select pg_temp.newcomer();
select is((select public.accept_invitation(token, ' Ana Souza ') from pg_temp.held), 'a0000000-0000-7000-8000-000000000001', 'the right one, by whom it was sent to [S-12 N-22 +]');
select is((select (m.role, m.capabilities, m.accepted_at is not null, m.is_active)::text from public.organisation_members as m where m.user_id = 'e1000000-0000-7000-8000-000000000002' and m.organisation_id = 'a0000000-0000-7000-8000-000000000001'), '(nurse,{},t,t)', 'makes a member as it says [N-05 +]');
select is((select (i.accepted_by_user_id, i.accepted_at is not null)::text from public.invitations as i where i.email = 'stranger@e.example' and i.archived_at is null), '(e1000000-0000-7000-8000-000000000002,t)', 'and remembers who [S-16 +]');
select is((select pg_temp.accepted(token) from pg_temp.held), '42501 invitation not found', 'once [S-12 -]');
select isnt((select display_name from public.profiles where user_id = 'e1000000-0000-7000-8000-000000000002'), 'Ana Souza', 'who has a name keeps it [S-12 -]');
select set_config('request.jwt.claims', '', true);
insert into auth.users (id, email, email_confirmed_at) values ('00000000-0000-7000-8000-0000000000f9', 'new@e.example', now());
insert into auth.sessions (id, user_id) values ('00000000-0000-7000-9000-0000000000f9', '00000000-0000-7000-8000-0000000000f9');
select pg_temp.invited('doctor', 'new@e.example', '{break_glass}');
select pg_temp.sign_in('00000000-0000-7000-8000-0000000000f9');
select throws_ok($$ select public.accept_invitation(token, repeat('n', 201)) from pg_temp.held $$, 'CD043', null, 'a name has at most 200 characters [S-12 -]');
savepoint long_name;
select lives_ok($$ select public.accept_invitation(token, repeat('n', 200)) from pg_temp.held $$, 'so many it may have [S-12 +]');
rollback to long_name;
select throws_ok($$ select public.accept_invitation(token, 'Ana' || chr(27) || '[31m') from pg_temp.held $$, 'CD043', null, 'what a terminal would act on is no part of a name [N-22 S-12 -]');
select throws_ok($$ select public.accept_invitation(token, 'Ana' || chr(10) || 'Souza') from pg_temp.held $$, 'CD043', null, 'nor is a second line [N-22 S-12 -]');
select throws_ok($$ select public.accept_invitation(token, 'Ana ' || chr(8238) || 'azuoS') from pg_temp.held $$, 'CD043', null, 'nor what turns its direction [N-22 S-12 -]');
select throws_ok($$ select public.accept_invitation(token, 'A' || chr(8203) || 'na') from pg_temp.held $$, 'CD043', null, 'nor what has no width [N-22 S-12 -]');
select throws_ok($$ select public.accept_invitation(token, 'Ana 4111 1111 1111 1111') from pg_temp.held $$, 'CD016', null, 'nor a card number [S-37 -]');
select lives_ok($$ select public.accept_invitation(token, U&'\200BAna Souza ') from pg_temp.held $$, 'who is new accepts [S-12 +]');
select is((select display_name from public.profiles where user_id = '00000000-0000-7000-8000-0000000000f9'), 'Ana Souza', 'and is named [S-12 +]');

select * from finish();
rollback;
