import { progress } from '../scripts/console/report.ts';
import { withClient } from '../scripts/postgres/connect.ts';
import { type BulkResult, measureBulk } from './bulk.ts';
import { compareStyles, presentQueries, refuseUnknown } from './compare.ts';
import { type BenchServer, prepareDatabase, startServer } from './database.ts';
import { type GrowthResult, measureGrowth } from './growth.ts';
import type { MeasureOptions } from './measure.ts';
import { sampleOf } from './people.ts';
import { planOf } from './plans.ts';
import type { Result } from './results.ts';
import { serverClock } from './server-time.ts';
import { randomFrom } from './statistics.ts';
import { LIMIT_STYLES, STYLES, stylesSql } from './styles.ts';
import { createUnrecorded } from './unrecorded.ts';
import { TENANTS, type Tenant, type World, worldOf } from './world.ts';

export interface BenchOptions {
  /** Patients. */
  readonly rows: number;
  readonly rounds: number;
  readonly slotMs: number;
  readonly warmUpMs: number;
  readonly seed: number;
  readonly queries?: readonly string[] | undefined;
  readonly styles?: readonly string[] | undefined;
  /** Sizes of the growth check; none without it. */
  readonly growth?: readonly number[] | undefined;
  readonly bulkRows: number;
  /** Folder of a server whose data outlive the run. */
  readonly keep?: string | undefined;
  readonly sharedBuffers: string;
}

/** The plan of one query in one style. */
interface PlanResult {
  readonly query: string;
  readonly title: string;
  readonly tenant: Tenant;
  readonly style: string;
  readonly lines: readonly string[];
}

export interface BenchReport {
  readonly world: World;
  readonly seed: number;
  readonly rounds: number;
  readonly server: string;
  readonly results: readonly Result[];
  readonly bulk: readonly BulkResult[];
  readonly growth: readonly GrowthResult[];
  readonly plans: readonly PlanResult[];
}

/** Builds the world, measures everything, and removes the server again. */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  refuseUnknown(options.queries);
  const server = await startServer(options.keep, options.sharedBuffers);
  try {
    return await measureAll(server, options);
  } finally {
    await server.remove();
  }
}

async function measureAll(server: BenchServer, options: BenchOptions): Promise<BenchReport> {
  const world = worldOf(options.rows);
  const random = randomFrom(options.seed);
  const database = await prepareDatabase(server, options.rows);
  const measured = await withClient(server.adminUrl(database), async (client) => {
    await client.query(stylesSql(await tenantTables(client)));
    await createUnrecorded(client);
    const shared: MeasureOptions = { ...options, random, clock: serverClock(client), clients: [1, 2] };
    const plans: PlanResult[] = [];
    for (const query of await presentQueries(client, options.queries)) {
      for (const tenant of Object.keys(TENANTS) as Tenant[]) {
        const sample = await sampleOf(client, world, tenant);
        for (const style of [LIMIT_STYLES[0], STYLES.find(({ key }) => key === 'cordon')]) {
          if (!style) continue;
          const lines = await planOf(client, query, sample, style);
          plans.push({ query: query.key, title: query.title, tenant, style: style.title, lines });
        }
      }
    }
    const results = await compareStyles(server, database, client, world, { ...options, ...shared });
    progress(`statements over ${options.bulkRows} rows`);
    const big = await sampleOf(client, world, 'big');
    const bulk = options.bulkRows > 0 ? await measureBulk(client, big, options.bulkRows, 5, random) : [];
    return { plans, results, bulk };
  });
  const growth = options.growth ? await measureGrowth(server, options.growth, { ...options, random }) : [];
  const { seed, rounds } = options;
  return { world, seed, rounds, server: `PostgreSQL ${server.version}`, ...measured, growth };
}

async function tenantTables(client: {
  query<Row extends { name: string }>(text: string): Promise<{ rows: Row[] }>;
}): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name
     from pg_class as c
     join pg_attribute as a on a.attrelid = c.oid and a.attname = 'organisation_id' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relrowsecurity
     order by 1`,
  );
  return rows.map(({ name }) => name);
}
