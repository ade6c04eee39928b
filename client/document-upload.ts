import { call, type DocumentsClient, otherAnswer, storedOf } from './document-client.ts';
import type { UploadGrant } from './document-request.ts';
import type { CallOptions } from './in-time.ts';
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
 * @param options.signal ends it, in the middle of the file too. The grant may be used up by then: ask for another one.
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
  const finalisedAt = await call(
    client,
    'finalise_document',
    { document_id: grant.documentId, sha256 },
    options,
  );
  if (Number.isNaN(Date.parse(finalisedAt as string))) throw otherAnswer('finalise_document');
  tell('done', totalBytes);
  return { documentId: grant.documentId, sha256 };
}
