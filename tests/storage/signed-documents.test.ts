import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { SHOWN } from '../support/forms.ts';
import { aDocument, digestOf, type Granted, grant, PDF, useStorage } from '../support/storage/documents.ts';

const { database, storage } = useStorage();
const ANA = idOf('patient', 'a', '01');
const AOB = idOf('template', 'f', '04');

const kept = <T>(persona: Persona, work: (session: Session) => Promise<T>) =>
  database().as(persona, work, { commit: true });

/** A draft that speaks of the document, and how Ana signs it. */
async function drawnUp(documentId: string): Promise<string> {
  const formId = randomUUID();
  await kept(personas.receptionist, (session) =>
    session.rows(
      'insert into signed_forms (organisation_id, id, patient_id, template_id, document_id) values ($1, $2, $3, $4, $5)',
      [CLINIC_A, formId, ANA, AOB, documentId],
    ),
  );
  return formId;
}
const sign = (formId: string, digest: string | null = null) =>
  kept(personas.patient, (session) =>
    session.attempt(`select sign_form($1, 'Ana Souza', 'assignment_of_benefits', coalesce($2, ${SHOWN}))`, [
      formId,
      digest,
    ]),
  );
const setStatus = (documentId: string, status: string) =>
  kept(personas.clinicAdmin, (session) =>
    session.rows('select set_document_status($1, $2, $3)', [documentId, status, 'looked into by the clinic']),
  );
const insurance = (): Promise<Granted> =>
  aDocument(database(), storage(), personas.receptionist, { kind: 'insurance' });

describe('a form that speaks of a document', () => {
  test('is signed with the digest of the file, which the signer was shown and the export carries [S-31 +]', async () => {
    const { document_id } = await insurance();
    const formId = await drawnUp(document_id);
    const shown = await kept(personas.patient, (session) =>
      session.value<{ content: string; content_sha256: string }>('select preview_form($1)', [formId]),
    );
    const digest = digestOf(PDF.bytes);
    expect(JSON.parse(shown?.content ?? '{}').document).toEqual({
      id: document_id,
      kind: 'insurance',
      content_type: 'application/pdf',
      size_bytes: PDF.bytes.length,
      sha256: digest,
    });
    expect(await sign(formId, shown?.content_sha256)).toMatchObject({ ok: true });
    const exported = await kept(personas.privacyOfficer, (session) =>
      session.value<{ content: string }>('select export_signed_form($1)', [formId]),
    );
    expect(JSON.parse(exported?.content ?? '{}').document.sha256).toBe(digest);
    await kept(personas.clinicAdmin, (session) =>
      session.rows(`select terminate_form($1, 'signed to try it out')`, [formId]),
    );
  });

  test('is not signed while the document is not uploaded, is frozen or was withdrawn; once it is released, it is [S-31 -]', async () => {
    const { document_id: pending } = await grant(database(), personas.receptionist, { kind: 'insurance' });
    expect(await sign(await drawnUp(pending))).toMatchObject({ ok: false, code: 'CD017' });
    const { document_id } = await insurance();
    const formId = await drawnUp(document_id);
    await setStatus(document_id, 'frozen');
    expect(await sign(formId)).toMatchObject({ ok: false, code: 'CD017' });
    await setStatus(document_id, 'active');
    expect(await sign(formId)).toMatchObject({ ok: true });
    await kept(personas.clinicAdmin, (session) =>
      session.rows(`select terminate_form($1, 'signed to try it out')`, [formId]),
    );
    const { document_id: withdrawn } = await insurance();
    const other = await drawnUp(withdrawn);
    await setStatus(withdrawn, 'withdrawn');
    expect(await sign(other)).toMatchObject({ ok: false, code: 'CD017' });
  });

  test('speaks of a document of its own patient and organisation alone [S-04 S-31 -]', async () => {
    const child = await aDocument(database(), storage(), personas.receptionist, { patient: '02' });
    const elsewhere = await aDocument(database(), storage(), personas.receptionistOfB);
    for (const { document_id } of [child, elsewhere]) {
      await expect(drawnUp(document_id)).rejects.toMatchObject({ code: '23503' });
    }
  });
});

describe('the digest of a document', () => {
  test('and whose and what it is change by nobody, the owner of the table included [S-31 S-07 -]', async () => {
    const { document_id } = await insurance();
    for (const change of [
      `sha256 = '${'0'.repeat(64)}'`,
      'sha256 = null',
      `patient_id = '${idOf('patient', 'a', '02')}'`,
      `kind = 'report'`,
      'object_id = gen_random_uuid()',
      'size_bytes = 1',
      `content_type = 'image/png'`,
      `file_name = 'other.pdf'`,
    ]) {
      const answer = await database().asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        return session.attempt(`update documents set ${change} where id = $1`, [document_id]);
      });
      expect([change, answer]).toMatchObject([change, { ok: false, code: 'CD014' }]);
    }
    for (const persona of [
      personas.doctor,
      personas.receptionist,
      personas.servicePinned,
      personas.patient,
    ]) {
      const answer = await database().as(persona, (session) =>
        session.attempt(`update documents set sha256 = '${'0'.repeat(64)}' where id = $1`, [document_id]),
      );
      expect(answer).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('is confirmed by a server that read the file [S-31 S-05 +]', async () => {
    const { document_id } = await insurance();
    const verified = await kept(personas.service, (session) =>
      session.value('select verify_document($1, $2, $3)', [CLINIC_A, document_id, digestOf(PDF.bytes)]),
    );
    expect(verified).toBe(true);
    const [row] = await database().asSuperuser((session) =>
      session.rows('select status, sha256_verified_at is not null as verified from documents where id = $1', [
        document_id,
      ]),
    );
    expect(row).toEqual({ status: 'active', verified: true });
  });
});
