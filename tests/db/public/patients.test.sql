-- public.patients: a chart has a number and a name that everybody sees.
begin;
select plan(10);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What the server is answered, and what is so afterwards; then it is taken back.
create function pg_temp.server(statement text, after text default 'select ''done''') returns text language plpgsql as $$
declare
  v_said text;
begin
  execute statement;
  execute after into v_said;
  raise exception '%', coalesce(v_said, 'nothing') using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.patient(mrn text, name text) returns text language sql as $$
  select pg_temp.server(format('insert into public.patients (organisation_id, mrn, full_name) values (''a0000000-0000-7000-8000-000000000001'', %L, %L)', mrn, name))
$$;
create function pg_temp.renamed(change text) returns text language sql as $$
  select pg_temp.server(format('update public.patients set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = ''01''', change))
$$;
select is(pg_temp.patient('P-99', 'Somebody'), 'done', 'a new chart has both [S-04 +]');
select is(pg_temp.patient(' P-99', 'Somebody'), '23514 the number of a chart is one that everybody sees', 'no number with a blank before it [S-04 -]');
select is(pg_temp.patient(E'P-99\u200b', 'Somebody'), '23514 the number of a chart is one that everybody sees', 'or a sign that nobody sees [S-04 -]');
select is(pg_temp.patient(E'P-9\u200d9', 'Somebody'), '23514 the number of a chart is one that everybody sees', 'nor one that joins two [S-04 -]');
select is(pg_temp.patient(E'P-e\u0301', 'Somebody'), '23514 the number of a chart is one that everybody sees', 'or an accent that could be written otherwise [S-04 -]');
select is(pg_temp.patient('P-99', 'Somebody '), '23514 the name of a patient is one that everybody sees', 'no name with a blank behind it [N-01 -]');
select is(pg_temp.patient('P-99', E'Some\u202ebody'), '23514 the name of a patient is one that everybody sees', 'nor one that reads otherwise [N-01 -]');
select is(pg_temp.renamed('full_name = '' Somebody'''), '23514 the name of a patient is one that everybody sees', 'nor later [N-01 -]');
select is(pg_temp.renamed('mrn = ''P-99 '''), '23514 the number of a chart is one that everybody sees', 'the number neither [S-04 -]');
select is(pg_temp.renamed('full_name = ''Somebody'''), 'done', 'another name is given [N-01 +]');

select * from finish();
rollback;
