-- authz.claims: the one place where the token is read.
begin;
select plan(8);

set local request.jwt.claims = '';
select is(authz.claims(), null, 'no claims are no claims, not an error [N-11 +]');
set local request.jwt.claims = '{"sub": "a1000000-0000-7000-8000-000000000002"}';
select is(authz.claims() ->> 'sub', 'a1000000-0000-7000-8000-000000000002', 'claims are the payload of the token [N-11 +]');

set local request.jwt.claims = '{"sub"';
select throws_ok('select authz.claims()', 'CD001', null, 'text that is no JSON denies with CD001 [N-11 -]');
set local request.jwt.claims = '[1]';
select throws_ok('select authz.claims()', 'CD001', null, 'a list denies with CD001 [N-11 -]');
set local request.jwt.claims = 'null';
select throws_ok('select authz.claims()', 'CD001', null, 'a JSON null denies with CD001 [N-11 -]');

set local request.jwt.claims = '';
set local "request.jwt.claim.sub" = 'a1000000-0000-7000-8000-000000000002';
select is(authz.claims(), null, 'the legacy settings are not read [N-11 -]');
select is(authz.user_id(), null, 'and make nobody a user [N-11 -]');
select volatility_is('authz', 'claims', '{}'::text[], 'stable', 'it is STABLE: a prepared statement asks again [N-11 +]');

select * from finish();
rollback;
