-- authz.role_rank: rank decides escalation; a name that is no role has none.
begin;
select plan(6);

select is(authz.role_rank('admin'), 100::smallint, 'a platform admin ranks 100 [N-13 +]');
select is(authz.role_rank('clinic_admin'), 90::smallint, 'a clinic_admin ranks 90 [N-13 +]');
select results_eq(
  $$ select r from unnest('{receptionist,patient,clinic_admin,nurse,anonymous,assistant,admin,doctor}'::text[]) as r
     order by authz.role_rank(r) desc $$,
  $$ values ('admin'), ('clinic_admin'), ('doctor'), ('nurse'), ('assistant'), ('receptionist'), ('patient'), ('anonymous') $$,
  'the order is admin, clinic_admin, doctor, nurse, assistant, receptionist, patient, anonymous [N-13 +]'
);
select is(authz.role_rank('Doctor'), null, 'a name in another case is no role [N-13 -]');
select is(authz.role_rank(''), null, 'an empty name is no role [N-13 -]');
select is(authz.role_rank(null), null, 'no name is no role [N-13 -]');

select * from finish();
rollback;
