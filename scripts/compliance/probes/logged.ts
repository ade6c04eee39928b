import { type Act, matches, type Survey, surveys } from '../probe.ts';
import type { Who } from '../world.ts';

/** What the access log is made of; the drain writes what policies emit. */
export const ACCESS_LOG = ['audit.access_log', 'authz.emit_access()', 'audit.access_drain_status()'];

/** What reaches no policy is on no record of ours. */
export const UNASKED =
  'a refusal for want of a privilege never reaches a policy and stands in the server’s own log alone; whoever bypasses policies, as the key of the server does, is asked by none';

/** What the product leaves out by choice. */
export const BASIC =
  'rules at the audit level basic, as those of beds, names and invoices, record denials and no read or write that they allow';

/** A statement writes so many records of decisions into the WAL at least, where no rollback takes them back. The server may write more of its own. */
export function records(who: Who, claim: string, sql: string, least: 1 | 2): Act {
  return matches(
    who,
    claim,
    `explain (analyze, wal, costs off, timing off, summary off) ${sql}`,
    // The uppermost node counts for all of them, and is told first.
    `^(?:(?!WAL:).)*WAL: records=(?:[${least}-9]|[1-9]\\d+) `,
  );
}

/** A record in the WAL is one that a drain keeps. */
export const KEPT: Survey = surveys(
  'what is written down is kept until it is in the log, and was drained within the hour',
  `select 'the slot of the access log' as object,
            case
              when not s.slot_exists then 'is not there: npm run audit:drain -- --create-slot'
              when s.wal_status = 'lost' then 'was cut off, and what it kept is lost'
              when s.drained_at is null or s.drained_at < clock_timestamp() - interval '1 hour' then 'was not drained: npm run audit:drain'
            end as problem
     from audit.access_drain_status() as s`,
);
