-- authz.organisation_for: the scalar of every provider policy. NULL denies.
begin;
select plan(19);

create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000002');
select is(authz.organisation_for('{}', '{}'), 'a0000000-0000-7000-8000-000000000001', 'no roles asked: any live member [N-22 +]');
select is(authz.organisation_for('{doctor}', '{}'), 'a0000000-0000-7000-8000-000000000001', 'the role held [N-25 +]');
select is(authz.organisation_for('{nurse,doctor}', '{}'), 'a0000000-0000-7000-8000-000000000001', 'roles are alternatives [N-25 +]');
select is(authz.organisation_for('{nurse}', '{}'), null, 'a role not held denies [N-25 -]');
select is(authz.organisation_for('{clinic_admin}', '{}'), null, 'a higher rank does not stand in for a role [N-25 -]');
select is(authz.organisation_for('{doctor}', '{break_glass}'), null, 'a capability not held denies, role or not [N-25 -]');
select is(authz.organisation_for('{}', '{finance}'), null, 'so does a capability alone [N-25 -]');

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000013');
select is(authz.organisation_for('{doctor}', '{break_glass}'), 'a0000000-0000-7000-8000-000000000001', 'role and capability, both held [N-25 +]');
select is(authz.organisation_for('{doctor}', '{break_glass,finance}'), null, 'all capabilities must be held [N-25 -]');

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000021');
select is(authz.organisation_for('{}', '{}'), null, 'a deactivated member holds nothing [N-16 N-22 -]');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000022');
select is(authz.organisation_for('{}', '{}'), null, 'an expired member holds nothing [N-16 N-22 -]');
select pg_temp.sign_in('d1000000-0000-7000-8000-000000000002');
select is(authz.organisation_for('{}', '{}'), null, 'a member of a closed organisation holds nothing [N-16 N-22 -]');
select pg_temp.sign_in('e1000000-0000-7000-8000-000000000002');
select is(authz.organisation_for('{}', '{}'), null, 'a stranger holds nothing [N-22 -]');

select pg_temp.sign_in('e1000000-0000-7000-8000-000000000001');
select is(authz.organisation_for('{}', '{}'), null, 'two memberships and no choice: none [N-23 -]');
set local app.current_clinic_id = 'a0000000-0000-7000-8000-000000000001';
select is(authz.organisation_for('{receptionist}', '{}'), 'a0000000-0000-7000-8000-000000000001', 'chosen: the role held there [N-23 +]');
select is(authz.organisation_for('{clinic_admin}', '{}'), null, 'and not the role held elsewhere [N-23 N-24 -]');
set local app.current_clinic_id = 'c0000000-0000-7000-8000-000000000001';
select is(authz.organisation_for('{}', '{}'), null, 'a choice where one is no member: none [N-22 N-23 -]');

select is(provolatile, 's'::"char", 'it is STABLE: never folded into a plan') from pg_proc where oid = 'authz.organisation_for(text[], text[])'::regprocedure;
select is(proparallel, 'u'::"char", 'and PARALLEL UNSAFE') from pg_proc where oid = 'authz.organisation_for(text[], text[])'::regprocedure;

select * from finish();
rollback;
