import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();

const RECORD = idOf('record', 'a', '01');
const ANA = idOf('patient', 'a', '01');
const [EVE, DAY, NEXT] = ['2026-04-30 15:00+00', '2026-05-01 12:00+00', '2026-05-02 15:00+00'];
const TODAY = expect.arrayContaining(['role', 'row', 'hours']);

/** What the officer is told of the doctor and Ana's chart at a moment. */
async function told(as: Become, at: string | null, who: Persona = personas.doctor): Promise<unknown> {
  return (await as(personas.privacyOfficer)).value(
    `select public.simulate_policy('medical_records', 'SELECT', $1, $2, $3, '192.0.2.10')`,
    [RECORD, who.userId, at],
  );
}

/** The owner writes history, which no caller can. */
async function history(as: Become, statement: string): Promise<void> {
  const owner = await as({ ...personas.servicePinned, claims: {} });
  await owner.script(`reset role; select set_config('request.jwt.claims', '', true)`);
  for (const table of ['organisation_members', 'consents'])
    await owner.script(`alter table public.${table} disable trigger user`);
  await owner.script(statement);
  for (const table of ['organisation_members', 'consents'])
    await owner.script(`alter table public.${table} enable trigger user`);
}
const accepted = (at: string) =>
  `update public.organisation_members set accepted_at = '${at}' where organisation_id = '${CLINIC_A}' and user_id = '${personas.doctor.userId}'`;
const consented = (what: string) =>
  `update public.consents set ${what} where organisation_id = '${CLINIC_A}' and patient_id = '${ANA}' and purpose = 'treatment' and given_at is not null`;

describe('of a moment in the past', () => {
  test('nobody is told to have been let in before they had become a member [N-44 N-22 -, N-44 +]', async () => {
    await tellStory(database(), async (as) => {
      await history(as, `${accepted(DAY)}; ${consented(`given_at = '2020-01-01Z'`)}`);
      expect(await told(as, EVE)).toMatchObject({
        allowed: false,
        reason: 'no rule for this role',
        asOfToday: TODAY,
      });
      expect(await told(as, NEXT)).toMatchObject({ allowed: true, asOfToday: TODAY });
    });
  });

  test('nobody treated by what was written down later with an earlier start, and somebody did by what was put away since [N-21 N-44 -, N-44 +]', async () => {
    await tellStory(database(), async (as) => {
      await history(
        as,
        `update public.organisation_members set accepted_at = '2020-01-01Z' where organisation_id = '${CLINIC_A}'; ${consented(`given_at = '2020-01-01Z'`)}`,
      );
      expect(await told(as, NEXT), 'control').toMatchObject({ allowed: true });
      const admin = await as(personas.clinicAdmin);
      const mine = 'where organisation_id = $1 and patient_id = $2 and user_id = $3';
      await admin.rows(`update public.care_relationships set archived_at = now() ${mine}`, [
        CLINIC_A,
        ANA,
        personas.doctor.userId,
      ]);
      expect(await told(as, NEXT), 'put away since').toMatchObject({ allowed: true });
      expect(await told(as, null)).toMatchObject({ allowed: false });
      // Not theirs at that moment, and theirs from now on, with a start long ago.
      const { breakGlass } = personas;
      await history(
        as,
        `update public.care_relationships set ends_at = '2026-01-02Z' where organisation_id = '${CLINIC_A}' and user_id = '${breakGlass.userId}'`,
      );
      await (await as(personas.clinicAdmin)).rows(
        `insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at) values ($1, $2, $3, 'covering', '2020-01-01Z')`,
        [CLINIC_A, ANA, breakGlass.userId],
      );
      expect(await told(as, NEXT, breakGlass)).toMatchObject({ allowed: false, reason: 'not met: treating' });
      expect(await told(as, null, breakGlass), 'control').not.toMatchObject({
        reason: expect.stringContaining('treating'),
      });
    });
  });

  test('a consent holds from when it was given [N-44 N-45 -, N-44 +]', async () => {
    await tellStory(database(), async (as) => {
      await history(as, `${accepted('2020-01-01Z')}; ${consented(`given_at = '${DAY}'`)}`);
      expect(await told(as, EVE)).toMatchObject({ allowed: false, reason: 'not met: consent:treatment' });
      expect(await told(as, NEXT)).toMatchObject({ allowed: true });
    });
  });

  test.each([
    ['was withdrawn', `status = 'withdrawn', withdrawn_at = '${DAY}'`],
    ['took another text', `status = 'expired', last_status_change_at = '${DAY}'`],
    ['ended on its day', `expires_at = '${DAY}'`],
    ['was called a mistake', `status = 'entered_in_error', last_status_change_at = '${DAY}'`],
  ])('one that %s held until then, and not after [N-44 N-45 +, N-44 -]', async (_, end) => {
    await tellStory(database(), async (as) => {
      await history(as, `${accepted('2020-01-01Z')}; ${consented(`given_at = '2020-01-01Z', ${end}`)}`);
      expect(await told(as, EVE)).toMatchObject({ allowed: true });
      expect(await told(as, NEXT)).toMatchObject({ allowed: false, reason: 'not met: consent:treatment' });
    });
  });

  test('one that was put away, or called a mistake before anybody gave it, held at no moment [N-44 N-45 -]', async () => {
    for (const end of [
      `given_at = '2020-01-01Z', archived_at = now()`,
      `given_at = null, status = 'entered_in_error'`,
    ])
      await tellStory(database(), async (as) => {
        await history(as, `${accepted('2020-01-01Z')}; ${consented(end)}`);
        expect(await told(as, EVE), end).toMatchObject({ reason: 'not met: consent:treatment' });
      });
  });

  test('what is judged as it is today is named, of a portal login too; now and later it is no question [N-44 +]', async () => {
    await tellStory(database(), async (as) => {
      await history(as, `${accepted('2020-01-01Z')}; ${consented(`given_at = '2020-01-01Z'`)}`);
      expect(await told(as, EVE, personas.patient)).toMatchObject({ allowed: true, asOfToday: TODAY });
      for (const at of [null, 'now', '2099-01-01 15:00+00'])
        expect(await told(as, at)).not.toHaveProperty('asOfToday');
      expect(await told(as, null)).toMatchObject({ allowed: true });
    });
  });
});
