import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Row } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { ANA, carrying, consentOf, DRAFT, formOf, SIGNED, sign, terminate } from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';
import { twinOrganisationOf } from '../support/twins.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

describe('what a form carries', () => {
  test('comes into force by the signature, and nothing that a form of the same id carries elsewhere [S-31 S-04 +, S-31 S-04 -]', async () => {
    await story(async (as) => {
      const session = await carrying(as);
      await session.script('reset role');
      const twin = twinOrganisationOf(CLINIC_A);
      await session.rows(
        `select set_config('app.pinned_organisation_id', $1, true), set_config('request.jwt.claims', '', true)`,
        [twin],
      );
      await session.rows(
        `insert into public.consents (organisation_id, id, patient_id, purpose, signed_form_id, status) values ($1, $2, $3, 'transfer_disclosure', $4, 'proposed')`,
        [twin, NOBODY, ANA, DRAFT],
      );
      expect(await sign(await as(personas.patient), DRAFT)).toMatchObject({ ok: true });
      await session.script('reset role');
      expect(
        await session.rows('select organisation_id, status from public.consents where id = $1 order by 1', [
          NOBODY,
        ]),
      ).toEqual([
        { organisation_id: CLINIC_A, status: 'active' },
        { organisation_id: twin, status: 'proposed' },
      ]);
    });
  });

  test('comes into force by the signature, in the same transaction, and by nothing else [N-45 S-31 +]', async () => {
    await story(async (as) => {
      await carrying(as);
      const patient = await as(personas.patient);
      expect(
        await patient.attempt(`update public.consents set status = 'active' where id = $1`, [NOBODY]),
      ).toMatchObject({ ok: false, code: 'CD005' });
      await sign(patient, DRAFT);
      expect(await consentOf(patient, NOBODY)).toBe('active');
    });
  });

  test('is given by nobody’s signature where the server writes one as given, and is proposed by it [N-45 S-31 S-33 -, N-45 +]', async () => {
    const written = (status: string) =>
      database().as(personas.servicePinned, (session) =>
        session.attempt(
          `insert into public.consents (organisation_id, patient_id, purpose, status, signed_form_id) values ($1, $2, 'transfer_disclosure', $3, $4)`,
          [CLINIC_A, ANA, status, DRAFT],
        ),
      );
    for (const status of ['active', 'withdrawn', 'expired']) {
      expect(await written(status), status).toMatchObject({ ok: false, code: 'CD005' });
    }
    expect(await written('proposed'), 'control').toMatchObject({ ok: true });
  });

  test.each([
    ['a purpose that its text does not name', 'marketing', DRAFT],
    ['anything once it is signed', 'treatment', SIGNED],
    ['anything of another patient', 'transfer_disclosure', idOf('form', 'a', '03')],
    ["anything of another clinic's", 'transfer_disclosure', idOf('form', 'b', '01')],
    ['anything that does not exist', 'transfer_disclosure', idOf('form', 'a', '88')],
  ])('is never %s [N-45 N-48 S-04 -]', async (_, purpose, form) => {
    await database().as(personas.receptionist, async (session) => {
      const carry = (what: string, into: string) =>
        session.attempt(
          'insert into public.consents (organisation_id, patient_id, purpose, signed_form_id) values ($1, $2, $3, $4)',
          [CLINIC_A, ANA, what, into],
        );
      const outcome = await carry(purpose, form);
      expect(outcome).toMatchObject({ ok: false });
      expect(['CD017', '23503']).toContain(!outcome.ok && outcome.code);
      expect(await carry('transfer_disclosure', DRAFT)).toMatchObject({ ok: true });
    });
  });

  test('is withdrawn with the form, and not with another [N-50 S-33 +]', async () => {
    await story(async (as) => {
      await carrying(as);
      await sign(await as(personas.patient), DRAFT);
      const admin = await as(personas.clinicAdmin);
      expect(await terminate(admin, SIGNED)).toMatchObject({ ok: true });
      expect(await consentOf(admin, NOBODY)).toBe('active');
      expect(await terminate(admin, DRAFT)).toMatchObject({ ok: true });
      expect(await consentOf(admin, NOBODY)).toBe('withdrawn');
      expect(await consentOf(admin, idOf('consent', 'a', '01'))).toBe('active');
    });
  });

  test('stays out of force where a consent to the purpose is in force already, and so does the signature [S-33 -]', async () => {
    await story(async (as) => {
      const reception = await as(personas.receptionist);
      await reception.rows(
        'insert into public.signed_forms (organisation_id, id, patient_id, template_id) values ($1, $2, $3, $4)',
        [CLINIC_A, NOBODY, ANA, idOf('template', 'f', '02')],
      );
      await reception.rows(
        `insert into public.consents (organisation_id, patient_id, purpose, signed_form_id) values ($1, $2, 'treatment', $3)`,
        [CLINIC_A, ANA, NOBODY],
      );
      const patient = await as(personas.patient);
      expect(await sign(patient, NOBODY)).toMatchObject({ ok: false, code: 'CD013' });
      expect(await formOf(patient, NOBODY)).toMatchObject({ status: 'draft' });
    });
  });
});

describe('terminating', () => {
  test('takes a clinic_admin and a reason, and what was signed once [S-33 -]', async () => {
    await story(async (as) => {
      for (const persona of [personas.doctor, personas.nurse, personas.finance]) {
        expect(await terminate(await as(persona), SIGNED)).toMatchObject({ ok: false, code: '42501' });
      }
      const admin = await as(personas.clinicAdmin);
      for (const reason of ['', '          \u200b', 'too short']) {
        expect(await terminate(admin, SIGNED, reason)).toMatchObject({ ok: false, code: 'CD017' });
      }
      expect(await terminate(admin, DRAFT)).toMatchObject({ ok: false, code: 'CD013' });
      for (const form of [NOBODY, idOf('form', 'b', '02')]) {
        expect(await terminate(admin, form)).toMatchObject({ ok: false, code: 'CD010' });
      }
      expect(await terminate(admin, SIGNED)).toMatchObject({ ok: true });
      expect(await formOf(admin, SIGNED)).toMatchObject({
        status: 'terminated',
        terminated_by_user_id: personas.clinicAdmin.userId,
        termination_reason: 'Signed for the wrong stay.',
      });
      expect(await terminate(admin, SIGNED)).toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test('is no way to a second life: a terminated form is never signed again [S-33 -]', async () => {
    await story(async (as) => {
      await terminate(await as(personas.clinicAdmin), SIGNED);
      expect(await sign(await as(personas.patient), SIGNED)).toMatchObject({ ok: false, code: 'CD013' });
    });
  });
});

describe('the evidence', () => {
  test('is read by the officer alone [N-15 S-31 +]', async () => {
    const seen = async (persona: Persona) =>
      database().as(persona, async (session) => {
        const outcome = await session.attempt(
          'select id from public.signed_form_evidence where id = any ($1::uuid[]) order by id',
          [[SIGNED, idOf('form', 'a', '03')]],
        );
        return outcome.ok ? outcome.rows.map(({ id }) => id) : outcome.code;
      });
    expect(await seen(personas.privacyOfficer)).toEqual([SIGNED, idOf('form', 'a', '03')]);
    expect(await seen(personas.patient)).toBe('42501');
    for (const persona of [personas.clinicAdmin, personas.doctor, personas.nurse, personas.clinicAdminOfB]) {
      expect(await seen(persona), persona.name).toEqual([]);
    }
  });

  test('is exported for the officer and for the patient, and for nobody else [N-15 S-04 S-32 -]', async () => {
    const exported = (persona: Persona, form: string) =>
      database().as(persona, (session) =>
        session.attempt('select public.export_signed_form($1) as export', [form]),
      );
    for (const persona of [personas.privacyOfficer, personas.patient]) {
      expect(await exported(persona, SIGNED)).toMatchObject({
        ok: true,
        rows: [{ export: { format: 'cordon.signature-evidence.1', form: { typed_name: 'Ana Souza' } } }],
      });
      for (const form of [DRAFT, NOBODY, idOf('form', 'b', '02')]) {
        expect(await exported(persona, form)).toMatchObject({ ok: false, code: 'CD010' });
      }
    }
    // The portal's role alone is nobody: they are told so, and not that a form of theirs is missing.
    const nobody = await database().asSuperuser(
      async (session) => {
        await session.script('set local role patient');
        return session.attempt('select public.export_signed_form($1)', [SIGNED]);
      },
      { rollback: true },
    );
    expect(nobody).toMatchObject({ ok: false, code: '42501' });
    for (const persona of [
      personas.clinicAdmin,
      personas.doctor,
      personas.opsAgent,
      personas.servicePinned,
    ]) {
      expect(await exported(persona, SIGNED)).toMatchObject({ ok: false, code: '42501' });
    }
    expect(await exported(personas.patientOfB, SIGNED)).toMatchObject({ ok: false, code: 'CD010' });
  });
});

test("a witness's session, address and device are no patient's: of a form signed before one the portal has the digest of the record alone [S-31 N-15 -, S-31 +]", async () => {
  await story(async (as) => {
    await carrying(as);
    expect(await sign(await as(personas.patient), DRAFT)).toMatchObject({ ok: true });
    const exported = async (persona: Persona, form: string) =>
      (await (await as(persona)).value<Row>('select public.export_signed_form($1)', [form])) as Row;
    const witnessed = await exported(personas.privacyOfficer, SIGNED);
    expect(JSON.parse(String(witnessed.record)), 'control').toHaveProperty('session_id');
    const own = await exported(personas.patient, SIGNED);
    expect(own).toEqual({ ...witnessed, record: null });
    expect(await exported(personas.patient, DRAFT), 'what they signed themselves is theirs').toMatchObject({
      record: expect.stringContaining(String(personas.patient.userId)),
    });
  });
});

test('a signature that is exported is a disclosure, with the digest of what went; one that is refused is none [N-37 S-31 +, N-37 -]', async () => {
  await story(async (as) => {
    const disclosures = async () => {
      const session = await as(personas.privacyOfficer);
      await session.script('reset role');
      return session.rows(
        `select d.patient_id, d.recipient_kind, d.recipient_user_id, d.purpose, d.content, d.source_id, d.content_sha256
         from public.disclosures as d where d.source_table = 'public.export_signed_form'`,
      );
    };
    for (const form of [DRAFT, idOf('form', 'b', '02')]) {
      expect(
        await (await as(personas.patient)).attempt('select public.export_signed_form($1)', [form]),
      ).toMatchObject({ ok: false, code: 'CD010' });
    }
    expect(await disclosures()).toEqual([]);
    const session = await as(personas.patient);
    const text = await session.value<string>('select public.export_signed_form($1)::text', [SIGNED]);
    expect(await disclosures()).toEqual([
      {
        patient_id: ANA,
        recipient_kind: 'patient',
        recipient_user_id: personas.patient.userId,
        purpose: 'subject_access',
        content: ['public.signed_forms', 'public.signed_form_evidence'],
        source_id: SIGNED,
        content_sha256: createHash('sha256')
          .update(text ?? '')
          .digest('hex'),
      },
    ]);
  });
});

test('every draft, signature and termination stands in the timeline, and no name or reason does [S-18 S-39 +]', async () => {
  await story(async (as) => {
    await sign(await as(personas.patient), DRAFT);
    const admin = await as(personas.clinicAdmin);
    await terminate(admin, DRAFT, 'Ana asked for it by telephone.');
    const told = await admin.rows<{ event_type: string }>(
      'select event_type, actor_user_id, actor_realm, details from public.case_timeline where entity_id = $1 order by occurred_at',
      [DRAFT],
    );
    expect(told.map(({ event_type }) => event_type)).toEqual([
      'signed_form.drafted',
      'signed_form.signed',
      'signed_form.terminated',
    ]);
    expect(told[1]).toMatchObject({ actor_user_id: personas.patient.userId, actor_realm: 'patient' });
    expect(JSON.stringify(told)).not.toMatch(/Ana|telephone/);
  });
});

test('a text is written by the admin of operations, read by everybody signed in, and retired for new signatures [S-31 S-29 -]', async () => {
  await story(async (as) => {
    const admin = await as(personas.opsAdmin);
    expect(
      await admin.attempt('update public.form_templates set archived_at = now() where id = $1', [
        idOf('template', 'f', '01'),
      ]),
    ).toMatchObject({ ok: true, count: 1 });
    expect(await sign(await as(personas.patient), DRAFT)).toMatchObject({ ok: false, code: 'CD017' });
    for (const persona of [personas.opsAgent, personas.clinicAdmin, personas.patient] as Persona[]) {
      const session = await as(persona);
      expect(
        await session.attempt(
          `insert into public.form_templates (kind, code, version, language, title, body) values ('aob', 'x', 1, 'en', 'X', 'X')`,
        ),
        persona.name,
      ).toMatchObject({ ok: false, code: '42501' });
      expect(await session.rows('select 1 from public.form_templates')).not.toEqual([]);
    }
  });
  await database().as(personas.stranger, async (session) => {
    expect(await session.rows('select 1 from public.form_templates')).toEqual([]);
  });
});
