-- public.smart_insights_payload: what leaves for the vendor: modules, counts of what is there, rounded down to fives, and what colleagues did last.
begin;
select plan(9);

alter table public.organisation_members disable trigger user;
alter table public.organisation_settings disable trigger user;
alter table public.patients disable trigger user;
alter table public.beds disable trigger user;
alter table public.admissions disable trigger user;
alter table public.cases disable trigger user;
alter table public.transfers disable trigger user;
alter table public.case_activity_log disable trigger user;
-- A clinic in which there is nothing but what is put here, of each five more for what is counted before it; and of each five that were put away.
create temporary table clinic as select gen_random_uuid() as id;
do $$ begin perform set_config('app.pinned_organisation_id', c.id::text, true) from clinic as c; end $$;
insert into public.organisations (id, kind, name, country, timezone, regime) select c.id, 'clinic', 'Planted', 'BR', 'America/Sao_Paulo', 'lgpd' from clinic as c;
create function pg_temp.nth(kind text, n integer) returns uuid language sql as $$ select md5(kind || n)::uuid $$;
insert into public.organisation_settings (organisation_id, smart_insights_enabled, modules) select c.id, true, '{wards,billing,"No module",x-y}' from clinic as c
  on conflict (organisation_id) do update set smart_insights_enabled = true, modules = excluded.modules;
insert into public.organisation_members (organisation_id, user_id, role, capabilities, accepted_at, is_active, archived_at)
select c.id, u.user_id, 'assistant', case when u.n = 1 then '{insights_admin}' else '{}' end::text[], now(), u.n not between 6 and 10, case when u.n > 10 then now() end
from clinic as c, (select p.user_id, row_number() over (order by p.user_id <> 'a1000000-0000-7000-8000-000000000015', p.user_id) as n from public.profiles as p where p.user_id::text ~ '^[ab]1') as u where u.n <= 20;
insert into public.patients (organisation_id, id, mrn, full_name, status, archived_at)
select c.id, pg_temp.nth('patient', n), 'P-' || n, 'Some Body', case when n between 6 and 15 then 'inactive' else 'active' end, case when n > 15 then now() end from clinic as c, generate_series(1, 30) as n;
insert into public.beds (organisation_id, id, ward, label, status, archived_at)
select c.id, pg_temp.nth('bed', n), 'W', 'B-' || n, (array['available', 'occupied', 'occupied', 'cleaning', 'cleaning', 'cleaning', 'reserved', 'isolated', 'contaminated', 'closed', 'available', 'occupied', 'cleaning', 'reserved'])[(n + 4) / 5], case when n > 50 then now() end from clinic as c, generate_series(1, 70) as n;
insert into public.admissions (organisation_id, id, patient_id, bed_id, status, disposition, archived_at)
select c.id, pg_temp.nth('admission', n), pg_temp.nth('patient', n % 15 + 1), pg_temp.nth('bed', n), s.status, case when s.status = 'discharged' then 'home' end, case when n > 25 then now() end
from clinic as c, generate_series(1, 35) as n, lateral (select (array['planned', 'admitted', 'admitted', 'discharged', 'discharged', 'planned', 'admitted'])[(n + 4) / 5] as status) as s;
insert into public.cases (organisation_id, id, number, patient_id, status, archived_at)
select c.id, pg_temp.nth('case', n), 'C-' || n, pg_temp.nth('patient', 1), (array['new', 'triage', 'triage', 'active', 'active', 'active', 'cancelled', 'new', 'triage', 'active'])[(n + 4) / 5], case when n > 35 then now() end from clinic as c, generate_series(1, 50) as n;
insert into public.transfers (organisation_id, id, case_id, patient_id, transport_organisation_id, pickup, destination, status, archived_at)
select c.id, pg_temp.nth('transfer', n), pg_temp.nth('case', 1), pg_temp.nth('patient', 1), case when s.status not in ('requested', 'accepted') then 'c0000000-0000-7000-8000-000000000001'::uuid end, 'Here', 'There', s.status, case when n > 25 then now() end
from clinic as c, generate_series(1, 35) as n, lateral (select (array['requested', 'accepted', 'dispatched', 'picked_up', 'delivered', 'requested', 'accepted'])[(n + 4) / 5] as status) as s;
insert into public.case_activity_log (organisation_id, id, entity_type, entity_id, event_type, actor_user_id, actor_realm, occurred_at, details)
select c.id, pg_temp.nth('event', e.n), l.entity_type, l.entity_id, l.event_type, e.who::uuid, e.realm, e.at::timestamptz, l.details
from clinic as c, (select distinct on (l.event_type) l.* from public.case_activity_log as l order by l.event_type limit 1) as l, (values (1, 'a1000000-0000-7000-8000-000000000002', 'provider', '2026-03-10 12:34Z'),
  (2, 'a1000000-0000-7000-8000-000000000003', 'provider', '2026-03-10 13:59Z'), (3, 'a1000000-0000-7000-8000-000000000003', 'internal_ops', '2026-03-10 14:00Z'), (4, 'a1000000-0000-7000-8000-000000000003', 'patient', '2026-03-10 15:00Z')) as e (n, who, realm, at);
create function pg_temp.payload(who text default '15') returns jsonb language plpgsql as $$
declare
  v_said jsonb;
begin
  perform set_config('app.current_organisation_id', (select c.id::text from clinic as c), true);
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who, 'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  v_said := public.smart_insights_payload();
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return v_said;
end
$$;
create temporary table given as select pg_temp.payload() as said;
select is((select (g.said ->> 'modules') from given as g), '["billing", "wards"]', 'of modules the keys are told, and no text [S-22 +, S-22 -]');
select is((select (g.said -> 'counts' ->> 'staff') from given as g), '5', 'of members those that are [S-22 +]');
select is((select (g.said -> 'counts' ->> 'patients') from given as g), '5', 'of patients those that are active [S-22 +]');
select is((select (g.said -> 'counts' ->> 'beds') from given as g), '{"other": 20, "cleaning": 15, "occupied": 10, "available": 5}',
  'of beds how they stand, of those that are there [S-22 +]');
select is((select (g.said -> 'counts' ->> 'admissions') from given as g), '{"planned": 5, "admitted": 10}', 'of stays what is planned and who is there [S-22 +]');
select is((select (g.said -> 'counts' ->> 'cases') from given as g), '{"new": 5, "active": 15, "triage": 10}',
  'of cases those that are new, being looked at, and active [S-22 +]');
select is((select (g.said -> 'counts' ->> 'transfers') from given as g), '{"requested": 5, "under_way": 15}',
  'of transfers what was asked for and what is under way [S-22 +]');
select is((select string_agg(concat_ws(' ', a ->> 'actor_name', a ->> 'occurred_at', a ->> 'event'), ', ' order by place) from given as g, jsonb_array_elements(g.said -> 'actions') with ordinality as e (a, place)), 'Staff-03 Of A 2026-03-10T13:00Z admission.admitted, Staff-02 Of A 2026-03-10T12:00Z admission.admitted',
  'what colleagues did last, by name and hour, and nothing that patients or operations did [S-22 +, S-22 -]');
select is((select string_agg(k, ' ' order by k) from given as g, jsonb_object_keys(g.said) as k), 'actions counts modules', 'and nothing else [S-23 -]');

select * from finish();
rollback;
