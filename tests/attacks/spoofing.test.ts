import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY, sessionOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { ActOptions } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const PATIENTS = 'select count(*)::integer from public.patients';

/** How the session of whoever came through Supabase's OAuth server began. */
const CODE = 'oauth_provider/authorization_code';

async function count(persona: Persona, options: ActOptions = {}): Promise<unknown> {
  return database().as(persona, (session) => session.value(PATIENTS), options);
}

async function codeOf(persona: Persona, options: ActOptions): Promise<string> {
  const outcome = await database().as(persona, (session) => session.attempt(PATIENTS), options);
  return outcome.ok ? `ok, ${outcome.rows[0]?.count} rows` : outcome.code;
}

describe('a genuine token', () => {
  test('opens what its user may see [N-11 N-12 +]', async () => {
    expect(await count(personas.doctor)).toBe(3);
    expect(await count(personas.patient)).toBe(1);
  });

  test.each([
    ['a password and a second factor', { amr: [{ method: 'password' }, { method: 'totp' }] }],
    ['the institution of its user', { amr: [{ method: 'sso/saml', provider: 'otp' }] }],
    ['an account with somebody else', { amr: [{ method: 'oauth' }] }],
    ['nothing that it tells', { amr: undefined }],
    ['something that is no list', { amr: { method: 'password' } }],
  ])('got by %s opens as much [N-12 S-14 +]', async (_, claims) => {
    expect(await count(personas.doctor, { claims })).toBe(3);
  });
});

describe('a token without a live identity behind it opens nothing', () => {
  const spoofs: [string, ActOptions['claims']][] = [
    ['no claims at all', ''],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['the subject of nobody', { sub: NOBODY }],
    ["somebody else's session", { session_id: sessionOf(personas.nurse.userId as string) }],
    ["somebody else's subject with one's own session", { sub: personas.nurse.userId }],
    ['a session that does not exist', { session_id: NOBODY }],
    ['no session', { session_id: undefined }],
    ['an empty session', { session_id: '' }],
    ['an anonymous sign-in', { is_anonymous: true }],
    ['an anonymous sign-in told as text', { is_anonymous: 'true' }],
    ['an anonymous sign-in whose login was given an address since', { amr: [{ method: 'anonymous' }] }],
    ['the same, told briefly', { amr: ['anonymous'] }],
    ['a recovery link', { amr: [{ method: 'password' }, { method: 'recovery' }] }],
    ['a recovery link told briefly', { amr: ['recovery'] }],
    ['a recovery link told without a list', { amr: 'recovery' }],
    ['a recovery link as Auth calls it', { amr: [{ method: 'otp' }] }],
    ['a recovery link with a second factor', { amr: [{ method: 'totp' }, { method: 'otp' }] }],
    ['a magic link', { amr: ['magiclink'] }],
    ['an invitation of Auth', { amr: [{ method: 'invite' }] }],
    ['a confirmation of an address', { amr: [{ method: 'email/signup' }] }],
    ['a change of an address', { amr: [{ method: 'email_change' }] }],
    ['the client of a third party, by how its session began', { amr: [{ method: CODE }] }],
    ['the same, told briefly', { amr: [CODE] }],
    ['the same, with a second factor', { amr: [{ method: 'totp' }, { method: CODE }] }],
    ['the client of a third party, by its name', { client_id: NOBODY }],
    ['a null subject', { sub: null }],
  ];
  test.each(spoofs)('%s [N-11 N-12 -]', async (_, claims) => {
    expect(await count(personas.doctor, claims === undefined ? {} : { claims })).toBe(0);
  });

  test('a session that has ended by its own date [N-12 N-16 -]', async () => {
    await database().asSuperuser((session) =>
      session.affected(`update auth.sessions set not_after = now() - interval '1 second' where id = $1`, [
        sessionOf(idOf('staff', 'a', '13')),
      ]),
    );
    const persona: Persona = {
      ...personas.doctor,
      claims: {
        ...personas.doctor.claims,
        sub: idOf('staff', 'a', '13'),
        session_id: sessionOf(idOf('staff', 'a', '13')),
      },
    };
    expect(await count(persona)).toBe(0);
  });
});

describe('what is malformed denies with an error of ours, never with a cast error', () => {
  const malformed: [string, ActOptions, string][] = [
    ['claims that are no JSON', { claims: '{sub' }, 'CD001'],
    ['claims that are a text', { claims: '"me"' }, 'CD001'],
    ['claims that are a list', { claims: '[]' }, 'CD001'],
    ['claims that are a number', { claims: '1' }, 'CD001'],
    ['claims with a NUL escape', { claims: '{"sub":"\\u0000"}' }, 'CD001'],
    ['a subject that is no UUID', { claims: { sub: "' or true --" } }, 'CD001'],
    ['a subject that is an object', { claims: { sub: { id: 1 } } }, 'CD001'],
    ['a session that is no UUID', { claims: { session_id: 'x' } }, 'CD001'],
    ['a setting that is no UUID', { settings: { 'app.current_clinic_id': '%' } }, 'CD002'],
    ['a setting with SQL in it', { settings: { 'app.current_organisation_id': "' or ''='" } }, 'CD002'],
    ['a header that is no UUID', { headers: { 'x-organisation-id': '*' } }, 'CD002'],
    ['headers that are no JSON', { settings: { 'request.headers': '{' } }, 'CD002'],
    [
      'headers with a NUL escape',
      { settings: { 'request.headers': '{"x-organisation-id":"\\u0000"}' } },
      'CD002',
    ],
    [
      'a choice in the token that is no UUID',
      { claims: { app_metadata: { organisation_id: '1' } } },
      'CD002',
    ],
  ];
  test.each(malformed)('%s [N-11 N-23 -]', async (_, options, code) => {
    expect(await codeOf(personas.doctor, options)).toBe(code);
  });

  test.each([
    ['headers that are a list', { settings: { 'request.headers': '[]' } }],
    ['headers that are a text', { settings: { 'request.headers': '"x"' } }],
    ['app_metadata that is a text', { claims: { app_metadata: 'x' } }],
    [
      'empty settings',
      { settings: { 'app.current_clinic_id': '', 'app.current_organisation_id': '', 'request.headers': '' } },
    ],
  ] as [string, ActOptions][])(
    'what merely chooses nothing chooses nothing: %s [N-23 +]',
    async (_, options) => {
      expect(await count(personas.doctor, options)).toBe(3);
    },
  );

  test('the same for the portal and for operations [N-11 -]', async () => {
    for (const persona of [personas.patient, personas.opsAdmin]) {
      const outcome = await database().as(
        persona,
        (session) => session.attempt('select count(*) from public.organisations'),
        {
          claims: { sub: 'x' },
        },
      );
      expect(outcome, persona.name).toMatchObject({ ok: false, code: 'CD001' });
    }
  });
});

describe('what a caller may set is not believed', () => {
  test.each([
    ['the legacy subject', { 'request.jwt.claim.sub': personas.doctor.userId as string }],
    ['the legacy role', { 'request.jwt.claim.role': 'service_role' }],
    ['the legacy token', { 'request.jwt.claim': JSON.stringify(personas.doctor.claims) }],
    ["the other clinic's id", { 'app.current_clinic_id': CLINIC_B }],
    ['a pin', { 'app.pinned_organisation_id': CLINIC_A }],
    ['a purpose', { 'app.purpose': 'treatment' }],
    [
      'a role setting',
      {
        'app.role': 'clinic_admin',
        'app.current_role': 'clinic_admin',
        'app.user_id': personas.doctor.userId as string,
      },
    ],
  ])('%s [N-11 -]', async (_, settings) => {
    expect(await count(personas.stranger, { settings })).toBe(0);
  });

  test.each([
    ['a role', { 'x-role': 'clinic_admin' }],
    ['a user', { 'x-user-id': personas.doctor.userId as string }],
    ['a realm', { 'x-app': 'soscommand', origin: 'https://ops.example' }],
    ['an organisation', { 'x-organisation-id': CLINIC_A }],
    ['a token', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
  ])('%s in a header [N-11 -]', async (_, headers) => {
    expect(await count(personas.stranger, { headers })).toBe(0);
  });

  test.each([
    ['user_metadata', { user_metadata: { organisation_id: CLINIC_A, role: 'clinic_admin', is_admin: true } }],
    ['app_metadata', { app_metadata: { organisation_id: CLINIC_A, role: 'clinic_admin' } }],
    ['a role of the token', { role: 'service_role' }],
    ['an email', { email: 'staff-01@a.example', email_verified: true }],
  ])('%s in the token [N-11 N-16 -]', async (_, claims) => {
    expect(await count(personas.stranger, { claims })).toBe(0);
  });

  test("a realm follows the token's role alone: a clinic login is no operator, an operator no clinic login [N-11 -]", async () => {
    const asOps: Persona = { ...personas.clinicAdmin, role: 'internal_ops' };
    const asStaff: Persona = { ...personas.opsAdmin, role: 'authenticated' };
    for (const persona of [asOps, asStaff]) {
      const seen = await database().as(persona, (session) =>
        session.value('select count(*)::integer from public.organisation_settings'),
      );
      expect(seen, persona.name).toBe(0);
    }
  });

  test('control: in its own realm each sees what it should [N-11 +]', async () => {
    for (const persona of [personas.clinicAdmin, personas.opsAdmin]) {
      const seen = await database().as(persona, (session) =>
        session.value('select count(*)::integer from public.organisation_settings'),
      );
      expect(Number(seen), persona.name).toBeGreaterThan(0);
    }
  });
});
