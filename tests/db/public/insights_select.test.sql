-- insights_select of seven tables, by public.smart_insights_payload: what leaves is counted of the own organisation alone, while it is switched on, and names its own staff alone.
begin;
select plan(8);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.beds disable trigger user;
alter table public.admissions disable trigger user;
alter table public.patients disable trigger user;
alter table public.cases disable trigger user;
alter table public.transfers disable trigger user;
alter table public.case_activity_log disable trigger user;
-- Ten more of each that is counted, and fifteen that are not: of the organisation, but put away, or of another status.
create function pg_temp.more_of(relation regclass, more jsonb, many integer default 10) returns void language plpgsql as $$
begin
  execute format('insert into %1$s select (jsonb_populate_record(null::%1$s, to_jsonb(o) || %2$L || jsonb_build_object(''id'', gen_random_uuid()) || case when %2$L ? ''number'' then jsonb_build_object(''number'', (%2$L::jsonb ->> ''number'') || n) else ''{}'' end
    || case when %2$L ? ''label'' then jsonb_build_object(''label'', (%2$L::jsonb ->> ''label'') || n) else ''{}'' end)).*
    from (select * from %1$s as r where r.organisation_id = ''a0000000-0000-7000-8000-000000000001'' order by r.id limit 1) as o, generate_series(1, %3$s) as n', relation, more::text, many);
end
$$;
do $$
begin
  perform pg_temp.more_of('public.beds', '{"status": "cleaning", "label": "C-"}');
  perform pg_temp.more_of('public.beds', '{"status": "closed", "label": "N-"}', 15);
  perform pg_temp.more_of('public.beds', '{"status": "cleaning", "label": "X-", "archived_at": "2026-01-01"}', 15);
  perform pg_temp.more_of('public.admissions', '{"status": "planned", "bed_id": null, "admitted_at": null}');
  perform pg_temp.more_of('public.admissions', '{"status": "planned", "bed_id": null, "admitted_at": null, "archived_at": "2026-01-01"}', 15);
  perform pg_temp.more_of('public.admissions', '{"status": "cancelled", "bed_id": null, "admitted_at": null}', 15);
  perform pg_temp.more_of('public.cases', '{"status": "triage", "number": "C-"}');
  perform pg_temp.more_of('public.cases', '{"status": "closed", "number": "N-"}', 15);
  perform pg_temp.more_of('public.cases', '{"status": "triage", "number": "X-", "archived_at": "2026-01-01"}', 15);
  perform pg_temp.more_of('public.transfers', '{"status": "requested"}');
  perform pg_temp.more_of('public.transfers', '{"status": "requested", "archived_at": "2026-01-01"}', 15);
end
$$;
insert into public.patients (organisation_id, mrn, full_name, status) select 'a0000000-0000-7000-8000-000000000001', 'TEN-' || n, 'Somebody', case when n <= 10 then 'active' else 'inactive' end from generate_series(1, 25) as n;
insert into public.patients (organisation_id, mrn, full_name, status, archived_at) select 'a0000000-0000-7000-8000-000000000001', 'OLD-' || n, 'Somebody', 'active', now() from generate_series(1, 15) as n;
delete from public.case_activity_log where organisation_id = 'a0000000-0000-7000-8000-000000000001';
insert into public.case_activity_log (organisation_id, entity_type, entity_id, event_type, actor_user_id, actor_realm, details)
select 'a0000000-0000-7000-8000-000000000001', 'document', gen_random_uuid(), 'document.requested', a.id::uuid, a.realm, '{"kind": "report"}'
from (values ('a1000000-0000-7000-8000-000000000002', 'provider'), ('c1000000-0000-7000-8000-000000000012', 'provider'), ('a2000000-0000-7000-8000-000000000001', 'patient')) as a (id, realm);
create function pg_temp.payload(path text[], who text default '15') returns text language plpgsql as $$
declare
  v_payload jsonb;
begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
    'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  v_payload := public.smart_insights_payload();
  raise exception '%', coalesce(v_payload #>> path, 'none') using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
select is(pg_temp.payload('{counts,beds}'), '{"other": 15, "cleaning": 10, "occupied": 0, "available": 0}',
  'beds are counted of the organisation alone, by fives [S-22 +, S-02 -]');
select is(pg_temp.payload('{counts,admissions}'), '{"planned": 10, "admitted": 0}', 'so are its stays [S-22 +]');
select is(pg_temp.payload('{counts,patients}'), '10', 'its patients [S-22 +]');
select is(pg_temp.payload('{counts,cases}'), '{"new": 0, "active": 0, "triage": 10}', 'its cases [S-22 +]');
select is(pg_temp.payload('{counts,transfers}'), '{"requested": 10, "under_way": 0}', 'its transfers [S-22 +]');
select is(pg_temp.payload('{counts,staff}'), '10', 'and its staff, and nobody else''s [S-22 +, S-02 -]');
select is(pg_temp.payload('{actions,0,actor_name}') || ' ' || pg_temp.payload('{actions,1}'), 'Staff-02 Of A none',
  'what a colleague did is told by name, and nothing of a transport company''s driver or of a patient [S-22 +, S-23 -]');
select is(pg_temp.payload('{counts}', '02'), '42501 insights are not yours to take', 'to a doctor nothing is given out [S-21 -]');

select * from finish();
rollback;
