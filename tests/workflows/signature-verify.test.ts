import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExport } from '../../scripts/evidence/read-export.ts';
import { type SignatureExport, verifySignature } from '../../scripts/evidence/verify-signature.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { runScript } from '../support/commands.ts';
import { useDatabase } from '../support/database.ts';
import { carrying, DRAFT, SIGNED, sha256, sign, terminate } from '../support/forms.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
let whole: SignatureExport;
let terminated: SignatureExport;
let folder: string;

const exportOf = async (session: Session, form: string) =>
  (await session.value<SignatureExport>('select public.export_signed_form($1)', [form])) as SignatureExport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-signature-'));
  await tellStory(database(), async (as) => {
    await carrying(as);
    await sign(await as(personas.patient), DRAFT);
    await terminate(await as(personas.clinicAdmin), SIGNED);
    const officer = await as(personas.privacyOfficer);
    whole = await exportOf(officer, DRAFT);
    terminated = await exportOf(officer, SIGNED);
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const broken = (signature: SignatureExport, receipt?: string) =>
  verifySignature(signature, receipt)
    .filter(({ holds }) => !holds)
    .map(({ claim }) => claim);
const withForm = (change: Record<string, unknown>): SignatureExport => ({
  ...whole,
  form: { ...whole.form, ...change },
});

describe('an exported signature', () => {
  test('is whole without a database, in force or terminated, and matches its receipt [S-31 S-32 +]', () => {
    expect(verifySignature(whole).length).toBeGreaterThan(5);
    expect(broken(whole)).toEqual([]);
    expect(broken(whole, whole.record_sha256)).toEqual([]);
    expect(broken(terminated)).toEqual([]);
  });

  test.each([
    'organisation_id',
    'id',
    'patient_id',
    'template_id',
    'case_id',
    'status',
    'capacity',
    'typed_name',
    'meaning',
    'content_sha256',
    'signed_at',
    'signed_by_user_id',
    'witness_user_id',
    'terminated_at',
    'termination_reason',
  ])('is found out where %s of the form was bent [S-32 -]', (key) => {
    expect(broken(withForm({ [key]: 'forged' }))).not.toEqual([]);
  });

  test.each(['terminated_at', 'termination_reason'])(
    'is found out where it was terminated and %s was dropped or emptied [S-32 -]',
    (key) => {
      const { [key]: _, ...others } = terminated.form;
      for (const form of [others, ...[null, '', ' ', 0].map((value) => ({ ...others, [key]: value }))]) {
        expect(broken({ ...terminated, form })).toEqual([
          'it was signed, and ended only with a reason',
          'when it ended, by whom and why is what was recorded then',
        ]);
      }
    },
  );

  test('is found out where the text, a consent or the record was bent, or a digest with it [S-32 -]', () => {
    for (const [part, from, to] of [
      ['content', 'transfer_disclosure', 'marketing'],
      ['content', 'I agree', 'I do not agree'],
      ['record', 'Ana Souza', 'Eva Souza'],
      ['record', personas.patient.userId as string, personas.guardian.userId as string],
    ] as const) {
      const bent = { ...whole, [part]: whole[part].replace(from, to) };
      expect(bent[part]).not.toBe(whole[part]);
      expect(broken(bent)).not.toEqual([]);
      const again = { ...bent, record_sha256: sha256(bent.record) };
      expect(broken({ ...again, form: { ...whole.form, content_sha256: sha256(bent.content) } })).not.toEqual(
        [],
      );
    }
  });

  test('tells one end, after its beginning, and in force none: no part says another [S-32 S-33 -]', () => {
    const early = '2001-01-01T00:00:00.000000Z';
    const unrecorded = { ...terminated, termination_sha256: null, termination_events: 0 };
    expect(broken(unrecorded), 'control').toEqual([]);
    const other = terminated.termination?.replace('wrong stay', 'right stay') ?? '';
    expect(other).not.toBe(terminated.termination);
    for (const bent of [
      { ...unrecorded, termination: other },
      { ...whole, termination: terminated.termination ?? null },
      ...[early, 'never'].map((at) => ({
        ...unrecorded,
        termination: null,
        form: { ...terminated.form, terminated_at: at },
      })),
      withForm({ terminated_by_user_id: personas.clinicAdmin.userId }),
    ])
      expect(broken(bent)).toEqual(['it was signed, and ended only with a reason']);
  });

  test('says how many records of its end there are: two, or one that it leaves out, are told, and an export of before they were counted is read [S-32 S-33 -, S-32 +]', () => {
    const told = ['of its end no more than one record was written'];
    expect(terminated.termination_events).toBe(1);
    expect(whole.termination_events).toBe(0);
    const { termination_events: _, ...earlier } = terminated;
    expect(broken(earlier)).toEqual([]);
    for (const bent of [
      { ...terminated, termination_events: 2 },
      { ...terminated, termination_events: 0 },
      { ...terminated, termination_events: '1' as never },
      { ...terminated, termination_sha256: null },
      { ...whole, termination_events: 1 },
    ])
      expect(broken(bent)).toEqual(told);
  });

  test('has a text for its text, formats that are known, and a signer or a witness [S-31 S-32 -]', () => {
    /** Made up as a whole: content and record changed, and every digest with them. */
    const remade = (changeContent: (text: string) => string, changeRecord = (text: string) => text) => {
      const content = changeContent(whole.content);
      const content_sha256 = sha256(content);
      const record = changeRecord(whole.record.replace(sha256(whole.content), content_sha256));
      return { ...withForm({ content_sha256 }), content, record, record_sha256: sha256(record) };
    };
    const same = (text: string) => text;
    const { body } = JSON.parse(whole.content).template;
    const bodied = (other: unknown) =>
      remade((text) => text.replace(JSON.stringify(body), JSON.stringify(other)));
    expect(broken(remade(same)), 'control').toEqual([]);
    for (const other of [[body], { toString: 1, valueOf: 1 }, null])
      expect(broken(bodied(other))).toEqual(["the template's text has its digest"]);
    const format =
      'the record of the signature has its digest, and text and record are of a format that is known';
    expect(broken(remade((text) => text.replace('signed-content.1', 'signed-content.2')))).toEqual([format]);
    expect(broken(remade(same, (text) => text.replace('cordon.signature.1', 'x')))).toEqual([format]);
    const nobody = remade(same, (text) => text.replace(`"${personas.patient.userId}"`, 'null'));
    expect(nobody.record).not.toBe(whole.record);
    expect(broken({ ...nobody, form: { ...nobody.form, signed_by_user_id: null } })).toEqual([
      'it was signed, and ended only with a reason',
    ]);
  });

  test("made up as a whole, digests included, is found out by the signer's receipt alone [S-32 -]", () => {
    const record = whole.record.replace('Ana Souza', 'Eva Souza');
    const forged = {
      ...withForm({ typed_name: 'Eva Souza' }),
      record,
      record_sha256: sha256(record),
    };
    expect(broken(forged)).toEqual([]);
    expect(broken(forged, whole.record_sha256)).toEqual(["the signer's receipt is of this record"]);
  });
});

describe('npm run signature:verify', () => {
  const run = (...args: string[]) =>
    runScript('signature-verify.ts', args, { env: { DATABASE_URL: 'postgresql://nowhere.invalid/none' } });
  const saved = async (name: string, text: string | Buffer) => {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  };

  test('says whole, bent, or what it cannot read: 0, 1 and 2 [S-31 S-32 -]', async () => {
    const file = await saved('whole.json', JSON.stringify(whole));
    expect(await run(file, '--receipt', whole.record_sha256)).toMatchObject({ code: 0 });
    const bent = await saved('bent.json', JSON.stringify(withForm({ meaning: 'acknowledgement' })));
    const told = await run(bent, '--json');
    expect(told.code).toBe(1);
    expect(JSON.parse(told.text)).toMatchObject({ whole: false });
    const none = await run(join(folder, 'none.json'));
    expect(none.code).toBe(2);
    expect(none.text).toContain('cannot be read (ENOENT)');
    expect(none.text).not.toMatch(/at .*\.ts:\d/);
    const receipt = await run(file, '--receipt', 'abc');
    expect(receipt.code).toBe(2);
    expect(receipt.text).toContain('the receipt is no digest');
  });

  test('is whole however it was saved, and is not trusted where others read something else in it [S-32 -]', async () => {
    const text = JSON.stringify(whole);
    for (const same of [`\ufeff${text}\r\n`, JSON.stringify(whole, null, 2).replaceAll('\n', '\r\n')])
      expect(await run(await saved('same.json', same))).toMatchObject({ code: 0 });
    const record = JSON.stringify(whole.record.replace('Ana Souza', 'Eva Souza'));
    const twice = await run(
      await saved('twice.json', text.replace('"record":', `"record":${record},"record":`)),
      '--receipt',
      whole.record_sha256,
    );
    expect(twice).toMatchObject({ code: 1, text: expect.stringContaining('"record" stands in it twice') });
    const form = text.replace('"meaning":', '"meaning":"acknowledgement","meaning":');
    expect(await run(await saved('form.json', form))).toMatchObject({ code: 1 });
    const wide = await run(await saved('wide.json', Buffer.from(`\ufeff${text}`, 'utf16le')));
    expect(wide).toMatchObject({ code: 2, text: expect.stringContaining('is in UTF-16') });
  });

  test('trusts no text within it that says two things, and none that is nested without end [S-32 -]', async () => {
    const twice = whole.record.replace('"typed_name":', '"typed_name": "Eva Souza", "typed_name":');
    expect(twice).not.toBe(whole.record);
    const deep = `{"template": {}, "organisation_id": ${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    for (const [text, what] of [
      [{ ...whole, record: twice, record_sha256: sha256(twice) }, '"typed_name" stands in it twice'],
      [{ ...whole, content: deep }, 'nested deeper'],
    ] as const) {
      const told = await run(await saved('within.json', JSON.stringify(text)));
      expect(told).toMatchObject({ code: 1, text: expect.stringContaining(what) });
    }
  });

  test('takes no file that no text could hold for its own fault [S-32 -]', async () => {
    const file = await saved('large.json', '');
    await truncate(file, 600 * 2 ** 20);
    expect(await run(file)).toMatchObject({
      code: 2,
      text: expect.stringContaining('is larger than anything'),
    });
    await rm(file);
  });

  test('says what no file can tell: whether it has ended since, and whether its end was recorded so [S-32 S-33 -]', async () => {
    const last = async (signature: SignatureExport) =>
      (await run(await saved('last.json', JSON.stringify(signature)), '--receipt', signature.record_sha256))
        .text;
    expect(await last(whole)).toContain('Whether it has ended since, or its end was left out, no file tells');
    expect(await last(terminated)).toContain('prove_record');
    expect(await last({ ...terminated, termination_sha256: null, termination_events: 0 })).toContain(
      'no record is kept',
    );
  });

  test('proves nothing by an export that leaves the record out, and says who has it [S-31 S-32 -]', async () => {
    const file = await saved('portal.json', JSON.stringify({ ...whole, record: null }));
    expect(await run(file, '--receipt', whole.record_sha256)).toMatchObject({
      code: 2,
      text: expect.stringContaining('the export of the privacy officer'),
    });
  });

  test.each([
    '',
    '[]',
    '{"format": "cordon.signature-evidence.1"}',
    '{"format": 1, "form": {}, "content": "{", "record": "{}"}',
  ])('takes no other file for an export: %j [S-32 -]', async (text) => {
    await expect(readExport(await saved('other.json', text))).rejects.toMatchObject({
      exitCode: 2,
      explanation: { problem: expect.stringContaining('is no export of a signature') },
    });
  });
});
