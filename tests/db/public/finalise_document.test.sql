-- public.finalise_document and authz.tg_documents__fixed: a digest is given once, by who uploaded, and a document never becomes another.
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

do $do$ begin perform pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'b.pdf', 'application/pdf', 10) ->> 'path' $$); end $do$;
create function pg_temp.document() returns uuid language sql as $$ select d.id from public.documents as d where d.file_name = 'b.pdf' $$;
create function pg_temp.path() returns text language sql as $$ select d.object_path from public.documents as d where d.file_name = 'b.pdf' $$;
create function pg_temp.stored(path text, owner text default 'a1000000-0000-7000-8000-000000000002', type text default 'application/pdf', bytes text default '10', bucket text default 'patient-documents', own text default null)
  returns text language plpgsql as $$
begin
  insert into storage.objects (bucket_id, name, owner_id, version, metadata, user_metadata)
  values (bucket, path, owner, '1', jsonb_build_object('mimetype', type, 'size', bytes), own::jsonb);
  return 'stored';
exception when others then
  return sqlstate;
end
$$;

do $do$ begin perform set_config('probe.document', pg_temp.document()::text, true); end $do$;
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select 'done' from public.finalise_document(current_setting('probe.document')::uuid, repeat('a', 64)) $$), 'CD013', 'no digest before the file [S-08 S-31 -]');
do $do$ begin perform pg_temp.stored(pg_temp.path()); end $do$;
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select 'done' from public.finalise_document(current_setting('probe.document')::uuid, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA') $$), 'CD050', 'large letters are no digest [S-31 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select 'done' from public.finalise_document(current_setting('probe.document')::uuid, null) $$), 'CD050', 'nor is nothing [S-31 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select 'done' from public.finalise_document(current_setting('probe.document')::uuid, repeat('a', 64)) $$), 'CD010', 'nor another''s word [S-08 S-31 -]');
select is(pg_temp.tried('authenticated', 'b1000000-0000-7000-8000-000000000002', $$ select 'done' from public.finalise_document(current_setting('probe.document')::uuid, repeat('a', 64)) $$), 'CD010', 'nor another clinic''s [S-04 S-31 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select 'done' from public.finalise_document(current_setting('probe.document')::uuid, repeat('a', 64)) $$), 'done', 'who uploaded gives it [S-31 +]');
select is((select status from public.documents where id = pg_temp.document()), 'active', 'and the document opens [S-08 +]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select 'done' from public.finalise_document(current_setting('probe.document')::uuid, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb') $$), 'CD013', 'once [S-31 -]');
select throws_ok($$ update public.documents set sha256 = repeat('b', 64) where id = pg_temp.document() $$, 'CD014', null, 'it never changes, by the owner neither [S-31 -]');
select throws_ok($$ update public.documents set sha256 = null where id = pg_temp.document() $$, 'CD014', null, 'nor goes [S-31 -]');
select throws_ok($$ update public.documents set kind = 'insurance' where id = pg_temp.document() $$, 'CD014', null, 'a document becomes no other kind [N-20 -]');
select throws_ok($$ update public.documents set patient_id = 'a3000000-0000-7000-8000-000000000002' where id = pg_temp.document() $$, 'CD014', null, 'and nobody else''s [S-07 -]');
select throws_ok($$ update public.documents set object_id = gen_random_uuid() where id = pg_temp.document() $$, 'CD014', null, 'and lies nowhere else [S-07 -]');
select throws_ok($$ update public.documents set object_path = 'x' where id = pg_temp.document() $$, '428C9', null, 'its path is typed by nobody [S-07 -]');

select * from finish();
rollback;
