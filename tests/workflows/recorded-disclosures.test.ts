import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';
import { takenUp } from '../support/subject-exports.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const ANA = idOf('patient', 'a', '01');
const CASE = idOf('case', 'a', '01');

interface Made {
  patient?: string;
  kind?: string | null;
  name?: string | null;
  purpose?: string | null;
  content?: string[] | null;
  ground?: string | null;
  at?: string | null;
}
const COURT: Required<Made> = {
  patient: ANA,
  kind: 'authority',
  name: 'The civil court of São Paulo, Praça 1',
  purpose: 'legal_obligation',
  content: ['medical_records', 'documents'],
  ground: 'Order 17 of that court',
  at: '2026-01-05 12:00+00',
};
const record = (session: Session, made: Made = {}) => {
  const { patient, kind, name, purpose, content, ground, at } = { ...COURT, ...made };
  return session.attempt('select public.record_disclosure_made($1, $2, $3, $4, $5, $6, $7)', [
    patient,
    kind,
    name,
    purpose,
    content,
    ground,
    at,
  ]);
};
const OK = { ok: true };
const TOLD = `select disclosed_at, recipient_kind, recipient_name, legal_ground, purpose, content from public.disclosures where patient_id = $1 and source_table = 'public.record_disclosure_made'`;

describe('what left by another way', () => {
  test('is recorded by the officer with when, to whom, what, why and on which ground, and read by the patient [N-37 N-15 +]', async () => {
    await story(async (as) => {
      expect(await record(await as(personas.privacyOfficer))).toMatchObject(OK);
      expect(await (await as(personas.patient)).rows(TOLD, [ANA])).toEqual([
        {
          disclosed_at: new Date('2026-01-05T12:00:00Z'),
          recipient_kind: 'authority',
          recipient_name: COURT.name,
          legal_ground: COURT.ground,
          purpose: 'legal_obligation',
          content: ['medical_records', 'documents'],
        },
      ]);
    });
  });

  test.each<[string, Made]>([
    [
      'a disease that the law wants notified',
      { name: 'The health authority', ground: 'Lei 6.259/1975 art. 8' },
    ],
    ['another clinic', { kind: 'clinic', name: 'Hospital São Rafael', purpose: 'treatment', ground: null }],
    ['an insurer', { kind: 'insurer', name: 'Acme Seguros', purpose: 'insurer_disclosure', ground: null }],
    ['an auditor', { kind: 'auditor', name: 'Auditors & Co', purpose: 'audit', ground: null }],
    ['a paper copy', { kind: 'patient', name: null, purpose: 'subject_access', ground: null, at: null }],
  ])('may be %s [N-37 +]', async (_, made) => {
    await story(async (as) => {
      expect(await record(await as(personas.privacyOfficer), made)).toMatchObject(OK);
    });
  });

  test('a paper copy answers the request for which it was made [N-49 +]', async () => {
    await story(async (as) => {
      const id = await takenUp(as);
      const officer = await as(personas.privacyOfficer);
      const complete = () =>
        officer.attempt(`update public.subject_requests set status = 'completed' where id = $1`, [id]);
      await record(officer);
      expect(await complete(), 'what a court got is no answer').toMatchObject({ ok: false, code: 'CD013' });
      await record(officer, {
        kind: 'patient',
        name: null,
        purpose: 'subject_access',
        ground: null,
        at: null,
      });
      expect(await complete()).toMatchObject({ ok: true, count: 1 });
    });
  });

  test.each<[string, string, Made]>([
    ['without a name', 'CD020', { name: null }],
    ['with a name of blanks', 'CD020', { name: ' \u200b ' }],
    ['with an endless name', 'CD020', { name: 'x'.repeat(301) }],
    ['with a name for the patient', 'CD020', { kind: 'patient', purpose: 'subject_access' }],
    ['to an authority without a ground', 'CD020', { ground: null }],
    ['to an authority on blanks', 'CD020', { ground: '       ' }],
    ['with a number in the name', 'CD016', { name: 'Ana, CPF 111.444.777-35' }],
    ['with a number in the ground', 'CD016', { ground: 'On behalf of CPF 111.444.777-35' }],
    ['for no purpose', 'CD006', { purpose: null }],
    ['for an unknown purpose', 'CD006', { purpose: 'curiosity' }],
    ['to an authority as if it were the patient', 'CD006', { purpose: 'subject_access' }],
    ['of nothing', '22023', { content: [] }],
    ['of null', '22023', { content: null }],
    ['of what is no table', '22023', { content: ['Ana has diabetes'] }],
    ['of a table that is not there', '22023', { content: ['medical_records', 'dreams'] }],
    ['to operations, which the handoff writes', '22023', { kind: 'operations' }],
    ['to nobody', '22023', { kind: null }],
    ['of tomorrow', '22023', { at: '2999-01-01' }],
    ['before all time', '22023', { at: '-infinity' }],
    ['of no patient', 'CD010', { patient: NOBODY }],
    ["of another clinic's", 'CD010', { patient: idOf('patient', 'b', '01') }],
  ])('is not recorded %s [N-37 -]', async (_, code, made) => {
    await story(async (as) => {
      const officer = await as(personas.privacyOfficer);
      expect(await record(officer, made)).toMatchObject({ ok: false, code });
      expect(await officer.rows(TOLD, [ANA])).toEqual([]);
    });
  });

  test('is recorded by nobody but the officer in person, and changed by nobody [N-37 S-04 S-20 -]', async () => {
    await story(async (as) => {
      for (const persona of [
        personas.clinicAdmin,
        personas.doctor,
        personas.receptionist,
        personas.patient,
        personas.opsAgent,
        personas.servicePinned,
        personas.sessionless,
        personas.anon,
      ])
        expect(await record(await as(persona)), persona.name).toMatchObject({ ok: false, code: '42501' });
      const officer = await as(personas.privacyOfficer);
      await record(officer);
      for (const hand of ['', 'reset role']) {
        await officer.script(hand);
        expect(
          await officer.attempt(`update public.disclosures set recipient_name = 'Nobody'`),
          hand,
        ).toMatchObject({ ok: false, code: hand ? 'CD014' : '42501' });
      }
    });
  });
});

describe('the timeline of a case for an authority', () => {
  const ask = (session: Session, to: string, name: string | null, ground: string | null) =>
    session.attempt('select public.export_case_timeline($1, $2, $3, $4, $5)', [
      CASE,
      to,
      CLINIC_A,
      name,
      ground,
    ]);

  test('goes to one with a name and a ground, for what the law obliges to; to an auditor for an audit [N-37 S-20 +, N-37 S-20 -]', async () => {
    await story(async (as) => {
      const admin = await as(personas.clinicAdmin);
      for (const [name, ground] of [
        [null, null],
        ['A court', null],
        [null, 'An order of it'],
        ['  ', '       '],
        ['A court', 'No'],
      ] as const)
        expect(await ask(admin, 'authority', name, ground), `${name} ${ground}`).toMatchObject({
          ok: false,
          code: 'CD020',
        });
      expect(await ask(admin, 'authority', 'CPF 111.444.777-35', 'An order of it')).toMatchObject({
        ok: false,
        code: 'CD016',
      });
      expect(await ask(admin, 'authority', ' A court ', 'An order of it')).toMatchObject(OK);
      expect(await ask(admin, 'auditor', null, null)).toMatchObject(OK);
      expect(
        await (await as(personas.patient)).rows(
          `select recipient_kind, recipient_name, legal_ground, purpose from public.disclosures where source_table = 'public.export_case_timeline' order by recipient_kind`,
        ),
      ).toEqual([
        { recipient_kind: 'auditor', recipient_name: null, legal_ground: null, purpose: 'audit' },
        {
          recipient_kind: 'authority',
          recipient_name: 'A court',
          legal_ground: 'An order of it',
          purpose: 'legal_obligation',
        },
      ]);
    });
  });
});
