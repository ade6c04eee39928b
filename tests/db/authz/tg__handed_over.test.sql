-- authz.tg__handed_over: operations vouch for a case that was handed over to them, whatever else was handed over.
begin;
select plan(5);

create function pg_temp.vouch(case_id uuid, patient_id uuid) returns void language sql as $$
  insert into public.guarantees_of_payment (organisation_id, case_id, patient_id, payer, policy_number, limit_minor, currency)
  values ('a0000000-0000-7000-8000-000000000001', case_id, patient_id, 'Synthetic Insurance', 'POL-9', 1000, 'BRL');
$$;
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';

savepoint held;
select lives_ok(
  $$ select pg_temp.vouch('af000000-0000-7000-8000-000000000003', 'a3000000-0000-7000-8000-000000000003') $$,
  'for a case that was handed over [S-29 +]'
);
rollback to held;
select throws_ok(
  $$ select pg_temp.vouch('af000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001') $$,
  'CD010', null, 'not for one that was not, though another of the clinic was [S-29 -]'
);
select throws_ok(
  $$ select pg_temp.vouch('bf000000-0000-7000-8000-000000000003', 'a3000000-0000-7000-8000-000000000003') $$,
  'CD010', null, 'nor for one of another clinic, handed over as it is [S-04 S-29 -]'
);
select throws_ok(
  $$ select pg_temp.vouch('00000000-0000-7000-8000-0000000000f1', 'a3000000-0000-7000-8000-000000000003') $$,
  'CD010', null, 'nor for none [S-29 -]'
);
update public.cases set archived_at = now() where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 'af000000-0000-7000-8000-000000000003';
select throws_ok(
  $$ select pg_temp.vouch('af000000-0000-7000-8000-000000000003', 'a3000000-0000-7000-8000-000000000003') $$,
  'CD010', null, 'nor for one that was archived since [S-29 -]'
);

select * from finish();
rollback;
