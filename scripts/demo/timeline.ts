import { CAST, PROPS, titleOf } from './cast.ts';
import type { Stage } from './stage.ts';

/** From and to as an arrow; of an id as much as tells it from another. */
function detailsOf({ from, to, ...more }: Row['details']): string {
  const short = (value: unknown) => String(value).replace(/^([0-9a-f]{8})-.*/, '$1…');
  return [
    ...(to === undefined ? [] : [`${short(from)} → ${short(to)}`]),
    ...Object.entries(more).map(([key, value]) => `${key} ${short(value)}`),
  ].join(', ');
}

/** One line of the record that triggers kept. */
export interface Event {
  readonly time: string;
  readonly event: string;
  readonly by: string;
  readonly details: string;
}

interface Row {
  readonly time: string;
  readonly event_type: string;
  readonly actor_realm: string;
  readonly actor_user_id: string | null;
  readonly details: Record<string, unknown>;
}

/** Ana's case as operations read it, at the end of the day: the same rows that an auditor reads. */
export async function timelineOf(stage: Stage): Promise<readonly Event[]> {
  const rows = await stage.does(CAST.agent, "reads the timeline of Ana's case", async (s) => {
    const result = await s.query<Row>(
      `select to_char(occurred_at at time zone 'UTC', 'HH24:MI:SS.MS') as time, event_type, actor_realm, actor_user_id, details
       from case_timeline where case_id = $1 order by occurred_at`,
      [PROPS.caseOfAna],
    );
    return result.rows;
  });
  return rows.map(({ time, event_type, actor_realm, actor_user_id, details }) => ({
    time,
    event: event_type,
    by: titleOf(actor_user_id) ?? (actor_user_id === null ? 'the seed' : actor_realm),
    details: detailsOf(details),
  }));
}
