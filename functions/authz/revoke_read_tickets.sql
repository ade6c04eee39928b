-- authz.revoke_read_tickets: of the live tickets of a document, those that their holder would not be given now. Signing asks the rules again
-- anyway; this is what is written down, in the transaction that closes.
create or replace function authz.revoke_read_tickets(organisation_id uuid, document_id uuid)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update public.document_read_tickets as t
     set revoked_at = clock_timestamp()
   where t.organisation_id = revoke_read_tickets.organisation_id
     and t.document_id = revoke_read_tickets.document_id
     and t.revoked_at is null
     and t.expires_at > clock_timestamp()
     and not authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose);
end
$$;
comment on function authz.revoke_read_tickets(uuid, uuid) is
  'Revokes the live read tickets of a document that its rules no longer give. [N-50, S-09]';
alter function authz.revoke_read_tickets(uuid, uuid) owner to cordon_definer;
revoke all on function authz.revoke_read_tickets(uuid, uuid) from public;
