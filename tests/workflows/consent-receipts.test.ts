import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReceiptExport, readReceipt, verifyReceipt } from '../../scripts/evidence/verify-receipt.ts';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Outcome } from '../../testing/session.ts';
import { runScript } from '../support/commands.ts';
import { agree, receiptOf, TREATMENT, withdraw } from '../support/consents.ts';
import { useDatabase } from '../support/database.ts';
import { carrying, DRAFT, sha256, sign } from '../support/forms.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
const exported = (outcome: Outcome) => (outcome.ok ? (outcome.rows[0]?.receipt as ReceiptExport) : undefined);
const said = (outcome: Outcome) => JSON.parse(exported(outcome)?.receipt ?? 'null');

describe('a consent receipt', () => {
  test('says who, what for, on which basis, which data, to whom, for how long, how and when, and how to withdraw [N-45 +]', async () => {
    await story(async (as) => {
      await (await as(personas.clinicAdmin)).affected(
        `update public.organisation_settings set privacy_contact = 'privacy@a.example'`,
      );
      await agree(as, 'transfer_disclosure');
      expect(said(await receiptOf(await as(personas.patient), NOBODY))).toMatchObject({
        format: 'cordon.consent-receipt.1',
        schema_version: 'ISO/IEC TS 27560:2023',
        record_id: NOBODY,
        pii_principal_id: idOf('patient', 'a', '01'),
        pii_controller: {
          id: CLINIC_A,
          name: 'Clínica Aurora',
          country: 'BR',
          privacy_contact: 'privacy@a.example',
        },
        jurisdiction: 'lgpd',
        purpose: { name: 'transfer_disclosure', version: 1 },
        lawful_basis: 'consent',
        pii_categories: ['identity'],
        recipients: ['transport company'],
        retention: 'general',
        collection_method: 'portal',
        signed_form: null,
        given_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        valid_until: null,
        state: 'active',
        withdrawn_at: null,
        withdrawal_method: expect.stringContaining('withdraw_consent'),
      });
    });
  });

  test('tells of another legal basis how to object, and of no withdrawal that would be refused [N-45 N-50 +, N-45 -]', async () => {
    await story(async (as) => {
      await (await as(personas.clinicAdmin)).rows(
        `update public.organisation_settings set legal_bases = '{consent,legal_obligation}' where organisation_id = $1`,
        [CLINIC_A],
      );
      const id = String(
        await (await as(personas.privacyOfficer)).value(
          `select public.rely_on_legal_basis($1, 'general_operations', 'legal_obligation', 'What the health authority asks of every clinic.')`,
          [idOf('patient', 'a', '01')],
        ),
      );
      const portal = await as(personas.patient);
      const { lawful_basis, withdrawal_method } = said(await receiptOf(portal, id));
      expect(lawful_basis).toBe('legal_obligation');
      expect(withdrawal_method).toContain('kind objection');
      expect(withdrawal_method).not.toContain('withdraw_consent');
      expect(await withdraw(portal, id), 'as it says').toMatchObject({ ok: false, code: 'CD005' });
      const objection = `insert into public.subject_requests (organisation_id, patient_id, kind) values ($1, $2, 'objection')`;
      expect(await portal.affected(objection, [CLINIC_A, idOf('patient', 'a', '01')])).toBe(1);
    });
  });

  test('names the form that gave it, by its digest, and when it was withdrawn [N-45 N-50 S-31 +]', async () => {
    await story(async (as) => {
      await carrying(as);
      const signed = await sign(await as(personas.patient), DRAFT);
      const { content_sha256 } = (signed.ok ? (signed.rows[0]?.receipt ?? {}) : {}) as Record<string, string>;
      const patient = await as(personas.patient);
      expect(said(await receiptOf(patient, NOBODY))).toMatchObject({
        collection_method: 'signed_form',
        signed_form: { id: DRAFT, content_sha256 },
      });
      await withdraw(patient, NOBODY);
      expect(said(await receiptOf(patient, NOBODY))).toMatchObject({
        state: 'withdrawn',
        withdrawn_at: expect.any(String),
      });
    });
  });

  test('is the same bytes for everybody and every time zone, as long as the consent is the same [N-45 +]', async () => {
    await story(async (as) => {
      const first = exported(await receiptOf(await as(personas.patient), TREATMENT));
      const officer = await as(personas.privacyOfficer);
      await officer.script(`set local timezone = 'Asia/Tokyo'; set local datestyle = 'German'`);
      expect(exported(await receiptOf(officer, TREATMENT))).toEqual(first);
      expect(sha256(first?.receipt)).toBe(first?.receipt_sha256);
    });
  });

  test('is for the patient and for staff who may read the consent [N-45 S-04 -]', async () => {
    await story(async (as) => {
      for (const persona of [
        personas.patient,
        personas.receptionist,
        personas.doctor,
        personas.privacyOfficer,
      ]) {
        expect(await receiptOf(await as(persona), TREATMENT), persona.name).toMatchObject({ ok: true });
      }
      for (const persona of [
        personas.guardian,
        personas.patientOfB,
        personas.doctorOfB,
        personas.receptionistOfB,
      ]) {
        expect(await receiptOf(await as(persona), TREATMENT), persona.name).toMatchObject({
          ok: false,
          code: 'CD010',
          message: 'consent not found',
        });
      }
      for (const persona of [
        personas.opsAgent,
        personas.anon,
        personas.servicePinned,
        personas.stranger,
        personas.signedOut,
      ]) {
        expect(await receiptOf(await as(persona), TREATMENT), persona.name).toMatchObject({
          ok: false,
          code: '42501',
        });
      }
      const reception = await as(personas.receptionist);
      for (const consent of [NOBODY, idOf('consent', 'a', '02'), idOf('consent', 'b', '01')]) {
        expect(await receiptOf(reception, consent)).toMatchObject({ ok: false, code: 'CD010' });
      }
    });
  });
});

describe('npm run receipt:verify', () => {
  let whole: ReceiptExport;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-receipt-'));
    await story(async (as) => {
      whole = exported(await receiptOf(await as(personas.patient), TREATMENT)) as ReceiptExport;
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const broken = (receipt: ReceiptExport, kept?: string) =>
    verifyReceipt(receipt, kept)
      .filter(({ holds }) => !holds)
      .map(({ claim }) => claim);
  const remade = (change: (receipt: Record<string, unknown>) => unknown) => {
    const receipt = JSON.parse(whole.receipt);
    change(receipt);
    const text = JSON.stringify(receipt);
    return { ...whole, receipt: text, receipt_sha256: sha256(text) };
  };
  const run = (...args: string[]) =>
    runScript('receipt-verify.ts', args, { env: { DATABASE_URL: 'postgresql://nowhere.invalid/none' } });

  test('finds a whole receipt whole, without a database [N-45 +]', async () => {
    expect(verifyReceipt(whole, whole.receipt_sha256).length).toBe(7);
    expect(broken(whole, whole.receipt_sha256)).toEqual([]);
    const file = join(folder, 'whole.json');
    await writeFile(file, JSON.stringify(whole));
    expect(await run(file)).toMatchObject({ code: 0 });
  });

  test('finds what was bent, left out, or made up as a whole [N-45 -]', () => {
    expect(broken({ ...whole, receipt: whole.receipt.replace('treatment', 'marketing') })).not.toEqual([]);
    for (const field of [
      'pii_controller',
      'purpose',
      'lawful_basis',
      'recipients',
      'retention',
      'withdrawal_method',
      'valid_until',
    ]) {
      expect(broken(remade((receipt) => delete receipt[field])), field).not.toEqual([]);
    }
    expect(
      broken(remade((receipt) => Object.assign(receipt.purpose as object, { description: 'Anything.' }))),
    ).toEqual(['the text that was consented to has its digest']);
    expect(broken(remade((receipt) => Object.assign(receipt, { state: 'withdrawn' })))).not.toEqual([]);
    const forged = remade((receipt) => Object.assign(receipt, { given_at: '2020-01-01T00:00:00.000000Z' }));
    expect(broken(forged)).toEqual([]);
    expect(broken(forged, whole.receipt_sha256)).toEqual(['it is the receipt that was kept']);
  });

  test('finds one that names nobody, no moment, no end after its beginning, or a form that is none [N-45 S-31 -]', () => {
    const with_ = (change: object) => broken(remade((receipt) => Object.assign(receipt, change)));
    const at = '2001-01-01T00:00:00.000000Z';
    for (const change of [
      { pii_controller: {} },
      { pii_controller: { id: CLINIC_A, name: ['Clínica Aurora'] } },
      { given_at: 'some day' },
      { valid_until: 'never' },
      { recipients: [{ name: 'nobody' }] },
    ])
      expect(with_(change), JSON.stringify(change)).toContain(
        'it says all that a receipt must say (ISO/IEC TS 27560)',
      );
    expect(with_({ state: 'withdrawn', withdrawn_at: at })).toEqual([
      'it is withdrawn if, and only if, it says when, and not before it was given',
    ]);
    const form = { id: DRAFT, content_sha256: sha256('text') };
    for (const change of [
      { collection_method: 'signed_form' },
      { collection_method: 'signed_form', signed_form: { id: DRAFT } },
      { signed_form: form },
    ])
      expect(with_(change)).toEqual(['a form was signed for it if, and only if, it names one by its digest']);
    expect(with_({ collection_method: 'signed_form', signed_form: form }), 'control').toEqual([]);
  });

  test('says what no file can tell, and trusts no text within it that says two things [N-45 -]', async () => {
    const file = join(folder, 'within.json');
    await writeFile(file, JSON.stringify(whole));
    const alone = await run(file);
    expect(alone.text).toContain('a digest that was kept tells: --kept');
    expect(alone.text).toContain('Whether the consent has ended since, no file tells');
    expect((await run(file, '--kept', whole.receipt_sha256)).text).toContain('and the one that was kept');
    const receipt = whole.receipt.replace('"state":', '"state": "withdrawn", "state":');
    expect(receipt).not.toBe(whole.receipt);
    await writeFile(file, JSON.stringify({ ...whole, receipt, receipt_sha256: sha256(receipt) }));
    expect(await run(file)).toMatchObject({
      code: 1,
      text: expect.stringContaining('"state" stands in it twice'),
    });
  });

  test('exits 1 for a bent receipt and 2 for none, without a stack [N-45 -]', async () => {
    const bent = join(folder, 'bent.json');
    await writeFile(bent, JSON.stringify({ ...whole, receipt_sha256: sha256('other') }));
    const told = await run(bent, '--json');
    expect(told.code).toBe(1);
    expect(JSON.parse(told.text)).toMatchObject({ whole: false });
    const none = await run(join(folder, 'none.json'));
    expect(none).toMatchObject({ code: 2, text: expect.stringContaining('cannot be read (ENOENT)') });
    expect(none.text).not.toMatch(/at .*\.ts:\d/);
    expect(await run(bent, '--kept', 'abc')).toMatchObject({ code: 2 });
  });

  test('trusts no file that says two things [N-45 -]', async () => {
    const file = join(folder, 'twice.json');
    const forged = JSON.stringify(whole.receipt.replace('treatment', 'marketing'));
    await writeFile(file, JSON.stringify(whole).replace('"receipt":', `"receipt":${forged},"receipt":`));
    const told = await run(file, '--kept', whole.receipt_sha256);
    expect(told).toMatchObject({ code: 1, text: expect.stringContaining('"receipt" stands in it twice') });
  });

  test.each(['', '[]', '{"format": "cordon.consent-receipt-export.1"}', '{"receipt": "{"}'])(
    'takes no other file for a receipt: %j [N-45 -]',
    async (text) => {
      const file = join(folder, 'other.json');
      await writeFile(file, text);
      await expect(readReceipt(file)).rejects.toMatchObject({ exitCode: 2 });
    },
  );
});
