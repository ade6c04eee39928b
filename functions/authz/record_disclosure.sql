-- authz.record_disclosure: writes down to whom data of a patient went, in the transaction that hands it out: what is not recorded does not leave.
create or replace function authz.record_disclosure(
  organisation_id uuid, patient_id uuid, recipient_kind text, recipient_organisation_id uuid, purpose text, content text[],
  source_table text, source_id uuid default null, content_sha256 text default null, recipient_name text default null,
  legal_ground text default null, disclosed_at timestamptz default null
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into public.disclosures (
    organisation_id, patient_id, recipient_kind, recipient_organisation_id, recipient_user_id, purpose, content, source_table, source_id,
    content_sha256, recipient_name, legal_ground, disclosed_at
  )
  values (
    record_disclosure.organisation_id, record_disclosure.patient_id, record_disclosure.recipient_kind,
    record_disclosure.recipient_organisation_id, case when starts_with(record_disclosure.source_table, 'public.export_') then authz.user_id() end,
    record_disclosure.purpose, record_disclosure.content, record_disclosure.source_table, record_disclosure.source_id,
    record_disclosure.content_sha256, record_disclosure.recipient_name, record_disclosure.legal_ground,
    coalesce(record_disclosure.disclosed_at, clock_timestamp())
  );
end
$$;
comment on function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) is
  'Writes a row of disclosures; the login that took it is noted for exports. [N-37]';
alter function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) owner to cordon_definer;
revoke all on function authz.record_disclosure(uuid, uuid, text, uuid, text, text[], text, uuid, text, text, text, timestamptz) from public;
