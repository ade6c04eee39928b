import { answerOf, call, type DocumentsClient, otherAnswer, storedOf } from './document-client.ts';
import { CordonError, NotFoundError } from './errors.ts';
import type { CallOptions } from './in-time.ts';
import { ledNowhere } from './no-redirect.ts';
import { sha256Of } from './sha256.ts';

/**
 * Reads a document on a server and compares its digest with the one that its uploader gave; where they differ, the document is rejected and
 * opens to nobody from then on. That cannot be taken back, so that only a file of the size that Storage counted is compared: a page of a gateway, or
 * half a file, says nothing of what was uploaded. [S-31]
 *
 * @param server a client with the server's key.
 * @returns whether they are the same.
 * @throws CordonError: `NotFoundError` for no such document, or one without a digest yet; `StorageRefusedError` for what Storage refuses;
 *   `ANSWER` where what came has another size, or no answer came: nothing is decided.
 */
export async function verifyDigest(
  server: DocumentsClient,
  { organisationId, documentId }: { readonly organisationId: string; readonly documentId: string },
  options: CallOptions = {},
): Promise<boolean> {
  const found: unknown = await answerOf('the document could not be looked up', options, (signal) =>
    ledNowhere(server.from('documents').select('bucket, object_path, size_bytes'))
      .eq('organisation_id', organisationId)
      .eq('id', documentId)
      .abortSignal(signal)
      .maybeSingle(),
  );
  if (!found) throw new NotFoundError('document not found');
  const { bucket, object_path: path, size_bytes: size } = found as Readonly<Record<string, unknown>>;
  if (
    typeof bucket !== 'string' ||
    typeof path !== 'string' ||
    !(size === null || typeof size === 'number')
  ) {
    throw new CordonError('ANSWER', 'PostgREST answered something else than a document', {
      hint: 'Look at what stands between here and PostgREST.',
    });
  }
  // Nothing was uploaded yet.
  if (size === null) throw new NotFoundError('document not found');
  const file = await storedOf(server, options, {
    what: 'to give the file',
    bucket,
    isFile: true,
    ask: (from) => from.download(path),
  });
  if (file.size !== size) {
    throw new CordonError('ANSWER', `Storage gave ${file.size} bytes of a file of which it counted ${size}`, {
      hint: 'Nothing was decided. Look at what stands between here and Storage; where Storage itself gives another file, withdraw the document.',
    });
  }
  const isSame = await call(
    server,
    'verify_document',
    { organisation_id: organisationId, document_id: documentId, sha256: await sha256Of(file) },
    options,
  );
  if (typeof isSame !== 'boolean') throw otherAnswer('verify_document');
  return isSame;
}
