import { describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf, NOBODY } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import type { Session } from '../support/session.ts';
import { type Become, tellStory } from '../support/story.ts';
import { exportedByOfficer, takenUp } from '../support/subject-exports.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ANA = idOf('patient', 'a', '01');
const BEA = idOf('patient', 'a', '02');
const UNASKED = { ok: false, code: 'CD013', message: 'nobody asked for this export' };
const DONE = { ok: true, count: 1 };

const take = (session: Session, patient = ANA, request: string | null = null) =>
  session.attempt('select public.export_subject($1, $2)', [patient, request]);
const complete = (session: Session, id: string, otherwise: string | null = null) =>
  session.attempt(
    `update public.subject_requests set status = 'completed', answered_otherwise = $2 where id = $1`,
    [id, otherwise],
  );

describe('the privacy officer takes a whole chart for a patient who asked', () => {
  test('and not for one who did not: not of their own accord, not before it is taken up, nor once it is answered [N-49 S-04 -, N-49 +]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      expect(await take(officer), 'the request of the seed is not taken up').toMatchObject(UNASKED);
      for (const kind of ['correction', 'erasure', 'objection', 'sharing_list'])
        expect(await take(officer, ANA, await takenUp(officer, ANA, kind)), kind).toMatchObject(UNASKED);
      for (const status of ['received', 'refused'])
        expect(await take(officer, ANA, await takenUp(officer, ANA, 'access', status)), status).toMatchObject(
          UNASKED,
        );
      expect(await take(officer, ANA, await takenUp(officer, BEA)), "another patient's").toMatchObject({
        ok: false,
        code: 'CD010',
      });
      expect(await take(officer, ANA, NOBODY), 'none').toMatchObject({ ok: false, code: 'CD010' });
      expect(await take(officer), "another's opens nothing").toMatchObject(UNASKED);
      const id = await takenUp(officer, ANA, 'portability');
      expect(await take(officer), 'the only one').toMatchObject({ ok: true });
      expect(await take(officer, ANA, id), 'by name').toMatchObject({ ok: true });
      expect(await complete(officer, id)).toMatchObject(DONE);
      expect(await take(officer, ANA, id), 'answered').toMatchObject(UNASKED);
    });
  });

  test('naming which, where they asked twice [N-49 -, N-49 +]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      const ids = [await takenUp(officer), await takenUp(officer, ANA, 'portability')];
      expect(await take(officer)).toMatchObject({ ok: false, code: 'CD013' });
      for (const id of ids) expect(await take(officer, ANA, id)).toMatchObject({ ok: true });
    });
  });

  test('and the patient reads in the disclosure who took it, and for which request [N-37 N-49 +]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      const id = await takenUp(officer);
      await take(officer);
      expect(
        await (await as(personas.patient)).rows(
          `select recipient_kind, recipient_user_id, source_id from public.disclosures where patient_id = $1 and source_table = 'public.export_subject'`,
          [ANA],
        ),
      ).toEqual([
        { recipient_kind: 'patient', recipient_user_id: personas.privacyOfficer.userId, source_id: id },
      ]);
    });
  });

  test('as one of their restricted reads of the minute; the patient’s own is none [N-52 -, N-52 +]', async () => {
    await story(async (as) => {
      const owner = await as(personas.privacyOfficer);
      await owner.script('reset role; update authz.deployment_settings set restricted_reads_per_minute = 2');
      const officer = await as(personas.privacyOfficer);
      for (const nth of [1, 2])
        expect(await exportedByOfficer(officer), String(nth)).toMatchObject({ ok: true });
      expect(await exportedByOfficer(officer), 'beyond').toMatchObject({ ok: false, code: 'CD041' });
      const patient = await as(personas.patient);
      for (const nth of [1, 2, 3]) expect(await take(patient), String(nth)).toMatchObject({ ok: true });
    });
  });
});

describe('a request for access or portability', () => {
  test.each(['access', 'portability'])(
    '(%s) is completed by an export since it came in, by whichever hand, and not by a word alone [N-49 -, N-49 +]',
    async (kind) => {
      for (const hand of [personas.privacyOfficer, personas.patient, personas.servicePinned])
        await story(async (as) => {
          const id = await takenUp(await as(personas.privacyOfficer), ANA, kind);
          const who = hand === personas.servicePinned ? hand : personas.privacyOfficer;
          expect(await complete(await as(who), id), hand.name).toMatchObject({ ok: false, code: 'CD013' });
          expect(await take(await as(personas.guardian), BEA), 'of another').toMatchObject({ ok: true });
          expect(await complete(await as(who), id), hand.name).toMatchObject({ ok: false, code: 'CD013' });
          const taker = hand === personas.servicePinned ? personas.patient : hand;
          expect(await take(await as(taker)), hand.name).toMatchObject({ ok: true });
          expect(await complete(await as(who), id), hand.name).toMatchObject(DONE);
        });
    },
  );

  test('is not completed by what was exported before it was asked [N-49 -]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      await officer.script('reset role');
      // The export of yesterday: disclosures are written by their functions, whose clock this is.
      await officer.rows(
        `select authz.record_disclosure($1, $2, 'patient', null, 'subject_access', '{patients}', 'public.export_subject', disclosed_at => now() - interval '1 day')`,
        [CLINIC_A, ANA],
      );
      const id = await takenUp(await as(personas.privacyOfficer));
      expect(await complete(await as(personas.privacyOfficer), id)).toMatchObject({
        ok: false,
        code: 'CD013',
      });
    });
  });

  test('or with a word on how else: said in words, without numbers of ids, and for good [N-49 +, N-49 S-37 -]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      const id = await takenUp(officer);
      for (const [text, code] of [
        [' '.repeat(20), '23514'],
        ['Short.', '23514'],
        ['By letter to CPF 111.444.777-35.', 'CD016'],
      ] as const)
        expect(await complete(officer, id, text), text).toMatchObject({ ok: false, code });
      expect(
        await officer.attempt(
          `update public.subject_requests set answered_otherwise = 'On paper, at the desk.' where id = $1`,
          [id],
        ),
        'not completed',
      ).toMatchObject({ ok: false, code: '23514' });
      expect(await complete(officer, id, 'On paper, at the desk.')).toMatchObject(DONE);
      expect(await complete(officer, id, 'On paper, by letter.'), 'afterwards').toMatchObject({
        ok: false,
        code: 'CD014',
      });
      expect(
        await (await as(personas.patient)).value(
          'select answered_otherwise from public.subject_requests where id = $1',
          [id],
        ),
        'the patient reads it',
      ).toBe('On paper, at the desk.');
    });
  });
});
