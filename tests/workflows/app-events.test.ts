import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

const TELL = 'select public.log_app_event($1, $2, $3)';
/** What stands of the last event that a server told about clinic A, as the clinic's auditor reads it. */
async function kept(details: unknown): Promise<{ details: unknown; scrubbed_count: number }> {
  let last: { details: unknown; scrubbed_count: number } | undefined;
  await tellStory(database(), async (as) => {
    await (await as(personas.service)).value(TELL, [CLINIC_A, 'job.failed', JSON.stringify(details)]);
    const rows = await (await as(personas.auditor)).rows<{ details: unknown; scrubbed_count: number }>(
      `select details, scrubbed_count from public.app_events where event_type = 'job.failed'`,
    );
    expect(rows).toHaveLength(1);
    last = rows[0];
  });
  if (!last) throw new Error('nothing was told');
  return last;
}

describe('what an application tells of itself', () => {
  test('says what failed, where and how: numbers, codes, and names of ours [S-39 +]', async () => {
    const told = {
      status: 503,
      duration_ms: 2012,
      attempt: 3,
      count: 0,
      size_bytes: 1048576,
      method: 'POST',
      sqlstate: '40001',
      relation: 'medical_records',
      function: 'sign_form',
    };
    expect(await kept(told)).toEqual({ details: told, scrubbed_count: 0 });
    expect(await kept({ sqlstate: 'CD013', relation: 'case_timeline' })).toMatchObject({ scrubbed_count: 0 });
    expect(await kept({})).toEqual({ details: {}, scrubbed_count: 0 });
  });

  const PATIENT = idOf('patient', 'a', '01');
  test.each([
    ['a name under a key of its own', { patient: 'Ana Souza' }],
    ['a name as a key', { 'Ana Souza': 1 }],
    ['an id', { record_id: PATIENT }],
    ['a name for a table', { relation: 'Ana Souza' }],
    ['an id for a table', { relation: PATIENT }],
    ['a table of another schema', { relation: 'security_events"; drop table x' }],
    ['a name for a function', { function: 'ana_souza' }],
    ['a name in capitals for a code', { sqlstate: 'MARIA' }],
    ['a number of a person for a count', { count: 39053344705 }],
    ['a date of birth for a count', { count: 19800101 }],
    ['a text for a number', { status: '503' }],
    ['a fraction', { duration_ms: 39053.34 }],
    ['a list of names', { method: ['GET', 'Ana Souza'] }],
    ['an object', { status: { of: 'Ana Souza' } }],
    ['nothing', { status: null }],
    ['an address for a method', { method: 'ana@example.com' }],
  ])('keeps %s out, and says that it did [S-39 -]', async (_, details) => {
    expect(await kept({ ...details, attempt: 1 })).toEqual({ details: { attempt: 1 }, scrubbed_count: 1 });
  });

  test.each([[['Ana Souza']], ['Ana Souza'], [39053344705], [true], [null]])(
    'keeps what is no object out: %j [S-39 -]',
    async (details) => {
      expect(await kept(details)).toEqual({ details: {}, scrubbed_count: 1 });
    },
  );

  test('ties no record to a person: it has no column for either [S-39 -]', async () => {
    const columns = await database().asSuperuser((session) =>
      session.value(
        `select string_agg(attname, ' ' order by attnum) from pg_attribute where attrelid = 'audit.app_events'::regclass and attnum > 0`,
      ),
    );
    expect(columns).toBe('organisation_id id event_type occurred_at details scrubbed_count');
  });
});

describe('application events', () => {
  const ask = (session: Session, type = 'job.failed', organisation: string = CLINIC_A) =>
    session.attempt(TELL, [organisation, type, '{}']);

  test('are told by a server alone, of a type that there is, about a clinic that there is [S-39 +, S-39 -]', async () => {
    expect(await database().as(personas.service, (session) => ask(session))).toMatchObject({ ok: true });
    for (const persona of [
      personas.clinicAdmin,
      personas.auditor,
      personas.patient,
      personas.opsAdmin,
      personas.anon,
    ])
      expect(await database().as(persona, (session) => ask(session))).toMatchObject({
        ok: false,
        code: '42501',
      });
    for (const [type, organisation, code] of [
      ['Ana Souza has no bed', CLINIC_A, '22023'],
      ['job.failed', NOBODY, 'CD010'],
    ] as const) {
      const outcome = await database().as(personas.service, (session) => ask(session, type, organisation));
      expect(outcome).toMatchObject({ ok: false, code });
      expect(JSON.stringify(outcome)).not.toContain('Ana');
    }
  });

  test('of another clinic than the transaction is pinned to are a mistake [S-39 S-05 -]', async () => {
    expect(await database().as(personas.servicePinned, (session) => ask(session))).toMatchObject({
      ok: true,
    });
    expect(
      await database().as(personas.servicePinned, (session) => ask(session, 'job.failed', CLINIC_B)),
    ).toMatchObject({ ok: false, code: 'CD004' });
  });

  test('are read by auditor and privacy officer of their clinic, and by nobody else [S-39 S-02 -]', async () => {
    const seen = (persona: typeof personas.auditor) =>
      database().as(persona, (session) =>
        session.attempt('select distinct organisation_id from public.app_events'),
      );
    for (const [persona, clinic] of [
      [personas.auditor, CLINIC_A],
      [personas.privacyOfficer, CLINIC_A],
      [personas.auditorOfB, CLINIC_B],
    ] as const)
      expect(await seen(persona)).toMatchObject({ ok: true, rows: [{ organisation_id: clinic }] });
    for (const persona of [personas.clinicAdmin, personas.doctor, personas.opsAgent])
      expect(await seen(persona)).toMatchObject({ ok: true, rows: [] });
    for (const persona of [personas.patient, personas.anon])
      expect(await seen(persona)).toMatchObject({ ok: false, code: '42501' });
  });

  test('stay as they are, whoever owns them, and are written by the function alone [S-39 S-20 -]', async () => {
    for (const [statement, code] of [
      [
        `insert into audit.app_events (organisation_id, event_type, details) values ('${CLINIC_A}', 'job.failed', '{}')`,
        'CD014',
      ],
      [`update audit.app_events set details = '{}'`, 'CD014'],
      ['delete from audit.app_events', 'CD014'],
      ['truncate audit.app_events', 'CD014'],
    ] as const)
      expect(
        await database().asPostgres((session) => session.attempt(statement), { rollback: true }),
      ).toMatchObject({ ok: false, code });
  });

  test('are sealed like every other record [S-39 S-20 +]', async () => {
    const sealed = await database().asSuperuser((session) =>
      session.rows('select audit.sealed_tables() as name'),
    );
    expect(sealed).toContainEqual({ name: 'audit.app_events' });
  });
});
