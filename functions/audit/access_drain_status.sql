-- audit.access_drain_status: where the drain stands, for whoever watches over it: how much is not yet in the log, and how much WAL the slot keeps
-- on the disk for it.
create or replace function audit.access_drain_status(
  out slot_name text, out slot_exists boolean, out wal_status text, out is_active boolean, out drained_to pg_lsn, out lag_bytes bigint,
  out slot_bytes bigint, out safe_bytes bigint, out drained_at timestamptz, out records bigint, out same_server boolean
)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  slot_name := audit.access_slot_name();
  select d.position, d.drained_at, d.records, d.system_identifier = (select c.system_identifier::text from pg_control_system() as c)
    into drained_to, drained_at, records, same_server
    from audit.access_drains as d
   where d.slot_name = access_drain_status.slot_name;
  select true, s.wal_status, s.active, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), s.restart_lsn)::bigint, s.safe_wal_size
    into slot_exists, wal_status, is_active, slot_bytes, safe_bytes
    from pg_replication_slots as s
   where s.slot_name = access_drain_status.slot_name;
  slot_exists := coalesce(slot_exists, false);
  lag_bytes := case when same_server then greatest(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), drained_to), 0)::bigint end;
end
$$;
comment on function audit.access_drain_status() is
  'Slot, position, lag and WAL kept (bytes), when it last ran and how many records it wrote in all; NULL where it never ran. For whoever migrates. [N-35]';
alter function audit.access_drain_status() owner to cordon_definer;
revoke all on function audit.access_drain_status() from public;
