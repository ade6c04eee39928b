-- authz.tg_documents__closed: whatever may have closed a document (its state, its patient's, a consent) takes its tickets back at once.
create or replace function authz.tg_documents__closed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if (new.status, new.archived_at, new.treatment_consent_until, new.patient_status)
    is distinct from (old.status, old.archived_at, old.treatment_consent_until, old.patient_status)
  then
    perform authz.revoke_read_tickets(new.organisation_id, new.id);
  end if;
  return null;
end
$$;
comment on function authz.tg_documents__closed() is
  'Revokes read tickets in the transaction that closes a document to their holders. [N-50, S-09]';
alter function authz.tg_documents__closed() owner to cordon_definer;
revoke all on function authz.tg_documents__closed() from public;
