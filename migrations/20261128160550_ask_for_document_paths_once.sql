-- migrate:up
-- Why: the policies of Storage ask the one function, and the two that it stands in for go
-- Access: 4 changed
--   ~ policy cordon_documents_upload on storage.objects
--   ~ policy cordon_documents_insert_fence on storage.objects
--   ~ policy cordon_documents_sign on storage.objects
--   ~ policy cordon_documents_select_fence on storage.objects
--   widens: clinic staff can add to storage.objects in other rows: no longer only where bucket_id is distinct from 'patient-documents' or (('storage.object.upload' = storage.operation() or 'storage.object.sign_upload_url' = storage.operation() or 'storage.tus.upload.create' = storage.operation() or 'storage.tus.upload.part' = storage.operation() or 'object.upload' = storage.operation() or 'object.sign_upload_url' = storage.operation() or 'tus.upload.create' = storage.operation() or 'tus.upload.part' = storage.operation()) and name = any (authz.uploadable_paths())), and 2 more; now only where name = any (authz.document_paths('upload', storage.operation()))
--   widens: clinic staff can read storage.objects in other rows: no longer only where bucket_id is distinct from 'patient-documents' or (('storage.object.sign' = storage.operation() or 'storage.object.sign_many' = storage.operation() or 'object.sign' = storage.operation() or 'object.sign_many' = storage.operation()) and name = any (authz.signable_paths())), and 2 more; now only where name = any (authz.document_paths('sign', storage.operation()))
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE storage.objects

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Policies of a table that is the platform's: no source composes them.
alter policy cordon_documents_upload on storage.objects
  with check (
    bucket_id = 'patient-documents'
    and name = any ((select authz.document_paths('upload', storage.operation()))::text[])
  );
alter policy cordon_documents_insert_fence on storage.objects
  with check (
    bucket_id is distinct from 'patient-documents'
    or name = any ((select authz.document_paths('upload', storage.operation()))::text[])
  );
alter policy cordon_documents_sign on storage.objects
  using (
    bucket_id = 'patient-documents'
    and name = any ((select authz.document_paths('sign', storage.operation()))::text[])
  );
alter policy cordon_documents_select_fence on storage.objects
  using (
    bucket_id is distinct from 'patient-documents'
    or name = any ((select authz.document_paths('sign', storage.operation()))::text[])
  );

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

comment on policy definer_select on public.document_read_tickets is
  'definer functions may read every row (authz.document_paths, public.redeem_read_ticket, authz.revoke_read_tickets: whether a ticket still opens its document; authz.simulate: explains a decision by what it depends on). [N-08, N-50, S-09]';

comment on policy definer_select on public.document_upload_grants is
  'definer functions may read every row (authz.document_paths, authz.tg_objects__uploaded: whether a grant stands for an object; authz.simulate: explains a decision by what it depends on). [N-08, S-08]';

drop function authz.signable_paths();
drop function authz.uploadable_paths();

-- migrate:down
