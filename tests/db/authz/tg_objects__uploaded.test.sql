-- authz.tg_objects__uploaded: an object comes into the bucket on a grant: that of its document, path and login, once, while their membership and session last.
begin;
select plan(16);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What is answered after each of these, one after the other, in one block that takes them back: `as 02` is a member of the clinic from then on, `server`
-- nobody, `raw table` lets the next pass by the table's triggers.
create function pg_temp.after(asked text, variadic steps text[]) returns text language plpgsql as $$
declare
  v_said text;
  v_step text;
  v_raw text;
begin
  begin
    foreach v_step in array steps loop
      if v_step ~ '^as ' then
        perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || right(v_step, 2),
          'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || right(v_step, 2))::text, true);
      elsif v_step = 'server' then
        perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
      elsif v_step ~ '^raw ' then
        v_raw := split_part(v_step, ' ', 2);
        execute format('alter table public.%I disable trigger user', v_raw);
      else
        execute v_step;
        if v_raw is not null then
          execute format('alter table public.%I enable trigger user', v_raw);
          v_raw := null;
        end if;
      end if;
    end loop;
    perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
    execute 'select ' || asked into v_said;
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then null;
    when others then v_said := sqlstate || ' ' || sqlerrm;
  end;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return v_said;
end
$$;
-- A grant of a doctor's, and in the other clinic a document, and a grant, under the same ids.
create function pg_temp.granted(organisation uuid, n text, patient uuid) returns void language sql as $$
  insert into public.documents (organisation_id, id, patient_id, kind, file_name) values (organisation, ('00000000-0000-7000-8000-0000000000' || n)::uuid, patient, 'report', 'a.pdf');
  insert into public.document_upload_grants (organisation_id, id, patient_id, document_id, user_id, session_id, content_type, size_bytes, expires_at)
  values (organisation, ('00000000-0000-7000-8000-0000000000' || n)::uuid, patient, ('00000000-0000-7000-8000-0000000000' || n)::uuid, 'a1000000-0000-7000-8000-000000000002', 'a1000000-0000-7000-9000-000000000002', 'application/pdf', 10, now() + interval '1 hour');
$$;
do $do$
begin
  alter table public.documents disable trigger user;
  alter table public.document_upload_grants disable trigger user;
  perform pg_temp.granted('a0000000-0000-7000-8000-000000000001', 'd1', 'a3000000-0000-7000-8000-000000000001');
  perform pg_temp.granted('a0000000-0000-7000-8000-000000000001', 'd2', 'a3000000-0000-7000-8000-000000000001');
  perform pg_temp.granted('b0000000-0000-7000-8000-000000000001', 'd1', 'b3000000-0000-7000-8000-000000000001');
  alter table public.documents enable trigger user;
  alter table public.document_upload_grants enable trigger user;
end
$do$;
create function pg_temp.bring(n text default 'd1', path text default null, more text default 'null', clinic text default 'a') returns text language sql as $$
  select format('insert into storage.objects (bucket_id, name, owner_id, version, metadata, user_metadata) select ''patient-documents'', %s, ''a1000000-0000-7000-8000-000000000002'', ''1'', ''{"mimetype": "application/pdf", "size": 10}'', %s from public.documents as d where d.organisation_id::text like %L and d.id = ''00000000-0000-7000-8000-0000000000%s''',
    coalesce(path, 'd.object_path'), more, clinic || '%', n)
$$;
create function pg_temp.set(relation text, what text, n text default 'd1', clinic text default 'a') returns text language sql as $$
  select format('update public.%I set %s where organisation_id::text like %L and id = ''00000000-0000-7000-8000-0000000000%s''', relation, what, clinic || '%', n)
$$;
-- How the documents stand, and whose grants are used.
create function pg_temp.stands() returns text language sql as $$
  select string_agg(concat_ws(' ', left(d.organisation_id::text, 1), right(d.id::text, 2), d.status, d.size_bytes, case when g.used_at is not null then 'used' end), ', ' order by d.organisation_id, d.id)
  from public.documents as d join public.document_upload_grants as g on g.organisation_id = d.organisation_id and g.document_id = d.id where d.id::text like '00000000-0000-7000-8000-0000000000d%'
$$;

select is(pg_temp.after('pg_temp.stands()', pg_temp.bring()), 'a d1 uploaded 10 used, a d2 pending, b d1 pending',
  'it comes, and is of that document of that clinic alone, whose grant is used [S-07 S-08 +]');
select is(pg_temp.after('pg_temp.stands()', pg_temp.bring(), pg_temp.bring('d2')), 'a d1 uploaded 10 used, a d2 uploaded 10 used, b d1 pending',
  'another comes on its own grant [S-08 +]');
select is(pg_temp.after('pg_temp.stands()', pg_temp.bring(path => 'left(d.object_path, 111) || gen_random_uuid()')), '42501 no grant stands for this upload',
  'nothing comes under another name than was granted [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', pg_temp.bring(path => 'replace(d.object_path, ''0000000000d1'', ''0000000000d2'')')), '42501 no grant stands for this upload',
  'nor under another document''s [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', 'raw document_upload_grants', pg_temp.set('document_upload_grants', 'used_at = now()'), pg_temp.bring()), '42501 no grant stands for this upload',
  'nor on a grant that was used [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', 'raw document_upload_grants', pg_temp.set('document_upload_grants', 'archived_at = now()'), pg_temp.bring()), '42501 no grant stands for this upload',
  'nor on one that was put away [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', 'raw documents', pg_temp.set('documents', 'archived_at = now()'), pg_temp.bring()), '42501 no grant stands for this upload',
  'nor for a document that was put away [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', 'raw document_upload_grants', pg_temp.set('document_upload_grants', 'expires_at = now() - interval ''1 hour'', created_at = now() - interval ''2 hours'''), pg_temp.bring()), '42501 no grant stands for this upload',
  'nor when its time is over [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', 'raw organisation_members', 'update public.organisation_members set is_active = false where organisation_id::text like ''a%'' and user_id = ''a1000000-0000-7000-8000-000000000002''', pg_temp.bring()), '42501 no grant stands for this upload',
  'nor of one who has left [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', 'raw organisation_members', 'update public.organisation_members set is_active = false where organisation_id::text like ''a%'' and user_id = ''a1000000-0000-7000-8000-000000000002''', 'raw organisation_members', 'insert into public.organisation_members (organisation_id, user_id, role, accepted_at) values (''b0000000-0000-7000-8000-000000000001'', ''a1000000-0000-7000-8000-000000000002'', ''doctor'', now())', pg_temp.bring()), '42501 no grant stands for this upload',
  'though they work for another clinic [S-05 S-08 -]');
select is(pg_temp.after('pg_temp.stands()', 'raw document_upload_grants', pg_temp.set('document_upload_grants', 'session_id = ''a1000000-0000-7000-9000-0000000000ff'''), pg_temp.bring()), '42501 no grant stands for this upload',
  'nor of one who has signed out [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', 'raw document_upload_grants', pg_temp.set('document_upload_grants', 'session_id = ''a1000000-0000-7000-9000-000000000003'''), pg_temp.bring()), '42501 no grant stands for this upload',
  'nor in the session of another login [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', pg_temp.bring(more => '''{}''')), 'a d1 uploaded 10 used, a d2 pending, b d1 pending',
  'no words of the uploader are none [S-08 +]');
select is(pg_temp.after('pg_temp.stands()', 'raw document_upload_grants', pg_temp.set('document_upload_grants', 'size_bytes = 0'), replace(pg_temp.bring(), '"size": 10', '"size": 0')), '23514 new row for relation "document_upload_grants" violates check constraint "document_upload_grants_size_bytes_check"',
  'nobody is granted an empty file [S-08 -]');
select is(pg_temp.after('pg_temp.stands()', replace(pg_temp.bring(), '"size": 10', '"contentLength": 10')), 'a d1 uploaded 10 used, a d2 pending, b d1 pending',
  'its size may be told by another name [S-08 +]');
select is(pg_temp.after('pg_temp.stands()', replace(pg_temp.bring(), '{"mimetype": "application/pdf", "size": 10}', '{}')), 'a d1 uploaded used, a d2 pending, b d1 pending',
  'who is asked before the file is there says neither type nor size [S-08 +]');

select * from finish();
rollback;
