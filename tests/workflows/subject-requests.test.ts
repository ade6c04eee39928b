import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ANA = idOf('patient', 'a', '01');
const DONE = { ok: true, count: 1 };

const ask = (session: Session, kind: string, organisation = CLINIC_A, patient = ANA) =>
  session.attempt(
    'insert into public.subject_requests (organisation_id, id, patient_id, kind) values ($1, $2, $3, $4)',
    [organisation, NOBODY, patient, kind],
  );
const step = (session: Session, status: string, basis: string | null = null) =>
  session.attempt('update public.subject_requests set status = $2, refusal_basis = $3 where id = $1', [
    NOBODY,
    status,
    basis,
  ]);

describe('a deadline', () => {
  // As of one moment: Friday 27 November 2026, 21:00 in São Paulo, which is Saturday in Bangkok.
  const FRIDAY = '2026-11-28 00:00+00';
  test.each([
    [CLINIC_A, 'access', FRIDAY, '2026-12-13 03:00+00'], // LGPD 19 II: 15 days, by the clinic's clock
    [CLINIC_A, 'erasure', FRIDAY, '2026-12-28 03:00+00'],
    [CLINIC_B, 'access', FRIDAY, '2026-12-28 17:00+00'], // PDPA: 30 days, from Saturday on in Bangkok
    [CLINIC_A, 'incident_notice', FRIDAY, '2026-12-03 03:00+00'], // three business days: Monday, Tuesday, Wednesday
    [CLINIC_A, 'incident_notice', '2026-11-29 12:00+00', '2026-12-03 03:00+00'], // on a Sunday
    [CLINIC_B, 'incident_notice', FRIDAY, '2026-12-01 00:00+00'], // PDPA: 72 hours
    [CLINIC_A, 'anything', FRIDAY, null],
  ])('of %s for %s since %s is %s [N-49 +]', async (organisation, duty, since, due) => {
    const answer = await database().asSuperuser((session) =>
      session.value<Date | null>('select authz.deadline($1, $2, $3)', [organisation, duty, since]),
    );
    expect(answer).toEqual(due === null ? null : new Date(due.replace(' ', 'T').replace('+00', 'Z')));
  });

  test('is stamped, and stays what it is, whoever writes [N-49 -]', async () => {
    await story(async (as) => {
      const server = await as(personas.servicePinned);
      await server.rows(
        `insert into public.subject_requests (organisation_id, id, patient_id, kind, due_at, resolved_at)
         values ($1, $2, $3, 'access', '2099-01-01', '2020-01-01')`,
        [CLINIC_A, NOBODY, ANA],
      );
      const read = () =>
        server.rows(
          `select kind, due_at < now() + interval '17 days' as is_soon, resolved_at from public.subject_requests where id = $1`,
          [NOBODY],
        );
      const stamped = [{ kind: 'access', is_soon: true, resolved_at: null }];
      expect(await read()).toEqual(stamped);
      await server.rows(
        `update public.subject_requests set due_at = '2099-01-01', kind = 'objection', resolved_at = now() where id = $1`,
        [NOBODY],
      );
      expect(await read()).toEqual(stamped);
    });
  });
});

describe('a subject request', () => {
  test('is filed by the patient or reception, answered by the officer, and ends [N-49 +]', async () => {
    for (const who of [personas.patient, personas.receptionist, personas.privacyOfficer]) {
      await story(async (as) => {
        expect(await ask(await as(who), 'correction'), who.name).toMatchObject({ ok: true });
        const officer = await as(personas.privacyOfficer);
        expect(await step(officer, 'in_progress')).toMatchObject({ ok: true, count: 1 });
        expect(await step(officer, 'completed')).toMatchObject({ ok: true, count: 1 });
        expect(
          await officer.value('select resolved_at is not null from public.subject_requests where id = $1', [
            NOBODY,
          ]),
        ).toBe(true);
        expect(await step(officer, 'in_progress')).toMatchObject({ ok: false, code: 'CD013' });
      });
    }
  });

  test('is refused on a legal ground or not at all [N-49 -]', async () => {
    await story(async (as) => {
      await ask(await as(personas.patient), 'erasure');
      const officer = await as(personas.privacyOfficer);
      expect(await step(officer, 'refused')).toMatchObject({ ok: false, code: '23514' });
      expect(await step(officer, 'in_progress', 'Lei 13.787 art. 6')).toMatchObject({
        ok: false,
        code: '23514',
      });
      expect(await step(officer, 'refused', 'CPF 111.444.777-35')).toMatchObject({
        ok: false,
        code: 'CD016',
      });
      expect(await step(officer, 'refused', '   '), 'blanks').toMatchObject({ ok: false, code: '23514' });
      expect(await step(officer, 'refused', 'Lei 13.787 art. 6')).toMatchObject({ ok: true, count: 1 });
      expect(await step(officer, 'refused', 'Another law.'), 'afterwards').toMatchObject({
        ok: false,
        code: 'CD014',
      });
      expect(await step(officer, 'refused', 'Lei 13.787 art. 6')).toMatchObject({ ok: true, count: 1 });
    });
  });

  test('for erasure is completed by the erasure, or refused: nobody says that it was done [N-49 -, N-49 +]', async () => {
    await story(async (as) => {
      await ask(await as(personas.patient), 'erasure');
      const officer = await as(personas.privacyOfficer);
      expect(await step(officer, 'completed'), 'not taken up').toMatchObject({ ok: false, code: 'CD013' });
      expect(await step(officer, 'in_progress')).toMatchObject(DONE);
      for (const persona of [personas.privacyOfficer, personas.servicePinned])
        expect(await step(await as(persona), 'completed'), persona.name).toMatchObject({
          ok: false,
          code: 'CD013',
        });
      const owner = await as(personas.privacyOfficer);
      await owner.script('reset role');
      expect(await step(owner, 'completed'), 'the owner').toMatchObject({ ok: false, code: 'CD013' });
      await as(personas.privacyOfficer);
      expect(await officer.attempt('select public.erase_subject($1)', [NOBODY])).toMatchObject({ ok: true });
      expect(await officer.value('select status from public.subject_requests where id = $1', [NOBODY])).toBe(
        'completed',
      );
    });
    await story(async (as) => {
      await ask(await as(personas.patient), 'erasure');
      const officer = await as(personas.privacyOfficer);
      expect(await step(officer, 'refused', 'Lei 13.787 art. 6'), 'or refused').toMatchObject(DONE);
    });
  });

  test('is of nobody else’s: not of another patient, clinic, or by who only treats [N-15 S-03 S-04 -]', async () => {
    await story(async (as) => {
      expect(await ask(await as(personas.guardian), 'access')).toMatchObject({ ok: false, code: '42501' });
      expect(await ask(await as(personas.doctor), 'access')).toMatchObject({ ok: false, code: '42501' });
      expect(await ask(await as(personas.receptionistOfB), 'access')).toMatchObject({
        ok: false,
        code: '42501',
      });
      expect(
        await ask(await as(personas.receptionist), 'access', CLINIC_A, idOf('patient', 'b', '01')),
      ).toMatchObject({
        ok: false,
        code: '23503',
      });
      await ask(await as(personas.receptionist), 'access');
      for (const persona of [personas.clinicAdmin, personas.receptionist, personas.patient]) {
        const session = await as(persona);
        const outcome = await step(session, 'completed');
        expect(outcome.ok ? outcome.count : outcome.code, persona.name).toSatisfy(
          (is) => is === 0 || is === '42501',
        );
      }
    });
  });
});

describe('a legal hold', () => {
  test('is set and released by the officer, once; what it says stays [N-49 -]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      await officer.rows(
        `insert into public.legal_holds (organisation_id, id, reason) values ($1, $2, 'An order of the court.')`,
        [CLINIC_A, NOBODY],
      );
      await officer.rows(`update public.legal_holds set released_at = '2020-01-01' where id = $1`, [NOBODY]);
      const released = await officer.value<Date>('select released_at from public.legal_holds where id = $1', [
        NOBODY,
      ]);
      expect(released?.getTime()).toBeGreaterThan(Date.now() - 60_000);
      await officer.rows('update public.legal_holds set released_at = null where id = $1', [NOBODY]);
      expect(
        await officer.value('select released_at from public.legal_holds where id = $1', [NOBODY]),
      ).toEqual(released);
      expect(
        await officer.attempt(`update public.legal_holds set reason = 'Another reason.' where id = $1`, [
          NOBODY,
        ]),
      ).toMatchObject({ ok: false, code: '42501' });
    });
  });
});

describe('an incident', () => {
  test('starts its clock when it was detected, which is never in the future and never moves [N-37 -]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      await officer.rows(
        `insert into public.security_incidents (organisation_id, id, detected_at, summary) values ($1, $2, '2099-01-01', 'A laptop was lost.')`,
        [CLINIC_A, NOBODY],
      );
      const read = () =>
        officer.rows(
          'select detected_at, notify_by, authority_notified_at from public.security_incidents where id = $1',
          [NOBODY],
        );
      const [first] = await read();
      expect(Number(first?.detected_at)).toBeLessThan(Date.now() + 60_000);
      expect(Number(first?.notify_by)).toBeLessThan(Date.now() + 8 * 24 * 3600 * 1000);
      const server = await as(personas.servicePinned);
      await server.rows(
        `update public.security_incidents set detected_at = '2099-01-01', notify_by = '2099-01-01', authority_notified_at = now() where id = $1`,
        [NOBODY],
      );
      const again = await as(personas.privacyOfficer);
      expect(again).toBe(officer);
      expect(await read()).toEqual([first]);
      expect(
        await again.attempt(`update public.security_incidents set status = 'closed' where id = $1`, [NOBODY]),
      ).toMatchObject({ code: 'CD013' });
      await again.rows(`update public.security_incidents set status = 'notified' where id = $1`, [NOBODY]);
      expect((await read())[0]?.authority_notified_at).toBeInstanceOf(Date);
    });
  });
});

describe('the account of an incident', () => {
  const report = (session: Session, summary = 'A laptop was lost.') =>
    session.attempt(
      `insert into public.security_incidents (organisation_id, id, detected_at, summary, affected_count) values ($1, $2, now() - interval '1 day', $3, 4000)`,
      [CLINIC_A, NOBODY, summary],
    );
  const set = (session: Session, assignments: string) =>
    session.attempt(`update public.security_incidents set ${assignments} where id = $1`, [NOBODY]);

  test('stays what it was once it is closed, or dismissed and not opened again [N-37 -, N-37 +]', async () => {
    for (const [end, ...steps] of [
      [
        'closed',
        `status = 'notified'`,
        `status = 'closed', subjects_not_told_reason = 'Nobody could read it.'`,
      ],
      ['dismissed', `status = 'dismissed', dismissal_reason = 'It was found, and switched off.'`],
    ]) {
      await story(async (as) => {
        const officer = await as(personas.privacyOfficer);
        expect(await report(officer)).toMatchObject({ ok: true });
        expect(await set(officer, `summary = 'Two laptops were lost.'`)).toMatchObject({
          ok: true,
          count: 1,
        });
        for (const step of steps) expect(await set(officer, step)).toMatchObject({ ok: true, count: 1 });
        for (const change of [
          `summary = 'Nothing happened.'`,
          'affected_count = 0',
          'affected_count = null',
          'subjects_notified_at = now()',
          `risks = 'None at all.'`,
          `measures = 'Everything possible.'`,
          `data_nature = 'No data at all.'`,
          `dismissal_reason = 'For another reason.'`,
          `subjects_not_told_reason = 'For another reason.'`,
        ])
          expect(await set(officer, change), `${end}: ${change}`).toMatchObject({ ok: false, code: 'CD014' });
        expect(await set(officer, 'affected_count = 4000'), 'what it says already').toMatchObject({
          ok: true,
        });
        expect(
          await set(officer, `status = 'open', affected_count = 5000`),
          'dismissed is no end',
        ).toMatchObject(end === 'dismissed' ? { ok: true, count: 1 } : { ok: false });
      });
    }
  });

  test('says when people were told: after it was detected, and never in the future [N-37 -]', async () => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      await report(officer);
      for (const at of ['1999-01-01', '-infinity'])
        expect(await set(officer, `subjects_notified_at = '${at}'`), at).toMatchObject({
          ok: false,
          code: '23514',
        });
      for (const at of ['2999-01-01', 'infinity']) {
        expect(await set(officer, `subjects_notified_at = '${at}'`)).toMatchObject({ ok: true, count: 1 });
        expect(
          await officer.value(
            `select subjects_notified_at between now() and clock_timestamp() from public.security_incidents where id = $1`,
            [NOBODY],
          ),
          at,
        ).toBe(true);
      }
    });
  });
});

describe('what an officer gives as reason', () => {
  test.each([
    ['of a hold', `insert into public.legal_holds (organisation_id, reason) values ('${CLINIC_A}', $1)`],
    [
      'of an extension',
      `insert into public.retention_extensions (organisation_id, retention, keep_months, reason) values ('${CLINIC_A}', 'incident', 120, $1)`,
    ],
    [
      'for an incident',
      `insert into public.security_incidents (organisation_id, summary) values ('${CLINIC_A}', $1)`,
    ],
  ])('%s is no blanks [N-37 N-49 -]', async (_, statement) => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      expect(await officer.attempt(statement, [' '.repeat(20)])).toMatchObject({ ok: false, code: '23514' });
      expect(await officer.attempt(statement, ['An order of the court.'])).toMatchObject({ ok: true });
    });
  });
});
