-- migrate:up
-- Why: one private bucket whose files come on a grant, stay as they are, and are signed on a ticket, whoever asks Storage.
-- Access: +7 policies
--   + policy cordon_documents_upload on storage.objects: insert to authenticated
--   + policy cordon_documents_sign on storage.objects: select to authenticated
--   + policy cordon_documents_insert_fence on storage.objects: restrictive, insert to authenticated
--   + policy cordon_documents_select_fence on storage.objects: restrictive, select to authenticated
--   + policy cordon_documents_update_fence on storage.objects: restrictive, update to authenticated
--   + policy cordon_documents_delete_fence on storage.objects: restrictive, delete to authenticated
--   + policy cordon_documents_fence on storage.objects: restrictive, all to everyone (PUBLIC)
-- Locks: 2 existing tables, until the migration commits
--   ACCESS EXCLUSIVE storage.objects
--   SHARE ROW EXCLUSIVE storage.buckets

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The bucket. Where one of the name stood before, it is made private; what lay in it stays with whoever holds the server's key.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (
  'patient-documents', 'patient-documents', false, 52428800,
  '{application/pdf,application/dicom,image/jpeg,image/png,image/heic,image/tiff}'
)
on conflict (id) do update
  set public = false, file_size_limit = excluded.file_size_limit, allowed_mime_types = excluded.allowed_mime_types;

-- Triggers and policies of tables that are the platform's: its owner alone could comment on them or enable them ALWAYS. After the row: what
-- other triggers make of it is what is judged.
create trigger cordon_uploaded
  after insert on storage.objects
  for each row
  when (new.bucket_id = 'patient-documents')
  execute function authz.tg_objects__uploaded();

create trigger cordon_kept_update
  after update on storage.objects
  for each row
  when (old.bucket_id = 'patient-documents' or new.bucket_id = 'patient-documents')
  execute function authz.tg_objects__kept();

create trigger cordon_kept_delete
  after delete on storage.objects
  for each row
  when (old.bucket_id = 'patient-documents')
  execute function authz.tg_objects__kept();

create trigger cordon_no_truncate
  before truncate on storage.objects
  for each statement
  execute function authz.tg__no_truncate('storage.objects');

create trigger cordon_private_update
  after update on storage.buckets
  for each row
  when (old.id = 'patient-documents' or new.id = 'patient-documents')
  execute function authz.tg_buckets__private();

create trigger cordon_private_delete
  after delete on storage.buckets
  for each row
  when (old.id = 'patient-documents')
  execute function authz.tg_buckets__private();

create trigger cordon_no_truncate
  before truncate on storage.buckets
  for each statement
  execute function authz.tg__no_truncate('storage.buckets');

-- What opens: one name, on a grant, to upload; one name, on a ticket, to sign. What closes stands beside it, so that no policy that
-- somebody adds opens more.
create policy cordon_documents_upload on storage.objects
  for insert to authenticated
  with check (
    bucket_id = 'patient-documents'
    and name = any ((select authz.document_paths('upload', storage.operation()))::text[])
  );
create policy cordon_documents_sign on storage.objects
  for select to authenticated
  using (
    bucket_id = 'patient-documents'
    and name = any ((select authz.document_paths('sign', storage.operation()))::text[])
  );

create policy cordon_documents_insert_fence on storage.objects
  as restrictive for insert to authenticated
  with check (
    bucket_id is distinct from 'patient-documents'
    or name = any ((select authz.document_paths('upload', storage.operation()))::text[])
  );
create policy cordon_documents_select_fence on storage.objects
  as restrictive for select to authenticated
  using (
    bucket_id is distinct from 'patient-documents'
    or name = any ((select authz.document_paths('sign', storage.operation()))::text[])
  );
create policy cordon_documents_update_fence on storage.objects
  as restrictive for update to authenticated
  using (bucket_id is distinct from 'patient-documents')
  with check (bucket_id is distinct from 'patient-documents');
create policy cordon_documents_delete_fence on storage.objects
  as restrictive for delete to authenticated
  using (bucket_id is distinct from 'patient-documents');
-- Whoever else is let into Storage, now or one day.
create policy cordon_documents_fence on storage.objects
  as restrictive for all to public
  using (bucket_id is distinct from 'patient-documents' or current_user = 'authenticated')
  with check (bucket_id is distinct from 'patient-documents' or current_user = 'authenticated');

-- migrate:down
