// cordon/documents: files of patients, over supabase-js. It imports nothing of it at run time, and holds no key: the database decides.

export { type DocumentsClient, READ_SECONDS } from './document-client.ts';
export { removeErased } from './document-erase.ts';
export { type ReadTicket, requestRead, type SignedRead, signedRead, signForTicket } from './document-read.ts';
export {
  type DocumentKind,
  requestUpload,
  type UploadGrant,
  type UploadRequest,
} from './document-request.ts';
export {
  finalise,
  type StoredDocument,
  type UploadOptions,
  type UploadProgress,
  upload,
} from './document-upload.ts';
export { verifyDigest } from './document-verify.ts';
export { ANSWER_SECONDS, type CallOptions } from './in-time.ts';
