-- authz.access_fields: what a record of the access log says, in the order in which it is signed (audit.access_payload reads it back). What the client
-- says of its request is bounded; of itself there is only what stands in the token. In SQL, for the reason of authz.printable.
create or replace function authz.access_fields(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid, headers jsonb, client_address inet
)
  returns text[]
  language sql
  volatile
  parallel unsafe
  return array[
    trunc(extract(epoch from clock_timestamp()) * 1000000)::text,
    trunc(extract(epoch from statement_timestamp()) * 1000000)::text,
    trunc(extract(epoch from now()) * 1000000)::text,
    pg_backend_pid()::text,
    pg_current_xact_id_if_assigned()::text,
    realm,
    (membership).user_id::text,
    (membership).session_id::text,
    (membership).role,
    (membership).organisation_id::text,
    table_name,
    operation,
    level,
    outcome,
    reason,
    authz.printable(coalesce(nullif(current_setting('app.purpose', true), ''), headers ->> 'x-purpose'), 100),
    authz.printable(coalesce(nullif(current_setting('app.justification', true), ''), headers ->> 'x-justification'), 500),
    host(client_address),
    case when client_address is null then 'unknown' else 'edge' end,
    authz.printable(headers ->> 'user-agent', 400),
    row_id::text,
    patient_id::text
  ];
comment on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid, jsonb, inet) is
  'What a record of the access log says, 22 texts in the order of docs/access-log.md. [N-35]';
revoke all on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid, jsonb, inet) from public;
grant execute on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid, jsonb, inet) to cordon_definer;
