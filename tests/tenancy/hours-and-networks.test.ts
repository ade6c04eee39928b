import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

async function holds(organisationId: string, hours: string, at: string): Promise<unknown> {
  return database().asSuperuser((session) =>
    session.value('select authz.is_within_hours($1, $2::integer[], $3)', [organisationId, hours, at]),
  );
}

/** São Paulo is three hours behind UTC all year, Bangkok seven ahead. */
describe('hours of the day', () => {
  test.each([
    ['a second before opening', '2026-07-01 08:59:59+00', false],
    ['at opening', '2026-07-01 09:00+00', true],
    ['a second before closing', '2026-07-02 00:59:59+00', true],
    ['at closing', '2026-07-02 01:00+00', false],
  ])('%s, 6 to 22 in S\u00e3o Paulo: %3$s [N-28 N-40 +, N-28 -]', async (_, at, isOpen) => {
    expect(await holds(CLINIC_A, '{6,22}', at)).toBe(isOpen);
  });

  test('are those of the organisation, not of the caller or the server [N-28 +]', async () => {
    expect(await holds(CLINIC_B, '{6,22}', '2026-07-01 00:00+00')).toBe(true);
    expect(await holds(CLINIC_A, '{6,22}', '2026-07-01 02:00+00')).toBe(false);
    const zoned = await database().asSuperuser(
      async (session) => {
        await session.script(`set local timezone = 'Asia/Bangkok'`);
        return session.value('select authz.is_within_hours($1, $2::integer[], $3)', [
          CLINIC_A,
          '{6,22}',
          '2026-07-01 02:00+00',
        ]);
      },
      { rollback: true },
    );
    expect(zoned).toBe(false);
  });

  test.each([
    ['before midnight', '2026-07-02 02:30+00', true],
    ['after midnight', '2026-07-02 05:00+00', true],
    ['at its end in the morning', '2026-07-02 09:00+00', false],
    ['at noon', '2026-07-02 15:00+00', false],
  ])('a window over midnight, 22 to 6, %s: %3$s [N-28 N-40 +, N-28 -]', async (_, at, isOpen) => {
    expect(await holds(CLINIC_A, '{22,6}', at)).toBe(isOpen);
  });

  test('move with the clock on the wall when summer time begins and ends [N-28 N-40 +]', async () => {
    const lisbon = idOf('organisation', 'd');
    // 28 March 2027, 01:00 UTC: clocks go from 1:00 to 2:00, so that 6:00 is 06:00 UTC the day before and 05:00 UTC then.
    expect(await holds(lisbon, '{6,22}', '2027-03-27 05:30+00')).toBe(false);
    expect(await holds(lisbon, '{6,22}', '2027-03-28 05:30+00')).toBe(true);
    expect(await holds(lisbon, '{6,22}', '2026-10-24 05:30+00')).toBe(true);
    expect(await holds(lisbon, '{6,22}', '2026-10-25 05:30+00')).toBe(false);
  });

  test('without a window of its own a rule follows the organisation\u2019s, and none known is closed [N-28 +, N-28 -]', async () => {
    expect(await holds(CLINIC_A, '{}', '2026-07-01 03:00+00')).toBe(true);
    expect(await holds(idOf('organisation', 'f'), '{}', '2026-07-01 12:00+00')).toBe(false);
    expect(await holds(idOf('organisation', 'f'), '{0,24}', '2026-07-01 12:00+00')).toBe(false);
  });

  test('0 to 24 is always, and a window that ends when it starts never [N-28 N-40 -]', async () => {
    for (const at of ['2026-07-01 03:00+00', '2026-07-01 02:59:59.999999+00', '2026-07-01 15:00+00']) {
      expect(await holds(CLINIC_A, '{0,24}', at)).toBe(true);
      expect(await holds(CLINIC_A, '{6,6}', at)).toBe(false);
    }
  });
});

describe('the clock', () => {
  test('of a production database is set by nobody [N-40 -]', async () => {
    const [source] = await database().asSuperuser((session) =>
      session.rows<{ body: string }>(
        `select prosrc as body from pg_proc where oid = 'authz.now()'::regprocedure`,
      ),
    );
    expect(source?.body, 'control: this database has the test\u2019s').toContain('test.now');
    const { readFile } = await import('node:fs/promises');
    const text = await readFile(new URL('../../functions/authz/now.sql', import.meta.url), 'utf8');
    expect(text.split('begin')[1]?.split('end')[0]?.trim()).toBe('return clock_timestamp();');
  });
});

describe('networks', () => {
  const reads = (
    headers: Record<string, string>,
    change = '',
    persona: typeof personas.doctor = personas.doctor,
  ) =>
    database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        if (change !== '') await session.script(change);
        await session.rows(
          `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true)`,
          [JSON.stringify(persona.claims), JSON.stringify(headers)],
        );
        await session.script('set local role authenticated');
        return Number(await session.value('select count(*) from public.medical_records')) > 0;
      },
      { rollback: true },
    );
  const network = (cidr: string, mode: string) =>
    `insert into public.organisation_networks (organisation_id, cidr, mode) values ('${CLINIC_A}', '${cidr}', '${mode}');`;
  const NONE = `update public.organisation_networks set archived_at = now() where organisation_id = '${CLINIC_A}';`;

  test.each([
    ['inside an allowed one', { 'x-forwarded-for': '192.0.2.10' }, '', true],
    ['outside', { 'x-forwarded-for': '203.0.113.5' }, '', false],
    ['unknown where a list exists', {}, '', false],
    ['illegible', { 'x-forwarded-for': '192.0.2.10:443' }, '', false],
    ['empty', { 'x-forwarded-for': '' }, '', false],
    [
      'claimed by the client before the proxy\u2019s word',
      { 'x-forwarded-for': '192.0.2.10, 203.0.113.5' },
      '',
      false,
    ],
    [
      'the proxy\u2019s word behind a client\u2019s claim',
      { 'x-forwarded-for': '203.0.113.5, 192.0.2.10' },
      '',
      true,
    ],
    ['in a header that nobody trusts', { 'x-real-ip': '192.0.2.10' }, '', false],
    ['IPv4 in IPv6 clothes', { 'x-forwarded-for': '::ffff:192.0.2.10' }, '', true],
    ['with a prefix that is no address', { 'x-forwarded-for': '192.0.2.10/0' }, '', true],
    [
      'denied inside an allowed one',
      { 'x-forwarded-for': '192.0.2.10' },
      network('192.0.2.8/29', 'deny'),
      false,
    ],
    ['beside the denied part', { 'x-forwarded-for': '192.0.2.20' }, network('192.0.2.8/29', 'deny'), true],
    [
      'denied in IPv6 clothes',
      { 'x-forwarded-for': '192.0.2.10' },
      network('::ffff:192.0.2.8/125', 'deny'),
      false,
    ],
    [
      'beside the part denied in IPv6 clothes',
      { 'x-forwarded-for': '192.0.2.20' },
      network('::ffff:192.0.2.8/125', 'deny'),
      true,
    ],
    [
      'both of which wear IPv6 clothes, allowed',
      { 'x-forwarded-for': '::ffff:192.0.2.10' },
      NONE + network('::ffff:192.0.2.0/120', 'allow'),
      true,
    ],
    [
      'outside of one allowed in IPv6 clothes',
      { 'x-forwarded-for': '203.0.113.5' },
      NONE + network('::ffff:192.0.2.0/120', 'allow'),
      false,
    ],
    [
      'of IPv4, where IPv6 alone is allowed',
      { 'x-forwarded-for': '192.0.2.10' },
      NONE + network('::/0', 'allow'),
      false,
    ],
    [
      'of IPv6, where it is allowed',
      { 'x-forwarded-for': '2001:db8::1' },
      NONE + network('::/0', 'allow'),
      true,
    ],
    ['anywhere, where no list exists', { 'x-forwarded-for': '203.0.113.5' }, NONE, true],
    ['unknown, where no list exists', {}, NONE, true],
    [
      'anywhere else, where only a denial is listed',
      { 'x-forwarded-for': '203.0.113.5' },
      NONE + network('198.51.100.0/24', 'deny'),
      true,
    ],
    ['unknown, where only a denial is listed', {}, NONE + network('198.51.100.0/24', 'deny'), false],
  ])('an address %s: %4$s [N-28 N-04 +, N-28 -]', async (_, headers, change, isOpen) => {
    expect(await reads(headers as Record<string, string>, change)).toBe(isOpen);
  });

  test('a deployment that trusts no header knows no address [N-28 -]', async () => {
    const untrusting = `update authz.deployment_settings set trusted_address_header = null;`;
    expect(await reads({ 'x-forwarded-for': '192.0.2.10' }, untrusting)).toBe(false);
  });

  test('of another organisation count for nothing [N-28 N-24 -]', async () => {
    const otherClinic = `update public.organisation_networks set cidr = '203.0.113.0/24' where organisation_id = '${CLINIC_B}'`;
    const change = `select set_config('app.pinned_organisation_id', '${CLINIC_B}', true); ${otherClinic};`;
    expect(await reads({ 'x-forwarded-for': '203.0.113.5' }, change)).toBe(false);
  });
});
