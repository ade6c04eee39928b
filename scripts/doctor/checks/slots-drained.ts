import type { DoctorCheck } from '../check.ts';

export const slotsDrained: DoctorCheck = {
  name: 'slots-drained',
  claim: 'every logical slot of this database is being kept up with',
  why: 'What is not drained is lost when the slot is cut off, and with it who read what.',
  remedy:
    'npm run audit:drain -- --create-slot where there is none; run what drains it; drop a slot that nobody needs: select pg_drop_replication_slot(…)',
  requirements: ['N-35'],
  query: `
    select 'slot ' || quote_ident(s.slot_name) as object, coalesce(s.wal_status, 'unknown') as found, 'reserved' as expected,
           case when s.wal_status = 'reserved' then 'ok' else 'fault' end as state
    from pg_replication_slots as s
    where s.slot_type = 'logical' and s.database = current_database()
    union all
    -- Realtime has slots too, and drains no access log.
    select 'access log', 'no slot of its own in this database', 'a slot from which the access log is drained', 'fault'
    where not exists (
      select from pg_replication_slots where slot_type = 'logical' and database = current_database() and slot_name = 'cordon_access_' || (select oid from pg_database where datname = current_database())
    )`,
};
