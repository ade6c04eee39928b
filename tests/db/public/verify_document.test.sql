-- public.verify_document: the digest that a server found.
begin;
select plan(9);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.tried(role text, user_id text, statement text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  perform set_config('request.jwt.claims', case role
    when 'service_role' then '{"role": "service_role"}'
    else jsonb_build_object(
      'sub', user_id, 'role', role, 'session_id', replace(user_id, '-8000-', '-9000-'), 'amr', '[{"method": "password"}]'::jsonb)::text
  end, true);
  begin
    execute format('set local role %I', role);
    execute statement into v_answer;
  exception when others then
    v_answer := sqlstate;
  end;
  reset role;
  return v_answer;
end
$$;

select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.verify_document('a0000000-0000-7000-8000-000000000001', 'aa200000-0000-7000-8000-000000000001', (select sha256 from public.documents where id = 'aa200000-0000-7000-8000-000000000001'))::text $$), 'true', 'the same digest is confirmed [S-31 +]');
select ok((select sha256_verified_at is not null from public.documents where id = 'aa200000-0000-7000-8000-000000000001'), 'and that is written down [S-31 +]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.verify_document('b0000000-0000-7000-8000-000000000001', 'aa200000-0000-7000-8000-000000000001', repeat('a', 64))::text $$), 'CD010', 'nothing of another clinic [S-04 S-05 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.verify_document('a0000000-0000-7000-8000-000000000001', 'aa200000-0000-7000-8000-000000000001', repeat('a', 64))::text $$), '42501', 'nobody but the server verifies [S-05 -]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.verify_document('a0000000-0000-7000-8000-000000000001', 'aa200000-0000-7000-8000-000000000001', 'x')::text $$), 'CD050', 'with a digest [S-31 -]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.verify_document('a0000000-0000-7000-8000-000000000001', 'aa200000-0000-7000-8000-000000000001', repeat('a', 64))::text $$), 'false', 'another digest is told [S-31 -]');
select is((select status from public.documents where id = 'aa200000-0000-7000-8000-000000000001'), 'rejected', 'and the document opens to nobody from then on [S-31 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), 'CD010', 'by ticket neither [S-09 -]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.verify_document('a0000000-0000-7000-8000-000000000001', 'aa200000-0000-7000-8000-000000000001', (select sha256 from public.documents where id = 'aa200000-0000-7000-8000-000000000001'))::text $$), 'CD010', 'nor is it confirmed again [S-31 -]');

select * from finish();
rollback;
