import { describe, expect, inject, test } from 'vitest';
import { play as playDay } from '../../scripts/demo/play.ts';
import { Stage } from '../../scripts/demo/stage.ts';
import { startStorage } from '../../scripts/demo/storage.ts';
import { requireTold } from '../../scripts/demo/trail.ts';
import { TestDatabase } from '../../testing/test-database.ts';

/** Plays the day on a database of its own, after a fault was planted there. */
async function play(fault = 'select 1') {
  const database = await TestDatabase.clone(inject('server'));
  const storage = await startStorage(database.url('authenticator'));
  const stage = new Stage(database.url('authenticator'), () => {}, storage.clientOf);
  try {
    await database.asSuperuser((session) => session.script(fault));
    const record = await playDay(stage, database.url('postgres'), database.url('superuser'));
    return { attempts: stage.attempts, ...record };
  } finally {
    await stage.end();
    await storage.stop();
    // A server drops no database that a slot reads.
    await database.asSuperuser((session) =>
      session.rows(
        'select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = current_database()',
      ),
    );
    await database.drop();
  }
}

test('what the demo closes with must be so: whole, and not once it is bent [S-20 +, S-20 -]', () => {
  const bent = { what: 'the row was changed: it is not what was sealed' };
  expect(() => requireTold({ whole: true, bent })).not.toThrow();
  for (const trail of [
    { whole: true, bent: undefined },
    { whole: false, bent },
    { whole: false, bent: undefined },
  ])
    expect(() => requireTold(trail)).toThrow(expect.objectContaining({ exitCode: 1 }));
});

describe('the demo', () => {
  test('ends every attempt as it tells: done, refused, or nothing found [S-04 S-18 S-20 +]', async () => {
    const { attempts, timeline, accessLog, trail } = await play();
    const outcomes = new Set(attempts.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(
      ['23505', '42501', 'CD009', 'CD010', 'CD013', 'CD016', 'CD017', 'STORAGE', 'done', 'nothing'].sort(),
    );
    expect(attempts.length).toBeGreaterThan(50);
    expect(timeline.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'admission.admitted',
        'transfer.dispatched',
        'case.status_changed',
        'invoice.attached',
        'payment.frozen_write_suppressed',
      ]),
    );
    expect(JSON.stringify(timeline)).not.toContain('Souza');
    // What was refused to the café and to reception left no row, and is on record all the same.
    expect(accessLog).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ who: 'Aurora · doctor', table: 'medical_records', outcome: 'disclosed' }),
        expect.objectContaining({ outcome: 'denied', reason: 'network' }),
        expect.objectContaining({ who: 'Aurora · reception', outcome: 'denied', reason: 'role' }),
        expect.objectContaining({
          who: 'Aurora · nurse',
          table: 'medical_record_details',
          outcome: 'masked',
        }),
        expect.objectContaining({ who: 'Andaman · doctor', outcome: 'denied', reason: 'no_membership' }),
      ]),
    );
    expect(JSON.stringify(accessLog)).not.toContain('Souza');
    expect(trail).toMatchObject({
      whole: true,
      bent: { what: expect.stringContaining('the row was changed') },
    });
    expect(trail.root).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    [
      'a policy and a fence that let everybody read patients',
      `create policy planted on public.patients for select to authenticated using (true);
       alter policy provider_fence on public.patients using (true);
       drop policy provider_select_rows on public.patients;`,
      'looks for her in the clinic',
    ],
    [
      'no freeze on payments',
      'alter table public.payments disable trigger _060_frozen',
      'records another payment',
    ],
    [
      'no guard of signatures',
      'grant update (typed_name) on public.signed_forms to authenticated; alter table public.signed_forms disable trigger _900_signed',
      'mends the name afterwards',
    ],
  ])('stops at the line that %s makes untrue [S-04 S-34 S-32 -]', async (_, fault, line) => {
    await expect(play(fault)).rejects.toThrow(line);
  });
});
