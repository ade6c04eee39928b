import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

/** Four workers on fewer cores: while some wait for a server or a command to start, the others work (87 s against 92 with three). */
const maxWorkers = Math.max(4, availableParallelism());

/** What makes replication slots. */
const SLOTS = 'tests/{workflows,compliance}/access-*.test.ts';

export default defineConfig({
  test: {
    maxWorkers,
    sequence: { sequencer: LongestFirst },
    reporters: ['default'],
    // A clone, a few statements, a drop. Whatever takes longer, on the slowest of machines, hangs on a lock, and should say so.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'database',
          include: [
            'tests/{invariants,scan,compliance,doctor,db,tenancy,workflows,attacks,matrix,client,mutation,reach,storage}/**/*.test.ts',
          ],
          exclude: [SLOTS],
          globalSetup: ['tests/support/bundle-commands.ts', 'tests/support/global-setup.ts'],
          setupFiles: ['tests/support/called-functions.ts'],
          // What a file must not share is the database, and each has its own; loading modules anew costs half the run.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          // On a server of its own: a replication slot waits for every transaction of the server that is under way.
          name: 'slots',
          include: [SLOTS],
          globalSetup: ['tests/support/bundle-commands.ts', 'tests/support/global-setup.ts'],
          setupFiles: ['tests/support/called-functions.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'tooling',
          include: ['tests/**/*.test.ts'],
          exclude: [
            'tests/{invariants,scan,compliance,doctor,db,tenancy,workflows,attacks,matrix,client,mutation,reach,storage}/**',
            'tests/support/fixtures/**',
          ],
          globalSetup: ['tests/support/bundle-commands.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Each test makes its own folders and servers; loading modules anew costs a quarter of the run.
          isolate: false,
        },
      },
    ],
  },
});
