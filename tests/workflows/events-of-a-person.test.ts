import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { clock, LATER } from '../support/erasure.ts';
import { type Become, tellStory } from '../support/story.ts';
import { exportedByOfficer } from '../support/subject-exports.ts';

const database = useDatabase();
/** Whose case and invoice operations hold. */
const CHAI = idOf('patient', 'a', '03');
const CASE = idOf('case', 'a', '03');
const RECORD = idOf('record', 'a', '04');
const LINE = `select id from public.invoice_lines where organisation_id = $1 and invoice_id = $2 and archived_at is null limit 1`;
const PAYMENT = `select id from public.payments where organisation_id = $1 and invoice_id = $2 and archived_at is null limit 1`;

const owner = async (as: Become): Promise<Session> => {
  const session = await as(personas.privacyOfficer);
  await session.script('reset role');
  return session;
};
interface Events {
  readonly entity_id: string;
  readonly event_type: string;
}
const exported = async (as: Become, patient = CHAI) => {
  const outcome = await exportedByOfficer(as, patient);
  if (!outcome.ok) throw new Error(`${outcome.code} ${outcome.message}`);
  return outcome.rows[0]?.all as { export: { tables: Record<string, Events[]> } };
};
/** One of each kind that is about a thing of Chai's, by what each is about. */
async function happened(as: Become): Promise<[string, string][]> {
  const invoice = idOf('invoice', 'a', '03');
  const session = await owner(as);
  const line = String(await session.value(LINE, [CLINIC_A, invoice]));
  const payment = String(await session.value(PAYMENT, [CLINIC_A, invoice]));
  await session.rows(
    `update public.medical_records set segments = '{PSY}' where organisation_id = $1 and id = $2`,
    [CLINIC_A, RECORD],
  );
  await session.rows(
    `update public.medical_records set segments = '{}' where organisation_id = $1 and id = $2`,
    [CLINIC_A, RECORD],
  );
  const finance = await as(personas.finance);
  await finance.rows('update public.invoice_lines set quantity = 9 where organisation_id = $1 and id = $2', [
    CLINIC_A,
    line,
  ]);
  await finance.rows(
    `update public.payments set terminal_reference = 'T-9' where organisation_id = $1 and id = $2`,
    [CLINIC_A, payment],
  );
  await (await as(personas.clinicAdmin)).rows(`select public.export_case_timeline($1, 'auditor')`, [CASE]);
  await exported(as);
  return [
    ['medical_record.unprotected', RECORD],
    ['frozen_write.suppressed', line],
    ['frozen_write.suppressed', payment],
    ['data.exported', CASE],
    ['data.exported', CHAI],
  ];
}

test('each event about a thing of a person is in what they are given of themselves, and none of another person [N-37 N-39 N-49 +, N-49 S-04 -]', async () => {
  await tellStory(database(), async (as) => {
    const events = await happened(as);
    const given = (await exported(as))?.export.tables['audit.security_events'] ?? [];
    const pairs = given.map(({ event_type, entity_id }) => [event_type, entity_id]);
    for (const event of events) expect(pairs).toContainEqual(event);
    const other = await exported(as, idOf('patient', 'a', '02'));
    const ids = new Set(events.map(([, id]) => id));
    expect(
      (other?.export.tables['audit.security_events'] ?? []).filter(({ entity_id }) => ids.has(entity_id)),
    ).toEqual([]);
  });
});

test('a legal hold on a person keeps them, and those that are about nobody under hold go with their age [N-49 -, N-49 +]', async () => {
  await tellStory(database(), async (as) => {
    const events = await happened(as);
    const session = await owner(as);
    await session.rows('update public.legal_holds set released_at = now() where organisation_id = $1', [
      CLINIC_A,
    ]);
    await session.rows(
      `insert into public.legal_holds (organisation_id, patient_id, reason) values ($1, $2, 'An order of the court.')`,
      [CLINIC_A, CHAI],
    );
    const left = () =>
      session.rows<{ event_type: string; entity_id: string }>(
        'select event_type, entity_id from audit.security_events where organisation_id = $1',
        [CLINIC_A],
      );
    expect(
      (await left()).map(({ event_type }) => event_type),
      'control',
    ).toContain('membership.granted');
    await session.rows(`set local session authorization postgres`);
    await clock(session, LATER);
    await session.rows(`select governance.purge(gen_random_uuid())`);
    await session.rows(`reset session authorization`);
    const pairs = (await left()).map(({ event_type, entity_id }) => [event_type, entity_id]);
    for (const event of events) expect(pairs).toContainEqual(event);
    expect(pairs.map(([type]) => type)).not.toContain('membership.granted');
  });
});
