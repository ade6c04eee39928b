-- authz.tg_medical_records__version, authz.tg_medical_records__protect, authz.tg_medical_record_details__superseded: a record is corrected by a new version; what was superseded stays.
begin;
select plan(43);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.said(statement text) returns text language plpgsql as $$
declare
  v_rows integer;
begin
  execute statement;
  get diagnostics v_rows = row_count;
  return v_rows;
exception
  when others then return concat_ws(' ', sqlstate, sqlerrm);
end
$$;
create function pg_temp.record(id text, supersedes text default null, more jsonb default '{}') returns text language sql as $$
  select pg_temp.said((select format('insert into public.medical_records (%s) select %1$s from jsonb_populate_record(null::public.medical_records, %L)', string_agg(quote_ident(k.key), ', '), jsonb_object_agg(k.key, k.value))
    from jsonb_each(jsonb_build_object('organisation_id', 'a0000000-0000-7000-8000-000000000001', 'id', '00000000-0000-7000-8000-0000000000' || id,
      'patient_id', 'a3000000-0000-7000-8000-000000000001', 'record_type', 'consultation', 'supersedes_id', '00000000-0000-7000-8000-0000000000' || supersedes) || more) as k))
$$;
create function pg_temp.change(relation text, id text, change text) returns text language sql as $$
  select pg_temp.said(format('update public.%I set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = ''00000000-0000-7000-8000-0000000000%s''', relation, change, id))
$$;
create function pg_temp.stands() returns text language sql as $$
  select string_agg(concat_ws(' ', right(r.id::text, 2), 'v' || r.version, right(r.supersedes_id::text, 2), r.segments), ', ' order by r.id) from public.medical_records as r where r.id::text like '00000000-0000-7000-8000-%'
$$;
select is(pg_temp.record('c1', null, '{"version": 7}') || ' ' || pg_temp.stands(), '1 c1 v1 {}', 'a record is its own first version, whatever is written [S-16 +]');
select is(pg_temp.record('c2', 'c1', '{"version": 7}') || ' ' || pg_temp.stands(), '1 c1 v1 {}, c2 v2 c1 {}',
  'a correction is the second, of the one that it names [S-16 +]');
select is(pg_temp.change('medical_records','c1','vitals = ''{"pulse": 70}'''), 'CD011 a superseded version of a record never changes',
  'what was superseded never changes [S-16 -]');
select is(pg_temp.change('medical_records','c2','vitals = ''{"pulse": 70}'''), '1', 'the latest version does [S-16 +]');
select is(pg_temp.change('medical_records','c2','version = 9, supersedes_id = null') || ' ' || pg_temp.stands(), '1 c1 v1 {}, c2 v2 c1 {}',
  'neither its number nor what it supersedes [S-16 -]');
select is(pg_temp.change('medical_records','c1','segments = ''{PSY}''') || ' ' || pg_temp.stands(), '1 c1 v1 {PSY}, c2 v2 c1 {PSY}',
  'a segment protects what was superseded, and its correction [N-01 +]');
select is(pg_temp.change('medical_records','c1','segments = ''{}''') || ' ' || pg_temp.stands(), 'CD011 a superseded version of a record never changes c1 v1 {PSY}, c2 v2 c1 {PSY}',
  'and is not taken off what was superseded [N-01 -]');
select is(pg_temp.change('medical_records','c2','segments = ''{HIV,PSY}''') || ' ' || pg_temp.stands(), '1 c1 v1 {HIV,PSY}, c2 v2 c1 {HIV,PSY}',
  'what protects the correction protects what it corrects [N-01 +]');
select is(pg_temp.record('c3', 'c2', '{"segments": ["ETH"]}') || ' ' || pg_temp.stands(), '1 c1 v1 {ETH,HIV,PSY}, c2 v2 c1 {ETH,HIV,PSY}, c3 v3 c2 {ETH,HIV,PSY}',
  'a correction is protected as what it corrects, and the reverse, down to the first [N-01 +]');
select is(pg_temp.record('c4', 'c2') || ' ' || pg_temp.stands(), '23505 duplicate key value violates unique constraint "medical_records_organisation_id_supersedes_id_key" c1 v1 {ETH,HIV,PSY}, c2 v2 c1 {ETH,HIV,PSY}, c3 v3 c2 {ETH,HIV,PSY}',
  'what was superseded is not superseded again [S-16 -]');
select is(pg_temp.record('c5', 'c3', '{"patient_id": "a3000000-0000-7000-8000-000000000003"}'), '23503 the record to be superseded was not found',
  'nor for another patient [S-05 -]');
select is(pg_temp.record('c5', 'f9'), '23503 the record to be superseded was not found', 'nor what there is not [S-16 -]');
select is(pg_temp.change('medical_records','c3','archived_at = now()'), '1', 'the latest is put away');
select is(pg_temp.record('c5', 'c3'), '23503 the record to be superseded was not found', 'then it is not there to be superseded [S-16 -]');
select is(pg_temp.change('medical_records','c2','archived_at = now()'), 'CD011 a superseded version of a record never changes',
  'nor is the one before it put away [S-16 -]');
select is(pg_temp.change('medical_records','c3','archived_at = null'), '1', 'it is brought back [S-16 +]');
select is(pg_temp.said($$ insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000c3', 'a3000000-0000-7000-8000-000000000001', 'a cold') $$), '1',
  'it is given details [N-01 +]');
select is(pg_temp.said($$ insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000c2', 'a3000000-0000-7000-8000-000000000001', 'a cold') $$), 'CD011 the details of a superseded version of a record never change',
  'what was superseded is not [S-16 -]');
select is(pg_temp.change('medical_record_details','c3','diagnosis = ''a flu'''), '1', 'details of the latest change [S-16 +]');
select is(pg_temp.record('c6', 'c3') || ' ' || pg_temp.stands(), '1 c1 v1 {ETH,HIV,PSY}, c2 v2 c1 {ETH,HIV,PSY}, c3 v3 c2 {ETH,HIV,PSY}, c6 v4 c3 {ETH,HIV,PSY}',
  'until it is superseded [S-16 +]');
select is(pg_temp.change('medical_record_details','c3','diagnosis = ''a cold'''), 'CD011 the details of a superseded version of a record never change',
  'then they do not [S-16 -]');
select is(pg_temp.change('medical_record_details','c3','archived_at = now()') || pg_temp.change('medical_record_details','c3','archived_at = null'), '11',
  'put away and brought back, they say what they said [S-16 +]');
select is(pg_temp.change('medical_records','c3','occurred_at = now() - interval ''1 day'''), 'CD011 a superseded version of a record never changes',
  'it happened when it happened [S-16 -]');
select is(pg_temp.change('medical_records','c3','author_name = ''X'''), 'CD011 a superseded version of a record never changes',
  'and was written by whom it was [S-16 -]');

select is(pg_temp.said($$ insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis, codes) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000c1', 'a3000000-0000-7000-8000-000000000001', null, null) $$), 'CD011 the details of a superseded version of a record never change',
  'what was superseded is given no details that say nothing either [S-16 -]');
-- Of the same ids, another clinic has a chart: one entry, which another corrects, put away, and protected.
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'TWIN-1', 'Somebody');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.medical_records disable trigger user;
alter table public.medical_record_details disable trigger user;
insert into public.medical_records (organisation_id, id, patient_id, record_type, version, supersedes_id, segments, archived_at, updated_at)
select (r.clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || r.id)::uuid, 'a3000000-0000-7000-8000-000000000001', 'consultation', r.version, ('00000000-0000-7000-8000-0000000000' || r.corrects)::uuid, r.segments::text[], r.away, '2026-01-01'
from (values ('b', 'e1', 1, null, '{}', now()), ('b', 'e2', 2, 'e1', '{}', null), ('b', 'e9', 3, 'e4', '{}', null), ('b', 'e3', 1, null, '{}', null), ('b', 'e4', 1, null, '{}', null), ('b', 'e7', 1, null, '{}', null), ('b', 'e8', 2, 'e3', '{}', null), ('a', 'e1', 1, null, '{}', null), ('a', 'e3', 1, null, '{}', null), ('a', 'e4', 1, null, '{}', null), ('a', 'e5', 1, null, '{}', now()), ('a', 'e6', 1, null, '{}', null)) as r (clinic, id, version, corrects, segments, away);
insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis)
select r.organisation_id, r.id, r.patient_id, 'a cold' from public.medical_records as r where right(r.id::text, 2) in ('e3', 'e4', 'e5', 'e7', 'e9') and r.id::text like '00000000-%';
alter table public.medical_records enable trigger user;
alter table public.medical_record_details enable trigger user;
create function pg_temp.is_so(clinic text, id text) returns text language sql as $$
  select concat_ws(' ', r.segments, case when r.updated_at = '2026-01-01' then 'untouched' end) from public.medical_records as r where r.organisation_id = (clinic || '0000000-0000-7000-8000-000000000001')::uuid and r.id::text = '00000000-0000-7000-8000-0000000000' || is_so.id
$$;
-- What is said, and of which entries, details and patients a row was held, though in the end it is taken back.
create view pg_temp.rows_held as
  select 'record ' || left(r.organisation_id::text, 1) || right(r.id::text, 2) as what, r.xmax::text as mark from public.medical_records as r where r.id::text like '00000000-%'
  union all select 'details ' || left(d.organisation_id::text, 1) || right(d.id::text, 2), d.xmax::text from public.medical_record_details as d where d.id::text like '00000000-%'
  union all select 'patient ' || left(p.organisation_id::text, 1) || right(p.id::text, 2), p.xmax::text from public.patients as p where p.id in ('a3000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002');
create function pg_temp.holds(statement text) returns text language plpgsql as $$
declare
  v_before constant jsonb := (select jsonb_object_agg(h.what, h.mark) from pg_temp.rows_held as h);
  v_said text := pg_temp.said(statement);
begin
  return concat_ws(' ', v_said, 'holds', (select string_agg(h.what, ', ' order by h.what) from pg_temp.rows_held as h where h.mark <> v_before ->> h.what));
end
$$;
create function pg_temp.details(id text, diagnosis text default 'a cold', patient text default '01') returns text language sql as $$
  select format('insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values (''a0000000-0000-7000-8000-000000000001'', %L, %L, %L)', '00000000-0000-7000-8000-0000000000' || id, 'a3000000-0000-7000-8000-0000000000' || patient, diagnosis)
$$;
-- What a doctor of the clinic is answered who writes for another.
create function pg_temp.elsewhere(statement text) returns text language plpgsql as $$
begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub": "a1000000-0000-7000-8000-000000000002", "role": "authenticated", "session_id": "a1000000-0000-7000-9000-000000000002"}', true);
  execute statement;
  return 'written';
exception
  when others then return sqlstate;
end
$$;
select is(pg_temp.holds($$ insert into public.medical_records (organisation_id, patient_id, record_type, supersedes_id) values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'nothing', '00000000-0000-7000-8000-0000000000e3') $$), '23514 new row for relation "medical_records" violates check constraint "medical_records_record_type_check" holds details ae3, record ae3',
  'what is corrected is held, and its details, and no other clinic''s [S-16 +, S-05 -]');
select is(pg_temp.holds(pg_temp.details('e1', '')), '23514 new row for relation "medical_record_details" violates check constraint "medical_record_details_diagnosis_check" holds record ae1',
  'what is given details is held, and no other [S-16 +, S-05 -]');
select is(pg_temp.holds($$ insert into public.medical_records (organisation_id, patient_id, record_type, supersedes_id) values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'observation', '00000000-0000-7000-8000-0000000000e3') $$), '23503 the record to be superseded was not found holds patient a02',
  'so is the patient whose chart is corrected, before it is looked for [N-45 +]');
select is(pg_temp.holds(pg_temp.details('e5', patient => '02')), 'CD010 record not found holds patient a02, record ae5', 'and whose details are written [N-45 +]');
select is(pg_temp.said(pg_temp.details('e1')), '1', 'what another clinic put away and corrected is given details here [S-05 -]');
select is(pg_temp.said(pg_temp.details('e5')), 'CD010 record not found', 'what was put away here is not [N-01 -]');
select is(pg_temp.change('medical_record_details', 'e4', 'diagnosis = ''a flu'''), '1', 'details change, though another clinic corrected an entry of that id [S-05 -]');
select is(pg_temp.change('medical_records', 'e4', 'vitals = ''{"pulse": 70}'''), '1', 'so does the entry [S-05 -]');
select is(pg_temp.change('medical_record_details', 'e5', 'diagnosis = ''a flu'''), '1', 'details that stand in sight are no worse for what their entry is [S-16 +]');
select is(pg_temp.change('medical_record_details', 'e5', 'archived_at = now()') || pg_temp.change('medical_record_details', 'e5', 'diagnosis = ''a cold''') || ' ' || pg_temp.change('medical_record_details', 'e5', 'archived_at = null'), '11 CD010 record not found',
  'put away they change, but do not come to sight again without their entry [N-01 -]');
select is(pg_temp.record('ea', 'e7'), '23503 the record to be superseded was not found',
  'what is another clinic''s is not corrected here, though the patient has the same id [S-05 -]');
select is(pg_temp.elsewhere($$ insert into public.medical_records (organisation_id, patient_id, record_type, supersedes_id) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'observation', '00000000-0000-7000-8000-0000000000ef') $$), '42501',
  'who writes for another clinic is told nothing of what there is [S-05 -]');
select is(pg_temp.elsewhere($$ insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ('b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000e1', 'a3000000-0000-7000-8000-000000000001', 'a cold') $$), '42501',
  'nor of what was corrected there [S-05 -]');
select is(pg_temp.record('eb', 'e1', '{"segments": ["PSY"]}') || ' ' || pg_temp.is_so('a', 'e1') || ' ' || pg_temp.is_so('b', 'e1') || ' ' || pg_temp.is_so('a', 'e6'), '1 {PSY} {} untouched {} untouched',
  'a protected correction protects what it corrects, not another clinic''s of that id, and nothing else [N-01 +, S-05 -]');
select is(pg_temp.change('medical_records', 'e3', 'segments = ''{HIV}''') || ' ' || pg_temp.is_so('b', 'e8') || ' ' || pg_temp.is_so('a', 'e6'), '1 {} untouched {} untouched',
  'what is protected later does not protect another clinic''s correction of that id [N-01 +, S-05 -]');
select is(pg_temp.change('medical_records', 'eb', 'segments = ''{}''') || pg_temp.change('medical_records', 'e1', 'segments = ''{HIV,PSY}''') || ' ' || pg_temp.is_so('a', 'eb'), '11 {HIV}',
  'what is added to the first goes to its correction, and nothing that was taken off there [N-01 +]');
alter table public.medical_records disable trigger user;
update public.medical_records set updated_at = '2026-01-01' where id::text like '00000000-%';
alter table public.medical_records enable trigger user;
select is(pg_temp.change('medical_records', 'eb', 'vitals = ''{"pulse": 70}''') || ' ' || pg_temp.is_so('a', 'e1'), '1 {HIV,PSY} untouched',
  'what is protected already is not written again [N-01 -]');
alter table public.medical_records disable trigger user;
update public.medical_records set updated_at = '2026-01-01', segments = '{PSY}' where id::text = '00000000-0000-7000-8000-0000000000e1';
update public.medical_records set updated_at = '2026-01-01', segments = '{HIV,PSY}' where id::text = '00000000-0000-7000-8000-0000000000eb';
alter table public.medical_records enable trigger user;
select is(pg_temp.change('medical_records', 'e1', 'segments = ''{HIV,PSY}''') || ' ' || pg_temp.is_so('a', 'eb'), '1 {HIV,PSY} untouched',
  'nor a correction that is [N-01 -]');

select * from finish();
rollback;
