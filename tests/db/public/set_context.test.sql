-- public.set_context: chooses among live memberships, and grants nothing.
begin;
select plan(15);

select function_privs_are('public', 'set_context', '{uuid,text}'::text[], 'authenticated', '{EXECUTE}'::text[], 'staff may call it [N-12 +]');
select function_privs_are('public', 'set_context', '{uuid,text}'::text[], 'anon', '{}'::text[], 'who is not signed in may not [N-12 -]');
select function_privs_are('public', 'set_context', '{uuid,text}'::text[], 'patient', '{}'::text[], 'nor the portal [N-12 -]');

set local request.jwt.claims = '{"sub": "e1000000-0000-7000-8000-000000000001", "session_id": "e1000000-0000-7000-9000-000000000001"}';
select is(public.set_context('b0000000-0000-7000-8000-000000000001', 'treatment'), 'b0000000-0000-7000-8000-000000000001', 'it returns the organisation chosen [N-12 N-23 +]');
select is(authz.organisation_id(), 'b0000000-0000-7000-8000-000000000001', 'where the caller then acts [N-23 +]');
select is(current_setting('app.purpose'), 'treatment', 'for the purpose named [N-23 +]');
select throws_ok($$ select public.set_context('c0000000-0000-7000-8000-000000000001') $$, '42501', 'organisation not found', 'another''s organisation is not found [N-12 N-22 -]');
select throws_ok($$ select public.set_context(gen_random_uuid()) $$, '42501', 'organisation not found', 'as one that does not exist is not [N-12 N-22 -]');
select throws_ok($$ select public.set_context(null) $$, '42501', 'organisation not found', 'nor is none [N-12 -]');
select is(authz.organisation_id(), 'b0000000-0000-7000-8000-000000000001', 'a refusal leaves the earlier choice [N-23 +]');

select throws_ok($$ select public.set_context('b0000000-0000-7000-8000-000000000001', 'curiosity') $$, 'CD006', 'unknown purpose', 'a purpose that nobody has defined is refused [N-23 -]');
select public.set_context('a0000000-0000-7000-8000-000000000001');
select is(current_setting('app.purpose'), '', 'a choice without a purpose leaves none behind [N-23 -]');
select is(authz.organisation_id(), 'a0000000-0000-7000-8000-000000000001', 'and replaces the earlier choice [N-23 +]');

set local app.current_organisation_id = '';
set local app.current_clinic_id = 'a0000000-0000-7000-8000-000000000001';
select public.set_context('b0000000-0000-7000-8000-000000000001');
select is(authz.organisation_id(), 'b0000000-0000-7000-8000-000000000001', 'and one made by the other name of the setting [N-23 +]');
set local request.jwt.claims = '';
select throws_ok($$ select public.set_context('b0000000-0000-7000-8000-000000000001') $$, '42501', 'no live session', 'who is nobody is told so, whatever they choose [N-12 -]');

select * from finish();
rollback;
