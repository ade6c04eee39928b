-- authz.own_rank, authz.colleague_ids: what a member may grant, and whose name they may see.
begin;
select plan(7);

create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
select is(authz.own_rank()::integer, 90, 'a clinic_admin ranks 90 here [N-05 N-13 +]');
select ok(authz.colleague_ids() @> '{a1000000-0000-7000-8000-000000000021}', 'former members keep their name [S-02 +]');
select ok(not authz.colleague_ids() && '{b1000000-0000-7000-8000-000000000002}', 'members of another clinic have none here [S-02 -]');

select pg_temp.sign_in('e1000000-0000-7000-8000-000000000001');
select is(authz.own_rank(), null, 'without a chosen clinic there is no rank [N-05 N-23 -]');
set local app.current_clinic_id = 'b0000000-0000-7000-8000-000000000001';
select is(authz.own_rank()::integer, 90, 'at the clinic where one is admin: 90 [N-05 +]');
set local app.current_clinic_id = 'a0000000-0000-7000-8000-000000000001';
select is(authz.own_rank()::integer, 50, 'at the clinic where one is receptionist: 50 [N-05 -]');

set local app.current_clinic_id = '';
select pg_temp.sign_in('e1000000-0000-7000-8000-000000000002');
select is(authz.colleague_ids(), '{}'::uuid[], 'a stranger has no colleagues: an empty list, not NULL [S-02 -]');

select * from finish();
rollback;
