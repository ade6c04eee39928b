-- public.redeem_read_ticket: by the server, once, in time.
begin;
select plan(6);

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

do $do$ begin perform set_config('probe.ticket', pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), true); end $do$;
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.redeem_read_ticket('b0000000-0000-7000-8000-000000000001', current_setting('probe.ticket')::uuid) ->> 'path' $$), 'CD010', 'a ticket opens nothing elsewhere [S-04 S-09 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.redeem_read_ticket('a0000000-0000-7000-8000-000000000001', current_setting('probe.ticket')::uuid) ->> 'path' $$), '42501', 'its holder does not redeem it [S-05 S-09 -]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.redeem_read_ticket('a0000000-0000-7000-8000-000000000001', current_setting('probe.ticket')::uuid) ->> 'path' $$), (select object_path from public.documents where id = 'aa200000-0000-7000-8000-000000000001'), 'the server does [S-09 +]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.redeem_read_ticket('a0000000-0000-7000-8000-000000000001', current_setting('probe.ticket')::uuid) ->> 'path' $$), 'CD010', 'once [S-09 -]');
do $do$ begin perform set_config('probe.ticket', pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), true); end $do$;
update public.document_read_tickets set expires_at = clock_timestamp() where id = current_setting('probe.ticket')::uuid;
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.redeem_read_ticket('a0000000-0000-7000-8000-000000000001', current_setting('probe.ticket')::uuid) ->> 'path' $$), 'CD010', 'not after its time [S-09 -]');
do $do$ begin perform set_config('probe.ticket', pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), true); end $do$;
delete from auth.sessions where user_id = 'a1000000-0000-7000-8000-000000000002';
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.redeem_read_ticket('a0000000-0000-7000-8000-000000000001', current_setting('probe.ticket')::uuid) ->> 'path' $$), 'CD010', 'nor once its session has ended [S-13 S-09 -]');

select * from finish();
rollback;
