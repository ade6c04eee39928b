import { call, type DocumentsClient, otherAnswer, otherThanStorage, storedOf } from './document-client.ts';
import { StorageRefusedError } from './errors.ts';
import type { CallOptions } from './in-time.ts';

const BUCKET = 'patient-documents';
/** Files of one request. */
const PAGE = 100;

const isText = (value: unknown): value is string => typeof value === 'string';

/**
 * Takes out of Storage the files whose documents were erased, or deleted by retention. They open to nobody since; this is what destroys them.
 * Two at once, or one that is killed, leave nothing behind that the next does not find. [N-49]
 *
 * @param server a client with the server's key.
 * @param organisationId whose files.
 * @param options.signal ends it; what is left the next call finds.
 * @returns how many went.
 * @throws CordonError: `StorageRefusedError` where Storage keeps one, when each other one was taken away; its message has both counts.
 * @example
 * await removeErased(server, organisationId); // after erase_subject, or npm run retention
 */
export async function removeErased(
  server: DocumentsClient,
  organisationId: string,
  options: CallOptions = {},
): Promise<number> {
  let removed = 0;
  const asked = new Set<string>();
  const stuck = new Set<string>();
  for (;;) {
    const paths = await call(
      server,
      'orphaned_objects',
      { organisation_id: organisationId, most: PAGE + stuck.size },
      options,
    );
    if (!Array.isArray(paths) || !paths.every(isText)) throw otherAnswer('orphaned_objects');
    const others = paths.filter((path) => !asked.has(path));
    if (others.length === 0) {
      if (paths.length === 0) return removed;
      throw new StorageRefusedError(`Storage took ${removed} erased files away, and left ${paths.length}`);
    }
    const what = `to take erased files away; before that it took ${removed}`;
    const answered = await storedOf(server, options, {
      what,
      bucket: BUCKET,
      ask: (bucket) => bucket.remove(others),
    });
    if (!Array.isArray(answered) || !answered.every((each) => isText(each?.name)))
      throw otherThanStorage(what);
    const gone = new Set(answered.map(({ name }) => name));
    for (const path of others) {
      asked.add(path);
      if (gone.has(path)) removed += 1;
      else stuck.add(path);
    }
  }
}
