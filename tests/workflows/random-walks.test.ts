import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { seal, useFolder, verdictOf } from '../support/trail.ts';
import { twinsOf } from '../support/twins.ts';
import { FAULTS, UNHINGED } from '../support/walk/faults.ts';
import {
  AT_ONCE,
  atTheEnd,
  broken,
  HELD,
  KINDS,
  prepare,
  shares,
  type Walked,
  walk,
  walkAtOnce,
  yearsLater,
} from '../support/walk/run.ts';
import { numbers, type Step, type Taken, told } from '../support/walk/walk.ts';

/*
 * The product in orders that nobody thought of: each step is one thing that somebody may ask for, and after every few of them everything that the
 * clinics, operations and auditors rely on is asked for again.
 */

/** Each run goes elsewhere; a failure prints its seed, and CORDON_WALK_SEED goes there again. */
const SEED = Number(process.env.CORDON_WALK_SEED ?? randomInt(2 ** 31));
const STEPS = Number(process.env.CORDON_WALK_STEPS ?? 120);
const WALKS = Number(process.env.CORDON_WALK_ROUNDS ?? 1);
const SECONDS = Number(process.env.CORDON_WALK_SECONDS ?? 3);
/** How often everything is looked at; each step, where a fault is to be found again. */
const EVERY = 20;

/** After how many years retention comes by once more, by hand: a run costs as much as a walk. */
const YEARS = (process.env.CORDON_WALK_YEARS ?? '').split(',').filter(Boolean).map(Number);

const folder = useFolder();
/** Without the bias to what is small or was there already: the same step would write the same id a second time. */
const steps: fc.Arbitrary<Step> = fc.noBias(
  fc.record({ kind: fc.nat(KINDS.length - 1), salt: fc.nat(2 ** 31 - 1) }),
);

async function onAClone<T>(fn: (database: TestDatabase) => Promise<T>): Promise<T> {
  const server = inject('server');
  const database = await TestDatabase.clone({ ...server, template: twinsOf(server.template) });
  try {
    return await fn(database);
  } finally {
    await database.drop();
  }
}

const last = (taken: readonly Taken[]) => taken.slice(-EVERY).map(told).join('\n');
const share = (taken: readonly Taken[]) =>
  taken.filter(({ outcome }) => outcome === 'ok').length / taken.length;

/** What holds at the end alone: exports, who is shut out, and the seals of all that was written. */
async function ended(database: TestDatabase, walked: Walked): Promise<void> {
  expect(walked.fault, `seed ${SEED}, after:\n${last(walked.taken)}`).toBeUndefined();
  expect(await atTheEnd(database), `seed ${SEED}`).toEqual({});
  await seal(database);
  expect(await verdictOf(database, folder.path()), `seed ${SEED}`).toMatchObject({ count: 0, findings: [] });
}

test('whatever clinics, patients, the company, operations and the server do, in whichever order, is done as it is promised, or refused as it is documented [S-17 S-18 S-34 S-35 N-37 N-45 N-50 +, S-17 S-18 S-34 S-35 N-37 N-45 N-50 -]', async () => {
  const taken: Taken[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: STEPS, maxLength: STEPS }), (some) =>
      onAClone(async (database) => {
        await prepare(database);
        const walked = await walk(database, some, EVERY);
        taken.push(...walked.taken);
        await ended(database, walked);
        for (const years of YEARS)
          expect(await yearsLater(database, years), `${years} years later, seed ${SEED}`).toEqual({});
      }),
    ),
    { numRuns: WALKS, seed: SEED, endOnFailure: process.env.CORDON_WALK_SHRINK === undefined },
  );
  if (process.env.CORDON_WALK_STEPS !== undefined) console.log(`seed ${SEED}\n${shares(taken)}`);
  expect(share(taken), `of what is asked for most is done: seed ${SEED}`).toBeGreaterThan(0.4);
}, 900_000);

test(`several at once over the same few rows are no deadlock's victims, and lose nothing of what they wrote [S-17 S-18 S-34 N-50 +, N-50 -]`, async () => {
  await onAClone(async (database) => {
    await prepare(database, 4);
    const walkers = [1, 2, 3].map((walker) => {
      const next = numbers(SEED + walker);
      return Array.from({ length: 5000 }, () => ({
        kind: Math.floor(next() * AT_ONCE.length),
        salt: Math.floor(next() * 2 ** 31),
      }));
    });
    const walked = await walkAtOnce(database, walkers, Date.now() + SECONDS * 1000);
    await ended(database, walked);
    expect(walked.taken.length).toBeGreaterThan(30);
    expect(share(walked.taken)).toBeGreaterThan(0.3);
  });
}, 900_000);

describe('what is looked at after a walk', () => {
  const database = useDatabase();

  test('has a fault each that it would find, and finds none before [N-43 +, N-43 -]', async () => {
    expect(Object.keys(FAULTS).sort()).toEqual(
      HELD.map(({ name }) => name)
        .concat('what operations are shown was told to the patient')
        .sort(),
    );
    await database().asSuperuser(
      async (session) => {
        await prepare(database());
        expect(await broken(session)).toEqual({});
        await session.script(UNHINGED);
        for (const [name, plant] of Object.entries(FAULTS)) {
          const found = await session.undone(async () => {
            await session.script(`select set_config('app.pinned_organisation_id', '', true); ${plant}`);
            return broken(session);
          });
          expect(Object.keys(found), name).toContain(name);
        }
      },
      { rollback: true },
    );
  });
});
