-- public.issue_upload_grant: what is granted, and each thing that cannot be.
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

select matches(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), '^a0000000-0000-7000-8000-000000000001/a3000000-0000-7000-8000-000000000001/[0-9a-f-]{36}/[0-9a-f-]{36}$', 'reception is granted a path of organisation and patient [S-07 S-08 +]');
select results_eq(
  $$ select g.user_id::text, g.session_id::text, g.content_type, g.size_bytes, g.used_at is null, g.expires_at - g.created_at between interval '14 minutes' and interval '16 minutes', d.status
     from public.document_upload_grants as g join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id where d.file_name = 'a.pdf' $$,
  $$ values ('a1000000-0000-7000-8000-000000000005', 'a1000000-0000-7000-9000-000000000005', 'application/pdf', 10::bigint, true, true, 'pending') $$,
  'for its holder and session, fifteen minutes, type and size [S-08 +]');
select isnt(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), 'each grant is for a path of its own [S-08 +]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('b3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), 'CD010', 'no patient of another clinic [S-04 S-08 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000004', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), 'CD010', 'nor an inactive one [S-08 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('00000000-0000-7000-8000-00000000dead', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), 'CD010', 'nor one that is none [S-08 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', '', 'application/pdf', 10) ->> 'path' $$), 'CD050', 'no name is no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', '   ', 'application/pdf', 10) ->> 'path' $$), 'CD050', 'blanks is no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', '../a.pdf', 'application/pdf', 10) ->> 'path' $$), 'CD050', 'a path is no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a' || chr(92) || 'b', 'application/pdf', 10) ->> 'path' $$), 'CD050', 'a path of Windows is no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a' || chr(8238) || chr(7), 'application/pdf', 10) ->> 'path' $$), 'CD050', 'a sign that nobody sees is no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'laudo' || chr(8238) || 'fdp.exe', 'application/pdf', 10) ->> 'path' $$), 'CD050', 'what turns the direction is in no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'lau' || chr(8203) || 'do.pdf', 'application/pdf', 10) ->> 'path' $$), 'CD050', 'what has no width is in no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', '.', 'application/pdf', 10) ->> 'path' $$), 'CD050', 'a dot is no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', repeat('a', 201), 'application/pdf', 10) ->> 'path' $$), 'CD050', 'too long a name is no name of a file [S-07 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', '4111 1111 1111 1111.pdf', 'application/pdf', 10) ->> 'path' $$), 'CD016', 'nor is a card number [S-37 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'finding', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), 'CD050', 'an unknown kind [S-08 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'pdf', 10) ->> 'path' $$), 'CD050', 'no type [S-08 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 0) ->> 'path' $$), 'CD050', 'no bytes [S-08 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 52428801) ->> 'path' $$), 'CD050', 'more bytes than the bucket takes [S-08 -]');
select is(pg_temp.tried('authenticated', 'e1000000-0000-7000-8000-000000000002', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), '42501', 'who is no member [S-08 -]');
select is(pg_temp.tried('authenticated', 'a1000000-0000-7000-8000-000000000021', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), '42501', 'whose membership was revoked [S-08 -]');
select is(pg_temp.tried('service_role', 'a1000000-0000-7000-8000-000000000005', $$ select public.issue_upload_grant('a3000000-0000-7000-8000-000000000001', 'report', 'a.pdf', 'application/pdf', 10) ->> 'path' $$), '42501', 'the key of the server grants itself nothing [S-05 S-08 -]');

select * from finish();
rollback;
