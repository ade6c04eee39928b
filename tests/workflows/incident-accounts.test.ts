import { expect, test } from 'vitest';
import { CLINIC_A, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const DONE = { ok: true, count: 1 };

/** An incident of yesterday, taken down by the officer. */
async function reported(as: Become): Promise<Session> {
  const officer = await as(personas.privacyOfficer);
  await officer.rows(
    `insert into public.security_incidents (organisation_id, id, detected_at, summary, data_nature, risks, measures)
     values ($1, $2, now() - interval '1 day', 'A laptop was lost.', 'Names and visits of patients.', 'Somebody may learn who was treated.', 'Its disk is encrypted.')`,
    [CLINIC_A, NOBODY],
  );
  return officer;
}
const set = (session: Session, assignments: string) =>
  session.attempt(`update public.security_incidents set ${assignments} where id = $1`, [NOBODY]);

test('an incident is dismissed for a reason, by whatever hand, or not at all [N-37 -, N-37 +]', async () => {
  await story(async (as) => {
    await reported(as);
    for (const persona of [personas.privacyOfficer, personas.servicePinned])
      expect(await set(await as(persona), `status = 'dismissed'`), persona.name).toMatchObject({
        ok: false,
        code: 'CD020',
      });
    const officer = await as(personas.privacyOfficer);
    for (const [reason, code] of [
      ['No.', '23514'],
      [' '.repeat(30), '23514'],
      ['It was that of CPF 111.444.777-35', 'CD016'],
    ])
      expect(
        await set(officer, `status = 'dismissed', dismissal_reason = '${reason}'`),
        reason,
      ).toMatchObject({ ok: false, code });
    expect(
      await set(officer, `status = 'dismissed', dismissal_reason = 'It was found in the safe.'`),
    ).toMatchObject(DONE);
  });
});

test('an incident ends when the people were told, or when it says why they were not [N-37 -, N-37 +]', async () => {
  for (const word of [
    'subjects_notified_at = now()',
    `subjects_not_told_reason = 'The disk was encrypted: nobody could read it.'`,
  ])
    await story(async (as) => {
      const officer = await reported(as);
      expect(await set(officer, `status = 'notified'`)).toMatchObject(DONE);
      for (const persona of [personas.privacyOfficer, personas.servicePinned])
        expect(await set(await as(persona), `status = 'closed'`), persona.name).toMatchObject({
          ok: false,
          code: 'CD020',
        });
      expect(await set(await as(personas.privacyOfficer), `status = 'closed', ${word}`), word).toMatchObject(
        DONE,
      );
    });
});

test('what data, which risks and which measures are said in words, without numbers of ids [N-37 S-37 -, N-37 +]', async () => {
  await story(async (as) => {
    const officer = await reported(as);
    expect(
      await officer.rows('select data_nature, risks, measures from public.security_incidents where id = $1', [
        NOBODY,
      ]),
    ).toEqual([
      {
        data_nature: 'Names and visits of patients.',
        risks: 'Somebody may learn who was treated.',
        measures: 'Its disk is encrypted.',
      },
    ]);
    for (const column of ['data_nature', 'risks', 'measures', 'subjects_not_told_reason']) {
      expect(await set(officer, `${column} = '${' '.repeat(20)}'`), column).toMatchObject({
        ok: false,
        code: '23514',
      });
      expect(await set(officer, `${column} = 'Of CPF 111.444.777-35 alone.'`), column).toMatchObject({
        ok: false,
        code: 'CD016',
      });
      expect(await set(officer, `${column} = 'Another word on it.'`), column).toMatchObject(DONE);
    }
  });
});
