import type { DB } from 'cordon';
import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import { describe, expect, test } from 'vitest';
import { withSession } from '../../client/index.ts';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { recorded } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, insertPatient, patientsWith, useCleanDriver } from '../support/sessions.ts';

const database = useDatabase();

describe('a session over Kysely', () => {
  const driver = useCleanDriver('kysely', database);

  const WAYS: Readonly<Record<string, (session: Transaction<DB>) => Kysely<DB>>> = {
    itself: (session) => session,
    'with a schema': (session) => session.withSchema('public'),
    'without plugins': (session) => session.withoutPlugins(),
    'with tables, and a schema': (session) =>
      session.withTables<{ more: { id: number } }>().withSchema('public') as never,
  };

  test.each(Object.entries(WAYS))(
    'begins no transaction of its own, whose commit would end the session: %s [N-11 -]',
    async (_, way) => {
      const attempt = withSession(driver().db, contextOf(personas.receptionist), async (session) => {
        const own = await way(session).startTransaction().execute();
        await own.commit().execute();
        return (await way(session).selectFrom('patients').select('id').execute()).length;
      });
      await expect(attempt).rejects.toMatchObject({
        code: 'SESSION',
        hint: expect.stringMatching(/savepoint/),
      });
      // The control: whatever derives from it reads as its caller.
      const seen = await withSession(driver().db, contextOf(personas.receptionist), (session) =>
        way(session).selectFrom('patients').select('id').execute(),
      );
      expect(seen.length).toBeGreaterThan(0);
    },
  );

  test.each(['commit', ' -- done\n rollback', 'reset role', 'set role postgres', 'begin'])(
    'sends no compiled %j, which passes by every plugin, and reads as its caller afterwards [N-11 +, N-11 -]',
    async (text) => {
      await withSession(driver().db, contextOf(personas.receptionist), async (session) => {
        await expect(session.executeQuery(CompiledQuery.raw(text))).rejects.toMatchObject({
          code: 'SESSION',
        });
        expect((await session.selectFrom('patients').select('id').execute()).length).toBeGreaterThan(0);
      });
    },
  );

  test('that swallows the refusal goes on, and commits what it did [N-11 +]', async () => {
    await withSession(driver().db, contextOf(personas.receptionist), async (session) => {
      await expect(session.startTransaction().execute()).rejects.toThrow(/does not begin/);
      await session.executeQuery(CompiledQuery.raw(insertPatient('BEGIN-0')));
    });
    expect(await patientsWith(database(), 'BEGIN-0')).toBe(1);
  });

  test('that writes JSON as its type takes it writes what was meant: a list as text, an object as it is [N-11 +]', async () => {
    const medications = [{ name: 'one', dose: [1, 2] }, { name: 'two "' }];
    const vitals = { pulse: 60, lead: ['I', 'II'] };
    const id = await recorded(database());
    const write = (medications: string) =>
      withSession(driver().db, contextOf(personas.doctor, { headers: FROM_THE_CLINIC }), (session) =>
        session.updateTable('medical_records').set({ vitals, medications }).where('id', '=', id).execute(),
      );
    const read = () =>
      database().asSuperuser((session) =>
        session.rows(
          'select vitals, medications from public.medical_records where id = $1 and organisation_id = $2',
          [id, CLINIC_A],
        ),
      );
    for (const list of [medications, []]) {
      await write(JSON.stringify(list));
      expect(await read()).toEqual([{ vitals, medications: list }]);
    }
    // What the type refuses: no other JSON is written in the list's place.
    await expect(write([] as never)).rejects.toMatchObject({ code: '23514' });
    await expect(write(medications as never)).rejects.toMatchObject({ code: '22P02' });
    expect(await read()).toEqual([{ vitals, medications: [] }]);
  });
});
