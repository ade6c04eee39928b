-- authz.caller: the one place where the token is read, and the organisation that it, a header or a setting asks for.
begin;
select plan(23);

set local request.jwt.claims = '';
select is(authz.caller(), row(null::uuid, null::uuid, null::uuid), 'no claims are nobody, not an error [N-11 +]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002"}';
select is((authz.caller()).user_id, 'a1000000-0000-7000-8000-000000000002', 'the subject of a token whose session lives is the user [N-11 +]');
select is((authz.caller()).session_id, 'a1000000-0000-7000-9000-000000000002', 'and the session is known [N-11 +]');
select is((authz.caller()).organisation_id, null, 'nothing named: nothing chosen [N-23 +]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000003"}';
select is(authz.caller(), row(null::uuid, null::uuid, null::uuid), 'the session of somebody else makes nobody of them [N-16 S-13 -]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002", "amr": [{"method": "recovery"}]}';
select is(authz.caller(), row(null::uuid, null::uuid, null::uuid), 'nor does a recovery link [S-14 -]');

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
select volatility_is('authz', 'caller', '{}'::text[], 'stable', 'it is STABLE: a prepared statement asks again [N-11 +]');

select * from finish();
rollback;
