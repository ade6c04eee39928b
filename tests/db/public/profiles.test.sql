-- public.profiles: who is alone in an organisation sees themselves, and who has colleagues them too.
begin;
select plan(3);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_members disable trigger user;
-- How many rows a member's statement reads or writes, by the end of their user_id; or how it is refused. Taken back.
create function pg_temp.rows(who text, statement text) returns text language plpgsql as $$
declare
  v_rows integer;
begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', left(who, 1) || '1000000-0000-7000-8000-0000000000' || right(who, 2),
    'role', 'authenticated', 'session_id', left(who, 1) || '1000000-0000-7000-9000-0000000000' || right(who, 2))::text, true);
  execute statement;
  get diagnostics v_rows = row_count;
  raise exception '%', v_rows using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when insufficient_privilege then return sqlstate;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.sees(who text) returns text language sql as $$
  select pg_temp.rows(who, 'select p.user_id from public.profiles as p')
$$;
select is(pg_temp.sees('c12'), '2', 'two of a transport company see each other [S-02 +]');
delete from public.organisation_members where organisation_id = 'c0000000-0000-7000-8000-000000000001' and user_id <> 'c1000000-0000-7000-8000-000000000012';
select is(pg_temp.sees('c12'), '1', 'who is alone there sees themselves [S-02 +]');
select is(pg_temp.sees('e02'), '0', 'who is nobody''s member sees nobody [S-02 -]');

select * from finish();
rollback;
