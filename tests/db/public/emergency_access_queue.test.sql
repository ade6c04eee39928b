-- public.emergency_access_queue: which broken glass waits for a review, until when, and who may review it.
begin;
select plan(14);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.emergency_access_grants disable trigger user;
alter table public.organisation_members disable trigger user;
-- The clock stands still, at the moment at which this began.
create or replace function authz.now() returns timestamptz language sql stable as 'select pg_catalog.now()';
update public.emergency_access_grants set review_outcome = 'justified', reviewed_at = now() where review_outcome is null;
insert into public.organisation_members (organisation_id, user_id, role, accepted_at) values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000003', 'clinic_admin', now());
-- What the clinic_admin, or another who may review, is told of the glass that a doctor broke so long ago: whether it is late, theirs to review, and who else may.
create function pg_temp.waits(changed text default null, ago interval default '1 hour', who text default '01', broke text default '02') returns text language plpgsql as $$
declare
  v_said text;
begin
  insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_at, expires_at) select 'a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', ('a1000000-0000-7000-8000-0000000000' || broke)::uuid, now() - ago, now() - ago + interval '30 minutes';
  if changed is not null then execute changed; end if;
  perform set_config('request.jwt.claims', format('{"sub": "a1000000-0000-7000-8000-0000000000%1$s", "role": "authenticated", "session_id": "a1000000-0000-7000-9000-0000000000%1$s"}', who), true);
  v_said := (select string_agg(concat_ws(' ', right(q.user_id::text, 2), q.ends_at - q.opened_at, q.due_at - q.opened_at, case when q.is_overdue then 'late' end, case when q.may_review then 'yours' end, (select string_agg(right(r.id::text, 2), ',' order by r.id) from unnest(q.reviewer_user_ids) as r (id))), '; ')
    from public.emergency_access_queue as q where q.organisation_id = 'a0000000-0000-7000-8000-000000000001');
  raise exception 'taken back' using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return coalesce(v_said, 'nothing');
end
$$;
select is(pg_temp.waits(), '02 00:30:00 3 days yours 01,14',
  'a broken glass waits for its review: until when it was, three days long, for whoever may, among them the clinic_admin who asks [N-49 +]');
select is(pg_temp.waits($$ update public.emergency_access_grants set ended_at = opened_at + interval '5 minutes' $$), '02 00:05:00 3 days yours 01,14',
  'one that was ended early says so [N-49 +]');
select is(pg_temp.waits($$ update public.emergency_access_grants set review_outcome = 'justified', reviewed_at = now() $$), 'nothing',
  'one that was reviewed waits no more [N-49 -]');
select is(pg_temp.waits(ago => '72 hours'), '02 00:30:00 3 days yours 01,14', 'after three days it is not late [N-49 -]');
select is(pg_temp.waits(ago => '72 hours 1 second'), '02 00:30:00 3 days late yours 01,14', 'a moment later it is [N-49 +]');
select is(pg_temp.waits(broke => '01'), '01 00:30:00 3 days 14', 'nobody reviews their own [N-49 -]');
select is(pg_temp.waits(broke => '14'), '14 00:30:00 3 days yours 01', 'nor is anybody else named for theirs [N-49 -]');
select is(pg_temp.waits($$ update public.organisation_members set is_active = false where user_id = 'a1000000-0000-7000-8000-000000000014' $$), '02 00:30:00 3 days yours 01',
  'who is no longer there is not named [N-49 -]');
select is(pg_temp.waits($$ update public.organisation_members set accepted_at = null where user_id = 'a1000000-0000-7000-8000-000000000014' $$), '02 00:30:00 3 days yours 01',
  'nor who has not agreed to be [N-49 -]');
select is(pg_temp.waits($$ update public.organisation_members set valid_until = now() + interval '1 hour' where user_id = 'a1000000-0000-7000-8000-000000000014' $$), '02 00:30:00 3 days yours 01,14',
  'who is there for an hour more is [N-49 +]');
select is(pg_temp.waits($$ update public.organisation_members set valid_until = now() - interval '1 hour' where user_id = 'a1000000-0000-7000-8000-000000000014' $$), '02 00:30:00 3 days yours 01',
  'who was until an hour ago is not [N-49 -]');
select is(pg_temp.waits($$ update public.organisation_members set valid_until = now() where user_id = 'a1000000-0000-7000-8000-000000000014' $$), '02 00:30:00 3 days yours 01',
  'nor who was until now [N-49 -]');
select is(pg_temp.waits($$ update public.organisation_members set role = 'clinic_admin' where user_id = 'a1000000-0000-7000-8000-000000000016' $$), '02 00:30:00 3 days yours 01,14,16',
  'every clinic_admin of the clinic is, and none of another clinic [N-49 +, N-49 -]');
select is(pg_temp.waits(who => '14'), '02 00:30:00 3 days yours 01,14', 'the privacy officer is told the same [N-49 +]');

select * from finish();
rollback;
