import { describe, expect, test } from 'vitest';
import {
  type DocumentsClient,
  finalise,
  requestRead,
  requestUpload,
  signedRead,
  signForTicket,
  type UploadProgress,
  upload,
  verifyDigest,
} from '../../../client/documents.ts';
import {
  DeniedError,
  DocumentRefusedError,
  NotFoundError,
  SecretRefusedError,
  StorageRefusedError,
  TransitionError,
} from '../../../client/errors.ts';
import { toCordonError } from '../../../client/to-cordon-error.ts';
import { CLINIC_A, idOf } from '../../../testing/ids.ts';
import { type Persona, personas } from '../../../testing/personas.ts';
import { BUCKET, digestOf } from './documents.ts';

const BYTES = new TextEncoder().encode('%PDF-1.7 of an application');
const FILE = new Blob([BYTES], { type: 'application/pdf' });
const REQUEST = {
  patientId: idOf('patient', 'a', '01'),
  kind: 'report',
  fileName: 'report.pdf',
  contentType: 'application/pdf',
  sizeBytes: BYTES.length,
} as const;

/** The class of what was thrown, or what came. */
const thrown = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'done',
    (error: Error) => error.constructor,
  );

/**
 * What an application does with documents, and gets wrong, over supabase-js: the same tests for the double and for a real server.
 *
 * @param clientOf a client with the token of somebody of the seed.
 */
export function describeDocuments(clientOf: (persona: Persona) => DocumentsClient): void {
  async function stored(): Promise<string> {
    const reception = clientOf(personas.receptionist);
    const { documentId } = await upload(reception, await requestUpload(reception, REQUEST), FILE);
    return documentId;
  }

  describe('an application', () => {
    test('asks for an upload, uploads, tells how far it is, and knows the digest [S-08 S-31 +]', async () => {
      const reception = clientOf(personas.receptionist);
      const grant = await requestUpload(reception, REQUEST);
      expect(grant.path).toMatch(
        new RegExp(`^${CLINIC_A}/${REQUEST.patientId}/${grant.documentId}/[0-9a-f-]{36}$`),
      );
      const told: UploadProgress[] = [];
      const document = await upload(reception, grant, FILE, { onProgress: (each) => told.push(each) });
      expect(document).toEqual({ documentId: grant.documentId, sha256: digestOf(BYTES) });
      expect(told.map(({ phase, doneBytes }) => `${phase} ${doneBytes}`)).toEqual([
        'hashing 26',
        'uploading 0',
        'uploading 26',
        'finalising 26',
        'done 26',
      ]);
    });

    test('a file whose type nobody said goes up under the type that was granted, and is stored as such [S-08 +]', async () => {
      const reception = clientOf(personas.receptionist);
      const grant = await requestUpload(reception, REQUEST);
      const { documentId } = await upload(reception, grant, new Blob([BYTES]));
      const { url } = await signedRead(clientOf(personas.doctor), documentId);
      expect(digestOf(new Uint8Array(await (await fetch(url)).arrayBuffer()))).toBe(digestOf(BYTES));
    });

    test('reads through an address that opens the file for a minute and is no public one [S-09 S-10 +]', async () => {
      const { url, sha256 } = await signedRead(clientOf(personas.doctor), await stored());
      expect(new URL(url).pathname).toMatch(/^\/storage\/v1\/object\/sign\/patient-documents\//);
      const { exp } = JSON.parse(
        Buffer.from(new URL(url).searchParams.get('token')?.split('.')[1] ?? '', 'base64url').toString(),
      ) as { exp: number };
      expect(exp - Date.now() / 1000).toBeGreaterThan(55);
      expect(exp - Date.now() / 1000).toBeLessThanOrEqual(60);
      const file = await fetch(url);
      expect(digestOf(new Uint8Array(await file.arrayBuffer()))).toBe(sha256);
    });

    test('reads for a patient through its server [S-09 S-05 +]', async () => {
      const ticket = await requestRead(clientOf(personas.patient), await stored());
      const { url, sha256 } = await signForTicket(clientOf(personas.service), ticket);
      expect(digestOf(new Uint8Array(await (await fetch(url)).arrayBuffer()))).toBe(sha256);
      expect(await thrown(signForTicket(clientOf(personas.service), ticket))).toBe(NotFoundError);
    });

    test('has its server check what was uploaded [S-31 +]', async () => {
      const documentId = await stored();
      expect(await verifyDigest(clientOf(personas.service), { organisationId: CLINIC_A, documentId })).toBe(
        true,
      );
    });
  });

  describe('what an application gets wrong is an error of its own class', () => {
    test('who may not, no such patient, a name that cannot be [S-08 -]', async () => {
      const reception = clientOf(personas.receptionist);
      expect(await thrown(requestUpload(clientOf(personas.stranger), REQUEST))).toBe(DeniedError);
      expect(await thrown(requestUpload(clientOf(personas.patient), REQUEST))).toBe(DeniedError);
      const elsewhere = { ...REQUEST, patientId: idOf('patient', 'b', '01') };
      expect(await thrown(requestUpload(reception, elsewhere))).toBe(NotFoundError);
      expect(await thrown(requestUpload(reception, { ...REQUEST, fileName: '../report.pdf' }))).toBe(
        DocumentRefusedError,
      );
      expect(await thrown(requestUpload(reception, { ...REQUEST, sizeBytes: 0 }))).toBe(DocumentRefusedError);
      expect(await thrown(requestUpload(reception, { ...REQUEST, sizeBytes: 52_428_801 }))).toBe(
        DocumentRefusedError,
      );
      expect(
        await thrown(requestUpload(reception, { ...REQUEST, fileName: '4111 1111 1111 1111.pdf' })),
      ).toBe(SecretRefusedError);
      expect(await thrown(requestUpload(reception, REQUEST))).toBe('done');
    });

    test('another file than was granted, and a grant used twice [S-08 -]', async () => {
      const reception = clientOf(personas.receptionist);
      const grant = await requestUpload(reception, REQUEST);
      expect(
        await thrown(upload(reception, grant, new Blob(['longer than that', BYTES], { type: FILE.type }))),
      ).toBe(DeniedError);
      expect(await thrown(upload(reception, grant, new Blob([BYTES], { type: 'image/png' })))).toBe(
        DeniedError,
      );
      expect(await thrown(upload(reception, grant, FILE))).toBe('done');
      expect(await thrown(upload(reception, grant, FILE))).toBe(StorageRefusedError);
    });

    test('an upload that was cut off before its digest is finished by who began it, and asking again does no harm [S-08 S-31 +]', async () => {
      const doctor = clientOf(personas.doctor);
      const { bucket, path, token, documentId } = await requestUpload(doctor, REQUEST);
      await doctor.storage.from(bucket).uploadToSignedUrl(path, token, FILE);
      expect(await thrown(signedRead(doctor, documentId))).toBe(NotFoundError);
      const known = { documentId, sha256: digestOf(BYTES) };
      expect(await finalise(doctor, documentId, FILE)).toEqual(known);
      expect(await finalise(doctor, documentId, FILE)).toEqual(known);
      expect((await signedRead(doctor, documentId)).sha256).toBe(known.sha256);
    });

    test('nothing is taken for finished that was not uploaded, has another digest, or does not show its own [S-08 S-31 -]', async () => {
      const doctor = clientOf(personas.doctor);
      const { documentId: empty } = await requestUpload(doctor, REQUEST);
      expect(await thrown(finalise(doctor, empty, FILE))).toBe(TransitionError);
      const { documentId } = await upload(doctor, await requestUpload(doctor, REQUEST), FILE);
      expect(await thrown(finalise(doctor, documentId, new Blob(['another file'])))).toBe(TransitionError);
      // Reception brings files that it may not read.
      const reception = clientOf(personas.receptionist);
      expect(await thrown(finalise(reception, await stored(), FILE))).toBe(TransitionError);
      expect(await thrown(finalise(clientOf(personas.nurse), await stored(), FILE))).toBe(NotFoundError);
    });

    test('a digest given twice, or by somebody else [S-31 -]', async () => {
      const documentId = await stored();
      const again = await clientOf(personas.receptionist).rpc('finalise_document', {
        document_id: documentId,
        sha256: '0'.repeat(64),
      });
      expect(toCordonError(again.error)).toBeInstanceOf(TransitionError);
      const other = clientOf(personas.nurse).rpc('finalise_document', {
        document_id: documentId,
        sha256: '0'.repeat(64),
      });
      expect((await other).error?.code).toBe('CD010');
    });

    test('a document that is not theirs to read, and one that closed before it was signed [S-09 S-11 -]', async () => {
      const documentId = await stored();
      expect(await thrown(signedRead(clientOf(personas.receptionist), documentId))).toBe(NotFoundError);
      expect(await thrown(signedRead(clientOf(personas.doctorOfB), documentId))).toBe(NotFoundError);
      const doctor = clientOf(personas.doctor);
      const closing = {
        storage: doctor.storage,
        from: doctor.from,
        rpc: async (name: string, args: object) => {
          const answer = await doctor.rpc(name, args);
          await clientOf(personas.clinicAdmin).rpc('set_document_status', {
            document_id: documentId,
            status: 'withdrawn',
            reason: 'uploaded by mistake',
          });
          return answer;
        },
      } as unknown as DocumentsClient;
      expect(await thrown(signedRead(closing, documentId))).toBe(StorageRefusedError);
    });

    test('a file that is not what its digest says is rejected, and opens to nobody from then on [S-31 -]', async () => {
      const reception = clientOf(personas.receptionist);
      const grant = await requestUpload(reception, REQUEST);
      await reception.storage
        .from(grant.bucket)
        .uploadToSignedUrl(grant.path, grant.token, FILE, { contentType: FILE.type });
      await reception.rpc('finalise_document', { document_id: grant.documentId, sha256: '0'.repeat(64) });
      const document = { organisationId: CLINIC_A, documentId: grant.documentId };
      expect(await verifyDigest(clientOf(personas.service), document)).toBe(false);
      expect(await thrown(signedRead(clientOf(personas.doctor), grant.documentId))).toBe(NotFoundError);
    });
  });

  describe('by Storage’s own ways', () => {
    test('no file is read, listed, moved, copied, overwritten or deleted, with a ticket or without [S-09 S-11 S-06 -]', async () => {
      const documentId = await stored();
      const doctor = clientOf(personas.doctor);
      const { url } = await signedRead(doctor, documentId);
      const path = decodeURIComponent(new URL(url).pathname.split(`/${BUCKET}/`)[1] ?? '');
      const grant = await requestUpload(clientOf(personas.receptionist), REQUEST);
      for (const client of [
        doctor,
        clientOf(personas.receptionist),
        clientOf(personas.patient),
        clientOf(personas.anon),
      ]) {
        const bucket = client.storage.from(BUCKET);
        expect((await bucket.download(path)).error).not.toBeNull();
        expect((await bucket.list()).data ?? []).toEqual([]);
        expect((await bucket.move(path, grant.path)).error).not.toBeNull();
        expect((await bucket.copy(path, grant.path)).error).not.toBeNull();
        expect(
          (await bucket.upload(path, FILE, { upsert: true, contentType: FILE.type })).error,
        ).not.toBeNull();
        expect((await bucket.remove([path])).data ?? []).toEqual([]);
      }
      const server = clientOf(personas.service);
      expect((await server.storage.updateBucket(BUCKET, { public: true })).error).not.toBeNull();
      expect((await server.storage.from(BUCKET).remove([path])).error).not.toBeNull();
      const { publicUrl } = doctor.storage.from(BUCKET).getPublicUrl(path).data;
      expect((await fetch(publicUrl)).ok).toBe(false);
      expect((await fetch(url)).ok).toBe(true);
    });
  });
}
