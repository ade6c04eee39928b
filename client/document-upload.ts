import { answerOf, call, type DocumentsClient, otherAnswer, storedOf } from './document-client.ts';
import type { UploadGrant } from './document-request.ts';
import { TransitionError } from './errors.ts';
import type { CallOptions } from './in-time.ts';
import { ledNowhere } from './no-redirect.ts';
import { sha256Of } from './sha256.ts';

/** How far an upload is. Of bytes under way a browser's `fetch` tells nothing: `uploading` is told at its beginning and its end. */
export interface UploadProgress {
  readonly phase: 'hashing' | 'uploading' | 'finalising' | 'done';
  /** Bytes of the file that the phase has dealt with. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** What `upload` takes beside the file. */
export interface UploadOptions extends CallOptions {
  /** Is told each phase; what it throws ends the upload. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** A document that its readers can open. */
export interface StoredDocument {
  readonly documentId: string;
  /** SHA-256 of what was uploaded, 64 hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Uploads a file on its grant, and says by which digest it is known from then on. [S-08]
 *
 * @param client the one that asked for the grant.
 * @param grant what {@link requestUpload} gave; used once.
 * @param file of the type of the grant, or of none: then it goes up under that of the grant.
 * @param options.signal ends it, in the middle of the file too. The grant may be used up by then: {@link finalise} where Storage has the file, and
 *   another grant where it has not.
 * @throws CordonError: `DeniedError` for a grant that is used, has expired, or whose type or size the file has not;
 *   `StorageRefusedError` for what else Storage refuses.
 */
export async function upload(
  client: DocumentsClient,
  grant: UploadGrant,
  file: Blob,
  { onProgress = () => {}, ...options }: UploadOptions = {},
): Promise<StoredDocument> {
  const totalBytes = file.size;
  const tell = (phase: UploadProgress['phase'], doneBytes: number) =>
    onProgress({ phase, doneBytes, totalBytes });
  const sha256 = await sha256Of(file, (doneBytes) => {
    options.signal?.throwIfAborted();
    tell('hashing', doneBytes);
  });
  tell('uploading', 0);
  const { bucket, path, token, contentType } = grant;
  // Of a Blob, the library sends the type that the Blob says and no other. One that says none (an ending that the browser does not know,
  // `new Blob([bytes])`) would go up as `application/octet-stream`, which no grant names; what says another type is refused as it stands.
  const body = file.type === '' ? new Blob([file], { type: contentType }) : file;
  await storedOf(client, options, {
    what: 'to take the upload',
    bucket,
    isFile: true,
    ask: (to) => to.uploadToSignedUrl(path, token, body, { contentType }),
  });
  tell('uploading', totalBytes);
  tell('finalising', totalBytes);
  await giveDigest(client, grant.documentId, sha256, options);
  tell('done', totalBytes);
  return { documentId: grant.documentId, sha256 };
}

/**
 * Gives the digest of a file that Storage has and whose upload was cut off before its end: the grant is used up, and the document opens to nobody
 * until its uploader says by which digest it is known. Asked again, it is done already, where the caller may see that it is. [S-08 S-31]
 *
 * @param client of whoever uploaded, acting at the same clinic.
 * @param file the same that was uploaded: what is given is its digest, once.
 * @throws CordonError: `TransitionError` where Storage has no file, or the digest was given already and is another one, or one that the caller may
 *   not read; `NotFoundError` for a document that they have not uploaded.
 */
export async function finalise(
  client: DocumentsClient,
  documentId: string,
  file: Blob,
  options: CallOptions = {},
): Promise<StoredDocument> {
  const sha256 = await sha256Of(file, () => options.signal?.throwIfAborted());
  try {
    await giveDigest(client, documentId, sha256, options);
  } catch (error) {
    // What was said and never answered may have been done. That is so only where the digest that stands there is this one.
    if (!(error instanceof TransitionError)) throw error;
    if (!(await isKnownBy(client, documentId, sha256, options))) throw error;
  }
  return { documentId, sha256 };
}

async function giveDigest(
  client: DocumentsClient,
  documentId: string,
  sha256: string,
  options: CallOptions,
): Promise<void> {
  const at = await call(client, 'finalise_document', { document_id: documentId, sha256 }, options);
  if (Number.isNaN(Date.parse(at as string))) throw otherAnswer('finalise_document');
}

/** Whether the caller reads of a document that this is its digest. Who brings files need not be among its readers. */
async function isKnownBy(
  client: DocumentsClient,
  documentId: string,
  sha256: string,
  options: CallOptions,
): Promise<boolean> {
  const rows: unknown = await answerOf('the document could not be looked up', options, (signal) =>
    ledNowhere(client.from('documents').select('sha256')).eq('id', documentId).abortSignal(signal),
  );
  return Array.isArray(rows) && rows.some((row) => row?.sha256 === sha256);
}
