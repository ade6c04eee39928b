-- authz.holds: whether organisation_for finds one; what opens a branch of a policy.
begin;
select plan(5);

create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000002');
select is(authz.holds('{doctor,nurse}', '{}'), true, 'a doctor holds one of the roles [N-04 N-25 +]');
select is(authz.holds('{nurse}', '{}'), false, 'and not another, as a plain no [N-04 N-25 -]');
select is(authz.holds('{doctor}', '{finance}'), false, 'nor a capability [N-04 N-25 -]');
select is(authz.holds('{}', '{}'), true, 'any role will do where none is named [N-04 +]');
select pg_temp.sign_in('e1000000-0000-7000-8000-000000000002');
select is(authz.holds('{}', '{}'), false, 'but not none [N-22 -]');

select * from finish();
rollback;
