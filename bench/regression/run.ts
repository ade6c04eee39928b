import { progress } from '../../scripts/console/report.ts';
import type { Cluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { authenticatorUrl, presentQueries, refuseUnknown } from '../compare.ts';
import { prepareDatabase, startServer } from '../database.ts';
import { Connections, type Lane } from '../envelope.ts';
import { measure } from '../measure.ts';
import { contextOf, sampleOf, valuesOf } from '../people.ts';
import { PARAMETERS, type Query, textOf } from '../queries.ts';
import { serverClock } from '../server-time.ts';
import { randomFrom } from '../statistics.ts';
import { TENANTS, type Tenant, type World, worldOf } from '../world.ts';
import { type Change, changeOf } from './change.ts';
import { type History, refuseNothing, unfit } from './history.ts';

/** Two histories of one database. */
export interface Histories {
  readonly before: History;
  readonly after: History;
}

export interface RegressionOptions {
  /** Patients. */
  readonly rows: number;
  readonly rounds: number;
  readonly slotMs: number;
  readonly warmUpMs: number;
  readonly seed: number;
  /** Keys of queries; all without it. */
  readonly queries?: readonly string[] | undefined;
  readonly sharedBuffers: string;
}

/**
 * Measures the same statements under two histories: two databases with the same rows on one server, taking turns, so that whatever else happens on
 * the machine happens to both. What seems to regress is measured a second time, for longer, and that counts.
 *
 * @returns one change per query and tenant, of the queries whose tables both have.
 * @throws CommandError (2) for an unknown query, or a history that cannot be replayed, filled or asked.
 */
export async function measureChange(
  histories: Histories,
  options: RegressionOptions,
): Promise<readonly Change[]> {
  refuseUnknown(options.queries);
  const server = await startServer(undefined, options.sharedBuffers);
  try {
    const sides: Side[] = [];
    for (const name of ['before', 'after'] as const) {
      progress(`building what stands ${name} the change`);
      const history = histories[name];
      const contents = { history: { name, migrations: history.migrations } };
      const database = await blaming(history, () => prepareDatabase(server, options.rows, contents));
      sides.push({ name, history, database });
    }
    return await measureSides(server, sides, worldOf(options.rows), options);
  } finally {
    await server.remove();
  }
}

/** Runs what a history that is too old, or that is broken, cannot take. */
async function blaming<T>(history: History, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw unfit(history, error);
  }
}

interface Side {
  readonly name: 'before' | 'after';
  readonly history: History;
  readonly database: string;
}

async function measureSides(
  server: Cluster,
  sides: readonly Side[],
  world: World,
  options: RegressionOptions,
): Promise<readonly Change[]> {
  const connections = new Connections();
  const random = randomFrom(options.seed);
  const changes: Change[] = [];
  try {
    const queries = await sharedQueries(server, sides, options.queries);
    if (sides[0]) refuseNothing(queries.length, sides[0].history);
    for (const query of queries) {
      for (const tenant of Object.keys(TENANTS) as Tenant[]) {
        progress(`${query.title}, ${tenant} tenant`);
        const lanes: Lane[] = [];
        for (const side of sides) {
          const lane = () => laneOf(connections, server, side, query, world, tenant);
          lanes.push(await blaming(side.history, lane));
        }
        // One view of the statistics for both: it counts for the whole server, and is reset before each turn.
        const change = await withClient(server.adminUrl(sides[0]?.database ?? ''), async (client) => {
          const shared = { ...options, random, clock: serverClock(client), clients: [1] as const };
          const first = changeOf(query, tenant, await measure(lanes, shared));
          if (!first.regressed) return first;
          progress('slower, so measured again for longer');
          return changeOf(query, tenant, await measure(lanes, { ...shared, rounds: 3 * options.rounds }));
        });
        changes.push(change);
      }
    }
  } finally {
    await connections.close();
  }
  return changes;
}

async function sharedQueries(
  server: Cluster,
  sides: readonly Side[],
  wanted: readonly string[] | undefined,
): Promise<readonly Query[]> {
  const present = await Promise.all(
    sides.map(({ database }) =>
      withClient(server.adminUrl(database), (client) => presentQueries(client, wanted)),
    ),
  );
  const [first = [], ...others] = present;
  return first.filter((query) => others.every((queries) => queries.includes(query)));
}

async function laneOf(
  connections: Connections,
  server: Cluster,
  { name, database }: Side,
  query: Query,
  world: World,
  tenant: Tenant,
): Promise<Lane> {
  const sample = await withClient(server.adminUrl(database), (client) => sampleOf(client, world, tenant));
  return connections.lane({
    key: name,
    url: authenticatorUrl(server, database),
    role: 'authenticated',
    text: textOf(query, 'bare'),
    types: PARAMETERS,
    context: contextOf(sample, query.person, {}),
    values: valuesOf(sample, false),
  });
}
