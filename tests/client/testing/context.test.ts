import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withSession } from '../../../client/index.ts';
import { CLINIC_A, CLINIC_B } from '../../../testing/ids.ts';
import { contextOf, EVERYBODY, FROM_THE_CLINIC, type Persona, personas } from '../../../testing/index.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();
let pool: pg.Pool;
beforeAll(() => {
  pool = new pg.Pool({ connectionString: database().url('authenticator'), max: 1 });
});
afterAll(() => pool.end());

const COUNTS = `select count(*)::int as charts, (select count(*)::int from public.patients) as patients,
  array(select distinct organisation_id::text from public.patients) as clinics from public.medical_records`;
const seenBy = (persona: Persona, more = {}) =>
  withSession(pool, contextOf(persona, more), async (session) => (await session.query(COUNTS)).rows);

describe('the context of a persona', () => {
  test('gives over withSession what the same persona gets of database.as [N-09 N-28 +]', async () => {
    const people = EVERYBODY.filter(({ role }) => role === 'authenticated');
    expect(people.length).toBeGreaterThan(20);
    for (const persona of people) {
      const expected = await database().as(persona, (session) => session.rows(COUNTS));
      expect({ [persona.name]: await seenBy(persona) }).toEqual({ [persona.name]: expected });
    }
    expect(await seenBy(personas.doctor)).toMatchObject([{ clinics: [CLINIC_A] }]);
    expect((await seenBy(personas.doctor))[0].charts).toBeGreaterThan(0);
  });

  test('stands in the clinic’s own network unless it is told of another place, where charts are closed [N-28 -]', async () => {
    expect(contextOf(personas.doctor).headers).toEqual(FROM_THE_CLINIC);
    const elsewhere = { headers: { 'x-forwarded-for': '203.0.113.9' } };
    expect(await seenBy(personas.doctor, elsewhere)).toMatchObject([{ charts: 0 }]);
    const spelt = { headers: { 'X-Forwarded-For': '203.0.113.9' } };
    expect(await seenBy(personas.doctor, spelt)).toMatchObject([{ charts: 0 }]);
    // What is added to the headers takes nothing of them away.
    const more = { headers: { 'x-request-id': '1' }, purpose: 'treatment' };
    expect(contextOf(personas.doctor, more)).toMatchObject({
      headers: { ...FROM_THE_CLINIC, 'x-request-id': '1' },
      purpose: 'treatment',
    });
  });

  test('chooses the clinic in which the persona acts, unless it is told of another one [N-23 +]', async () => {
    expect(await seenBy(personas.dual)).toMatchObject([{ clinics: [CLINIC_A] }]);
    expect(await seenBy(personas.dual, { organisationId: CLINIC_B })).toMatchObject([
      { clinics: [CLINIC_B] },
    ]);
  });

  test('is refused for the server’s key, which is no caller [N-09 -]', () => {
    for (const persona of [personas.service, personas.servicePinned]) {
      expect(() => contextOf(persona)).toThrow(/service_role/);
    }
  });
});
