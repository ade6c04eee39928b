-- authz.log_row: writes down a row that a comprehensive rule is about to disclose, and discloses it. It stands last, in a CASE behind
-- every other condition: a bare last AND is reordered by cost, and would tell of rows that nobody saw.
create or replace function authz.log_row(
  realm text, table_name text, operation text, organisation_id uuid, id uuid, patient_id uuid
)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 100000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  if pg_is_in_recovery() then
    return false;
  end if;
  perform authz.emit_access(
    realm,
    row((v_claims ->> 'sub')::uuid, nullif(v_claims ->> 'session_id', '')::uuid, organisation_id, null),
    table_name, operation, 'comprehensive', 'disclosed', null, id, patient_id
  );
  return true;
end
$$;
comment on function authz.log_row(text, text, text, uuid, uuid, uuid) is
  'True, after a record of the row; false on a standby. Asked by policies behind all their conditions. [N-35, N-47]';
alter function authz.log_row(text, text, text, uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.log_row(text, text, text, uuid, uuid, uuid) from public;
grant execute on function authz.log_row(text, text, text, uuid, uuid, uuid) to authenticated, internal_ops;
