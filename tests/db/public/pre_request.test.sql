-- public.pre_request: token, session, context, in this order, before any policy.
begin;
select plan(24);

create function pg_temp.answer(role text, claims jsonb, headers text default '{}') returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', claims::text, true);
  perform set_config('request.headers', headers, true);
  perform set_config('role', role, true);
  perform public.pre_request();
  perform set_config('role', 'none', true);
  return 'passes';
exception
  when others then
    perform set_config('role', 'none', true);
    return sqlstate;
end
$$;
create function pg_temp.doctor(changes jsonb default '{}') returns jsonb language sql as $$
  select '{"sub": "a1000000-0000-7000-8000-000000000002", "session_id": "a1000000-0000-7000-9000-000000000002", "role": "authenticated",
           "amr": [{"method": "password"}]}'::jsonb || changes
$$;
create function pg_temp.from_now(seconds integer) returns jsonb language sql as $$
  select to_jsonb(floor(extract(epoch from clock_timestamp()))::bigint + seconds)
$$;

select is(pg_temp.answer('authenticated', pg_temp.doctor()), 'passes', 'a live session passes [N-53 +]');
select is(pg_temp.answer('authenticated', pg_temp.doctor(jsonb_build_object('exp', pg_temp.from_now(3600)))), 'passes', 'so does a token that has not expired [N-53 +]');
select is(pg_temp.answer('anon', '{"role": "anon"}'), 'passes', 'nobody needs a session to read what is public [N-53 +]');
select is(pg_temp.answer('service_role', '{"role": "service_role"}'), 'passes', 'nor does the server''s own key [N-53 +]');
select is(pg_temp.answer('authenticated', '{"sub": "e1000000-0000-7000-8000-000000000002", "session_id": "e1000000-0000-7000-9000-000000000002", "role": "authenticated"}'), 'passes', 'also who belongs nowhere yet: an invitation may be theirs [N-53 +]');

select is(pg_temp.answer('authenticated', '[]'), 'CD001', 'malformed claims go first [N-53 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor('{"session_id": "00000000-0000-7000-9000-000000000000"}')), 'CD040', 'a session that has ended [N-53 S-13 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor('{"session_id": null}')), 'CD040', 'no session [N-53 S-13 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor(jsonb_build_object('exp', pg_temp.from_now(-60)))), 'CD040', 'a token that has expired [N-53 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor(jsonb_build_object('nbf', pg_temp.from_now(60)))), 'CD040', 'one that is not valid yet [N-53 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor('{"amr": [{"method": "recovery"}]}')), 'CD040', 'a recovery link [N-53 S-14 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor('{"amr": [{"method": "otp"}, {"method": "totp"}]}')), 'CD040', 'a recovery link as Auth calls it, second factor or not [N-53 S-14 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor('{"is_anonymous": true}')), 'CD040', 'an anonymous sign-in [N-53 N-12 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor('{"role": "internal_ops"}')), 'CD040', 'a role other than the token''s [N-53 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor('{"session_id": "00000000-0000-7000-9000-000000000000"}'), '{"x-organisation-id": "x"}'), 'CD040', 'the session goes before the context [N-53 -]');

select is(pg_temp.answer('authenticated', pg_temp.doctor(), '{"x-organisation-id": "a0000000-0000-7000-8000-000000000001"}'), 'passes', 'one''s own organisation passes [N-53 +]');
select is(pg_temp.answer('authenticated', pg_temp.doctor(), '{"x-organisation-id": "b0000000-0000-7000-8000-000000000001"}'), '42501', 'another''s is not found [N-53 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor(), '{"x-organisation-id": "00000000-0000-7000-8000-000000000000"}'), '42501', 'exactly as one that does not exist [N-53 -]');
select is(pg_temp.answer('anon', '{"role": "anon"}', '{"x-organisation-id": "x"}'), 'CD002', 'a malformed one is refused whoever sends it [N-53 -]');
select is(pg_temp.answer('anon', '{"role": "anon"}', '{'), 'CD002', 'so are headers that are no JSON [N-53 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor(), '{"x-purpose": "treatment"}'), 'passes', 'a purpose passes [N-53 +]');
select is(pg_temp.answer('authenticated', pg_temp.doctor(), '{"x-purpose": "curiosity"}'), 'CD006', 'an unknown one does not [N-53 -]');
select is(pg_temp.answer('authenticated', pg_temp.doctor(), jsonb_build_object('x-justification', repeat('x', 2001))::text), 'CD042', 'nor an endless justification [N-53 -]');
set local request.method = 'GET';
select is(pg_temp.answer('authenticated', pg_temp.doctor('{"session_id": "00000000-0000-7000-9000-000000000000"}')), 'PGRST', 'a request of PostgREST is told 401 [N-53 -]');

select * from finish();
rollback;
