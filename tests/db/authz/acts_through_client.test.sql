-- authz.acts_through_client, authz.own_session_id: who sits there themselves, and for whom a third party's client acts.
begin;
select plan(14);

create function pg_temp.claim(more jsonb) returns void language sql as $$
  select set_config('request.jwt.claims', (jsonb_build_object('sub', 'a1000000-0000-7000-8000-000000000001', 'role', 'authenticated') || more)::text, true);
$$;
update authz.deployment_settings set allow_oauth_clients = true, allow_sessionless_tokens = true;

select ok(not authz.acts_through_client(), 'without claims nobody acts for anybody [N-12 +]');
select pg_temp.claim('{"session_id": "a1000000-0000-7000-9000-000000000001", "amr": [{"method": "password"}]}');
select ok(not authz.acts_through_client(), 'who signed in is no client [N-12 +]');
select is(authz.own_session_id(), 'a1000000-0000-7000-9000-000000000001', 'and sits in their own session [N-12 +]');
select pg_temp.claim('{}');
select ok(not authz.acts_through_client(), 'nor is who has no session [N-12 +]');
select is(authz.own_session_id(), null, 'whose session is none [N-12 -]');
select pg_temp.claim('{"client_id": "c11e0000-0000-4000-8000-000000000001"}');
select ok(authz.acts_through_client(), 'but whose token names a client, without a session too [N-12 -]');
select pg_temp.claim('{"session_id": "a1000000-0000-7000-9000-000000000001", "amr": [{"method": "oauth_provider/authorization_code"}]}');
select ok(authz.acts_through_client(), 'or began with an authorization code [N-12 -]');
select pg_temp.claim('{"session_id": "a1000000-0000-7000-9000-000000000001", "amr": ["oauth_provider/authorization_code"]}');
select ok(authz.acts_through_client(), 'also as a list of names [N-12 -]');
select is(authz.own_session_id(), null, 'whose session is not their own [N-12 -]');
select pg_temp.claim('{"amr": [{"method": "oauth_provider/authorization_code"}]}');
select ok(authz.acts_through_client(), 'without a session too [N-12 -]');
select pg_temp.claim('{"amr": ["oauth_provider/authorization_code"]}');
select ok(authz.acts_through_client(), 'in either writing [N-12 -]');
select pg_temp.claim('{"session_id": "a1000000-0000-7000-9000-000000000001"}');
update auth.sessions set oauth_client_id = '00000000-0000-7000-9000-00000000c11e' where id = 'a1000000-0000-7000-9000-000000000001';
select ok(authz.acts_through_client(), 'or whose session is a client''s, whatever the token says [N-12 -]');
select is(authz.own_session_id(), null, 'and so not their own [N-12 -]');
select set_config('request.jwt.claims', '[]', true);
select throws_ok('select authz.acts_through_client()', 'CD001', null, 'claims that are no object are refused [N-16 -]');

select * from finish();
rollback;
