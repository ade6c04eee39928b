import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { inTurn } from '../support/in-turn.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';
import { type Become, tellStory } from '../support/story.ts';
import {
  anotherOfficer,
  askedBy,
  exportedByOfficer,
  PROMOTE,
  step,
  takenUp,
} from '../support/subject-exports.ts';

const database = useDatabase();
const { begin, clone } = useOpenTransactions();
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
        expect(await take(officer, ANA, await takenUp(as, ANA, kind)), kind).toMatchObject(UNASKED);
      for (const status of ['received', 'refused'])
        expect(await take(officer, ANA, await takenUp(as, ANA, 'access', status)), status).toMatchObject(
          UNASKED,
        );
      expect(await take(officer, ANA, await takenUp(as, BEA)), "another patient's").toMatchObject({
        ok: false,
        code: 'CD010',
      });
      expect(await take(officer, ANA, NOBODY), 'none').toMatchObject({ ok: false, code: 'CD010' });
      expect(await take(officer), "another's opens nothing").toMatchObject(UNASKED);
      const id = await takenUp(as, ANA, 'portability');
      expect(await take(officer), 'the only one').toMatchObject({ ok: true });
      expect(await take(officer, ANA, id), 'by name').toMatchObject({ ok: true });
      expect(await complete(officer, id)).toMatchObject(DONE);
      expect(await take(officer, ANA, id), 'answered').toMatchObject(UNASKED);
    });
  });

  test('whom somebody else heard: not for a request that they took down themselves, whoever takes it up [N-49 S-04 -, N-49 +]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      const own = await askedBy(officer);
      await step(officer, own);
      for (const request of [null, own])
        expect(await take(officer, ANA, request), String(request)).toMatchObject({
          ok: false,
          code: 'CD008',
          message: 'you took this request down yourself',
        });
      expect(await take(await anotherOfficer(as), ANA, own), 'a colleague').toMatchObject({ ok: true });
      for (const who of [
        personas.receptionist,
        personas.clinicAdmin,
        personas.patient,
        personas.servicePinned,
      ]) {
        const id = await askedBy(await as(who));
        await step(await as(personas.privacyOfficer), id);
        expect(await take(officer, ANA, id), who.name).toMatchObject({ ok: true });
      }
    });
  });

  test('three times, since a copy gets lost; for more the patient asks again [N-49 N-52 -, N-49 +]', async () => {
    await story(async (as) => {
      const id = await takenUp(as);
      const officer = await as(personas.privacyOfficer);
      for (const nth of [1, 2, 3]) {
        expect(await take(await as(personas.patient)), "the patient's own count for nothing").toMatchObject({
          ok: true,
        });
        expect(await take(await as(personas.privacyOfficer), ANA, id), String(nth)).toMatchObject({
          ok: true,
        });
      }
      for (const who of [await as(personas.privacyOfficer), await anotherOfficer(as)])
        expect(await take(who, ANA, id)).toMatchObject({
          ok: false,
          code: 'CD013',
          message: 'this request has been answered with an export three times',
        });
      expect(await complete(await as(personas.privacyOfficer), id)).toMatchObject(DONE);
      expect(await take(officer, ANA, await takenUp(as)), 'asked again').toMatchObject({ ok: true });
    });
  });

  test('three times also of two officers at once, and none on an older snapshot [N-49 N-52 -]', async () => {
    const at = await clone();
    const id = await at.as(personas.receptionist, (session) => askedBy(session), { commit: true });
    await at.asSuperuser((session) =>
      session.script(`set local app.pinned_organisation_id = '${CLINIC_A}'; ${PROMOTE}`),
    );
    const taking = (who: Persona, commit = true) => ({
      who,
      act: (session: Session) => take(session, ANA, id),
      commit,
    });
    await at.as(
      personas.privacyOfficer,
      async (session) => {
        await step(session, id);
        for (const nth of [1, 2])
          expect(await take(session, ANA, id), String(nth)).toMatchObject({ ok: true });
      },
      { commit: true },
    );
    const before = await begin(at, personas.auditor, 'repeatable read');
    expect(await outcomeOf(before.query('select public.export_subject($1, $2)', [ANA, id]))).toBe('CD007');
    expect(await inTurn(at, taking(personas.auditor), taking(personas.privacyOfficer, false))).toMatchObject({
      first: { ok: true },
      second: { ok: false, code: 'CD013' },
    });
  });

  test('naming which, where they asked twice [N-49 -, N-49 +]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      const ids = [await takenUp(as), await takenUp(as, ANA, 'portability')];
      expect(await take(officer)).toMatchObject({ ok: false, code: 'CD013' });
      for (const id of ids) expect(await take(officer, ANA, id)).toMatchObject({ ok: true });
    });
  });

  test('and the patient reads in the disclosure who took it, and for which request [N-37 N-49 +]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      const id = await takenUp(as);
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
      for (const nth of [1, 2]) expect(await exportedByOfficer(as), String(nth)).toMatchObject({ ok: true });
      expect(await exportedByOfficer(as), 'beyond').toMatchObject({ ok: false, code: 'CD041' });
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
          const id = await takenUp(as, ANA, kind);
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
      const id = await takenUp(as);
      expect(await complete(await as(personas.privacyOfficer), id)).toMatchObject({
        ok: false,
        code: 'CD013',
      });
    });
  });

  test('or with a word on how else: said in words, without numbers of ids, and for good [N-49 +, N-49 S-37 -]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      const id = await takenUp(as);
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
