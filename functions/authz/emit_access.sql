-- authz.emit_access: writes one record into the WAL, where neither ROLLBACK nor an error takes it back and a READ ONLY transaction may write, too.
-- Signed, since whoever can call pg_logical_emit_message can write there: key id (8 bytes), HMAC-SHA-256 (32), and what is signed, the text of an
-- array (audit.access_payload reads it back). RFC 2104 over sha256(): the pads are computed when a key is made.
-- Private: whoever could call it could have anything signed. A comprehensive decision is on disk before its rows are disclosed, from PostgreSQL 17 on.
create or replace function authz.emit_access(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid
)
  returns pg_lsn
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_record constant record := authz.access_fields(realm, membership, table_name, operation, level, outcome, reason, row_id, patient_id);
  v_payload constant bytea := convert_to(v_record.fields::text, 'UTF8');
  v_content constant bytea :=
    int8send(v_record.key_id) || sha256(v_record.outer_pad || sha256(v_record.inner_pad || v_payload)) || v_payload;
begin
  -- RETURN, not PERFORM: that is a query.
  if level = 'comprehensive' and outcome = 'allowed' and nullif(current_setting('server_version_num'), '')::integer >= 170000 then
    return pg_logical_emit_message(false, 'cordon.access', v_content, true);
  end if;
  return pg_logical_emit_message(false, 'cordon.access', v_content);
end
$$;
comment on function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) is
  'Signs a record of the access log and writes it into the WAL; its position there. [N-29, N-35, N-47]';
alter function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;
