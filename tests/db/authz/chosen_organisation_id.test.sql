-- authz.chosen_organisation_id: what the caller asks for, unverified; organisation_for verifies.
begin;
select plan(9);

select is(authz.chosen_organisation_id('{}'), null, 'nothing named: nothing chosen [N-23 +]');
select is(
  authz.chosen_organisation_id('{"app_metadata": {"organisation_id": "a0000000-0000-7000-8000-000000000001"}}'),
  'a0000000-0000-7000-8000-000000000001', 'the token names one [N-23 +]'
);
select is(
  authz.chosen_organisation_id('{"user_metadata": {"organisation_id": "a0000000-0000-7000-8000-000000000001"}}'),
  null, 'what users write about themselves names none [N-23 N-11 -]'
);
set local request.headers = '{"x-organisation-id": "b0000000-0000-7000-8000-000000000001"}';
select is(
  authz.chosen_organisation_id('{"app_metadata": {"organisation_id": "a0000000-0000-7000-8000-000000000001"}}'),
  'b0000000-0000-7000-8000-000000000001', 'the header goes before the token [N-23 +]'
);
set local app.current_clinic_id = 'c0000000-0000-7000-8000-000000000001';
select is(authz.chosen_organisation_id('{}'), 'c0000000-0000-7000-8000-000000000001', 'the setting goes before the header [N-23 +]');
set local app.current_organisation_id = 'c0000000-0000-7000-8000-000000000001';
select is(authz.chosen_organisation_id('{}'), 'c0000000-0000-7000-8000-000000000001', 'both names of the setting may agree [N-23 +]');
set local app.current_organisation_id = 'd0000000-0000-7000-8000-000000000001';
select throws_ok($$ select authz.chosen_organisation_id('{}') $$, 'CD002', null, 'and may not disagree [N-23 -]');
set local app.current_organisation_id = '';
set local app.current_clinic_id = 'x';
select throws_ok($$ select authz.chosen_organisation_id('{}') $$, 'CD002', null, 'a setting that is no UUID denies with CD002 [N-23 -]');
set local app.current_clinic_id = '';
set local request.headers = 'x';
select throws_ok($$ select authz.chosen_organisation_id('{}') $$, 'CD002', null, 'so do headers that are no JSON [N-23 -]');

select * from finish();
rollback;
