-- audit.access_payload: what the hmac of a record signs, from the columns that were read out of it: an auditor recomputes both. A disclosed row, whose
-- key has a negative number, signs bytes (authz.log_disclosure); every other record the text of an array.
create or replace function audit.access_payload(entry audit.access_log)
  returns bytea
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- A moment that is none is no reason to stop either: nobody signed it.
  v_fields constant text[] := array[
    case when isfinite(entry.occurred_at) then (extract(epoch from entry.occurred_at) * 1000000)::bigint::text else 'never' end,
    case when isfinite(entry.statement_at) then (extract(epoch from entry.statement_at) * 1000000)::bigint::text else 'never' end,
    case when isfinite(entry.transaction_at) then (extract(epoch from entry.transaction_at) * 1000000)::bigint::text else 'never' end,
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
  ];
begin
  if entry.key_id > 0 then
    return convert_to(v_fields::text, 'UTF8');
  end if;
  return timestamptz_send(entry.occurred_at)
    || uuid_send(entry.organisation_id)
    || uuid_send(coalesce(entry.row_id, '00000000-0000-0000-0000-000000000000'))
    || uuid_send(coalesce(entry.patient_id, '00000000-0000-0000-0000-000000000000'))
    || timestamptz_send(entry.transaction_at)
    -- Nor is a process that is none.
    || case when entry.backend_pid between 0 and 2147483647 then int4send(entry.backend_pid::integer) else int8send(entry.backend_pid) end
    || convert_to((v_fields[2:2] || v_fields[5:9] || v_fields[11:20])::text, 'UTF8');
end
$$;
comment on function audit.access_payload(audit.access_log) is
  'The bytes that the hmac of a record of the access log signs. [N-35]';
revoke all on function audit.access_payload(audit.access_log) from public;
grant execute on function audit.access_payload(audit.access_log) to cordon_definer;
