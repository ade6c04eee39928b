import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Outcome, Row, Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { ANA, agree, withdraw } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

/** Ana's, and the clinic's own. */
const CASE = idOf('case', 'a', '01');
/** Chai's, handed over to operations. */
const HANDED_OVER = idOf('case', 'a', '03');

const exported = (
  session: Session,
  id: string,
  to: string | null = 'insurer',
  at?: string,
): Promise<Outcome> =>
  session.attempt('select public.export_case_timeline($1, $2, $3, $4, $5) as export', [
    id,
    to,
    at ?? null,
    to === 'authority' ? 'The civil court of São Paulo' : 'Of another street 1',
    to === 'authority' ? 'Order 17 of that court' : null,
  ]);

interface Timeline {
  readonly format: string;
  readonly timeline: string;
  readonly timeline_sha256: string;
}
const given = (outcome: Outcome): Timeline => {
  expect(outcome).toMatchObject({ ok: true });
  return (outcome as Extract<Outcome, { ok: true }>).rows[0]?.export as Timeline;
};

describe('whoever is outside gets the timeline of a case as an export', () => {
  test('an insurer to whom the patient lets it go: the rows of the timeline and no others, under their digest [S-20 N-45 +]', async () => {
    await story(async (as) => {
      await agree(as, 'insurer_disclosure');
      const officer = await as(personas.privacyOfficer);
      const rows = await officer.rows<Row & { occurred_at: Date }>(
        'select event_type, entity_id, occurred_at from public.case_timeline where case_id = $1 order by occurred_at',
        [CASE],
      );
      const { format, timeline, timeline_sha256 } = given(await exported(officer, CASE));
      expect(format).toBe('cordon.case-timeline.1');
      expect(timeline_sha256).toBe(createHash('sha256').update(timeline).digest('hex'));
      const { events, ...told } = JSON.parse(timeline);
      expect(told).toMatchObject({ organisation_id: CLINIC_A, case_id: CASE, recipient_kind: 'insurer' });
      expect(rows.length).toBeGreaterThan(0);
      expect(events.map(({ event_type, entity_id }: Row) => [event_type, entity_id]).sort()).toEqual(
        rows.map(({ event_type, entity_id }) => [event_type, entity_id]).sort(),
      );
      expect(timeline).not.toContain('Ana');
    });
  });

  test('the patient is told, and the officer has it among the events [N-37 S-20 +]', async () => {
    await story(async (as) => {
      await agree(as, 'insurer_disclosure');
      const { timeline_sha256 } = given(await exported(await as(personas.clinicAdmin), CASE));
      expect(
        await (await as(personas.patient)).rows(
          `select patient_id, recipient_kind, recipient_name, legal_ground, recipient_user_id, purpose, content, source_id, content_sha256
           from public.disclosures where source_table = 'public.export_case_timeline'`,
        ),
      ).toEqual([
        {
          patient_id: ANA,
          recipient_kind: 'insurer',
          recipient_name: 'Of another street 1',
          legal_ground: null,
          recipient_user_id: personas.clinicAdmin.userId,
          purpose: 'insurer_disclosure',
          content: ['public.case_activity_log'],
          source_id: CASE,
          content_sha256: timeline_sha256,
        },
      ]);
      const officer = await as(personas.privacyOfficer);
      expect(
        await officer.rows(
          `select entity_id, details from public.security_events where event_type = 'data.exported' and details ->> 'kind' = 'case_timeline'`,
        ),
      ).toEqual([{ entity_id: CASE, details: { kind: 'case_timeline' } }]);
    });
  });

  test('operations hand out what was handed over to them, of the clinic that they name [S-20 S-29 +]', async () => {
    for (const persona of [personas.opsAgent, personas.opsAuditor]) {
      await story(async (as) => {
        const { timeline } = given(await exported(await as(persona), HANDED_OVER, 'auditor', CLINIC_A));
        expect(JSON.parse(timeline)).toMatchObject({ organisation_id: CLINIC_A, status: 'handed_off' });
      });
    }
  });
});

describe('nobody else gets one', () => {
  test('an insurer without a consent to that: of another purpose, or withdrawn; an authority needs none [N-45 S-20 -, N-45 S-20 +]', async () => {
    const REFUSED = {
      ok: false,
      code: '42501',
      message: 'the patient consents to no disclosure to insurers',
    };
    await story(async (as) => {
      await agree(as, 'marketing');
      expect(await exported(await as(personas.privacyOfficer), CASE)).toMatchObject(REFUSED);
      given(await exported(await as(personas.privacyOfficer), CASE, 'authority'));
    });
    await story(async (as) => {
      await agree(as, 'insurer_disclosure');
      given(await exported(await as(personas.privacyOfficer), CASE));
      await withdraw(await as(personas.patient), NOBODY);
      expect(await exported(await as(personas.privacyOfficer), CASE)).toMatchObject(REFUSED);
    });
  });

  test('nor does an insurer while the patient withdraws: the export waits for it, and finds no consent [N-50 S-20 -, N-50 S-20 +]', async () => {
    for (const [end, outcome] of [
      ['commit', { ok: false, code: '42501' }],
      ['rollback', { ok: true }],
    ] as const) {
      const own = await TestDatabase.clone(inject('server'));
      const commit = { commit: true };
      try {
        await own.as(
          personas.receptionist,
          (session) =>
            session.rows(
              `insert into public.consents (organisation_id, id, patient_id, purpose) values ($1, $2, $3, 'insurer_disclosure')`,
              [CLINIC_A, NOBODY, ANA],
            ),
          commit,
        );
        await own.as(
          personas.patient,
          (session) => session.rows(`update public.consents set status = 'active' where id = $1`, [NOBODY]),
          commit,
        );
        let exporting: Promise<Outcome> | undefined;
        await own.as(personas.patient, async (session) => {
          expect(await withdraw(session, NOBODY)).toMatchObject({ ok: true });
          exporting = own.as(personas.clinicAdmin, (other) => exported(other, CASE), commit);
          expect(await Promise.race([exporting, setTimeout(700, 'waits')]), end).toBe('waits');
          await session.script(end);
          await session.script('begin');
        });
        expect(await exporting, end).toMatchObject(outcome);
      } finally {
        await own.drop();
      }
    }
  });

  test.each<[Persona, string, object]>([
    [personas.doctor, CASE, { code: '42501' }],
    [personas.auditor, CASE, { code: '42501' }],
    [personas.finance, CASE, { code: '42501' }],
    [personas.patient, CASE, { code: '42501' }],
    [personas.anon, CASE, { code: '42501' }],
    [personas.stranger, CASE, { code: '42501' }],
    [personas.opsAdmin, HANDED_OVER, { code: '42501' }],
    [personas.formerOperator, HANDED_OVER, { code: '42501' }],
    [personas.clinicAdminOfB, CASE, { code: 'CD010' }],
    [personas.opsAgent, CASE, { code: 'CD010' }],
  ])('not by $name [S-20 S-02 -]', async (persona, id, refusal) => {
    await database().as(persona, async (session) => {
      expect(
        await exported(session, id, 'authority', persona.role === 'internal_ops' ? CLINIC_A : undefined),
      ).toMatchObject({
        ok: false,
        ...refusal,
      });
    });
  });

  test('no case of two clinics without its name, none of another clinic by name, for no other recipient [S-20 -]', async () => {
    await database().as(personas.opsAgent, async (session) => {
      for (const at of [undefined, NOBODY])
        expect(await exported(session, HANDED_OVER, 'auditor', at)).toMatchObject({
          ok: false,
          code: 'CD010',
        });
    });
    await database().as(personas.clinicAdmin, async (session) => {
      expect(await exported(session, CASE, 'auditor', CLINIC_B)).toMatchObject({ ok: false, code: 'CD010' });
      for (const to of ['patient', 'operations', null])
        expect(await exported(session, CASE, to)).toMatchObject({ ok: false, code: '22023' });
    });
  });

  test('none on an older snapshot, and none that is not on record: CD007, 25006 [N-45 N-37 -]', async () => {
    for (const [mode, code] of [
      ['isolation level repeatable read', 'CD007'],
      ['read only', '25006'],
    ] as const) {
      await database().asSuperuser(
        async (session) => {
          await session.script(`rollback; begin transaction ${mode}; set local role authenticated`);
          await session.rows(
            `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true)`,
            [JSON.stringify(personas.clinicAdmin.claims), '{"x-forwarded-for": "192.0.2.10"}'],
          );
          expect(await exported(session, CASE, 'authority')).toMatchObject({ ok: false, code });
        },
        { rollback: true },
      );
    }
  });
});
