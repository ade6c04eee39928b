-- authz.care_periods: who treated whom of the clinic, and by an emergency, from when to when, since a moment; for its auditor and its privacy officer.
begin;
select plan(7);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.care_relationships disable trigger user;
alter table public.emergency_access_grants disable trigger user;
delete from public.care_relationships;
update public.emergency_access_grants set opened_at = '2020-01-01 10:00Z', expires_at = '2020-01-01 10:30Z', ended_at = null;
insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at, created_at, archived_at)
select (c.clinic || '0000000-0000-7000-8000-000000000001')::uuid, (c.clinic || '3000000-0000-7000-8000-0000000000' || c.patient)::uuid, (c.clinic || '1000000-0000-7000-8000-0000000000' || c.who)::uuid, 'covering', c.from_at::timestamptz, c.until_at::timestamptz, c.written_at::timestamptz, c.away_at::timestamptz
from (values ('a', '01', '02', '2026-03-01Z', '2026-03-05Z', '2026-03-01Z', null), ('a', '01', '02', '2026-03-10Z', null, '2026-03-11Z', null), ('a', '02', '03', '2026-03-01Z', '2026-03-09Z', '2026-03-01Z', '2026-03-07Z'), ('b', '01', '02', '2026-03-01Z', null, '2026-03-01Z', null))
  as c (clinic, patient, who, from_at, until_at, written_at, away_at);
insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_at, expires_at, ended_at)
select (g.clinic || '0000000-0000-7000-8000-000000000001')::uuid, (g.clinic || '3000000-0000-7000-8000-0000000000' || g.patient)::uuid, (g.clinic || '1000000-0000-7000-8000-0000000000' || g.who)::uuid, g.from_at::timestamptz, g.until_at::timestamptz, g.ended_at::timestamptz
from (values ('a', '01', '02', '2026-03-06 10:00Z', '2026-03-06 11:00Z', '2026-03-06 10:30Z'), ('a', '03', '13', '2026-03-08 10:00Z', '2026-03-08 11:00Z', null), ('b', '01', '13', '2026-03-08 10:00Z', '2026-03-08 11:00Z', null)) as g (clinic, patient, who, from_at, until_at, ended_at);
set local timezone = 'UTC';
create function pg_temp.periods(who text, since timestamptz default '2026-01-01Z') returns text language plpgsql as $$
declare
  v_said text;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who, 'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  v_said := (select string_agg(concat_ws(' ', left(p.organisation_id::text, 1), right(p.patient_id::text, 2), right(p.user_id::text, 2), replace(replace(p.treated::text, ':00+00', ''), '"', ''), replace(replace(p.emergency::text, ':00+00', ''), '"', '')), ' / ' order by p.patient_id, p.user_id) from authz.care_periods(since) as p);
  perform set_config('request.jwt.claims', '', true);
  return coalesce(v_said, 'nothing');
end
$$;
select is(pg_temp.periods('16'), 'a 01 02 {[2026-03-01 00:00,2026-03-05 00:00),[2026-03-11 00:00,infinity)} {[2026-03-06 10:00,2026-03-06 10:30)} / a 02 03 {[2026-03-01 00:00,2026-03-07 00:00)} {} / a 03 13 {} {[2026-03-08 10:00,2026-03-08 11:00)}',
  'who treated whom, from when it was written down until it ended or was put away, and by an emergency until it was closed; of the clinic alone [N-37 +, S-05 -]');
select is((pg_temp.periods('14') = pg_temp.periods('16'))::text, 'true', 'the privacy officer is told the same [N-37 +]');
select is(pg_temp.periods('01') || ' ' || pg_temp.periods('02'), 'nothing nothing', 'a clinic_admin is told nothing, nor a doctor [N-37 -]');
select is(pg_temp.periods('16', '2026-03-07Z'), 'a 01 02 {[2026-03-11 00:00,infinity)} {} / a 03 13 {} {[2026-03-08 10:00,2026-03-08 11:00)}',
  'what ended at the moment since when it is asked is not told [N-37 -]');
select is(pg_temp.periods('16', '2026-03-06 23:59:59.999999Z'), 'a 01 02 {[2026-03-11 00:00,infinity)} {} / a 02 03 {[2026-03-01 00:00,2026-03-07 00:00)} {} / a 03 13 {} {[2026-03-08 10:00,2026-03-08 11:00)}',
  'what ended after it is [N-37 +]');
select is(pg_temp.periods('16', '2026-03-08 11:00Z'), 'a 01 02 {[2026-03-11 00:00,infinity)} {}', 'nor is an emergency that was over then [N-37 -]');
select is(pg_temp.periods('16', '2026-03-06 10:59Z'), 'a 01 02 {[2026-03-11 00:00,infinity)} {[2026-03-06 10:00,2026-03-06 10:30)} / a 02 03 {[2026-03-01 00:00,2026-03-07 00:00)} {} / a 03 13 {} {[2026-03-08 10:00,2026-03-08 11:00)}',
  'one that could have lasted is, with its true end [N-37 +]');

select * from finish();
rollback;
