-- authz.access_stamp: what the records of all rows that one statement discloses have in common, made once (InitPlan): what stands before the
-- organisation, what stands between it and the row, and a signature over both. Whoever calls authz.log_row with words of their own would have
-- them signed; it takes a stamp of the same transaction of the same session only, where it tells of nobody but the caller.
create or replace function authz.access_stamp(realm text, table_name text, operation text)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  v_record record;
  v_head text;
  v_middle text;
begin
  if pg_is_in_recovery() then
    return null;
  end if;
  v_record := authz.access_fields(
    realm,
    row((v_claims ->> 'sub')::uuid, nullif(v_claims ->> 'session_id', '')::uuid, null, null),
    table_name, operation, 'comprehensive', 'disclosed', null, null, null
  );
  v_head := btrim(v_record.fields[2:9]::text, '{}');
  v_middle := btrim(v_record.fields[11:20]::text, '{}');
  return array[
    v_head,
    v_middle,
    encode(
      sha256(
        v_record.outer_pad
          || sha256(v_record.inner_pad || convert_to('stamp' || pg_backend_pid() || ' ' || extract(epoch from now()) || v_head || chr(10) || v_middle, 'UTF8'))
      ),
      'hex'
    )
  ];
end
$$;
comment on function authz.access_stamp(text, text, text) is
  'What the records of the rows of one statement share, signed for this transaction; NULL on a standby. Asked by policies, for authz.log_row. [N-35, N-47]';
alter function authz.access_stamp(text, text, text) owner to cordon_definer;
revoke all on function authz.access_stamp(text, text, text) from public;
grant execute on function authz.access_stamp(text, text, text) to authenticated, internal_ops;
