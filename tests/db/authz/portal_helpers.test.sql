-- authz.own_patient_ids, is_own_patient, patient_organisation_ids: what a portal login reaches.
begin;
select plan(10);

create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'patient', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;

select pg_temp.sign_in('a2000000-0000-7000-8000-000000000001');
select is(authz.own_patient_ids(), '{a3000000-0000-7000-8000-000000000001}'::uuid[], 'a patient: themselves [N-15 +]');
select is(authz.patient_organisation_ids(), '{a0000000-0000-7000-8000-000000000001}'::uuid[], 'at their clinic [N-15 +]');
select ok(authz.is_own_patient('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001'), 'the exact pair is theirs [N-15 +]');
select ok(not authz.is_own_patient('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001'), 'the same id at another clinic is not [N-15 -]');
select ok(not authz.is_own_patient('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002'), 'another patient of their clinic is not [N-15 -]');

select pg_temp.sign_in('a2000000-0000-7000-8000-000000000003');
select is(authz.own_patient_ids(), '{}'::uuid[], 'a revoked proxy: nobody, as an empty list rather than NULL [N-15 -]');

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000002');
select is(authz.own_patient_ids(), '{}'::uuid[], 'a doctor: nobody [N-15 -]');

select set_config('app.pinned_organisation_id', 'a0000000-0000-7000-8000-000000000001', true);
update public.organisations set archived_at = now() where id = 'a0000000-0000-7000-8000-000000000001';
select pg_temp.sign_in('a2000000-0000-7000-8000-000000000001');
select is(authz.own_patient_ids(), '{a3000000-0000-7000-8000-000000000001}'::uuid[], 'a patient of a closed organisation: themselves still [N-15 N-49 +]');
select is(authz.patient_organisation_ids(), '{a0000000-0000-7000-8000-000000000001}'::uuid[], 'there [N-15 N-49 +]');
select ok(not authz.is_own_patient('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002'), 'and nobody else of it [N-15 -]');

select * from finish();
rollback;
