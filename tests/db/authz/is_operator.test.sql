-- authz.is_operator: the reach of operations.
begin;
select plan(8);

create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'internal_ops', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;

select pg_temp.sign_in('f1000000-0000-7000-8000-000000000002');
select ok(authz.is_operator('{}'), 'an agent is an operator [N-16 +]');
select ok(authz.is_operator('{admin,ops_agent}'), 'by one of the roles asked [N-16 +]');
select ok(not authz.is_operator('{admin}'), 'and not by another [N-16 -]');
select pg_temp.sign_in('f1000000-0000-7000-8000-000000000004');
select is(authz.is_operator('{}'), false, 'a former agent is none: false, not NULL [N-16 -]');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
select is(authz.is_operator('{}'), false, 'a clinic_admin is none [N-16 -]');
set local request.jwt.claims = '';
select is(authz.is_operator('{}'), false, 'nobody is none [N-16 -]');

select pg_temp.sign_in('f1000000-0000-7000-8000-000000000002');
update public.ops_members set is_active = false where user_id = 'f1000000-0000-7000-8000-000000000002';
select ok(not authz.is_operator('{}'), 'deactivated, none from the next statement on [N-16 -]');
update public.ops_members set is_active = true, archived_at = now() where user_id = 'f1000000-0000-7000-8000-000000000002';
select ok(not authz.is_operator('{}'), 'archived, none either [N-16 -]');

select * from finish();
rollback;
