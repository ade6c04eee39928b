-- authz.document_paths: which paths are whose, for what Storage was asked for.
begin;
select plan(23);

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
/* Callers have no USAGE on authz: a policy calls for them. */
create function pg_temp.paths(user_id text, verb text, operation text) returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'), 'amr', '[{"method": "password"}]'::jsonb)::text, true);
  return authz.document_paths(verb, operation)::text;
end
$$;
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

select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'storage.object.upload'), '{' || pg_temp.path() || '}', 'who holds a grant may upload to its path [S-08 S-11 +]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'object.upload'), '{' || pg_temp.path() || '}', 'object.upload is an upload [S-08 +]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'object.sign_upload_url'), '{' || pg_temp.path() || '}', 'object.sign_upload_url is an upload [S-08 +]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'storage.tus.upload.create'), '{' || pg_temp.path() || '}', 'storage.tus.upload.create is an upload [S-08 +]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'tus.upload.part'), '{' || pg_temp.path() || '}', 'tus.upload.part is an upload [S-08 +]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'storage.object.sign'), '{}', 'storage.object.sign is none [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'object.get_authenticated'), '{}', 'object.get_authenticated is none [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'storage.storage.object.upload'), '{}', 'storage.storage.object.upload is none [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'object.uploads'), '{}', 'object.uploads is none [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'object.upload '), '{}', 'object.upload  is none [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', ''), '{}', 'nothing is none [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', null), '{}', 'nor is NULL [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'list', 'object.upload'), '{}', 'a verb that is none opens nothing [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000005', 'upload', 'object.upload'), '{}', 'nobody else may [S-08 S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'sign', 'object.sign'), '{}', 'and signs nothing without a ticket [S-09 -]');
savepoint expired;
update public.document_upload_grants set expires_at = clock_timestamp() where document_id = pg_temp.document();
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'object.upload'), '{}', 'nor once the grant has expired [S-08 -]');
rollback to savepoint expired;
do $do$ begin perform pg_temp.stored(pg_temp.path()); end $do$;
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'upload', 'object.upload'), '{}', 'nor once it is used [S-08 -]');
do $do$ begin perform pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000002', $$ select public.issue_read_ticket('aa200000-0000-7000-8000-000000000001') $$); end $do$;
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'sign', 'storage.object.sign'), (select '{' || object_path || '}' from public.documents where id = 'aa200000-0000-7000-8000-000000000001'), 'who holds a ticket has its path signed [S-09 S-11 +]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'sign', 'object.sign_many'), (select '{' || object_path || '}' from public.documents where id = 'aa200000-0000-7000-8000-000000000001'), 'among others too [S-09 +]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'sign', 'object.upload'), '{}', 'and not where Storage is asked for something else [S-11 -]');
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000003', 'sign', 'object.sign'), '{}', 'a colleague has not [S-09 -]');
savepoint closed;
update public.consents set status = 'withdrawn' where patient_id = 'a3000000-0000-7000-8000-000000000001' and status = 'active';
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'sign', 'object.sign'), '{}', 'nor the holder once the consent is withdrawn [N-50 S-09 -]');
rollback to savepoint closed;
update public.document_read_tickets set revoked_at = now() where document_id = 'aa200000-0000-7000-8000-000000000001';
select is(pg_temp.paths('a1000000-0000-7000-8000-000000000002', 'sign', 'object.sign'), '{}', 'nor once it was revoked [S-09 -]');

select * from finish();
rollback;
