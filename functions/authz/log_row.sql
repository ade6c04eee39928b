-- authz.log_row: writes down a row that a comprehensive rule is about to disclose, and discloses it. It stands last, in a CASE behind
-- every other condition: a bare last AND is reordered by cost, and would tell of rows that nobody saw.
create or replace function authz.log_row(stamp text[], organisation_id uuid, id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 100000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_key record;
  v_payload bytea;
begin
  select k.key_id, k.inner_pad, k.outer_pad
    into strict v_key
    from audit.access_keys as k
   order by k.key_id desc
   limit 1;
  -- A stamp of ours, of this transaction and session (authz.access_stamp).
  if (
    stamp[3] = encode(
      sha256(
        v_key.outer_pad
          || sha256(v_key.inner_pad || convert_to('stamp' || pg_backend_pid() || ' ' || extract(epoch from now()) || stamp[1] || chr(10) || stamp[2], 'UTF8'))
      ),
      'hex'
    )
  ) is not true then
    return false;
  end if;
  v_payload := convert_to(
    concat(
      '{', trunc(extract(epoch from clock_timestamp()) * 1000000), ',', stamp[1], ',', coalesce(organisation_id::text, 'NULL'), ',', stamp[2], ',',
      coalesce(id::text, 'NULL'), ',', coalesce(patient_id::text, 'NULL'), '}'
    ),
    'UTF8'
  );
  perform pg_logical_emit_message(
    false,
    'cordon.access',
    int8send(v_key.key_id) || sha256(v_key.outer_pad || sha256(v_key.inner_pad || v_payload)) || v_payload
  );
  return true;
end
$$;
comment on function authz.log_row(text[], uuid, uuid, uuid) is
  'True, after a record of the row; false without a stamp of this transaction (authz.access_stamp). Asked by policies behind all their conditions. [N-35, N-47]';
alter function authz.log_row(text[], uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.log_row(text[], uuid, uuid, uuid) from public;
grant execute on function authz.log_row(text[], uuid, uuid, uuid) to authenticated, internal_ops;
