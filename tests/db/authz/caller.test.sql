-- authz.caller: the one place where the token is read, and the organisation that it, a header or a setting asks for.
begin;
select plan(33);

set local request.jwt.claims = '';
select is(authz.caller(), row(null::uuid, null::uuid, null::uuid, null::uuid, null::text, null::text[]), 'no claims are nobody, not an error [N-11 +]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002"}';
select is((authz.caller()).user_id, 'a1000000-0000-7000-8000-000000000002', 'the subject of a token whose session lives is the user [N-11 +]');
select is((authz.caller()).session_id, 'a1000000-0000-7000-9000-000000000002', 'and the session is known [N-11 +]');
select is((authz.caller()).organisation_id, null, 'nothing named: nothing chosen [N-23 +]');
select is((authz.caller()).member_of, 'a0000000-0000-7000-8000-000000000001', 'and the only membership is the one that counts [N-22 N-23 +]');
select is((authz.caller()).role, 'doctor', 'with its role [N-22 +]');
select isnt((authz.caller()).capabilities, null, 'and its capabilities [N-22 +]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000003"}';
select is(authz.caller(), row(null::uuid, null::uuid, null::uuid, null::uuid, null::text, null::text[]), 'the session of somebody else makes nobody of them [N-16 S-13 -]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002", "amr": [{"method": "recovery"}]}';
select is(authz.caller(), row(null::uuid, null::uuid, null::uuid, null::uuid, null::text, null::text[]), 'nor does a recovery link [S-14 -]');

set local request.jwt.claims = '{"sub"';
select throws_ok('select authz.caller()', 'CD001', 'the token claims are not valid JSON', 'text that is no JSON denies with CD001 [N-11 -]');
set local request.jwt.claims = '[1]';
select throws_ok('select authz.caller()', 'CD001', 'the token claims are not a JSON object', 'a list denies with CD001 [N-11 -]');
set local request.jwt.claims = 'null';
select throws_ok('select authz.caller()', 'CD001', null, 'a JSON null denies with CD001 [N-11 -]');
set local request.jwt.claims = '{"sub": "x"}';
select throws_ok('select authz.caller()', 'CD001', 'sub or session_id of the token is not a UUID', 'a subject that is no UUID denies with CD001 [N-11 -]');
select is(authz.subject(), null, 'and names nobody [N-11 -]');

set local request.jwt.claims = '';
set local "request.jwt.claim.sub" = 'a1000000-0000-7000-8000-000000000002';
select is((authz.caller()).user_id, null, 'the legacy settings are not read [N-11 -]');
select is(authz.subject(), null, 'nor do they name anybody [N-11 -]');
select is(authz.user_id(), null, 'and make nobody a user [N-11 -]');

set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002", "user_metadata": {"organisation_id": "a0000000-0000-7000-8000-000000000001"}}';
select is((authz.caller()).organisation_id, null, 'what users write about themselves names none [N-23 N-11 -]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002", "app_metadata": {"organisation_id": "a0000000-0000-7000-8000-000000000001"}}';
select is((authz.caller()).organisation_id, 'a0000000-0000-7000-8000-000000000001', 'the token names one [N-23 +]');
set local request.headers = '{"x-organisation-id": "b0000000-0000-7000-8000-000000000001"}';
select is((authz.caller()).organisation_id, 'b0000000-0000-7000-8000-000000000001', 'the header goes before the token [N-23 +]');
select is((authz.caller()).member_of, null, 'an organisation that the user is no member of makes them member of none [N-22 N-23 -]');
select is((authz.caller()).role, null, 'without a role [N-22 -]');
set local app.current_clinic_id = 'c0000000-0000-7000-8000-000000000001';
select is((authz.caller()).organisation_id, 'c0000000-0000-7000-8000-000000000001', 'the setting goes before the header [N-23 +]');
set local app.current_organisation_id = 'c0000000-0000-7000-8000-000000000001';
select is((authz.caller()).organisation_id, 'c0000000-0000-7000-8000-000000000001', 'both names of the setting may agree [N-23 +]');
set local app.current_organisation_id = 'd0000000-0000-7000-8000-000000000001';
select throws_ok('select authz.caller()', 'CD002', null, 'and may not disagree [N-23 -]');
set local app.current_organisation_id = '';
set local app.current_clinic_id = 'x';
select throws_ok('select authz.caller()', 'CD002', 'the chosen organisation is not a UUID', 'a setting that is no UUID denies with CD002 [N-23 -]');
set local app.current_clinic_id = '';
set local request.headers = 'x';
select throws_ok('select authz.caller()', 'CD002', null, 'so do headers that are no JSON [N-23 -]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000003"}';
select is(authz.caller(), row(null::uuid, null::uuid, null::uuid, null::uuid, null::text, null::text[]), 'whose session has ended is told nothing of them: the session goes before the context [N-53 -]');
set local request.headers = '';
set local app.current_clinic_id = 'c0000000-0000-7000-8000-000000000001';
set local app.current_organisation_id = 'd0000000-0000-7000-8000-000000000001';
select is((authz.caller()).user_id, null, 'nor of two organisations [N-53 -]');
set local app.current_clinic_id = '';
set local app.current_organisation_id = '';
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002"}';
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.organisation_members (organisation_id, user_id, role)
values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000002', 'nurse');
update public.organisation_members set accepted_at = now()
where organisation_id = 'b0000000-0000-7000-8000-000000000001' and user_id = 'a1000000-0000-7000-8000-000000000002';
select is((authz.caller()).member_of, null, 'of two memberships none counts until one is chosen [N-22 N-23 -]');
set local request.headers = '{"x-organisation-id": "b0000000-0000-7000-8000-000000000001"}';
select is((authz.caller()).member_of, 'b0000000-0000-7000-8000-000000000001', 'and then that one [N-22 N-23 +]');
select is((authz.caller()).role, 'nurse', 'with the role there [N-22 +]');
select volatility_is('authz', 'caller', '{}'::text[], 'stable', 'it is STABLE: a prepared statement asks again [N-11 +]');

select * from finish();
rollback;
