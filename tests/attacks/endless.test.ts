import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { breakGlass } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();

/** An incident of clinic A, detected at a moment, in a session that gives up after two seconds. */
const record = (persona: Persona, at: string) =>
  database().as(persona, async (session) => {
    await session.script(`set local statement_timeout = '2s'`);
    return session.attempt(
      `insert into public.security_incidents (organisation_id, summary, detected_at) values ($1, 'A laptop was stolen.', $2)`,
      [CLINIC_A, at],
    );
  });

describe('the day by which a notice is due', () => {
  test('is counted in no time from any moment, and from none that is no moment [N-37 S-04 -, N-37 +]', async () => {
    const officer = personas.privacyOfficer;
    for (const at of ['2026-02-27 12:00+00', '0001-01-01', '4000-01-01', '4713-01-02 BC', 'infinity'])
      expect(await record(officer, at), at).toMatchObject({ ok: true, count: 1 });
    expect(await record(officer, '-infinity')).toMatchObject({ ok: false, code: '23514' });
  });

  test.each([personas.stranger, personas.doctorOfB, personas.nurse, personas.dualUndecided])(
    'is counted for nobody whom the policy refuses: $name [N-37 S-04 -]',
    async (persona) => {
      for (const at of ['2026-02-27 12:00+00', '-infinity'])
        expect(await record(persona, at), at).toMatchObject({ ok: false, code: '42501' });
    },
  );
});

test('a consent that ended before all time is none: its receipt, and the text that is signed, would name no end [N-45 S-31 -, N-45 +]', async () => {
  await tellStory(database(), async (as) => {
    const consent = idOf('consent', 'a', '95');
    const propose = async (end: string) =>
      (await as(personas.receptionist)).attempt(
        `insert into public.consents (organisation_id, id, patient_id, purpose, expires_at) values ($1, $2, $3, 'marketing', $4)`,
        [CLINIC_A, consent, idOf('patient', 'a', '01'), end],
      );
    expect(await propose('-infinity')).toMatchObject({ ok: false, code: 'CD005' });
    expect(await propose('2199-01-01 00:00+00'), 'control').toMatchObject({ ok: true, count: 1 });
    const patient = await as(personas.patient);
    await patient.rows(`update public.consents set status = 'active' where id = $1`, [consent]);
    const receipt = await patient.value<string>(`select public.consent_receipt($1) ->> 'receipt'`, [consent]);
    expect(JSON.parse(String(receipt))).toMatchObject({ valid_until: '2199-01-01T00:00:00.000000Z' });
  });
});

test('no consent ends before Christ: its receipt, and the text that is signed, would name the same year after, and what has no force would read as if it had [N-18 N-45 S-31 -, N-18 N-45 +]', async () => {
  const consent = idOf('consent', 'a', '95');
  const propose = (end: string, tell: (as: Become) => Promise<void> = () => Promise.resolve()) =>
    tellStory(database(), async (as) => {
      const reception = await as(personas.receptionist);
      const outcome = await reception.attempt(
        `insert into public.consents (organisation_id, id, patient_id, purpose, break_glass_allowed, expires_at)
         values ($1, $2, $3, 'scheduling', false, $4)`,
        [CLINIC_A, consent, idOf('patient', 'a', '01'), end],
      );
      if (end.endsWith('BC')) expect(outcome, end).toMatchObject({ ok: false, code: 'CD005' });
      else expect(outcome, end).toMatchObject({ ok: true, count: 1 });
      await tell(as);
    });
  for (const end of ['2199-01-01 00:00+00 BC', '0001-12-31 23:59:59.999999+00 BC', '4713-01-02 BC'])
    await propose(end);
  await propose('0001-01-01 00:00+00');
  await propose('2199-01-01 00:00+00', async (as) => {
    const patient = await as(personas.patient);
    await patient.rows(`update public.consents set status = 'active' where id = $1`, [consent]);
    const receipt = await patient.value<string>(`select public.consent_receipt($1) ->> 'receipt'`, [consent]);
    expect(JSON.parse(String(receipt))).toMatchObject({ valid_until: '2199-01-01T00:00:00.000000Z' });
    expect(
      await breakGlass(await as(personas.breakGlass), idOf('patient', 'a', '01')),
      'control: what the receipt says is so',
    ).toMatchObject({ ok: false, code: 'CD009' });
  });
});

test('no care was before anybody who lives was born, or before all time, which reads as no date at all: whoever tells of it, an import too [S-16 N-49 -, S-16 +]', async () => {
  for (const who of [personas.doctor, personas.nurse, personas.servicePinned])
    for (const [at, outcome] of [
      [`'-infinity'`, { ok: false, code: '23514' }],
      [`'4000-01-01 BC'`, { ok: false, code: '23514' }],
      [`'0001-01-01'`, { ok: false, code: '23514' }],
      [`now() - interval '43831 days'`, { ok: false, code: '23514' }],
      [`now() - interval '43829 days'`, { ok: true, count: 1 }],
    ] as const)
      expect(
        await database().as(who, (session) =>
          session.attempt(
            `insert into public.medical_records (organisation_id, patient_id, record_type, occurred_at) values ($1, $2, 'observation', ${at})`,
            [CLINIC_A, idOf('patient', 'a', '01')],
          ),
        ),
        `${who.name}: ${at}`,
      ).toMatchObject(outcome);
});
