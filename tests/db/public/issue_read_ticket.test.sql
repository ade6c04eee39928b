-- public.issue_read_ticket: to whom, for how long, how often.
begin;
select plan(13);

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

select matches(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), '^[0-9a-f-]{36}$', 'who treats takes a ticket [S-09 +]');
select results_eq($$ select user_id::text, session_id::text, realm, round(extract(epoch from expires_at - created_at)) from public.document_read_tickets where document_id = 'aa200000-0000-7000-8000-000000000001' and redeemed_at is null and revoked_at is null and expires_at > now() $$, $$ values ('a1000000-0000-7000-8000-000000000002', 'a1000000-0000-7000-9000-000000000002', 'provider', 60::numeric) $$, 'for sixty seconds, in their session [S-09 +]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('ba200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), 'CD010', 'to nothing of another clinic [S-04 S-09 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('00000000-0000-7000-8000-00000000dead') ->> 'ticket_id' $$), 'CD010', 'which is told as what is not there [S-04 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), 'CD010', 'reception to nothing clinical [N-14 S-09 -]');
select matches(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000011', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000002') ->> 'ticket_id' $$), '^[0-9a-f-]{36}$', 'finance to what is financial [N-20 +]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000011', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), 'CD010', 'and to nothing else [N-20 -]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), '42501', 'the key of the server takes none [S-05 S-09 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000021', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), '42501', 'nor who is no member any more [S-09 -]');
update authz.deployment_settings set restricted_reads_per_minute = 2;
select matches(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), '^[0-9a-f-]{36}$', 'control: of two a minute the second [N-52 +]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), 'CD041', 'and no third [N-52 -]');
update authz.deployment_settings set restricted_reads_per_minute = 60;
update public.documents set status = 'frozen' where id = 'aa200000-0000-7000-8000-000000000001';
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') ->> 'ticket_id' $$), 'CD010', 'what is frozen opens to nobody [S-09 -]');
select is((select count(*) from public.document_read_tickets where document_id = 'aa200000-0000-7000-8000-000000000001' and revoked_at is null and expires_at > now()), 0::bigint, 'and what was given is taken back at once [N-50 S-09 -]');

select * from finish();
rollback;
