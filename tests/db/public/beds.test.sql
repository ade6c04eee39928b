-- public.beds: a bed is occupied exactly while a patient lies in it, and is not put away under them.
begin;
select plan(6);

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
create function pg_temp.bed(id text, change text) returns text language sql as $$
  select pg_temp.server(format('update public.beds set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %L', change, id))
$$;
select is(pg_temp.bed('02', 'status = ''cleaning'''), 'CD015 a bed is occupied exactly while a patient is admitted to it',
  'a bed in which a patient lies is not cleaned [S-17 -]');
select is(pg_temp.bed('01', 'status = ''occupied'''), 'CD015 a bed is occupied exactly while a patient is admitted to it',
  'nor is one occupied in which nobody lies [S-17 -]');
select is(pg_temp.bed('01', 'status = ''reserved'''), 'done', 'it is reserved [S-17 +]');
select is(pg_temp.bed('02', 'archived_at = now()'), 'CD015 a bed in which a patient lies is not archived', 'what a patient lies in is not put away [S-17 -]');
select is(pg_temp.bed('01', 'archived_at = now()'), 'done', 'an empty bed is [S-17 +]');
select is(pg_temp.bed('02', 'label = ''A-9'''), 'done', 'whoever lies there, it is called otherwise [S-17 +]');

select * from finish();
rollback;
