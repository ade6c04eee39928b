-- authz.tg_case_activity_log__written: an event is written by a trigger of ours; neither by hand, nor by the definer's hand, nor by a trigger of
-- somebody else.
begin;
select plan(4);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.by_hand() returns void language sql as $$
  insert into public.case_activity_log (organisation_id, entity_type, entity_id, event_type, actor_realm, details)
  values ('a0000000-0000-7000-8000-000000000001', 'transfer', '00000000-0000-7000-8000-0000000000f1', 'transfer.requested', 'system', '{}');
$$;
create function pg_temp.by_trigger() returns trigger language plpgsql as $$
begin
  perform pg_temp.by_hand();
  return new;
end
$$;
create temporary table anything (n integer);
create trigger foreign_hand before insert on anything for each row execute function pg_temp.by_trigger();

select throws_ok('select pg_temp.by_hand()', 'CD014', null, 'not by hand [S-18 -]');
select throws_ok('insert into anything values (1)', 'CD014', null, 'nor by a trigger that somebody else hung up [S-18 -]');
set local role cordon_definer;
select throws_ok(
  $$ select authz.record_activity('a0000000-0000-7000-8000-000000000001', null, '00000000-0000-7000-8000-0000000000f1', 'transfer.requested', '{}', null) $$,
  'CD014', null, 'nor by the definer outside of a trigger [S-18 -]'
);
reset role;
select lives_ok(
  $$ insert into public.cases (organisation_id, number, patient_id) values ('a0000000-0000-7000-8000-000000000001', 'CASE-9001', 'a3000000-0000-7000-8000-000000000001') $$,
  'a trigger of ours writes [S-18 +]'
);

select * from finish();
rollback;
