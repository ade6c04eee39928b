-- governance.kept_until: until when what is of one class is kept: from the last entry on, for as long as its law and its clinic ask.
begin;
select plan(17);

create schema planted;
create table planted.entries (organisation_id uuid not null, patient_id uuid not null, created_at timestamptz not null, occurred_at timestamptz, last_status_change_at timestamptz);
insert into planted.entries values
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', '2001-01-01Z', '2002-01-01Z', '2005-01-01Z'),
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', '2003-01-01Z', '2001-01-01Z', '2004-01-01Z'),
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', '2010-01-01Z', '2010-01-01Z', '2010-01-01Z'),
  ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', '2011-01-01Z', '2011-01-01Z', '2011-01-01Z');
-- The year from which it is kept, of entries of that class, in a graph of that table alone.
create function pg_temp.from_year(domain text, class text, retention text, relation text default 'planted.entries', drops text default null) returns text language plpgsql as $$
declare
  v_until timestamptz;
begin
  delete from governance.classification where schema_name = 'planted';
  insert into governance.classification (schema_name, table_name, level, domain, retention) values ('planted', 'entries', 'INTERNAL', domain, class), ('planted', 'others', 'INTERNAL', 'clinical', 'chart');
  if drops is not null then
    execute format('alter table planted.entries drop column %I', drops);
  end if;
  v_until := governance.kept_until('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', retention, jsonb_build_object(relation, case relation when 'public.patients' then 't.id = $2' else 't.patient_id = $2' end));
  return extract(year from v_until - greatest(governance.kept_for('a0000000-0000-7000-8000-000000000001', retention), case retention when 'consent' then governance.kept_for('a0000000-0000-7000-8000-000000000001', 'chart') end));
end
$$;
select is(pg_temp.from_year('financial', 'financial', 'financial'), '2003', 'from when the last entry was made [N-49 +]');
select is(pg_temp.from_year('clinical', 'chart', 'chart'), '2005', 'of what takes its course, from its last step [N-49 +]');
select is(pg_temp.from_year('clinical', 'consent', 'consent'), '2005', 'of consents as well [N-49 +]');
select is(pg_temp.from_year('clinical', 'chart', 'consent'), '2005', 'which are kept with the chart that they opened [N-49 +]');
select is(pg_temp.from_year('clinical', 'consent', 'chart'), null, 'and not the reverse [N-49 -]');
select is(pg_temp.from_year('financial', 'financial', 'chart'), null, 'what is of another class says nothing [N-49 -]');
select is(pg_temp.from_year('identity', 'chart', 'chart'), null, 'nor who somebody is: it goes with the chart [N-49 -]');
select is(pg_temp.from_year('identity', 'chart', 'consent'), null, 'for consents neither [N-49 -]');
select is(pg_temp.from_year('identity', 'general', 'general'), '2003', 'of another class it counts [N-49 +]');
select is(pg_temp.from_year('clinical', 'chart', 'chart', 'public.patients'), (select extract(year from p.created_at)::text from public.patients as p where p.id = 'a3000000-0000-7000-8000-000000000001'), 'but from when they were registered [N-49 +]');
select is(pg_temp.from_year('ops', 'chart', 'chart'), '2003', 'a step that is none of health is no entry [N-49 -]');
select is(pg_temp.from_year('clinical', 'chart', 'chart', drops => 'last_status_change_at'), '2003', 'where nothing takes its course, the entry counts [N-49 +]');
select is(pg_temp.from_year('clinical', 'chart', 'chart', drops => 'created_at'), '2002', 'or when it happened, where that is what is written down [N-49 +]');
create temporary table rules as select governance.kept_for('a0000000-0000-7000-8000-000000000001', 'chart') as chart, governance.kept_for('a0000000-0000-7000-8000-000000000001', 'consent') as consent;
select is(governance.kept_until('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'consent', '{"planted.entries": "t.patient_id = $2"}'), '2002-01-01Z'::timestamptz + greatest(chart, consent),
  'consents are kept for as long as the chart, where that is longer [N-49 +]') from rules;
select is(governance.kept_until('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'chart', '{"planted.entries": "t.patient_id = $2"}'), '2002-01-01Z'::timestamptz + chart, 'and a chart for its own time [N-49 +]') from rules;
select is(governance.kept_until('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-0000000000ff', 'chart', '{"planted.entries": "t.patient_id = $2"}'), null, 'of whom there is nothing, nothing is kept [N-49 -]');
select is(governance.kept_until('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'chart', '{}'), null, 'nor where nobody looks [N-49 -]');

select * from finish();
rollback;
