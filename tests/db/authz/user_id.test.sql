-- authz.user_id: the user behind the token, if the token still opens anything.
begin;
select plan(16);

create function pg_temp.user_with(changes jsonb) returns uuid language plpgsql as $$
begin
  perform set_config(
    'request.jwt.claims',
    ('{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002",
       "role": "authenticated", "is_anonymous": false, "amr": [{"method": "password"}]}'::jsonb || changes)::text,
    true
  );
  return authz.user_id();
end
$$;

select is(pg_temp.user_with('{}'), 'a1000000-0000-7000-8000-000000000002', 'a live session names its user [N-12 N-16 +]');
select is(pg_temp.user_with('{"is_anonymous": null}'), 'a1000000-0000-7000-8000-000000000002', 'a token without is_anonymous is an ordinary one [N-12 +]');
select is(pg_temp.user_with('{"is_anonymous": true}'), null, 'an anonymous sign-in is nobody [N-12 -]');
select is(pg_temp.user_with('{"amr": [{"method": "recovery"}]}'), null, 'a recovery link is nobody [N-12 -]');
select is(pg_temp.user_with('{"amr": ["recovery"]}'), null, 'whichever way the token says so [N-12 -]');
select is(pg_temp.user_with('{"session_id": null}'), null, 'a token without session is nobody [N-12 -]');
select is(pg_temp.user_with('{"session_id": "a1000000-0000-7000-9000-000000000003"}'), null, 'the session of another user is nobody''s [N-12 -]');
select is(pg_temp.user_with('{"client_id": "c11e0000-0000-4000-8000-000000000001"}'), null, 'the client of a third party is nobody [N-12 -]');
select is(pg_temp.user_with('{"amr": [{"method": "oauth_provider/authorization_code"}]}'), null, 'and by how its session began [N-12 -]');
select is(pg_temp.user_with('{"sub": null}'), null, 'a token without subject is nobody [N-12 -]');
select throws_ok($$ select pg_temp.user_with('{"sub": "x"}') $$, 'CD001', null, 'a subject that is no UUID denies with CD001 [N-11 -]');

update authz.deployment_settings set allow_sessionless_tokens = true;
select is(pg_temp.user_with('{"session_id": null}'), 'a1000000-0000-7000-8000-000000000002', 'a deployment may accept tokens without session [N-12 +]');
select is(pg_temp.user_with('{"session_id": "00000000-0000-7000-9000-00000000dead"}'), null, 'even then one that names a session needs it alive [N-12 -]');
select set_config('request.jwt.claims', '', true);
update authz.deployment_settings set allow_oauth_clients = true;
select is(pg_temp.user_with('{"client_id": "c11e0000-0000-4000-8000-000000000001"}'), 'a1000000-0000-7000-8000-000000000002', 'a deployment may take clients [N-12 +]');
select is(pg_temp.user_with('{"client_id": "c11e0000-0000-4000-8000-000000000001", "amr": ["otp"]}'), null, 'none that came by a mail link itself [N-12 -]');

delete from auth.sessions where id = 'a1000000-0000-7000-9000-000000000002';
select is(pg_temp.user_with('{}'), null, 'the same token is nobody once its session is gone [N-16 -]');

select * from finish();
rollback;
