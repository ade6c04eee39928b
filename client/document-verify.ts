import { call, type DocumentsClient, storageRefusal } from './document-client.ts';
import { CordonError, NotFoundError } from './errors.ts';
import { sha256Of } from './sha256.ts';

/**
 * Reads a document on a server and compares its digest with the one that its uploader gave; where they differ, the document is rejected and
 * opens to nobody from then on. [S-31]
 *
 * @param server a client with the server's key.
 * @returns whether they are the same.
 * @throws CordonError: `NotFoundError` for no such document, or one without a digest yet; `StorageRefusedError` for what Storage refuses.
 */
export async function verifyDigest(
  server: DocumentsClient,
  { organisationId, documentId }: { readonly organisationId: string; readonly documentId: string },
): Promise<boolean> {
  const { data: found, error } = await server
    .from('documents')
    .select('bucket, object_path')
    .eq('organisation_id', organisationId)
    .eq('id', documentId)
    .maybeSingle();
  if (error) throw new CordonError('ANSWER', 'the document could not be looked up', { cause: error });
  if (!found) throw new NotFoundError('document not found');
  const { data: file, error: refused } = await server.storage.from(found.bucket).download(found.object_path);
  if (refused) throw storageRefusal(refused, 'the download');
  return (
    (await call(server, 'verify_document', {
      organisation_id: organisationId,
      document_id: documentId,
      sha256: await sha256Of(file),
    })) === true
  );
}
