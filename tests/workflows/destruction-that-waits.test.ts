import { expect, test } from 'vitest';
import { ANA, LATER, REQUEST } from '../support/erasure.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../support/ids.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';
import { type Persona, personas } from '../support/personas.ts';
import type { TestDatabase } from '../support/test-database.ts';
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

async function asked(database: TestDatabase): Promise<void> {
  await database.as(
    personas.patient,
    (session) =>
      session.rows(
        `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, 'erasure')`,
        [CLINIC_A, REQUEST, ANA],
      ),
    { commit: true },
  );
  await database.as(
    personas.privacyOfficer,
    (session) =>
      session.rows(`update public.subject_requests set status = 'in_progress' where id = $1`, [REQUEST]),
    { commit: true },
  );
}

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
    await asked(database);
    const keeper = await begin(database, who);
    expect((await keeper.query(lock, [id])).rowCount, 'control').toBeGreaterThan(0);
    for (const destroy of ['plan_erasure', 'erase_subject']) {
      const officer = await begin(database, personas.privacyOfficer);
      await officer.query(PATIENCE);
      await officer.query(`select set_config('test.now', $1, true)`, [LATER]);
      const outcome = outcomeOf(officer.query(`select public.${destroy}($1)`, [REQUEST]));
      await waiting(database);
      const neighbour = await begin(database, personas.clinicAdminOfB);
      await neighbour.query(PATIENCE);
      const theirs = outcomeOf(
        neighbour.query(`update public.patients set status = 'inactive' where id = $1`, [
          idOf('patient', 'b', '01'),
        ]),
      );
      expect(await outcome, destroy).toBe('CD018');
      await officer.query('rollback');
      expect(await theirs, 'another clinic').toBe(1);
      await neighbour.query('rollback');
    }
    await keeper.query('rollback');
    const officer = await begin(database, personas.privacyOfficer);
    await officer.query(`select set_config('test.now', $1, true)`, [LATER]);
    expect(await outcomeOf(officer.query('select public.erase_subject($1)', [REQUEST])), 'control').toBe(1);
  },
  90_000,
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
