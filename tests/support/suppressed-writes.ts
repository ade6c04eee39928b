import type { Session } from '../../testing/session.ts';

/** What somebody tried on a frozen invoice, as the caller's timeline tells it, the oldest first. [S-35] */
export const attempts = (session: Session) =>
  session.rows<{ event: string; operation: string; realm: string }>(
    `select event_type as event, details ->> 'operation' as operation, actor_realm as realm
     from public.case_timeline where event_type like '%frozen_write_suppressed' order by occurred_at`,
  );
