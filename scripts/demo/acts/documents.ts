import { requestUpload, signedRead, upload } from '../../../client/documents.ts';
import { CAST, PROPS } from '../cast.ts';
import type { Stage } from '../stage.ts';

const REPORT = new Blob(['%PDF-1.7 what the laboratory found'], { type: 'application/pdf' });

/** A laboratory's report comes in, is read, and is taken back. */
export async function documents(stage: Stage): Promise<void> {
  stage.begin('A document that nobody passes on');
  const request = {
    patientId: PROPS.ana,
    kind: 'report',
    fileName: 'laboratory.pdf',
    contentType: REPORT.type,
    sizeBytes: REPORT.size,
  } as const;
  const grant = await stage.stores(
    CAST.reception,
    'is granted one upload for Ana',
    (client) => requestUpload(client, request),
    ({ path }) => `to …/${path.slice(-36)}`,
  );
  await stage.notStored(CAST.nurse, 'uploads on the grant of reception', '42501', (client) =>
    client.storage.from(grant.bucket).upload(grant.path, REPORT),
  );
  const { documentId } = await stage.stores(
    CAST.reception,
    'uploads it: type and size as granted, the digest on record',
    (client) => upload(client, grant, REPORT),
    ({ sha256 }) => `sha256 ${sha256.slice(0, 16)}…`,
  );
  await stage.notStored(CAST.reception, 'uploads another file in its place', 'STORAGE', (client) =>
    upload(client, grant, REPORT),
  );
  await stage.notStored(CAST.reception, 'reads it', 'CD010', (client) => signedRead(client, documentId));
  await stage.notStored(CAST.doctorOfAndaman, 'reads it from another clinic', 'CD010', (client) =>
    signedRead(client, documentId),
  );
  await stage.stores(
    CAST.doctor,
    'reads it, through an address that lives a minute',
    async (client) => (await fetch((await signedRead(client, documentId)).url)).text(),
    (text) => `“${text.slice(9)}”`,
  );
  await stage.does(CAST.admin, 'withdraws it: it belongs to another patient', (s) =>
    s.query(`select set_document_status($1, 'withdrawn', 'belongs to another patient')`, [documentId]),
  );
  await stage.notStored(CAST.doctor, 'reads it again', 'CD010', (client) => signedRead(client, documentId));
}
