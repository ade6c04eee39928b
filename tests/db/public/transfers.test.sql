-- public.transfers: a transfer moves with its job once it was dispatched, and where to stays.
begin;
select plan(7);

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
create function pg_temp.transfer(id text, change text, after text default 'select ''done''') returns text language sql as $$
  select pg_temp.server(format('update public.transfers set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = %L', change, id), after)
$$;
select is(pg_temp.transfer('01', 'pickup = ''Ward 9'''), 'done', 'a transfer that was asked for is asked for otherwise [S-18 +]');
select is(pg_temp.transfer('02', 'pickup = ''Ward 9'''), 'CD013 a dispatched transfer stays as it was asked for', 'one that was dispatched is not [S-18 -]');
select is(pg_temp.transfer('02', 'mobility = mobility'), 'done', 'what stays is not refused [S-18 +]');
select is(pg_temp.transfer('01', 'status = ''accepted'''), 'done', 'it is accepted [S-18 +]');
select is(pg_temp.transfer('02', 'status = ''picked_up'''), 'CD013 a transfer goes from dispatched to picked_up with its job',
  'what was dispatched is picked up by its job [S-18 -]');
select is(pg_temp.transfer('02', 'status = ''cancelled'''), 'CD013 a transfer goes from dispatched to cancelled with its job', 'and cancelled with it [S-18 -]');
select is(pg_temp.transfer('01', 'transport_organisation_id = ''c0000000-0000-7000-8000-000000000001''', 'select coalesce(transport_organisation_id::text, ''nobody'') from public.transfers where right(id::text, 2) = ''01'' and organisation_id = ''a0000000-0000-7000-8000-000000000001'''), 'nobody',
  'nobody writes down who drives: they are asked [S-18 -]');

select * from finish();
rollback;
