import { expect, test } from 'vitest';
import { CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { ANA, askedAtOnce, LATER, REQUEST } from '../support/erasure.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';
import { connected } from '../support/trail.ts';

/*
 * What destroys holds tables against everybody who writes there, of whatever clinic: it may wait for nobody's row while it does. A row that is
 * locked, and not written, holds no lock on its table that would tell beforehand.
 */

const { clone, begin } = useOpenTransactions();

/** Longer than five seconds, and an end to what waits without one. */
const PATIENCE = `set local statement_timeout = '20s'`;

const waiting = async (database: TestDatabase) => {
  const isWaiting = () =>
    database.asSuperuser((session) =>
      session.value<boolean>(
        `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`,
      ),
    );
  while (!(await isWaiting())) await new Promise((go) => setTimeout(go, 20));
};

const ERASURES: readonly (readonly [string, Persona, string, string])[] = [
  ['the patient', personas.receptionist, 'select from public.patients where id = $1 for update', ANA],
  [
    'a row that goes',
    personas.receptionist,
    'select from public.appointments where patient_id = $1 for update',
    ANA,
  ],
];

test.each(ERASURES)(
  'an erasure waits five seconds for who keeps %s locked, and then keeps no other clinic behind it [N-49 S-04 -, N-49 +]',
  async (_, who, lock, id) => {
    const database = await clone();
    await askedAtOnce(database);
    const keeper = await begin(database, who);
    expect((await keeper.query(lock, [id])).rowCount, 'control').toBeGreaterThan(0);
    const waiter = await begin(database, personas.privacyOfficer);
    await waiter.query(PATIENCE);
    await waiter.query(`select set_config('test.now', $1, true)`, [LATER]);
    const outcome = outcomeOf(waiter.query('select public.erase_subject($1)', [REQUEST]));
    await waiting(database);
    const neighbour = await begin(database, personas.clinicAdminOfB);
    await neighbour.query(PATIENCE);
    const theirs = outcomeOf(
      neighbour.query(`update public.patients set status = 'inactive' where id = $1`, [
        idOf('patient', 'b', '01'),
      ]),
    );
    expect(await outcome).toBe('CD018');
    await waiter.query('rollback');
    expect(await theirs, 'another clinic').toBe(1);
    await neighbour.query('rollback');
    await keeper.query('rollback');
    const officer = await begin(database, personas.privacyOfficer);
    await officer.query(`select set_config('test.now', $1, true)`, [LATER]);
    expect(await outcomeOf(officer.query('select public.erase_subject($1)', [REQUEST])), 'control').toBe(1);
  },
  90_000,
);

test.each([
  ...ERASURES,
  [
    'a row of another clinic written',
    personas.receptionistOfB,
    'update public.appointments set ends_at = ends_at where organisation_id = $1',
    CLINIC_B,
  ],
] as const)(
  'a preview of an erasure waits for nobody who keeps %s, whatever it holds of other clinics’ meanwhile [N-49 S-04 -, N-49 +]',
  async (_, who, lock, id) => {
    const database = await clone();
    await askedAtOnce(database);
    const keeper = await begin(database, who);
    expect((await keeper.query(lock, [id])).rowCount, 'control').toBeGreaterThan(0);
    const plan = async () => {
      const officer = await begin(database, personas.privacyOfficer);
      // Less than an erasure waits, which would be cut off.
      await officer.query(
        `select set_config('statement_timeout', '4500ms', true), set_config('test.now', $1, true)`,
        [LATER],
      );
      const outcome = await outcomeOf(officer.query('select public.plan_erasure($1)', [REQUEST]));
      await officer.query('rollback');
      return outcome;
    };
    expect(await plan()).toBe('CD018');
    await keeper.query('rollback');
    expect(await plan(), 'control').toBe(1);
  },
  60_000,
);

test('retention waits five seconds for who keeps a row that goes locked, of whatever clinic, and then keeps nobody behind it [N-49 -, N-49 +]', async () => {
  const database = await clone();
  await connected(database, 'postgres', async (owner) => {
    await owner.query(
      `select set_config('test.now', (now() + interval '400 days')::text, false), set_config('statement_timeout', '20s', false)`,
    );
    const plan = () => outcomeOf(owner.query('select governance.plan_retention()'));
    const run = () =>
      outcomeOf(
        owner.query(`select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`),
      );
    await database.asSuperuser(
      async (keeper) => {
        await keeper.rows('select from public.document_upload_grants where organisation_id = $1 for update', [
          CLINIC_B,
        ]);
        expect(await plan()).toBe('CD018');
        expect(await run()).toBe('CD018');
      },
      { rollback: true },
    );
    expect(await run(), 'control').toBe(1);
  });
}, 60_000);
