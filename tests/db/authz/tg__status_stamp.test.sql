-- authz.tg__status_stamp: who changed the status and when, and nothing else moves the stamp.
begin;
select plan(7);

select is_empty(
  $$ select a.attrelid::regclass from pg_attribute as a join pg_class as c on c.oid = a.attrelid
     where a.attname = 'last_status_change_at' and not a.attisdropped and c.relkind in ('r', 'p') and not exists (
       select from pg_trigger as t
       where t.tgrelid = a.attrelid and t.tgfoid = 'authz.tg__status_stamp()'::regprocedure and t.tgenabled = 'A' and t.tgtype & 23 = 23) $$,
  'every table that carries the stamp has it set, before insert and update of each row [S-16 +]'
);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;
create function pg_temp.stamp() returns text language sql as $$
  select concat_ws(' ', last_status_change_by_user_id, last_status_change_at = '2020-01-01') from public.patients
  where id = '00000000-0000-7000-8000-0000000000f1'
$$;

select pg_temp.sign_in('a1000000-0000-7000-8000-000000000005');
insert into public.patients (organisation_id, id, mrn, full_name, last_status_change_at, last_status_change_by_user_id)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'STAMP', 'Stamp', '2020-01-01', 'a1000000-0000-7000-8000-000000000001');
select is(pg_temp.stamp(), 'a1000000-0000-7000-8000-000000000005 f', 'who creates a row sets its status, whatever they send [S-16 +]');

alter table public.patients disable trigger user;
update public.patients set last_status_change_at = '2020-01-01' where id = '00000000-0000-7000-8000-0000000000f1';
alter table public.patients enable trigger user;
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000001');
update public.patients set full_name = 'Other Name' where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.stamp(), 'a1000000-0000-7000-8000-000000000005 t', 'another change leaves the stamp [S-16 -]');
update public.patients set last_status_change_at = now(), last_status_change_by_user_id = null where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.stamp(), 'a1000000-0000-7000-8000-000000000005 t', 'nobody writes it [S-16 -]');
update public.patients set status = 'active' where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.stamp(), 'a1000000-0000-7000-8000-000000000005 t', 'the same status is no change [S-16 -]');
update public.patients set status = 'inactive' where id = '00000000-0000-7000-8000-0000000000f1';
select is(pg_temp.stamp(), 'a1000000-0000-7000-8000-000000000001 f', 'a new status is stamped with who set it [S-16 +]');
select ok(last_status_change_at >= now(), 'and when [S-16 +]') from public.patients where id = '00000000-0000-7000-8000-0000000000f1';


select * from finish();
rollback;
