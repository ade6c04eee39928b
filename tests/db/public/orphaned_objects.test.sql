-- public.orphaned_objects: files without a document, for the server.
begin;
select plan(7);

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

select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.orphaned_objects('a0000000-0000-7000-8000-000000000001')::text $$), '{}', 'while every document stands no file is without one [N-49 -]');
do $do$ begin perform set_config('probe.paths', (select array_agg(object_path order by object_path)::text from public.documents where organisation_id = 'a0000000-0000-7000-8000-000000000001' and patient_id = 'a3000000-0000-7000-8000-000000000001'), true); end $do$;
delete from public.document_upload_grants where patient_id = 'a3000000-0000-7000-8000-000000000001';
delete from public.documents where organisation_id = 'a0000000-0000-7000-8000-000000000001' and patient_id = 'a3000000-0000-7000-8000-000000000001';
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.orphaned_objects('a0000000-0000-7000-8000-000000000001')::text $$), current_setting('probe.paths'), 'once their documents have gone the server is told of them [N-49 +]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.orphaned_objects('a0000000-0000-7000-8000-000000000001', 1)::text $$), '{' || (current_setting('probe.paths')::text[])[1] || '}', 'so many at a time [N-49 +]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.orphaned_objects('b0000000-0000-7000-8000-000000000001')::text $$), '{}', 'and of no other clinic''s [S-05 N-49 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.orphaned_objects('a0000000-0000-7000-8000-000000000001')::text $$), '42501', 'nobody else is [S-11 N-49 -]');
insert into storage.buckets (id, name) values ('avatars', 'avatars');
insert into storage.objects (bucket_id, name) select 'avatars', (current_setting('probe.paths')::text[])[1];
set local storage.allow_delete_query = 'true';
select lives_ok($$ delete from storage.objects where bucket_id = 'patient-documents' and name = any (current_setting('probe.paths')::text[]) $$, 'they may be taken away now [N-49 +]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000002', $$ select public.orphaned_objects('a0000000-0000-7000-8000-000000000001')::text $$), '{}', 'and nothing is left, whatever lies in other buckets [N-49 -]');

select * from finish();
rollback;
