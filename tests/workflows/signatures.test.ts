import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import {
  ANA,
  carrying,
  DRAFT,
  FINANCIAL,
  formOf,
  SIGNED,
  sha256,
  sign,
  terminate,
} from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

/** What stands beside the signature of the seed's draft, as the officer reads it. */
const evidenceOf = async (officer: Session) =>
  (
    await officer.rows(
      'select signed_ip, ip_source, user_agent, record, record_sha256 from public.signed_form_evidence where id = $1',
      [DRAFT],
    )
  )[0];

describe('a signature', () => {
  test('takes name and meaning from the signer, and time, user, address, user agent and digest from the server [S-31 S-32 +]', async () => {
    await story(async (as) => {
      const patient = await as(personas.patient, {
        'x-forwarded-for': '203.0.113.9, 198.51.100.7',
        'user-agent': 'Portal/1.0\u0007',
      });
      const outcome = await sign(patient, DRAFT, '  Ana Souza\u00a0');
      expect(outcome).toMatchObject({ ok: true });
      const form = await formOf(patient, DRAFT);
      expect(form).toMatchObject({
        status: 'active',
        typed_name: 'Ana Souza',
        meaning: 'consent',
        capacity: 'patient',
        signed_by_user_id: personas.patient.userId,
        witness_user_id: null,
        content_sha256: sha256(form?.content),
      });
      const evidence = await evidenceOf(await as(personas.privacyOfficer));
      await as(personas.patient);
      // The last entry is the proxy's word; what stands before it the client may have written.
      expect(evidence).toMatchObject({
        signed_ip: '198.51.100.7',
        ip_source: 'edge',
        user_agent: 'Portal/1.0 ',
        record_sha256: sha256(evidence?.record),
      });
      expect(JSON.parse(String(evidence?.record))).toMatchObject({
        content_sha256: form?.content_sha256,
        session_id: personas.patient.claims.session_id,
        signed_ip: '198.51.100.7',
      });
      const receipt = outcome.ok ? outcome.rows[0]?.receipt : undefined;
      expect(receipt).toMatchObject({ form_id: DRAFT, record_sha256: evidence?.record_sha256 });
      expect(
        await patient.value(
          'select signed_at between now() and clock_timestamp() from public.signed_forms where id = $1',
          [DRAFT],
        ),
      ).toBe(true);
    });
  });

  test('says of an address that nobody vouches for that it is unknown [S-32 -]', async () => {
    await story(async (as) => {
      for (const headers of [{ 'x-real-ip': '203.0.113.9' }, { 'x-forwarded-for': 'not an address' }]) {
        const patient = await as(personas.patient, headers);
        await patient.undone(async () => {
          await sign(patient, DRAFT);
          expect(await evidenceOf(await as(personas.privacyOfficer))).toMatchObject({
            signed_ip: null,
            ip_source: 'unknown',
            user_agent: null,
          });
          await as(personas.patient);
        });
      }
    });
  });

  test('covers the text, its version, the patient and every consent that it carries [S-31 +]', async () => {
    await story(async (as) => {
      await carrying(as);
      const patient = await as(personas.patient);
      await sign(patient, DRAFT);
      const content = JSON.parse(String((await formOf(patient, DRAFT))?.content));
      expect(content).toMatchObject({
        format: 'cordon.signed-content.1',
        organisation_id: CLINIC_A,
        form_id: DRAFT,
        patient_id: ANA,
        template: { code: 'transfer_disclosure', version: 1, body_sha256: sha256(content.template.body) },
        consents: [{ id: NOBODY, purpose: 'transfer_disclosure', legal_basis: 'consent', expires_at: null }],
      });
    });
  });

  test.each([
    ['nothing', '', 'consent'],
    ['blanks that look like nothing', ' \u00a0\u200b ', 'consent'],
    ['one letter', 'A', 'consent'],
    ['points', '..', 'consent'],
    ['signs that nobody sees', '\u2003\u2060\u2800\u3164', 'consent'],
    ['a name written backwards', 'Ana\u202eazuoS', 'consent'],
    ['a line break in a name', 'Ana\nSouza', 'consent'],
    ['more than a name', 'A'.repeat(121), 'consent'],
    ['a name that means nothing', 'Ana Souza', ''],
    ['a meaning of its own', 'Ana Souza', 'whatever'],
    ['no meaning at all', 'Ana Souza', null],
    ['an acknowledgement, where the text asks for consent', 'Ana Souza', 'acknowledgement'],
    ['the meaning of a form of another kind', 'Ana Souza', 'financial_responsibility'],
  ])('is not made of %s [S-31 -]', async (_, name, meaning) => {
    await database().as(personas.patient, async (session) => {
      expect(await sign(session, DRAFT, name, meaning)).toMatchObject({ ok: false, code: 'CD017' });
      expect(await formOf(session, DRAFT)).toMatchObject({ status: 'draft', typed_name: null });
    });
  });

  test('carries no card number for a name [S-31 S-37 -]', async () => {
    await database().as(personas.patient, async (session) => {
      const outcome = await sign(session, DRAFT, 'Ana 4111 1111 1111 1111');
      expect(outcome).toMatchObject({ ok: false, code: 'CD016' });
      expect(JSON.stringify(outcome)).not.toContain('4111');
    });
  });

  test('is made once: a second is refused, by whomever [S-33 -]', async () => {
    await story(async (as) => {
      const patient = await as(personas.patient);
      expect(await sign(patient, DRAFT)).toMatchObject({ ok: true });
      expect(await sign(patient, DRAFT)).toMatchObject({ ok: false, code: 'CD013' });
      expect(await sign(await as(personas.nurse), DRAFT)).toMatchObject({ ok: false, code: 'CD013' });
    });
  });

  test('at once with another leaves exactly one: 24 rounds on real connections [S-33 -]', async () => {
    const commit = { commit: true };
    for (let round = 0; round < 24; round += 1) {
      const id = await database().as(
        personas.receptionist,
        (session) =>
          session.value<string>(
            `insert into public.signed_forms (organisation_id, patient_id, template_id, case_id) values ($1, $2, $3, $4) returning id`,
            [CLINIC_A, ANA, idOf('template', 'f', '04'), idOf('case', 'a', '01')],
          ),
        commit,
      );
      const by = (persona: Persona) => () =>
        database().as(
          persona,
          (session) => sign(session, String(id), 'Ana Souza', 'assignment_of_benefits'),
          commit,
        );
      const both = [by(personas.patient), by(personas.nurse)];
      const outcomes = await Promise.all((round % 2 === 0 ? both : both.reverse()).map((run) => run()));
      expect(outcomes.map((outcome) => (outcome.ok ? 'signed' : outcome.code)).sort()).toEqual([
        'CD013',
        'signed',
      ]);
      await database().as(personas.clinicAdmin, (session) => terminate(session, String(id)), commit);
    }
  }, 60_000);

  test('is in force once per patient, text and case, no case counting as one [S-33 -]', async () => {
    await story(async (as) => {
      const draft = async (id: string, ofCase: string | null) => {
        await (await as(personas.receptionist)).rows(
          'insert into public.signed_forms (organisation_id, id, patient_id, template_id, case_id) values ($1, $2, $3, $4, $5)',
          [CLINIC_A, id, ANA, FINANCIAL, ofCase],
        );
        return sign(await as(personas.patient), id, 'Ana Souza', 'financial_responsibility');
      };
      expect(await draft(NOBODY, null)).toMatchObject({ ok: false, code: 'CD013' });
      expect(await draft(idOf('form', 'a', '77'), idOf('case', 'a', '01'))).toMatchObject({ ok: true });
    });
  });
});

describe('what is signed', () => {
  const shown = (session: Session) =>
    session.value<{ content: string; content_sha256: string }>('select public.preview_form($1)', [DRAFT]);
  const signShown = (session: Session, digest: string | undefined) =>
    session.attempt(`select public.sign_form($1, 'Ana Souza', 'consent', $2)`, [DRAFT, digest]);

  test('is what was shown: its digest, given back, refuses what was put into the form since [S-31 S-32 -]', async () => {
    await story(async (as) => {
      const before = await shown(await as(personas.patient));
      expect(sha256(before?.content)).toBe(before?.content_sha256);
      await carrying(as);
      const patient = await as(personas.patient);
      expect(await signShown(patient, before?.content_sha256)).toMatchObject({ ok: false, code: 'CD017' });
      const after = await shown(patient);
      expect(await signShown(patient, after?.content_sha256)).toMatchObject({ ok: true });
      expect((await formOf(patient, DRAFT))?.content).toBe(after?.content);
    });
  });

  test('is named by its digest on the portal: without one nobody signs what was put into the form since, and a witness may [S-31 S-32 -, S-31 +]', async () => {
    await story(async (as) => {
      await carrying(as);
      const patient = await as(personas.patient);
      expect(await signShown(patient, undefined)).toMatchObject({ ok: false, code: 'CD017' });
      expect((await formOf(patient, DRAFT))?.status).toBe('draft');
      const digest = (await shown(patient))?.content_sha256;
      expect(await signShown(patient, digest)).toMatchObject({ ok: true });
    });
    await story(async (as) => {
      expect(await signShown(await as(personas.nurse), undefined)).toMatchObject({ ok: true });
    });
  });

  test('is shown to who may sign or witness it, and to nobody else [S-04 N-15 -]', async () => {
    const preview = (persona: Persona, form: string) =>
      database().as(persona, (session) => session.attempt('select public.preview_form($1)', [form]));
    for (const persona of [personas.patient, personas.nurse]) {
      expect(await preview(persona, DRAFT)).toMatchObject({ ok: true });
      expect(await preview(persona, NOBODY)).toMatchObject({ ok: false, code: 'CD010' });
    }
    for (const persona of [personas.doctorOfB, personas.patientOfB, personas.guardian]) {
      expect(await preview(persona, DRAFT)).toMatchObject({ ok: false, code: 'CD010' });
    }
    for (const persona of [personas.clinicAdmin, personas.opsAgent]) {
      expect(await preview(persona, DRAFT)).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('stands where the patient is: a form of the same id at another clinic of theirs is chosen by the clinic [S-04 S-31 +]', async () => {
    await story(async (as) => {
      const owner = await as(personas.patient);
      await owner.script('reset role');
      await owner.rows(
        `select set_config('request.jwt.claims', '', true), set_config('app.pinned_organisation_id', $1, true)`,
        [CLINIC_B],
      );
      await owner.rows(
        `insert into public.signed_forms (organisation_id, id, patient_id, template_id) values ($1, $2, $3, $4)`,
        [CLINIC_B, DRAFT, idOf('patient', 'b', '02'), idOf('template', 'f', '01')],
      );
      await owner.rows(
        `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship) values ($1, $2, $3, 'proxy')`,
        [CLINIC_B, personas.patient.userId, idOf('patient', 'b', '02')],
      );
      const patient = await as(personas.patient);
      expect(await sign(patient, DRAFT)).toMatchObject({ ok: false, code: 'CD010' });
      const chosen = await as({ ...personas.patient, settings: { 'app.current_clinic_id': CLINIC_A } });
      expect(await sign(chosen, DRAFT)).toMatchObject({ ok: true });
      expect(
        await chosen.value('select status from public.signed_forms where organisation_id = $1 and id = $2', [
          CLINIC_B,
          DRAFT,
        ]),
      ).toBe('draft');
    });
  });
});

describe('nothing of a signature', () => {
  test('can be sent by a client, with the draft or after [S-32 -]', async () => {
    await database().as(personas.receptionist, async (session) => {
      for (const column of [
        'status',
        'typed_name',
        'meaning',
        'content',
        'content_sha256',
        'signed_at',
        'signed_by_user_id',
        'witness_user_id',
        'termination_reason',
      ]) {
        expect(
          await session.attempt(
            `insert into public.signed_forms (organisation_id, patient_id, template_id, ${column}) values ($1, $2, $3, null)`,
            [CLINIC_A, ANA, FINANCIAL],
          ),
          column,
        ).toMatchObject({ ok: false, code: '42501' });
      }
      expect(
        await session.attempt(
          'insert into public.signed_forms (organisation_id, patient_id, template_id) values ($1, $2, $3)',
          [CLINIC_A, ANA, FINANCIAL],
        ),
      ).toMatchObject({ ok: true, count: 1 });
    });
    for (const persona of [personas.clinicAdmin, personas.patient, personas.servicePinned] as Persona[]) {
      await database().as(persona, async (session) => {
        for (const statement of [
          `update public.signed_forms set typed_name = 'Somebody' where id = '${SIGNED}'`,
          `update public.signed_form_evidence set signed_ip = null`,
          `insert into public.signed_form_evidence (organisation_id, id, patient_id, ip_source, record, record_sha256) values ('${CLINIC_A}', '${DRAFT}', '${ANA}', 'unknown', '', '')`,
          `delete from public.signed_forms`,
        ]) {
          expect(await session.attempt(statement)).toMatchObject({ ok: false, code: '42501' });
        }
      });
    }
  });

  test.each([
    ["update public.signed_forms set typed_name = 'Somebody' where organisation_id = $2 and id = $1", SIGNED],
    [
      "update public.signed_forms set content = content || ' ' where organisation_id = $2 and id = $1",
      SIGNED,
    ],
    [
      "update public.signed_forms set signed_at = signed_at - interval '1 day' where organisation_id = $2 and id = $1",
      SIGNED,
    ],
    [
      'update public.signed_forms set patient_id = patient_id, case_id = gen_random_uuid() where organisation_id = $2 and id = $1',
      SIGNED,
    ],
    ['update public.signed_forms set archived_at = now() where organisation_id = $2 and id = $1', SIGNED],
    [
      "update public.signed_forms set status = 'terminated', terminated_at = now(), terminated_by_user_id = created_by_user_id, termination_reason = 'because' where organisation_id = $2 and id = $1",
      SIGNED,
    ],
    [
      "update public.signed_forms set status = 'active', typed_name = 'Forged', meaning = 'consent', content = '', content_sha256 = '', signed_at = now(), witness_user_id = created_by_user_id where organisation_id = $2 and id = $1",
      DRAFT,
    ],
    [
      'update public.signed_forms set template_id = gen_random_uuid() where organisation_id = $2 and id = $1',
      DRAFT,
    ],
    ['delete from public.signed_forms where organisation_id = $2 and id = $1', DRAFT],
    [
      'update public.signed_form_evidence set user_agent = null where organisation_id = $2 and id = $1',
      SIGNED,
    ],
    ['delete from public.signed_form_evidence where organisation_id = $2 and id = $1', SIGNED],
    ["update public.form_templates set body = 'Something else' where id = $1", FINANCIAL],
    ["update public.form_templates set body_sha256 = '', title = 'Another' where id = $1", FINANCIAL],
  ])("bends under the owner's hand, replica mode included: %s [S-32 S-33 -]", async (statement, id) => {
    await database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.script('set local session_replication_role = replica');
        expect(
          await session.attempt(statement, statement.includes('$2') ? [id, CLINIC_A] : [id]),
        ).toMatchObject({ ok: false, code: 'CD014' });
      },
      { rollback: true },
    );
  });

  test.each(['signed_forms', 'signed_form_evidence', 'form_templates'])(
    'is emptied away: truncate %s [S-32 -]',
    async (table) => {
      await database().asSuperuser(
        async (session) =>
          expect(await session.attempt(`truncate public.${table} cascade`)).toMatchObject({
            ok: false,
            code: 'CD014',
          }),
        { rollback: true },
      );
    },
  );

  test('stands in the way of a draft that was a mistake: a clinic_admin archives it [S-33 +]', async () => {
    await database().as(personas.clinicAdmin, async (session) => {
      expect(
        await session.attempt('update public.signed_forms set archived_at = now() where id = $1', [DRAFT]),
      ).toMatchObject({ ok: true, count: 1 });
      expect(
        await session.attempt('update public.signed_forms set archived_at = now() where id = $1', [SIGNED]),
      ).toMatchObject({ ok: false, code: 'CD014' });
    });
  });
});
