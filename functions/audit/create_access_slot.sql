-- audit.create_access_slot: from here on the server keeps its WAL until it was drained. By command and not by migration: a slot is the server's, no
-- transaction's, and one that nobody drains fills the disk. Whatever was decided before is in no log, and that is written down.
create or replace function audit.create_access_slot()
  returns text
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_slot constant text := audit.access_slot_name();
  v_system constant text := (select c.system_identifier::text from pg_control_system() as c);
  v_drained record;
  v_position pg_lsn;
begin
  -- Of two at once the second finds what the first has made. The drain, which makes the slot anew where it is lost, takes the same lock.
  perform audit.take_turn('audit.access_drains');
  if exists (select from pg_replication_slots as s where s.slot_name = v_slot) then
    return v_slot;
  end if;
  v_drained := audit.access_drain_status();
  -- Before anything is written: a transaction that has written gets no slot.
  v_position := audit.reserve_access_slot();
  perform audit.note_access_gap(
    v_slot, v_system, v_drained.drained_to, v_position, case when v_drained.drained_to is null then 'first slot' else 'slot lost' end
  );
  return v_slot;
end
$$;
comment on function audit.create_access_slot() is
  'Creates the slot of the access log where there is none, and records the gap before it; returns its name. For whoever migrates, who needs REPLICATION. [N-35]';
revoke all on function audit.create_access_slot() from public;
