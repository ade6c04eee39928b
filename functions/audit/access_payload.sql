-- audit.access_payload: what the hmac of a record signs, from the columns that were read out of it: an auditor recomputes both.
create or replace function audit.access_payload(entry audit.access_log)
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return array[
    (extract(epoch from entry.occurred_at) * 1000000)::bigint::text,
    (extract(epoch from entry.statement_at) * 1000000)::bigint::text,
    (extract(epoch from entry.transaction_at) * 1000000)::bigint::text,
    entry.backend_pid::text,
    entry.transaction_id::text,
    entry.realm,
    entry.user_id::text,
    entry.session_id::text,
    entry.role,
    nullif(entry.organisation_id, '00000000-0000-0000-0000-000000000000')::text,
    entry.table_name,
    entry.operation,
    entry.audit_level,
    entry.outcome,
    entry.reason,
    entry.purpose,
    entry.justification,
    host(entry.client_address),
    entry.address_source,
    entry.user_agent,
    entry.row_id::text,
    entry.patient_id::text
  ]::text;
end
$$;
comment on function audit.access_payload(audit.access_log) is
  'The text that the hmac of a record of the access log signs. [N-35]';
revoke all on function audit.access_payload(audit.access_log) from public;
grant execute on function audit.access_payload(audit.access_log) to cordon_definer;
