-- authz.tg__tenant: a row stays in its tenant; who bypasses policies pins it.
begin;
select plan(7);

prepare touch as update public.patients set language = 'fr' where id = 'a3000000-0000-7000-8000-000000000001';
select throws_ok('touch', 'CD004', null, 'a role that bypasses policies writes nothing without a pin [S-05 -]');
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
select throws_ok('touch', 'CD004', null, 'nor with a pin to another organisation [S-05 -]');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
select lives_ok('touch', 'pinned to the row''s organisation, it writes [S-05 +]');

select throws_ok(
  $$ update public.patients set organisation_id = 'b0000000-0000-7000-8000-000000000001' where id = 'a3000000-0000-7000-8000-000000000001' $$,
  'CD003', null, 'no row changes its organisation [S-03 -]'
);
select throws_ok(
  $$ update public.organisations set id = gen_random_uuid() where id = 'a0000000-0000-7000-8000-000000000001' $$,
  'CD003', null, 'no organisation changes its id [S-03 -]'
);
select lives_ok(
  $$ update public.organisations set name = 'Renamed' where id = 'a0000000-0000-7000-8000-000000000001' $$,
  'pinned to itself, an organisation is renamed [S-05 +]'
);
set local app.pinned_organisation_id = '';
select throws_ok(
  $$ update public.organisations set name = 'Renamed' where id = 'a0000000-0000-7000-8000-000000000001' $$,
  'CD004', null, 'unpinned, it is not [S-05 -]'
);

select * from finish();
rollback;
