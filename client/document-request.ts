import { ask, type DocumentsClient, storedOf } from './document-client.ts';
import type { CallOptions } from './in-time.ts';

/** What a document can be; the last three are financial. */
export type DocumentKind =
  | 'report'
  | 'image'
  | 'referral'
  | 'prescription'
  | 'consent'
  | 'identity'
  | 'other'
  | 'invoice'
  | 'receipt'
  | 'insurance';

/** The file that somebody wants to bring, and for whom. */
export interface UploadRequest {
  readonly patientId: string;
  readonly kind: DocumentKind;
  /** As people call it: no part of the path. Without a card number or a national id. */
  readonly fileName: string;
  /** Of the file that will be uploaded: one of another type is refused. */
  readonly contentType: string;
  /** Bytes of that file: one of another size is refused. */
  readonly sizeBytes: number;
}

/** One upload, granted and signed. */
export interface UploadGrant {
  readonly documentId: string;
  readonly bucket: string;
  /** Chosen by the database: organisation/patient/document/random. */
  readonly path: string;
  /** By when the upload must be complete, ISO 8601. */
  readonly expiresAt: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Storage's signature of this one upload. Whoever has it may use it: keep it to yourself. */
  readonly token: string;
}

/**
 * Asks for one upload: a grant of the database, and Storage's signature for it. [S-07 S-08]
 *
 * @param client of a member of the clinic; a member of several says where in the header `x-organisation-id`.
 * @returns what {@link upload} takes. It is good once, for 15 minutes, for this session.
 * @throws CordonError: `DeniedError` for who may not, `NotFoundError` for no such patient, `DocumentRefusedError` for a name, kind,
 *   type or size that cannot be, `SecretRefusedError` for a number in the name, `StorageRefusedError` for what Storage refuses.
 */
export async function requestUpload(
  client: DocumentsClient,
  request: UploadRequest,
  options: CallOptions = {},
): Promise<UploadGrant> {
  const { contentType, sizeBytes } = request;
  const granted = await ask(
    client,
    'issue_upload_grant',
    {
      patient_id: request.patientId,
      kind: request.kind,
      file_name: request.fileName,
      content_type: contentType,
      size_bytes: sizeBytes,
    },
    ['document_id', 'bucket', 'path', 'expires_at'],
    options,
  );
  const { token } = await storedOf(client, options, {
    what: 'to sign the upload',
    bucket: granted.bucket,
    ask: (bucket) => bucket.createSignedUploadUrl(granted.path),
  });
  return {
    documentId: granted.document_id,
    bucket: granted.bucket,
    path: granted.path,
    expiresAt: granted.expires_at,
    contentType,
    sizeBytes,
    token,
  };
}
