-- authz.log_disclosure: writes down a row that a comprehensive rule is about to disclose, and discloses it. It stands last, in a CASE behind
-- every other condition: a bare last AND is reordered by cost, and would tell of rows that nobody saw.
-- Asked of every row: bytes alone, no query, and no PERFORM, which is one (2 µs a row instead of 9). A definer, so that nobody else need be able to
-- write into the WAL.
create or replace function authz.log_disclosure(stamp bytea, organisation_id uuid, id uuid, patient_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 100000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_payload constant bytea := timestamptz_send(clock_timestamp())
    || uuid_send(coalesce(organisation_id, '00000000-0000-0000-0000-000000000000'))
    || uuid_send(coalesce(id, '00000000-0000-0000-0000-000000000000'))
    || uuid_send(coalesce(patient_id, '00000000-0000-0000-0000-000000000000'))
    || substring(stamp from 73);
begin
  -- A stamp of this transaction of this session; none (a standby) is no such one.
  if substring(stamp from 73 for 12) is distinct from timestamptz_send(now()) || int4send(pg_backend_pid()) then
    return false;
  end if;
  return pg_logical_emit_message(
    false,
    'cordon.access',
    substring(stamp for 8) || sha256(substring(stamp from 41 for 32) || sha256(substring(stamp from 9 for 32) || v_payload)) || v_payload
  ) is not null;
end
$$;
comment on function authz.log_disclosure(bytea, uuid, uuid, uuid) is
  'True, after a record of the row; false without a stamp of this transaction (authz.disclosure_stamp). Asked by policies behind all their conditions. [N-35, N-47]';
alter function authz.log_disclosure(bytea, uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.log_disclosure(bytea, uuid, uuid, uuid) from public;
grant execute on function authz.log_disclosure(bytea, uuid, uuid, uuid) to authenticated, internal_ops;
