import type { DoctorCheck } from '../check.ts';

/** The server calls WAL reserved for as long as it has room for it: that says nothing of whether anybody reads it. */
export const slotsDrained: DoctorCheck = {
  name: 'slots-drained',
  claim: 'every logical slot of this database is being kept up with',
  why: 'What is not drained is lost when the slot is cut off, and with it who read what.',
  remedy:
    'npm run audit:drain -- --create-slot where there is none; run what drains it; drop a slot that nobody needs: select pg_drop_replication_slot(…)',
  requirements: ['N-35'],
  query: `
    select 'slot ' || quote_ident(s.slot_name) as object,
           case when s.wal_status is distinct from 'reserved' then coalesce(s.wal_status, 'unknown')
                when s.idle > interval '1 hour' then 'nobody has read it for ' || extract(epoch from s.idle)::bigint / 3600 || ' h'
                else pg_size_pretty(s.behind) || ' behind' end as found,
           'read within the hour, and further from being cut off than it is behind' as expected,
           case when s.wal_status = 'reserved' and s.behind < s.room and not coalesce(s.idle > interval '1 hour', false) then 'ok' else 'fault' end as state
    from (
      select slot_name, wal_status,
             coalesce(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, confirmed_flush_lsn), 0) as behind,
             coalesce(safe_wal_size, 268435456) as room,
             -- Since PostgreSQL 17; before, how far it is behind is all that tells.
             case when not active then now() - (to_jsonb(slot) ->> 'inactive_since')::timestamptz end as idle
      from pg_replication_slots as slot
      where slot_type = 'logical' and database = current_database()
    ) as s
    union all
    -- Realtime has slots too, and drains no access log.
    select 'access log', 'no slot of its own in this database', 'a slot from which the access log is drained', 'fault'
    where not exists (
      select from pg_replication_slots where slot_type = 'logical' and database = current_database() and slot_name = 'cordon_access_' || (select oid from pg_database where datname = current_database())
    )`,
};
