import { call, type DocumentsClient, storageRefusal } from './document-client.ts';
import { CordonError, StorageRefusedError } from './errors.ts';

const BUCKET = 'patient-documents';

/**
 * Takes out of Storage the files whose documents were erased, or deleted by retention. They open to nobody since; this is what destroys them.
 * Two at once, or one that is killed, leave nothing behind that the next does not find. [N-49]
 *
 * @param server a client with the server's key.
 * @param organisationId whose files.
 * @returns how many went.
 * @throws CordonError: `StorageRefusedError` where Storage takes none of them away.
 * @example
 * await removeErased(server, organisationId); // after erase_subject, or npm run retention
 */
export async function removeErased(server: DocumentsClient, organisationId: string): Promise<number> {
  let removed = 0;
  let before: string | undefined;
  for (;;) {
    const paths = await call(server, 'orphaned_objects', { organisation_id: organisationId });
    if (!Array.isArray(paths)) {
      throw new CordonError('ANSWER', 'public.orphaned_objects answered something else', {
        hint: 'Migrate the database to the version of this package.',
      });
    }
    if (paths.length === 0) return removed;
    if (paths[0] === before) throw new StorageRefusedError('Storage took no erased file away');
    const { data, error } = await server.storage.from(BUCKET).remove(paths);
    if (error) throw storageRefusal(error, 'to take erased files away');
    removed += data.length;
    before = paths[0];
  }
}
