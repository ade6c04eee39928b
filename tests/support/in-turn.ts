import type { Persona } from '../../testing/personas.ts';
import type { Outcome, Session } from '../../testing/session.ts';
import type { TestDatabase } from '../../testing/test-database.ts';

export interface Turn {
  readonly who: Persona;
  readonly act: (session: Session) => Promise<Outcome>;
  /** Taken back at its end otherwise. */
  readonly commit: boolean;
}

/** Two transactions, the second of which acts while the first is open: that ends once the second has, or waits for it. */
export async function inTurn(
  database: TestDatabase,
  one: Turn,
  other: Turn,
): Promise<{ readonly first: Outcome; readonly second: Outcome }> {
  let hasActed = () => {};
  const acted = new Promise<void>((resolve) => {
    hasActed = resolve;
  });
  let isOver = false;
  const [first, second] = await Promise.all([
    database.as(
      one.who,
      async (session) => {
        const outcome = await one.act(session).finally(hasActed);
        while (!isOver && !(await isWaitedFor(database))) await new Promise((go) => setTimeout(go, 20));
        return outcome;
      },
      { commit: one.commit },
    ),
    acted
      .then(() => database.as(other.who, other.act, { commit: other.commit }))
      .finally(() => {
        isOver = true;
      }),
  ]);
  return { first, second };
}

const isWaitedFor = (database: TestDatabase) =>
  database.asSuperuser((session) =>
    session.value<boolean>(
      `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`,
    ),
  );
