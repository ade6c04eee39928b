-- authz.may_read_document: whether a document opens to somebody at this moment: it is active, and the rules of documents show it to them.
-- The rules are asked again whenever something is to be signed, so that a ticket opens nothing that has closed since.
create or replace function authz.may_read_document(
  organisation_id uuid, document_id uuid, realm text, user_id uuid, purpose text
)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
      select
      from public.documents as d
      where d.organisation_id = may_read_document.organisation_id
        and d.id = may_read_document.document_id
        and d.status = 'active'
        and d.archived_at is null
    )
    and (
      authz.simulate(
        'documents', 'SELECT', document_id, realm, user_id, organisation_id, authz.now(), authz.client_address(), purpose
      ) ->> 'allowed'
    )::boolean;
end
$$;
comment on function authz.may_read_document(uuid, uuid, text, uuid, text) is
  'Whether a document is active and its rules show it to a user of a realm now. [S-09, S-11, N-50]';
alter function authz.may_read_document(uuid, uuid, text, uuid, text) owner to cordon_definer;
revoke all on function authz.may_read_document(uuid, uuid, text, uuid, text) from public;
