import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { ActOptions } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const CHECK = 'select public.pre_request()';

/** As PostgREST begins a request: in a transaction that only reads. */
async function answer(persona: Persona, options: ActOptions = {}, statement = CHECK): Promise<string> {
  const outcome = await database().as(
    persona,
    async (session) => {
      await session.script('set transaction read only');
      return session.attempt(statement);
    },
    options,
  );
  return outcome.ok ? 'passes' : outcome.code;
}

describe('a request whose session lives is let through to the policies', () => {
  test.each([
    'doctor',
    'receptionist',
    'dual',
    'patient',
    'guardian',
    'opsAdmin',
    'opsAgent',
    'stranger',
    'anon',
    'service',
  ] as const)('of %s [N-53 +]', async (name) => {
    expect(await answer(personas[name])).toBe('passes');
  });
});

describe('a request without a live session is refused before any policy', () => {
  test.each(['signedOut', 'sessionless', 'anonymousSignIn', 'recovering'] as const)(
    'of %s [N-12 N-53 S-13 -]',
    async (name) => {
      expect(await answer(personas[name])).toBe('CD040');
    },
  );

  test('as another role than the token is for [N-53 -]', async () => {
    expect(await answer({ ...personas.doctor, role: 'internal_ops' })).toBe('CD040');
    expect(await answer({ ...personas.opsAdmin, role: 'authenticated' })).toBe('CD040');
  });

  test('with what PostgREST makes 401 of, and no word about whom [N-53 S-39 -]', async () => {
    const outcome = await database().as(personas.signedOut, (session) => session.attempt(CHECK), {
      settings: { 'request.method': 'GET' },
    });
    if (outcome.ok) throw new Error('it passed');
    expect(outcome.code).toBe('PGRST');
    expect(JSON.parse(outcome.message)).toEqual({
      code: 'CD040',
      message: 'no live session',
      details: null,
      hint: expect.any(String),
    });
    expect(JSON.parse(outcome.detail)).toEqual({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    });
    expect(JSON.stringify(outcome)).not.toContain(personas.signedOut.userId);
  });
});

describe('the organisation of a request', () => {
  test('is one of the caller, in whatever letters [N-53 +]', async () => {
    for (const id of [CLINIC_A, CLINIC_A.toUpperCase(), `{${CLINIC_A}}`, '']) {
      expect(await answer(personas.doctor, { headers: { 'x-organisation-id': id } }), id).toBe('passes');
    }
    expect(
      await answer(personas.dual, {
        headers: { 'x-organisation-id': CLINIC_B },
        settings: { 'app.current_clinic_id': '' },
      }),
    ).toBe('passes');
  });

  test('of others is not found, exactly as one that does not exist [N-53 S-04 -]', async () => {
    const told = async (id: string) =>
      database().as(personas.doctor, (session) => session.attempt(CHECK), {
        headers: { 'x-organisation-id': id },
      });
    expect(await told(CLINIC_B)).toEqual(await told(NOBODY));
    expect(await told(CLINIC_B)).toMatchObject({ ok: false, code: '42501' });
  });
});

describe('whatever headers and claims somebody sends', () => {
  const HEADERS: readonly string[] = [
    '',
    ' ',
    '{',
    '[]',
    '"x"',
    'null',
    '1',
    '{"x-organisation-id":1}',
    '{"x-organisation-id":{}}',
    '{"x-organisation-id":["a"]}',
    '{"x-organisation-id":"\\u0000"}',
    '{"x-organisation-id":"\' or \'\'=\'"}',
    '{"x-organisation-id":"*"}',
    '{"x-organisation-id":"null"}',
    `{"x-organisation-id":"${CLINIC_A},${CLINIC_B}"}`,
    `{"x-organisation-id":" ${CLINIC_B}"}`,
    `{"x-organisation-id":"${CLINIC_B}\\n"}`,
    '{"x-purpose":"x"}',
    '{"x-purpose":"treatment; drop table patients"}',
    '{"x-purpose":{"treatment":1}}',
    '{"x-purpose":"TREATMENT"}',
    `{"x-justification":"${'x'.repeat(2001)}"}`,
    `{"X-Organisation-Id":"${CLINIC_B}"}`,
    `{"x-organisation-id":"${CLINIC_A}","x-organisation-id":"${CLINIC_B}"}`,
    '['.repeat(5000),
    `{"a":${'['.repeat(20_000)}`,
    '{"x-organisation-id":1e400000}',
    '\u{1F600}',
    '{"x-organisation-id":"\\ud800"}',
  ];
  const seen = (options: ActOptions) =>
    database().as(
      personas.doctor,
      async (session) => {
        const check = await session.attempt(CHECK);
        const rows = await session.attempt('select organisation_id from public.patients');
        return { check, rows };
      },
      options,
    );
  const KNOWN = /^(CD001|CD002|CD006|CD040|CD042|42501)$/;

  test.each(HEADERS.map((headers) => [headers.slice(0, 60), headers] as const))(
    'headers %s open nothing, and are refused with a code of ours [N-11 N-53 S-02 -]',
    async (_, headers) => {
      const { check, rows } = await seen({ settings: { 'request.headers': headers } });
      if (!check.ok) expect(check.code).toMatch(KNOWN);
      for (const { organisation_id } of rows.ok ? rows.rows : []) expect(organisation_id).toBe(CLINIC_A);
    },
  );

  test('made up, they open nothing either [N-11 N-53 S-02 -]', async () => {
    const value = fc.oneof(
      fc.string({ maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
      fc.uuid(),
      fc.constantFrom(CLINIC_A, CLINIC_B, NOBODY, 'recovery', 'service_role', 'internal_ops', '', 'true'),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const headers = fc.dictionary(
      fc.constantFrom('x-organisation-id', 'x-purpose', 'x-justification', 'authorization'),
      value,
    );
    const claims = fc.dictionary(
      fc.constantFrom(
        'sub',
        'session_id',
        'role',
        'amr',
        'is_anonymous',
        'app_metadata',
        'exp',
        'nbf',
        'organisation_id',
      ),
      value,
    );
    await fc.assert(
      fc.asyncProperty(headers, claims, async (sent, forged) => {
        const { check, rows } = await seen({
          claims: forged,
          settings: { 'request.headers': JSON.stringify(sent).replaceAll('\\u0000', '') },
        });
        if (!check.ok) expect(check.code).toMatch(KNOWN);
        for (const { organisation_id } of rows.ok ? rows.rows : []) expect(organisation_id).toBe(CLINIC_A);
        // What the check refuses for its session, the policies hide as well: neither opens what the other shuts.
        if (
          !check.ok &&
          check.code === 'CD040' &&
          rows.ok &&
          forged.role === undefined &&
          forged.exp === undefined &&
          forged.nbf === undefined
        )
          expect(rows.rows).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('restricted reads', () => {
  const read = (persona: Persona) =>
    database().asSuperuser(async (session) => {
      await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify(persona.claims),
      ]);
      return session.attempt('select authz.count_restricted_read()');
    });

  test('of one login, many at once: sixty pass and no more [N-52 +]', async () => {
    const outcomes = await Promise.all(Array.from({ length: 70 }, () => read(personas.doctorOfB)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(60);
  });

  test('beyond them are refused with CD041, for this login alone [N-52 -]', async () => {
    expect(await read(personas.doctorOfB)).toMatchObject({ ok: false, code: 'CD041' });
    expect(await read(personas.receptionistOfB)).toMatchObject({ ok: true });
  });
});
