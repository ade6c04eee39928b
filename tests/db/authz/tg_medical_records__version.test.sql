-- authz.tg_medical_records__version, authz.tg_medical_records__protect, authz.tg_medical_record_details__superseded: a record is corrected by a new version; what was superseded stays.
begin;
select plan(24);

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

select * from finish();
rollback;
