import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { Probe } from '../../scripts/compliance/probe.ts';
import { PROBES } from '../../scripts/compliance/probes/index.ts';
import { type Line, lineOf, stage } from '../../scripts/compliance/run.ts';
import { World } from '../../scripts/compliance/world.ts';
import type { TestDatabase } from '../../testing/test-database.ts';

/** What the product's clock says, in place of the test's. */
const CLOCK = readFileSync(new URL('../../functions/authz/now.sql', import.meta.url), 'utf8');

/** One staged world for this test file, or for the tests beside it, looked at as the migrating role. */
export interface Staged {
  /** One line, with a fault that is planted by the superuser and taken back. */
  line(id: string, plant?: string): Promise<Line>;
  /** The line of a made-up probe. */
  lineOf(probe: Probe, plant?: string): Promise<Line>;
}

export function useStagedWorld(database: () => TestDatabase): () => Staged {
  // As a role taken on: memberships are the server's, and a grant of one would make every other run on it wait.
  const world = new World('postgres');
  let client: pg.Client | undefined;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: database().url('superuser') });
    await client.connect();
    await client.query(`begin; ${CLOCK}; ${world.home}`);
    const unstaged = await stage(client, world);
    if (unstaged !== undefined) throw new Error(unstaged);
  });
  afterAll(async () => {
    await client?.end();
  });
  const look = async (probe: Probe, plant?: string) => {
    if (!client) throw new Error('the world stands only while tests run');
    await client.query('savepoint fault');
    try {
      if (plant !== undefined) {
        await client.query('reset role');
        await client.query(world.own(plant));
        await client.query(world.home);
      }
      return await lineOf(client, world, probe, '', undefined);
    } finally {
      await client.query('rollback to savepoint fault; release savepoint fault');
    }
  };
  return () => ({
    async line(id, plant) {
      const probe = PROBES.find((one) => one.id === id);
      if (!probe) throw new Error(`no probe is called ${id}`);
      return look(probe, plant);
    },
    lineOf: (probe, plant) => look(probe, plant),
  });
}
