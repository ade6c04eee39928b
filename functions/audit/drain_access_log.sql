-- audit.drain_access_log: what the WAL holds of the access log, once. First the slot is moved to where an earlier, committed run stands; then the next
-- records are read without moving it, and written with the position behind them in this transaction. Killed anywhere, it reads them again; the slot
-- never stands behind what is not committed. Definer of the owner, who has REPLICATION: nobody else of ours may read a slot.
create or replace function audit.drain_access_log(batch integer default 20000)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_slot constant text := audit.access_slot_name();
  v_system constant text := (select c.system_identifier::text from pg_control_system() as c);
  v_drained record;
  v_confirmed pg_lsn;
  v_flushes constant boolean := current_setting('server_version_num')::integer >= 170000;
  v_positions pg_lsn[];
  v_messages bytea[];
  v_last record;
  v_next pg_lsn;
  v_gap text;
  v_is_full boolean;
begin
  if pg_is_in_recovery() then
    return jsonb_build_object('state', 'standby', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end if;
  -- The same lock as audit.take_turn, for which nobody waits here: whoever holds it does this very work.
  begin
    lock table audit.access_drains in share update exclusive mode nowait;
  exception
    when lock_not_available then
      return jsonb_build_object('state', 'busy', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end;
  -- The position must be on the disk before a later run moves the slot to it.
  perform set_config('synchronous_commit', 'on', true);
  v_drained := audit.access_drain_status();
  if v_drained.is_active then
    return jsonb_build_object('state', 'busy', 'more', false, 'gap', null, 'records', 0, 'forged', 0, 'replayed', 0);
  end if;
  if not v_drained.slot_exists and v_drained.drained_to is null then
    raise exception 'the access log has no replication slot'
      using errcode = 'CD030', hint = 'Create it once a database: npm run audit:drain -- --create-slot.';
  end if;
  if v_drained.wal_status = 'lost' then
    perform pg_drop_replication_slot(v_slot);
    v_gap := 'max_slot_wal_keep_size';
  end if;
  if v_drained.wal_status = 'lost' or not v_drained.slot_exists then
    -- Nothing is written yet: a transaction that has written gets no slot.
    perform audit.reserve_access_slot();
  end if;
  select s.confirmed_flush_lsn into v_confirmed from pg_replication_slots as s where s.slot_name = v_slot;
  if v_drained.drained_to is null or not v_drained.same_server or v_confirmed > v_drained.drained_to then
    v_gap := case
      when v_drained.drained_to is null then 'first slot'
      when not v_drained.same_server then 'another server'
      else coalesce(v_gap, 'slot lost')
    end;
    perform audit.note_access_gap(v_slot, v_system, v_drained.drained_to, v_confirmed, v_gap);
    v_drained.drained_to := v_confirmed;
  elsif v_confirmed < v_drained.drained_to then
    perform pg_replication_slot_advance(v_slot, v_drained.drained_to);
  end if;

  -- Of a transaction that wrote nothing the last page is not on the disk yet, and only what is there is read. Before 17, it is this run's commit
  -- that puts it there, and the next run reads it.
  if v_flushes then
    perform pg_logical_emit_message(false, 'cordon.flush', '', true);
  end if;
  with read as materialized (
    select c.lsn, c.data, c.place
    from pg_logical_slot_peek_binary_changes(
      v_slot, null, batch, 'proto_version', '1', 'publication_names', 'cordon_access', 'messages', 'true'
    ) with ordinality as c (lsn, xid, data, place)
  )
  select a.positions, a.messages, l.lsn, l.count
    into v_last
    from (
      -- No record of ours is half as long: of what somebody else wrote no gigabyte is gathered, and cut short it is not signed.
      select array_agg(r.lsn order by r.place) as positions, array_agg(substring(r.data for 16384) order by r.place) as messages
      from read as r
      where get_byte(r.data, 0) = 77 -- M, with the prefix cordon.access and its NUL
        and substring(r.data from 11 for 14) = convert_to('cordon.access', 'UTF8') || decode('00', 'hex')
    ) as a
    cross join (
      select max(r.lsn) as lsn, count(*) as count from read as r
    ) as l;
  v_positions := coalesce(v_last.positions, '{}');
  v_messages := coalesce(v_last.messages, '{}');
  v_is_full := v_last.count >= batch;
  -- A message is told by where it ends, as the end of a transaction is: the next one begins there. Never further, as far as the disk holds: that may
  -- be in the middle of a message, and a slot that stands there skips it.
  v_next := coalesce(v_last.lsn, v_drained.drained_to);
  if not v_flushes then
    perform pg_logical_emit_message(false, 'cordon.flush', '');
  end if;
  -- Before 17 a run that found something has found what was on the disk by then: the one that finds nothing is the last.
  return jsonb_build_object('state', 'drained', 'more', v_is_full or (not v_flushes and cardinality(v_messages) > 0), 'gap', v_gap)
    || audit.take_access_records(v_slot, v_system, v_positions, v_messages, v_next);
end
$$;
comment on function audit.drain_access_log(integer) is
  'Writes at most so many records (about) from the WAL into the access log, each once; returns state (drained, busy, standby), more, gap, records, forged, replayed. CD030 without a slot. For whoever migrates, who needs REPLICATION. [N-35, N-47]';
revoke all on function audit.drain_access_log(integer) from public;
