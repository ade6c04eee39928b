import { PrismaPg } from '@prisma/adapter-pg';
import { describe, expect, test } from 'vitest';
import {
  DeniedError,
  type SessionContext,
  SessionEndedError,
  UnknownPurposeError,
} from '../../client/index.ts';
import { cordonSessions } from '../../client/prisma.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { CLINICS, contextOf, DRIVERS, useCleanDriver } from '../support/sessions.ts';
import { PrismaClient } from './prisma/generated.ts';

const database = useDatabase();
const thrownBy = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    (rows) => rows,
    (error: Error) => error.constructor,
  );
const OVER = ['signedOut', 'sessionless', 'anonymousSignIn', 'recovering'] as const;

describe.each(DRIVERS)('a session over %s that asks for its caller’s session', (kind) => {
  const driver = useCleanDriver(kind, database);
  const clinicsOf = (persona: Persona, more: Partial<SessionContext>) =>
    driver().session(contextOf(persona, more), (query) => query(CLINICS));

  test.each(OVER)(
    'is SessionEndedError for %s, whom policies alone show no rows [N-12 S-12 -]',
    async (name) => {
      expect(await thrownBy(clinicsOf(personas[name], { check: true }))).toBe(SessionEndedError);
      for (const more of [{}, { check: false }]) expect(await clinicsOf(personas[name], more)).toEqual([]);
    },
  );

  test('acts for who is signed in, of any realm, and for nobody [N-12 S-12 +]', async () => {
    expect(await clinicsOf(personas.doctor, { check: true })).toEqual([{ clinic: CLINIC_A }]);
    expect(await clinicsOf(personas.patient, { check: true })).toEqual([{ clinic: CLINIC_A }]);
    expect(await clinicsOf(personas.opsAgent, { check: true })).toBeInstanceOf(Array);
    expect(await driver().session({ role: 'anon', check: true }, (query) => query('select 1 as a'))).toEqual([
      { a: 1 },
    ]);
  });

  test('asks what the headers say, as PostgREST does [N-53 -]', async () => {
    const asked = (headers: Record<string, string>) =>
      thrownBy(clinicsOf(personas.doctor, { check: true, headers }));
    expect(await asked({ 'x-organisation-id': CLINIC_B })).toBe(DeniedError);
    expect(await asked({ 'x-purpose': 'curiosity' })).toBe(UnknownPurposeError);
    expect(await asked({ 'x-organisation-id': CLINIC_A, 'x-purpose': 'treatment' })).toEqual([
      { clinic: CLINIC_A },
    ]);
  });

  test('is refused where it is neither yes nor no [N-11 -]', async () => {
    await expect(clinicsOf(personas.doctor, { check: 'no' as never })).rejects.toMatchObject({
      code: 'CONTEXT',
    });
  });
});

test('over Prisma it is the same [N-12 S-12 +, N-12 S-12 -]', async () => {
  const adapter = new PrismaPg({ connectionString: database().url('authenticator'), max: 1 });
  const prisma = new PrismaClient({ adapter }).$extends(cordonSessions);
  const patientsOf = (persona: Persona) =>
    prisma.$session(contextOf(persona, { check: true }), (session) => session.patients.findMany());
  try {
    expect(await thrownBy(patientsOf(personas.signedOut))).toBe(SessionEndedError);
    expect((await patientsOf(personas.doctor)).length).toBeGreaterThan(0);
  } finally {
    await prisma.$disconnect();
  }
});
