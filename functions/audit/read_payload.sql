-- audit.read_payload: what a signed message says, as the 22 texts of docs/access-log.md. Whoever holds a key can sign anything, and one that holds the
-- keys of a statement anything of its rows: what no recorder of ours would have written is not read, and never stops the drain.
create or replace function audit.read_payload(payload bytea, is_row boolean)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- timestamptz_send counts microseconds from 2000, a record from 1970.
  v_since_1970 constant bigint := 946684800000000;
  v_minute constant bigint := 60000000;
  v_month constant bigint := 2764800000000;
  v_nobody constant text := '00000000-0000-0000-0000-000000000000';
  v_bytes text;
  v_moment bigint;
  v_started bigint;
  v_shared text[];
  v_fields text[];
begin
  if not is_row then
    -- An array begins with a brace; what the keys of a statement are derived from does not, so that such a key is no signature of a record.
    if get_byte(payload, 0) <> 123 then
      return null;
    end if;
    v_fields := convert_from(payload, 'UTF8');
  else
    v_bytes := encode(substring(payload for 68), 'hex');
    v_moment := ('x' || substr(v_bytes, 1, 16))::bit(64)::bigint;
    v_started := ('x' || substr(v_bytes, 113, 16))::bit(64)::bigint;
    -- Nobody chooses the moment: a month from the transaction's start, and a minute before it for a clock that was set back.
    if v_moment not between v_started - v_minute and v_started + v_month then
      return null;
    end if;
    v_shared := convert_from(substring(payload from 69), 'UTF8');
    v_fields := array[
        (v_moment + v_since_1970)::text,
        v_shared[1],
        (v_started + v_since_1970)::text,
        (('x' || substr(v_bytes, 129, 8))::bit(32)::integer)::text
      ]
      || v_shared[2:6]
      || nullif(substr(v_bytes, 17, 32)::uuid::text, v_nobody)
      || v_shared[7:16]
      || nullif(substr(v_bytes, 49, 32)::uuid::text, v_nobody)
      || nullif(substr(v_bytes, 81, 32)::uuid::text, v_nobody);
  end if;
  -- What the table would not take: a line of the batch that fails takes all others with it, and whatever is drained after them. Counted so that each is
  -- converted, whatever it says.
  return case
    when cardinality(v_fields) = 22
      and num_nulls(v_fields[4]::bigint, v_fields[6], v_fields[11], v_fields[12], v_fields[13], v_fields[14], v_fields[19]) = 0
      and num_nulls(
        timestamptz 'epoch' + v_fields[1]::bigint * interval '1 microsecond',
        timestamptz 'epoch' + v_fields[2]::bigint * interval '1 microsecond',
        timestamptz 'epoch' + v_fields[3]::bigint * interval '1 microsecond'
      ) = 0
      and num_nulls(
        v_fields[5]::bigint, v_fields[7]::uuid, v_fields[8]::uuid, v_fields[10]::uuid, v_fields[18]::inet, v_fields[21]::uuid, v_fields[22]::uuid
      ) >= 0
      and v_fields[6] in ('provider', 'patient', 'internal_ops')
      and v_fields[12] in ('SELECT', 'INSERT', 'UPDATE')
      and v_fields[13] in ('basic', 'detailed', 'comprehensive')
      and v_fields[14] in ('allowed', 'denied', 'disclosed')
      and (v_fields[14] = 'denied') = (v_fields[15] is not null)
      and (v_fields[21] is null or v_fields[14] = 'disclosed')
      and v_fields[19] in ('edge', 'unknown')
      and (v_fields[19] = 'unknown') = (v_fields[18] is null)
    then v_fields
  end;
exception
  when data_exception then -- whole class: no text, no array, no moment, no number, no id, no address
    return null;
end
$$;
comment on function audit.read_payload(bytea, boolean) is
  'The fields of a signed message, of a disclosed row or any other; NULL for what no recorder writes. [N-35]';
revoke all on function audit.read_payload(bytea, boolean) from public;
grant execute on function audit.read_payload(bytea, boolean) to cordon_definer;
