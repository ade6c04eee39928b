-- authz.access_fields: what a record of the access log says, in the order in which it is signed (audit.access_payload reads it back), and the key
-- that signs it: one query for the key and the header that the deployment trusts, since every record takes both.
-- Of the client itself it takes what stands in the token, already verified, and what it says of its request, bounded.
create or replace function authz.access_fields(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid, out fields text[], out key_id bigint, out inner_pad bytea, out outer_pad bytea
)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_trusted_header text;
  v_headers jsonb;
  v_address inet;
begin
  select k.key_id, k.inner_pad, k.outer_pad, d.trusted_address_header
    into strict key_id, inner_pad, outer_pad, v_trusted_header
    from audit.access_keys as k
    left join authz.deployment_settings as d on true
   order by k.key_id desc
   limit 1;
  begin
    v_headers := nullif(current_setting('request.headers', true), '')::jsonb;
  exception
    when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
      null; -- illegible ones say nothing
  end;
  if v_trusted_header is not null then
    v_address := authz.client_address();
  end if;
  fields := array[
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
  'What a record of the access log says, 22 texts in the order of docs/access-log.md, and the key that signs it. [N-35]';
revoke all on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;
grant execute on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) to cordon_definer;
