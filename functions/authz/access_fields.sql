-- authz.access_fields: what a record of the access log says, in the order in which it is signed (audit.access_payload reads it back).
-- Of the client itself it takes what stands in the token, already verified, and what it says of its request, bounded.
create or replace function authz.access_fields(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid
)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_headers jsonb;
  v_address inet;
begin
  if current_setting('request.headers', true) <> '' then
    v_headers := authz.request_headers();
    v_address := authz.client_address();
  end if;
  return array[
    trunc(extract(epoch from clock_timestamp()) * 1000000)::text,
    trunc(extract(epoch from statement_timestamp()) * 1000000)::text,
    trunc(extract(epoch from now()) * 1000000)::text,
    pg_backend_pid()::text,
    pg_current_xact_id_if_assigned()::text,
    realm,
    membership.user_id::text,
    membership.session_id::text,
    membership.role,
    membership.organisation_id::text,
    table_name,
    operation,
    level,
    outcome,
    reason,
    authz.printable(coalesce(nullif(current_setting('app.purpose', true), ''), v_headers ->> 'x-purpose'), 100),
    authz.printable(coalesce(nullif(current_setting('app.justification', true), ''), v_headers ->> 'x-justification'), 500),
    host(v_address),
    case when v_address is null then 'unknown' else 'edge' end,
    authz.printable(v_headers ->> 'user-agent', 400),
    row_id::text,
    patient_id::text
  ];
end
$$;
comment on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) is
  'What a record of the access log says, 22 texts in the order of docs/access-log.md. [N-35]';
revoke all on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;
grant execute on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) to cordon_definer;
