-- authz.tg_objects__uploaded and authz.tg_objects__kept: what comes into the bucket, and that it stays.
begin;
select plan(19);

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

select is(pg_temp.stored('any/path', bucket => 'patient-documents'), '42501', 'nothing comes without a grant, the owner of all tables neither [S-08 S-11 -]');
select is(pg_temp.stored(replace(pg_temp.path(), 'a0000000-0000-7000-8000-000000000001', 'b0000000-0000-7000-8000-000000000001')), '42501', 'nor under another clinic [S-07 -]');
select is(pg_temp.stored(pg_temp.path(), 'a1000000-0000-7000-8000-000000000005'), '42501', 'nor as another login [S-08 -]');
select is(pg_temp.stored(pg_temp.path(), null), '42501', 'nor as nobody [S-08 -]');
select is(pg_temp.stored(pg_temp.path(), type => 'image/png'), '42501', 'nor of another type [S-08 -]');
select is(pg_temp.stored(pg_temp.path(), bytes => '11'), '42501', 'nor of another size [S-08 -]');
select is(pg_temp.stored(pg_temp.path(), bytes => '1e1'), '42501', 'nor of a size that is none [S-08 -]');
select is(pg_temp.stored(pg_temp.path(), own => '{"a": 1}'), '42501', 'nor with words of the uploader [S-08 -]');
savepoint expired;
update public.document_upload_grants set expires_at = clock_timestamp() where document_id = pg_temp.document();
select is(pg_temp.stored(pg_temp.path()), '42501', 'nor once it has expired [S-08 -]');
rollback to savepoint expired;
savepoint withdrawn;
update public.documents set status = 'withdrawn' where id = pg_temp.document();
select is(pg_temp.stored(pg_temp.path()), '42501', 'nor for a document that was withdrawn [S-08 -]');
rollback to savepoint withdrawn;
select is(pg_temp.stored(pg_temp.path(), type => 'Application/PDF; charset=x'), 'stored', 'on the grant it comes, however its type is written [S-08 +]');
select results_eq($$ select d.status, d.content_type, d.size_bytes, g.used_at is not null from public.documents as d join public.document_upload_grants as g on g.document_id = d.id where d.id = pg_temp.document() $$, $$ values ('uploaded', 'application/pdf', 10::bigint, true) $$, 'and the grant is used up [S-08 +]');
select is(pg_temp.stored(pg_temp.path()), '23505', 'it does not come twice [S-08 -]');
select throws_ok($$ update storage.objects set version = '2' where name = pg_temp.path() $$, '42501', null, 'nor does another take its place [S-08 S-11 -]');
select throws_ok($$ update storage.objects set name = name || '1' where name = pg_temp.path() $$, '42501', null, 'nor does it move [S-07 S-11 -]');
select lives_ok($$ update storage.objects set last_accessed_at = now() where name = pg_temp.path() $$, 'what is no part of it may change [S-11 +]');
set local storage.allow_delete_query = 'true';
select throws_ok($$ delete from storage.objects where name = pg_temp.path() $$, '42501', null, 'it is not taken away while its document stands [S-11 -]');
insert into storage.buckets (id, name) values ('avatars', 'avatars');
select is(pg_temp.stored('me.png', bucket => 'avatars'), 'stored', 'other buckets are the application''s [S-11 +]');
select throws_ok($$ update storage.objects set bucket_id = 'patient-documents' where name = 'me.png' $$, '42501', null, 'and nothing moves over from one [S-11 -]');

select * from finish();
rollback;
