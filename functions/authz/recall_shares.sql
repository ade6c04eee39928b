-- authz.recall_shares: what was handed out under a consent is taken back in the transaction that ends it (N-50): names in jobs
-- of transport companies. Tickets that open documents are taken back by authz.tg_documents__closed.
create or replace function authz.recall_shares(organisation_id uuid, patient_id uuid, purpose text)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Who drives learns no longer who is driven.
  if recall_shares.purpose = 'transfer_disclosure' then
    perform authz.forget_passengers(
      recall_shares.organisation_id, recall_shares.patient_id,
      coalesce(authz.transfer_consent_until(recall_shares.organisation_id, recall_shares.patient_id), '-infinity')
    );
  end if;
end
$$;
comment on function authz.recall_shares(uuid, uuid, text) is
  'Takes back what was shared of a patient for a purpose, as far as no consent in force covers it any more. [N-24, N-50]';
alter function authz.recall_shares(uuid, uuid, text) owner to cordon_definer;
revoke all on function authz.recall_shares(uuid, uuid, text) from public;
