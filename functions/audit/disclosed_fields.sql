-- audit.disclosed_fields: a disclosed row as the 22 texts that any other record has (docs/access-log.md). Only of what is signed: of anything else the
-- bytes may be no array.
create or replace function audit.disclosed_fields(payload bytea)
  returns text[]
  language plpgsql
  stable
  strict
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- timestamptz_send counts microseconds from 2000, a record from 1970.
  v_since_1970 constant bigint := 946684800000000;
  v_nobody constant text := '00000000-0000-0000-0000-000000000000';
  v_bytes constant text := encode(substring(payload for 68), 'hex');
  v_shared constant text[] := convert_from(substring(payload from 69), 'UTF8');
begin
  return array[
      ((('x' || substr(v_bytes, 1, 16))::bit(64)::bigint) + v_since_1970)::text,
      v_shared[1],
      ((('x' || substr(v_bytes, 113, 16))::bit(64)::bigint) + v_since_1970)::text,
      (('x' || substr(v_bytes, 129, 8))::bit(32)::integer)::text
    ]
    || v_shared[2:6]
    || nullif(substr(v_bytes, 17, 32)::uuid::text, v_nobody)
    || v_shared[7:16]
    || nullif(substr(v_bytes, 49, 32)::uuid::text, v_nobody)
    || nullif(substr(v_bytes, 81, 32)::uuid::text, v_nobody);
end
$$;
comment on function audit.disclosed_fields(bytea) is
  'The fields of a disclosed row, in the order of every record. [N-35]';
revoke all on function audit.disclosed_fields(bytea) from public;
grant execute on function audit.disclosed_fields(bytea) to cordon_definer;
