import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../client/context.ts';
import { SESSION_ROLES } from '../../client/index.ts';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { CLINICS, contextOf, DRIVERS, LEFT, useCleanDriver, visiting } from '../support/sessions.ts';

const database = useDatabase();

describe.each(DRIVERS)('a session over %s', (kind) => {
  const driver = useCleanDriver(kind, database);

  test('acts as its caller and shows the rows of their clinic alone [S-02 N-11 +]', async () => {
    expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
    expect(await driver().session(contextOf(personas.doctorOfB), (query) => query(CLINICS))).toEqual([
      { clinic: CLINIC_B },
    ]);
  });

  test('sets all that the context says, for itself [N-11 N-23 +]', async () => {
    const [row] = await driver().session(visiting, (query) => query(LEFT));
    expect(row).toMatchObject({
      role: 'authenticated',
      organisation: CLINIC_A,
      purpose: 'treatment',
      justification: 'a visit',
      headers: '{"x-request-id":"1"}',
    });
    expect(JSON.parse(String(row?.claims))).toEqual(personas.doctor.claims);
  });

  test.each(SESSION_ROLES)('a caller can be %s [N-09 +]', async (role) => {
    const rows = await driver().session({ role, claims: { sub: idOf('staff', 'a', '03'), role } }, (query) =>
      query('select current_user as role'),
    );
    expect(rows).toEqual([{ role }]);
  });

  test('the next caller on the same connection sees nothing of the last [N-11 -]', async () => {
    await driver().session(visiting, (query) => query(CLINICS));
    await driver()
      .session(visiting, async () => {
        throw new Error('no');
      })
      .catch(() => {});
    expect(await driver().session(contextOf(personas.stranger), (query) => query(CLINICS))).toEqual([]);
    expect(await driver().session({ role: 'anon' }, (query) => query(LEFT))).toMatchObject([
      { role: 'anon', claims: '', headers: '', organisation: '', purpose: '', justification: '' },
    ]);
  });

  test('many callers at once on one connection each get their own rows [N-11 N-26 +]', async () => {
    const callers = [personas.doctor, personas.doctorOfB, personas.stranger, personas.receptionistOfB];
    const clinics = [[CLINIC_A], [CLINIC_B], [], [CLINIC_B]];
    const seen = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        driver().session(contextOf(callers[index % 4] as (typeof callers)[number]), async (query) =>
          (await query(CLINICS)).map(({ clinic }) => clinic),
        ),
      ),
    );
    seen.forEach((clinic, index) => {
      expect(clinic).toEqual(clinics[index % 4]);
    });
  });

  test("somebody else's clinic and no clinic at all give the same: no row [N-11 N-23 -]", async () => {
    for (const organisationId of [CLINIC_B, idOf('organisation', 'c')]) {
      const seen = await driver().session(contextOf(personas.doctor, { organisationId }), (query) =>
        query(CLINICS),
      );
      expect(seen).toEqual([]);
    }
  });

  test('the header chooses the clinic as the setting does, and the setting goes first [N-23 +]', async () => {
    const headers = { 'X-Organisation-Id': CLINIC_B };
    const dual = contextOf(personas.dualUndecided);
    expect(await driver().session({ ...dual, headers }, (query) => query(CLINICS))).toEqual([
      { clinic: CLINIC_B },
    ]);
    expect(
      await driver().session({ ...dual, headers, organisationId: CLINIC_A }, (query) => query(CLINICS)),
    ).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a clinic that lists its networks gives charts to who says where the caller is, and none where nothing is said [N-28 +]', async () => {
    const charts = (headers: Record<string, string> | undefined) =>
      driver().session(contextOf(personas.doctor, headers && { headers }), (query) =>
        query('select id from public.medical_records limit 1'),
      );
    expect(await charts(FROM_THE_CLINIC)).toHaveLength(1);
    for (const headers of [undefined, {}, { 'x-forwarded-for': '203.0.113.9' }]) {
      expect(await charts(headers)).toEqual([]);
    }
  });

  test.each([
    ["'; drop table public.patients; --", 'CD002'],
    ['not-a-uuid', 'CD002'],
    ['$1', 'CD002'],
  ])(
    'an organisation that is no id denies with a code of ours: %s [N-11 -]',
    async (organisationId, code) => {
      const attempt = driver().session({ ...visiting, organisationId }, (query) => query(CLINICS));
      await expect(attempt).rejects.toMatchObject({ name: 'InvalidOrganisationError', code });
    },
  );

  test('claims with a NUL escape or a subject that is no id deny with a code of ours [N-11 -]', async () => {
    for (const sub of ['\0', 'nobody', '1'.repeat(20_000)]) {
      const attempt = driver().session({ role: 'authenticated', claims: { sub } }, (query) => query(CLINICS));
      await expect(attempt).rejects.toMatchObject({ name: 'InvalidClaimsError', code: 'CD001' });
    }
  });
});

test('every setting that the database reads is set by every session [N-11 -]', () => {
  const set = new Set(settingsOf({ role: 'anon' }).map(([name]) => name));
  const read = readdirSync('functions', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sql'))
    .flatMap((file) => [
      ...readFileSync(`functions/${file}`, 'utf8').matchAll(/current_setting\(\s*'([^']+)'/g),
    ])
    .map(([, name]) => name as string)
    .filter((name) => /^(?:app|request)\./.test(name));
  expect(read).toContain('request.jwt.claims');
  expect([...new Set(read)].filter((name) => !set.has(name))).toEqual([]);
});
