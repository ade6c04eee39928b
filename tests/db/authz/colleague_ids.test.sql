-- authz.colleague_ids: members past and present; who has not accepted is none.
begin;
select plan(4);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
insert into public.organisation_members (organisation_id, user_id, role) values ('a0000000-0000-7000-8000-000000000001', 'e1000000-0000-7000-8000-000000000002', 'nurse');

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000003');
select ok('a1000000-0000-7000-8000-000000000002' = any (authz.colleague_ids()), 'a doctor of the clinic is a colleague [S-02 +]');
select ok('a1000000-0000-7000-8000-000000000021' = any (authz.colleague_ids()), 'so is a nurse who has left [S-02 +]');
select ok(not 'e1000000-0000-7000-8000-000000000002' = any (authz.colleague_ids()), 'who is only invited is not [S-02 N-22 -]');
select ok(not 'b1000000-0000-7000-8000-000000000002' = any (authz.colleague_ids()), 'nor is a doctor of another clinic [S-02 -]');

select * from finish();
rollback;
