-- authz.caller_by_now: who calls, whether they are in anywhere, by the role that they call as, and which of some places are theirs no more.
begin;
select plan(19);

-- It is asked from within: by what runs for whoever calls.
create function public.planted_ask(places text[], out user_id uuid, out is_in boolean, out lost text[]) language sql security definer as 'select * from authz.caller_by_now(places)';
grant execute on function public.planted_ask(text[]) to authenticated, anon;
-- Who somebody is as a role, with a token of that user, or none; whether they are in; and what they have lost of these places.
create function pg_temp.now_is(who text, as_role text default 'authenticated', places text[] default '{}') returns text language plpgsql as $$
declare
  v_caller record;
begin
  perform set_config('request.jwt.claims', case when who is null then '' else jsonb_build_object('sub', left(who, 2) || '000000-0000-7000-8000-0000000000' || right(who, 2), 'role', 'authenticated',
    'session_id', left(who, 2) || '000000-0000-7000-9000-0000000000' || right(who, 2))::text end, true);
  perform set_config('role', as_role, true);
  select * into v_caller from public.planted_ask(places);
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return concat_ws(' ', coalesce(left(v_caller.user_id::text, 2) || right(v_caller.user_id::text, 2), 'nobody'), case when v_caller.is_in then 'in' when not v_caller.is_in then 'out' else 'unknown' end, case when v_caller.lost is null then 'unknown' when v_caller.lost <> '{}' then 'lost ' || (select string_agg(x, ' ' order by x) from unnest(v_caller.lost) as x) end);
exception
  when others then perform set_config('role', 'none', true); return sqlstate || ' ' || sqlerrm;
end
$$;
select is(pg_temp.now_is('a102'), 'a102 in', 'a member who calls as staff is in [N-16 +]');
select is(pg_temp.now_is('a121'), 'a121 out', 'who was put out is not [N-16 -]');
select is(pg_temp.now_is('a201'), 'a201 out', 'nor is a patient who calls as staff [N-16 -]');
select is(pg_temp.now_is(null), 'nobody out', 'nor nobody [N-16 -]');
select is(pg_temp.now_is('f101'), 'f101 out', 'nor operations [N-16 -]');
select is(pg_temp.now_is('a102', 'anon'), 'a102 in', 'whatever other role was put on, a member is in [N-16 +]');
select is(pg_temp.now_is('a121', 'anon'), 'a121 out', 'who was put out is not [N-16 -]');
select is(pg_temp.now_is('a201', 'anon'), 'a201 in', 'a patient is in [N-15 +]');
select is(pg_temp.now_is('a203', 'anon'), 'a203 out', 'whose account was revoked is not [N-15 -]');
select is(pg_temp.now_is('f101', 'anon'), 'f101 in', 'operations are [N-16 +]');
select is(pg_temp.now_is(null, 'none'), 'nobody in', 'the system is in, without anybody [S-16 +]');
select is(pg_temp.now_is('a121', 'none'), 'a121 in', 'and whoever''s token there is beside it [S-16 +]');
select is(pg_temp.now_is('a102', 'none'), 'a102 in', 'a member''s [S-16 +]');
select is(pg_temp.now_is('a201', 'none'), 'a201 in', 'a patient''s [S-16 +]');
select is(pg_temp.now_is('f101', 'none'), 'f101 in', 'or one of operations [S-16 +]');
select is(pg_temp.now_is('a102', places => '{a0000000-0000-7000-8000-000000000001}'), 'a102 in', 'where somebody stands they have lost nothing [N-16 +]');
select is(pg_temp.now_is('a102', places => '{a0000000-0000-7000-8000-000000000001,b0000000-0000-7000-8000-000000000001}'), 'a102 in lost b0000000-0000-7000-8000-000000000001',
  'of two places what is not theirs is lost [N-16 -]');
select is(pg_temp.now_is('a121', places => '{a0000000-0000-7000-8000-000000000001}'), 'a121 out lost a0000000-0000-7000-8000-000000000001',
  'of who was put out where they stood [N-16 -]');
select is(pg_temp.now_is('a201', 'none', '{a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001,a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000002}'), 'a201 in lost a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000002',
  'a patient''s account is a place, and another that is theirs no more [N-15 +, N-15 -]');

select * from finish();
rollback;
