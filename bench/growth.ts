import { progress } from '../scripts/console/report.ts';
import type { Cluster } from '../scripts/postgres/cluster.ts';
import { withClient } from '../scripts/postgres/connect.ts';
import { authenticatorUrl } from './compare.ts';
import { prepareDatabase } from './database.ts';
import { Connections } from './envelope.ts';
import { type MeasureOptions, measure } from './measure.ts';
import { contextOf, sampleOf, valuesOf } from './people.ts';
import { PARAMETERS, QUERIES, textOf } from './queries.ts';
import { round } from './results.ts';
import { median } from './statistics.ts';
import { worldOf } from './world.ts';

/** The same query at the same tenant in worlds of different size. */
export interface GrowthResult {
  readonly query: string;
  /** Microseconds of a whole transaction by number of patients. */
  readonly median_us: Readonly<Record<string, number>>;
  /** The biggest world over the smallest. */
  readonly ratio: number;
}

/** Whole worlds of ten million would take an hour to fill; what grows with them is the table that is asked. */
const PART = [
  'public.organisations',
  'public.organisation_settings',
  'public.organisation_members',
  'public.profiles',
  'public.patients',
  'auth.users',
  'auth.sessions',
];
const ASKED = ['point', 'page', 'count', 'prefix', 'denied_page'];

/** Measures our policies at a tenant of constant size, in all worlds by turns. */
export async function measureGrowth(
  server: Cluster,
  sizes: readonly number[],
  options: Omit<MeasureOptions, 'clock' | 'clients'>,
): Promise<readonly GrowthResult[]> {
  const worlds = [];
  for (const patients of sizes) {
    const database = await prepareDatabase(server, patients, { only: PART });
    const sample = await withClient(server.adminUrl(database), (client) =>
      sampleOf(client, worldOf(patients), 'small'),
    );
    worlds.push({ patients, sample, url: authenticatorUrl(server, database) });
  }
  const connections = new Connections();
  const results: GrowthResult[] = [];
  try {
    for (const query of QUERIES.filter(({ key }) => ASKED.includes(key))) {
      progress(`growth: ${query.title}`);
      const lanes = [];
      for (const { patients, sample, url } of worlds) {
        lanes.push(
          await connections.lane({
            key: String(patients),
            url,
            role: 'authenticated',
            text: textOf(query, 'bare'),
            types: PARAMETERS,
            context: contextOf(sample, query.person, {}),
            values: valuesOf(sample, false),
          }),
        );
      }
      const samples = await measure(lanes, { ...options, clients: [1], clock: NO_CLOCK });
      const micros = sizes.map((patients) => samples.get(String(patients))?.micros.get(1) ?? []);
      const [smallest = [], biggest = []] = [micros[0], micros.at(-1)];
      results.push({
        query: query.key,
        median_us: Object.fromEntries(
          sizes.map((patients, place) => [patients, round(median(micros[place] ?? []), 1)]),
        ),
        ratio: round(median(biggest.map((own, place) => own / (smallest[place] as number))), 3),
      });
    }
  } finally {
    await connections.close();
  }
  return results;
}

const NO_CLOCK = { reset: async () => {}, read: async () => undefined };
