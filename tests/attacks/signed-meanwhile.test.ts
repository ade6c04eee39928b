import { afterEach, describe, expect, inject, test } from 'vitest';
import { NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { ANA, carrying, consentOf, DRAFT, formOf, sign } from '../support/forms.ts';
import { inTurn, type Turn } from '../support/in-turn.ts';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

/** The seed's draft for Ana, which carries a consent. */
async function drafted(): Promise<TestDatabase> {
  const database = await TestDatabase.clone(inject('server'));
  open.push(database);
  await database.as(personas.receptionist, (session) => carrying(async () => session), { commit: true });
  return database;
}

const signing: Turn = { who: personas.patient, act: (session) => sign(session, DRAFT), commit: true };
const ENDS: readonly { readonly what: string; readonly turn: Turn }[] = [
  {
    what: 'the form is put away',
    turn: {
      who: personas.clinicAdmin,
      act: (session) =>
        session.attempt('update public.signed_forms set archived_at = now() where id = $1', [DRAFT]),
      commit: true,
    },
  },
  {
    what: 'the patient becomes inactive',
    turn: {
      who: personas.clinicAdmin,
      act: (session) =>
        session.attempt(`update public.patients set status = 'inactive' where id = $1`, [ANA]),
      commit: true,
    },
  },
];

describe('nothing is signed that is no longer there to be signed', () => {
  test.each(ENDS)('while $what [S-31 S-33 N-27 -, S-31 +]', async ({ turn }) => {
    const database = await drafted();
    const { first, second } = await inTurn(database, turn, signing);
    expect(first).toMatchObject({ ok: true, count: 1 });
    expect(second).toMatchObject({ ok: false, code: 'CD010' });
    await database.asSuperuser(async (session) => {
      expect(await formOf(session, DRAFT)).toMatchObject({ status: 'draft', signed_at: null });
      expect(await consentOf(session, NOBODY)).toBe('proposed');
    });

    const other = await drafted();
    const control = await inTurn(other, { ...turn, commit: false }, signing);
    expect(control.second, 'control: it was taken back').toMatchObject({ ok: true });
  });
});
