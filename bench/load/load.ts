import type pg from 'pg';
import { progress } from '../../scripts/console/report.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import type { World } from '../world.ts';
import { groundwork, type LoadStep, loadSteps } from './steps.ts';
import { verifyLoad } from './verify.ts';
import { withoutTriggers } from './without-triggers.ts';

/** Tables filled at a time: more than processors gain nothing. */
const LOADERS = 2;

/**
 * Fills a migrated, empty database, then analyses it. Tables that this history does not have are left out.
 *
 * @param url of a superuser.
 * @param only the tables to fill, for worlds that are too big to fill whole.
 */
export async function load(url: string, world: World, only?: readonly string[]): Promise<void> {
  const steps = await withClient(url, async (client) => {
    await client.query(`set work_mem = '512MB'`);
    await client.query(groundwork(world));
    return existing(
      client,
      loadSteps(world).filter(({ table }) => only?.includes(table) ?? true),
    );
  });
  await shared(url, steps, fill);
  progress('vacuum, analyze');
  // After all of it: a row is known to be visible to everybody only when no older transaction runs.
  await shared(url, steps, async (client, { table }) => {
    await client.query(`vacuum (analyze, freeze) ${table}`);
  });
  await withClient(url, async (client) => {
    const compared = await verifyLoad(client, ours(steps));
    progress(`${compared} sampled rows are as the triggers compute them`);
    await client.query('checkpoint');
  });
}

/** Does the same with every step, a few at a time. */
async function shared(
  url: string,
  steps: readonly LoadStep[],
  work: (client: pg.Client, step: LoadStep) => Promise<void>,
): Promise<void> {
  const waiting = [...steps];
  const loader = () =>
    withClient(url, async (client) => {
      await client.query(`set maintenance_work_mem = '1GB'`);
      // Wider samples than by default, so that two runs plan alike.
      await client.query('set default_statistics_target = 200');
      for (let step = waiting.shift(); step; step = waiting.shift()) await work(client, step);
    });
  await Promise.all(Array.from({ length: LOADERS }, loader));
}

async function fill(client: pg.Client, step: LoadStep): Promise<void> {
  let count = 0;
  await withoutTriggers(client, ours([step]), async () => {
    count = (await client.query(step.sql)).rowCount ?? 0;
  });
  progress(`${count.toLocaleString('en')} rows in ${step.table}`);
}

/** The tables whose triggers are ours to stop. */
function ours(steps: readonly LoadStep[]): readonly string[] {
  return steps.map(({ table }) => table).filter((table) => table.startsWith('public.'));
}

async function existing(client: pg.Client, steps: readonly LoadStep[]): Promise<readonly LoadStep[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) as name where to_regclass(name) is not null`,
    [steps.map(({ table }) => table)],
  );
  const found = new Set(rows.map(({ name }) => name));
  return steps.filter(({ table }) => found.has(table));
}
