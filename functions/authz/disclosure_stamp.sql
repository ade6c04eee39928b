-- authz.disclosure_stamp: what the records of all rows that one statement discloses have in common, made once (InitPlan), and what signs them: two keys
-- derived from the newest for these words in this transaction of this session, so that a row takes no look at a key. In order: number of the key,
-- negative (8 bytes), inner key (32), outer key (32), start of the transaction (8), process (4), and the words, the text of an array.
-- Whoever got hold of one could sign with it that its own session was shown more rows, about when its transaction was (audit.read_payload): nothing
-- else.
create or replace function authz.disclosure_stamp(realm text, table_name text, operation text)
  returns bytea
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
  v_record record;
  v_shared bytea;
begin
  if pg_is_in_recovery() then
    return null;
  end if;
  -- Verified here too: between the decision and the first row a caller can have put on other claims, and would sign as whomever they name.
  v_caller := authz.caller();
  if v_caller.user_id is null and not authz.is_system() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  v_record := authz.access_fields(
    realm,
    row(v_caller.user_id, v_caller.session_id, null, null),
    table_name, operation, 'comprehensive', 'disclosed', null, null, null
  );
  v_shared := timestamptz_send(now()) || int4send(pg_backend_pid())
    || convert_to((v_record.fields[2:2] || v_record.fields[5:9] || v_record.fields[11:20])::text, 'UTF8');
  return int8send(-v_record.key_id)
    || sha256(v_record.outer_pad || sha256(v_record.inner_pad || convert_to('inner', 'UTF8') || v_shared))
    || sha256(v_record.outer_pad || sha256(v_record.inner_pad || convert_to('outer', 'UTF8') || v_shared))
    || v_shared;
end
$$;
comment on function authz.disclosure_stamp(text, text, text) is
  'What the records of the rows of one statement share, and the keys that sign them; NULL on a standby, 42501 for a caller without a live session. Asked by policies, for authz.log_disclosure. [N-35, N-47]';
alter function authz.disclosure_stamp(text, text, text) owner to cordon_definer;
revoke all on function authz.disclosure_stamp(text, text, text) from public;
grant execute on function authz.disclosure_stamp(text, text, text) to authenticated, internal_ops;
