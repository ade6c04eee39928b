-- governance.subject_rows: every row of one patient at one organisation, what is left out of it and why, and who wrote a chart.
begin;
select plan(21);

create schema planted;
create domain planted.score as integer check (value >= 0);
create type planted.dose as (drug text, amount numeric);
create type planted.tone as enum ('low', 'high');
create table planted.notes (
  organisation_id uuid not null, seq integer not null, patient_id uuid, other_patient_id uuid, gone text, t text, score planted.score, dose planted.dose, tone planted.tone, raw json, raws json[], doses planted.dose[],
  words text[], shut text, created_by_user_id uuid, primary key (organisation_id, seq) include (t), unique (organisation_id, t),
  foreign key (organisation_id, patient_id) references public.patients (organisation_id, id), foreign key (organisation_id, other_patient_id) references public.patients (organisation_id, id)
);
alter table planted.notes drop column gone;
create table planted.plain (clinic uuid not null, seq integer, foreign key (clinic, seq) references planted.notes (organisation_id, seq));
insert into planted.notes values
  ('a0000000-0000-7000-8000-000000000001', 2, 'a3000000-0000-7000-8000-000000000001', null, 'a', 7, ('x', 1.50), 'low', '{"a": 1.10}', array['{"b":1}'::json], array[('y', 2)::planted.dose], '{p,q}', 's', 'a1000000-0000-7000-8000-000000000002'),
  ('a0000000-0000-7000-8000-000000000001', 1, null, 'a3000000-0000-7000-8000-000000000001', 'b', null, null, null, '{"a": "\u0000"}', null, null, null, null, 'a1000000-0000-7000-8000-000000000005'),
  ('a0000000-0000-7000-8000-000000000001', 3, 'a3000000-0000-7000-8000-000000000002', null, 'c', null, null, null, null, null, null, null, null, null);
insert into planted.plain values ('a0000000-0000-7000-8000-000000000001', 2), ('a0000000-0000-7000-8000-000000000001', 3);
insert into governance.export_exclusions (schema_name, table_name, column_name, reason) values ('planted', 'notes', 'shut', 'is nobody''s'), ('elsewhere', 'notes', 'tone', 'is of another'), ('planted', 'others', 'tone', 'is of another');
create function planted.told(planted.tone) returns json language sql immutable as $$ select '"\u0000"'::json $$;
create cast (planted.tone as json) with function planted.told(planted.tone);

create temporary table one as select * from governance.subject_rows('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001');
create function pg_temp.notes(path text[]) returns jsonb language sql as $$ select content #> path from pg_temp.one where relation = 'planted.notes' $$;
select is((select jsonb_path_query_array(content, '$[*].t') from one where relation = 'planted.notes'), '["b", "a"]', 'rows that name the patient in either place, and no other''s, in the order of their key [N-49 +]');
select is((select content from one where relation = 'planted.plain'), '[{"clinic": "a0000000-0000-7000-8000-000000000001", "seq": 2}]', 'and what hangs on them, of a table without a key or an organisation of that name [N-49 +]');
select is(pg_temp.notes('{1,raw}'), '{"a": 1.10}', 'json is told as it is [N-49 +]');
select is(pg_temp.notes('{0,raw}'), to_jsonb('{"a": "\u0000"}'::text), 'as its text, where jsonb does not take it [N-49 +]');
select is(pg_temp.notes('{1,raws}'), '[{"b": 1}]', 'a list of json too [N-49 +]');
select is(pg_temp.notes('{1,tone}'), to_jsonb('"\u0000"'::text), 'and a type of which an application says how it is json [N-49 +]');
select is(pg_temp.notes('{1,dose}'), '{"drug": "x", "amount": 1.50}', 'a type of several values is told by their names [N-49 +]');
select is(pg_temp.notes('{1,doses}'), '[{"drug": "y", "amount": 2}]', 'and a list of such [N-49 +]');
select is(pg_temp.notes('{1,score}') || pg_temp.notes('{1,words}'), '[7, "p", "q"]', 'all else is what it is [N-49 +]');
select ok(not pg_temp.notes('{1}') ?| '{shut,created_by_user_id,gone}', 'what is left out is not there [N-49 -]');
select is((select left_out from one where relation = 'planted.notes'), '{"shut": "is nobody''s", "created_by_user_id": "names a member of staff, or another login"}', 'and told with its reason, of this table alone [N-49 +]');
select is((select left_out from one where relation = 'planted.plain'), '{}', 'where nothing is left out, nothing is told [N-49 +]');
select ok(not pg_temp.notes('{1}') ? 'written_by', 'what is no chart says nobody''s name [N-49 -]');
select is((select content from one where relation = 'public.legal_holds'), null, 'what is left out as a whole is not there [N-49 -]');
select is((select left_out -> 'reason' from one where relation = 'public.legal_holds'), '"would warn the other side of a dispute"', 'and says why, column by column [N-49 +]');
select isnt((select content from one where relation = 'public.patients'), null, 'every table else is [N-49 +]');

create function pg_temp.written_by(level text, domain text, retention text) returns jsonb language plpgsql as $$
begin
  delete from governance.classification where schema_name like 'plant%';
  insert into governance.classification (schema_name, table_name, level, domain, retention) values ('planted', 'notes', level, domain, retention), ('planted', 'plain', 'RESTRICTED', 'clinical', 'chart');
  return (select jsonb_path_query_array(content, '$[*].written_by') from governance.subject_rows('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001') where relation = 'planted.notes');
end
$$;
select is(pg_temp.written_by('RESTRICTED', 'clinical', 'chart'), '[{"name": "Staff-02 Of A", "council": "CRM", "licence": "LIC-02"}]', 'a chart says which doctor wrote it, and not who received the patient [N-49 +]');
select is(pg_temp.written_by('INTERNAL', 'clinical', 'chart'), '[]', 'what is no secret of health does not [N-49 -]');
select is(pg_temp.written_by('RESTRICTED', 'financial', 'chart'), '[]', 'nor what is not of health [N-49 -]');
select is(pg_temp.written_by('RESTRICTED', 'clinical', 'financial'), '[]', 'nor what is no part of the chart [N-49 -]');
select lives_ok($$ select * from governance.subject_rows('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001') where relation = 'planted.plain' $$,
  'a chart that does not say who wrote it is told without [N-49 +]');

select * from finish();
rollback;
