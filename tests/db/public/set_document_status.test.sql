-- public.set_document_status: who, why, and in which order.
begin;
select plan(14);

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

select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'frozen', 'uploaded by mistake') $$), '42501', 'a doctor freezes nothing [N-02 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'frozen', 'uploaded by mistake') $$), '42501', 'nor does reception [N-02 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'frozen', 'short') $$), 'CD050', 'it takes a reason [S-16 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'frozen', null) $$), 'CD050', 'one at all [S-16 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'frozen', 'Card 4111 1111 1111 1111 seen') $$), 'CD016', 'without a number [S-37 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'rejected', 'uploaded by mistake') $$), 'CD050', 'what is the server''s state is not theirs [S-31 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', null, 'uploaded by mistake') $$), 'CD050', 'nor is none [S-31 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('ba200000-0000-7000-8000-000000000001', 'frozen', 'uploaded by mistake') $$), 'CD010', 'nothing of another clinic [S-04 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'active', 'uploaded by mistake') $$), 'CD010', 'what is not frozen is not released [S-31 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'frozen', 'uploaded by mistake') $$), 'done', 'a clinic_admin freezes [N-50 +]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000014', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'active', 'uploaded by mistake') $$), 'done', 'and the officer releases [N-50 +]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000014', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'withdrawn', 'uploaded by mistake') $$), 'done', 'and withdraws [N-50 +]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000001', $$ select 'done' from public.set_document_status('aa200000-0000-7000-8000-000000000001', 'frozen', 'uploaded by mistake') $$), 'CD013', 'which is an end [S-18 -]');
select is((select status_reason || ' ' || (last_status_change_by_user_id = 'a1000000-0000-7000-8000-000000000014') from public.documents where id = 'aa200000-0000-7000-8000-000000000001'), 'uploaded by mistake true', 'and stands with its reason and who [S-16 +]');

select * from finish();
rollback;
