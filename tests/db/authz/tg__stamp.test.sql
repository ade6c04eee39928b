-- authz.tg__stamp: who wrote a row and when, on every path, whatever the writer sends.
begin;
select plan(15);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name, created_at, created_by_user_id, actor_kind, archived_at, archived_by_user_id)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-00000000beef', 'T-1', 'Test',
  '2001-01-01', 'a1000000-0000-7000-8000-000000000003', 'user', now(), 'a1000000-0000-7000-8000-000000000003');

prepare stamps as
  select created_by_user_id, actor_kind, archived_at, archived_by_user_id from public.patients where id = '00000000-0000-7000-8000-00000000beef';
select results_eq('stamps', $$ values (null::uuid, 'system', null::timestamptz, null::uuid) $$, 'a write without a user is the system''s; forged stamps are ignored [S-16 -]');
select ok(created_at >= now(), 'the clock stamps, not the writer [S-16 -]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';

select set_config('request.jwt.claims', '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002"}', true);
update public.patients set full_name = 'Changed', created_by_user_id = 'a1000000-0000-7000-8000-000000000003'
where id = '00000000-0000-7000-8000-00000000beef';
select is(updated_by_user_id, 'a1000000-0000-7000-8000-000000000002', 'an update names its user [S-16 +]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';
select is(actor_kind, 'user', 'and says that it was one [S-16 +]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';
select is(created_by_user_id, null, 'who created the row is never rewritten [S-16 -]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';

update public.patients set archived_at = '2001-01-01' where id = '00000000-0000-7000-8000-00000000beef';
select is(archived_at, now(), 'archiving happens now, whatever date is sent [S-16 -]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';
select is(archived_by_user_id, 'a1000000-0000-7000-8000-000000000002', 'and names its user [S-16 +]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';
update public.patients set archived_at = null where id = '00000000-0000-7000-8000-00000000beef';
select is(archived_by_user_id, null, 'who restores a row clears both [S-16 +]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';

select is(
  (select count(*) from pg_trigger as t join pg_class as c on c.oid = t.tgrelid
   where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and t.tgenabled <> 'A'),
  0::bigint, 'no trigger is silenced by replication mode [S-16 -]'
);
select cmp_ok(
  (select count(*) from pg_trigger as t where not t.tgisinternal and t.tgfoid = 'authz.tg__stamp()'::regprocedure),
  '>=', 16::bigint, 'every table of the product is stamped [S-16 +]'
);

update public.patients set created_at = '2001-01-01', archived_by_user_id = 'a1000000-0000-7000-8000-000000000003'
where id = '00000000-0000-7000-8000-00000000beef';
select ok(created_at >= now(), 'when a row was created is never rewritten [S-16 -]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';
select is(archived_by_user_id, null, 'nobody has archived what is not archived [S-16 -]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';
alter table public.patients disable trigger user;
update public.patients set archived_at = '2020-01-01', archived_by_user_id = 'a1000000-0000-7000-8000-000000000003'
where id = '00000000-0000-7000-8000-00000000beef';
alter table public.patients enable trigger user;
update public.patients set archived_at = now(), archived_by_user_id = null where id = '00000000-0000-7000-8000-00000000beef';
select is(archived_at, '2020-01-01', 'when it was archived is never moved [S-16 -]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';
select is(archived_by_user_id, 'a1000000-0000-7000-8000-000000000003', 'nor by whom [S-16 -]') from public.patients where id = '00000000-0000-7000-8000-00000000beef';
update authz.deployment_settings set updated_at = '2001-01-01';
select ok(updated_at >= now(), 'the settings of the deployment are stamped too [S-16 +]') from authz.deployment_settings;

select * from finish();
rollback;
