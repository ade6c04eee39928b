import { beforeEach, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useAccessLog } from '../support/access-log.ts';
import { change } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, DRAFT, SHOWN, SIGNED } from '../support/forms.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';

const database = useDatabase();
const log = useAccessLog(database);
const { begin } = useOpenTransactions();

const CARD = idOf('document', 'a', '02');
const AOB = idOf('template', 'f', '04');
const ALL_ZEROS = '00000000-0000-0000-0000-000000000000';

/** What somebody's statement, rolled back with its transaction, leaves in the log of that table. @returns the code and the records. */
async function leaves(
  table: string,
  persona: Persona,
  statement: string,
  values: unknown[] = [],
  before = '',
) {
  const answer = await database().as(persona, async (session) => {
    if (before !== '') await session.script(before);
    return session.attempt(statement, values);
  });
  const records = (await log().news()).filter(
    ({ table_name, outcome }) => table_name === table && outcome === 'denied',
  );
  return { code: answer.ok ? 'done' : answer.code, records };
}
const choosing = (persona: Persona, organisation: string, purpose: string | null = null, before = '') =>
  leaves('context_log', persona, 'select set_context($1, $2)', [organisation, purpose], before);
const signing = (
  persona: Persona,
  form: string,
  { name = 'Ana Souza', meaning = 'consent', digest = null as string | null } = {},
) =>
  digest === null && persona === personas.patient
    ? leaves('signed_forms', persona, `select sign_form($1, $2, $3, ${SHOWN})`, [form, name, meaning])
    : leaves('signed_forms', persona, 'select sign_form($1, $2, $3, $4)', [form, name, meaning, digest]);

beforeEach(async () => {
  await log().news();
});

describe('a refused context stays on record, though its transaction is rolled back', () => {
  test('of who is no member, by the clinic that they asked for: it reads it, and its own clinic does not [N-36 N-37 +]', async () => {
    expect(await choosing(personas.doctor, CLINIC_B)).toMatchObject({
      code: '42501',
      records: [
        {
          outcome: 'denied',
          operation: 'INSERT',
          reason: 'no_membership',
          realm: 'provider',
          user_id: personas.doctor.userId,
          organisation_id: CLINIC_B,
        },
      ],
    });
    const told = (persona: Persona) =>
      database().as(persona, (session) =>
        session.value<string>(
          `select count(*) from access_log where table_name = 'context_log' and outcome = 'denied'`,
        ),
      );
    expect(await told(personas.privacyOfficer)).toBe('0');
    const officerOfB = {
      ...personas.privacyOfficer,
      claims: {
        ...personas.privacyOfficer.claims,
        sub: idOf('staff', 'b', '16'),
        session_id: 'b1000000-0000-7000-9000-000000000016',
      },
    };
    expect(await told(officerOfB)).toBe('1');
  });

  test('of a clinic that does not exist, of a purpose that nobody knows, and of a session that has ended [N-12 N-37 +]', async () => {
    expect(await choosing(personas.stranger, NOBODY)).toMatchObject({
      code: '42501',
      records: [
        { reason: 'no_membership', organisation_id: NOBODY, user_id: personas.stranger.userId, role: null },
      ],
    });
    expect(await choosing(personas.doctor, CLINIC_A, "x'; drop table patients; --")).toMatchObject({
      code: 'CD006',
      records: [{ reason: 'purpose', organisation_id: CLINIC_A, role: 'doctor' }],
    });
    const ended: Persona = {
      ...personas.doctor,
      claims: { ...personas.doctor.claims, session_id: NOBODY },
    };
    expect(await choosing(ended, CLINIC_A)).toMatchObject({
      code: '42501',
      records: [{ reason: 'no_session', user_id: personas.doctor.userId, session_id: null }],
    });
  });

  test('in a READ ONLY transaction too [N-37 +]', async () => {
    expect(await choosing(personas.doctor, CLINIC_B, null, 'set transaction read only')).toMatchObject({
      code: '42501',
      records: [{ reason: 'no_membership' }],
    });
  });

  test('and a choice that is taken leaves none [N-36 -]', async () => {
    expect(await choosing(personas.doctor, CLINIC_A, 'treatment')).toMatchObject({
      code: 'done',
      records: [],
    });
  });
});

describe('a refused signature stays on record, though its transaction is rolled back', () => {
  test('of a text that is no longer what was shown: who, and whose form [S-31 N-37 +]', async () => {
    expect(await signing(personas.patient, DRAFT, { digest: '0'.repeat(64) })).toMatchObject({
      code: 'CD017',
      records: [
        {
          outcome: 'denied',
          operation: 'UPDATE',
          reason: 'the form is no longer what was shown',
          realm: 'patient',
          user_id: personas.patient.userId,
          organisation_id: CLINIC_A,
          patient_id: ANA,
          row_id: null,
        },
      ],
    });
  });

  test('of a form that is signed, and of who may neither sign nor witness [S-33 N-37 +]', async () => {
    expect(await signing(personas.patient, SIGNED)).toMatchObject({
      code: 'CD013',
      records: [{ reason: 'the form has been signed already', patient_id: ANA }],
    });
    expect(await signing(personas.clinicAdmin, DRAFT)).toMatchObject({
      code: '42501',
      records: [{ role: 'clinic_admin', organisation_id: CLINIC_A, patient_id: null }],
    });
  });

  test('of a document that was frozen [S-31 N-37 +]', async () => {
    const form = idOf('form', 'a', '77');
    await database().as(
      personas.receptionist,
      (session) =>
        session.rows(
          'insert into signed_forms (organisation_id, id, patient_id, template_id, document_id) values ($1, $2, $3, $4, $5)',
          [CLINIC_A, form, ANA, AOB, CARD],
        ),
      { commit: true },
    );
    const meaning = 'assignment_of_benefits';
    expect(await signing(personas.patient, form, { meaning })).toMatchObject({ code: 'done', records: [] });
    await database().as(
      personas.clinicAdmin,
      (session) =>
        session.rows(`select set_document_status($1, 'frozen', 'looked into by the clinic')`, [CARD]),
      { commit: true },
    );
    expect(await signing(personas.patient, form, { meaning })).toMatchObject({
      code: 'CD017',
      records: [
        { reason: 'the document that the form speaks of is not there to be signed', patient_id: ANA },
      ],
    });
  });

  test('of a form that carries a consent to a text that is over, and in a transaction that looks back [N-45 S-31 N-37 +]', async () => {
    const form = idOf('form', 'a', '78');
    const draft = async (session: Session) => {
      await session.rows(
        'insert into signed_forms (organisation_id, id, patient_id, template_id) values ($1, $2, $3, $4)',
        [CLINIC_A, form, ANA, idOf('template', 'f', '01')],
      );
      await session.rows(
        `insert into consents (organisation_id, patient_id, purpose, signed_form_id) values ($1, $2, 'transfer_disclosure', $3)`,
        [CLINIC_A, ANA, form],
      );
    };
    await database().as(personas.receptionist, draft, { commit: true });
    expect(await signing(personas.patient, form), 'control').toMatchObject({ code: 'done', records: [] });
    const past = await begin(database(), personas.patient, 'repeatable read');
    expect(await outcomeOf(past.query(`select sign_form($1, 'Ana Souza', 'consent')`, [form]))).toBe('CD007');
    await past.query('rollback');
    expect(await log().news()).toMatchObject([
      { table_name: 'signed_forms', outcome: 'denied', patient_id: ANA },
    ]);
    await database().as(personas.opsAdmin, (session) => change(session, 'transfer_disclosure'), {
      commit: true,
    });
    expect(await signing(personas.patient, form)).toMatchObject({
      code: 'CD005',
      records: [{ reason: 'the purpose has changed since this consent was proposed', patient_id: ANA }],
    });
  });

  test('of somebody else’s form and of none: the same record, which names no patient [S-04 N-37 -]', async () => {
    const one = await signing(personas.guardian, DRAFT);
    const other = await signing(personas.guardian, NOBODY);
    for (const { code, records } of [one, other]) {
      expect(code).toBe('CD010');
      expect(records).toMatchObject([
        { reason: 'form not found', organisation_id: ALL_ZEROS, patient_id: null },
      ]);
    }
  });

  test('without what was typed: neither a number that is not stored nor a name [S-37 N-37 -]', async () => {
    const typed = await signing(personas.patient, DRAFT, { name: 'Ana 4111 1111 1111 1111' });
    expect(typed).toMatchObject({ code: 'CD016', records: [{ patient_id: ANA }] });
    expect(JSON.stringify(typed.records)).not.toMatch(/4111|Souza/);
  });

  test('also where the transaction goes on behind it, once; and a signature that is taken leaves none [S-31 N-37 +, N-37 -]', async () => {
    await database().as(
      personas.patient,
      async (session) => {
        await session.attempt(`select sign_form($1, 'Ana Souza', 'consent', repeat('0', 64))`, [DRAFT]);
        expect(
          await session.attempt(`select sign_form($1, 'Ana Souza', 'consent', ${SHOWN})`, [DRAFT]),
        ).toMatchObject({
          ok: true,
        });
      },
      { commit: true },
    );
    const records = (await log().news()).filter(({ table_name }) => table_name === 'signed_forms');
    expect(records.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['denied', 'the form is no longer what was shown'],
    ]);
  });
});

describe('a key that is made', () => {
  const events = () =>
    database().as(personas.opsAuditor, (session) =>
      session.rows(
        `select object, actor_realm, actor_login, details from deployment_events where event_type = 'key.rotated' order by occurred_at`,
      ),
    );

  test('is an event of the deployment, by number and login, and goes with its key where that is rolled back [N-37 +, N-37 -]', async () => {
    expect(await events()).toEqual([]);
    await database().asPostgres((session) => session.rows('select audit.rotate_access_key()'), {
      rollback: true,
    });
    expect(await events()).toEqual([]);
    await database().asPostgres((session) => session.rows('select audit.rotate_access_key()'));
    expect(await events()).toEqual([
      {
        object: 'audit.access_keys',
        actor_realm: 'system',
        actor_login: 'postgres',
        details: { from: 1, to: 2 },
      },
    ]);
  });

  test('is one by hand, too, whatever hand, and never shows the key [N-37 +]', async () => {
    await database().asSuperuser((session) =>
      session.script(`insert into audit.access_keys (key_id, inner_pad, outer_pad)
        select key_id + 5, inner_pad, outer_pad from audit.access_keys order by key_id desc limit 1`),
    );
    expect((await events()).map(({ details }) => details)).toEqual([
      { from: 1, to: 2 },
      { from: 2, to: 7 },
    ]);
  });
});

describe('a refused export stays on record, and one that was given is no refusal', () => {
  const CASE = idOf('case', 'a', '01');
  const TAKEN_UP = `update public.subject_requests set status = 'in_progress' where id = '${idOf('request', 'a', '01')}'`;
  const exports = [
    ['subject_export', 'select export_subject($1)', ANA, NOBODY, TAKEN_UP],
    ['signed_form_evidence', 'select export_signed_form($1)', SIGNED, NOBODY, ''],
    ['case_timeline', `select export_case_timeline($1, 'auditor')`, CASE, NOBODY, ''],
  ] as const;

  test.each(exports)(
    '%s: of who may export none, and of what is not theirs [N-35 N-37 +, N-35 -]',
    async (table, statement, id, none, before) => {
      const record = { operation: 'SELECT', row_id: null, patient_id: null };
      for (const [persona, of, code, expected] of [
        [personas.doctor, id, '42501', { reason: 'role', organisation_id: CLINIC_A }],
        [personas.privacyOfficer, none, 'CD010', { reason: 'not_found', organisation_id: CLINIC_A }],
      ] as const)
        expect(await leaves(table, persona, statement, [of])).toMatchObject({
          code,
          records: [{ ...record, ...expected, user_id: persona.userId, realm: 'provider' }],
        });
      expect(await leaves(table, personas.privacyOfficer, statement, [id], before)).toEqual({
        code: 'done',
        records: [],
      });
    },
  );

  test('of a person by the officer whom nobody asked, with the patient [N-35 N-49 +]', async () => {
    expect(
      await leaves('subject_export', personas.privacyOfficer, 'select export_subject($1)', [ANA]),
    ).toMatchObject({ code: 'CD013', records: [{ reason: 'request', patient_id: ANA }] });
  });

  test('of an insurer to whom the patient does not let it go, with the patient [N-35 N-45 +]', async () => {
    expect(
      await leaves('case_timeline', personas.clinicAdmin, 'select export_case_timeline($1)', [CASE]),
    ).toMatchObject({ code: '42501', records: [{ reason: 'consent', patient_id: ANA }] });
  });
});
