import pg from 'pg';
import { finding, misuse } from '../console/errors.ts';
import { rollBack } from '../postgres/roll-back.ts';

/** One difference between the catalog and what was last recorded of it. */
export interface CatalogEvent {
  /** `catalog.policy_dropped`; `catalog.first_seen` the first time. */
  readonly event_type: string;
  /** `policy provider_fence on public.patients` */
  readonly object: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Whether it lets somebody past the policies, or may: a row of bypass_alerts. */
  readonly is_alert: boolean;
}

/**
 * Has the database record what its catalog holds otherwise than last time. [N-54 S-27]
 *
 * @param client outside of any transaction, as whoever migrates or the server.
 * @throws CommandError (2) for a database that is older than its watch.
 */
export async function watchCatalog(client: pg.ClientBase): Promise<readonly CatalogEvent[]> {
  await requireWatch(client);
  await client.query('begin isolation level read committed');
  try {
    // Whoever may make a schema of the login's name, or sets its path, has the watch ask something else.
    await client.query('set local search_path = pg_catalog, pg_temp');
    const { rows } = await client.query<{ event: Omit<CatalogEvent, 'is_alert'> }>(
      'select event from public.watch_catalog() as event',
    );
    const { rows: alerts } = await client.query<{ object: string }>(
      'select object from public.bypass_alerts where transaction_id::text = pg_current_xact_id()::text',
    );
    await client.query('commit');
    const alarming = new Set(alerts.map(({ object }) => object));
    return rows.map(({ event }) => ({ ...event, is_alert: alarming.has(event.object) }));
  } catch (error) {
    await rollBack(client);
    throw error;
  }
}

/** Event triggers of the watch, by the moment at which they fire. */
export const EVENT_TRIGGERS = {
  cordon_watch_ddl: 'ddl_command_end',
  cordon_watch_drop: 'sql_drop',
} as const;

/**
 * Hangs up the event triggers that record each command as it is given, where the server lets this login. Does nothing where they hang,
 * call what records, and are switched on for every session.
 *
 * @returns how many were created or switched on.
 * @throws CommandError (1) where the server refuses: nothing was created, and the comparison holds without them.
 */
export async function hangEventTriggers(client: pg.ClientBase): Promise<number> {
  await requireWatch(client);
  let mended = 0;
  await client.query('begin');
  try {
    for (const [name, event] of Object.entries(EVENT_TRIGGERS)) {
      const { rows } = await client.query<{ is_ours: boolean; enabled: string }>(
        `select evtevent = $2 and evtfoid = 'audit.tg__ddl()'::regprocedure as is_ours, evtenabled as enabled from pg_event_trigger where evtname = $1`,
        [name, event],
      );
      const [found] = rows;
      if (found?.is_ours && found.enabled === 'A') continue;
      if (found && !found.is_ours) await client.query(`drop event trigger ${name}`);
      if (!found?.is_ours)
        await client.query(`create event trigger ${name} on ${event} execute function audit.tg__ddl()`);
      await client.query(`alter event trigger ${name} enable always`);
      mended++;
    }
    await client.query('commit');
    return mended;
  } catch (error) {
    await rollBack(client);
    if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
    throw finding(
      {
        problem: 'this server does not let this login create event triggers',
        expected: 'a superuser, or a host that permits them',
        remedy: 'run audit:watch by a schedule instead: it finds the same, later, and without the login',
      },
      { cause: error },
    );
  }
}

async function requireWatch(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ found: boolean }>(
    `select to_regprocedure('public.watch_catalog()') is not null as found`,
  );
  if (rows[0]?.found) return;
  throw misuse({
    problem: 'this database does not watch its catalog yet',
    expected: 'the function watch_catalog()',
    remedy: 'npm run db:migrate',
  });
}
