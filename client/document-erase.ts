import { call, type DocumentsClient, storageRefusal } from './document-client.ts';
import { CordonError, StorageRefusedError } from './errors.ts';

const BUCKET = 'patient-documents';
/** Files of one request. */
const PAGE = 100;

/**
 * Takes out of Storage the files whose documents were erased, or deleted by retention. They open to nobody since; this is what destroys them.
 * Two at once, or one that is killed, leave nothing behind that the next does not find. [N-49]
 *
 * @param server a client with the server's key.
 * @param organisationId whose files.
 * @returns how many went.
 * @throws CordonError: `StorageRefusedError` where Storage keeps one, when each other one was taken away; its message has both counts.
 * @example
 * await removeErased(server, organisationId); // after erase_subject, or npm run retention
 */
export async function removeErased(server: DocumentsClient, organisationId: string): Promise<number> {
  let removed = 0;
  const asked = new Set<string>();
  const stuck = new Set<string>();
  for (;;) {
    const paths = await call(server, 'orphaned_objects', {
      organisation_id: organisationId,
      most: PAGE + stuck.size,
    });
    if (!Array.isArray(paths)) {
      throw new CordonError('ANSWER', 'public.orphaned_objects answered something else', {
        hint: 'Migrate the database to the version of this package.',
      });
    }
    const others = paths.filter((path: string) => !asked.has(path));
    if (others.length === 0) {
      if (paths.length === 0) return removed;
      throw new StorageRefusedError(`Storage took ${removed} erased files away, and left ${paths.length}`);
    }
    const { data, error } = await server.storage.from(BUCKET).remove(others);
    if (error) throw storageRefusal(error, `to take erased files away; before that it took ${removed}`);
    removed += data.length;
    const gone = new Set(data.map(({ name }) => name));
    for (const path of others) {
      asked.add(path);
      if (!gone.has(path)) stuck.add(path);
    }
  }
}
