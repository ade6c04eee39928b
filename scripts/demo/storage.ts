import type { DocumentsClient } from '../../client/documents.ts';
import { Gateway } from '../../tests/support/storage/gateway.ts';
import { supabaseClient } from '../../tests/support/storage/supabase-client.ts';
import type { Player } from './cast.ts';

/** The double of the Storage API, and supabase-js before it. */
export interface DemoStorage {
  readonly clientOf: (who: Player) => DocumentsClient;
  readonly stop: () => Promise<void>;
}

/** @param authenticator the database, as PostgREST logs in; the double logs in as Storage does. */
export async function startStorage(authenticator: string): Promise<DemoStorage> {
  const storage = new URL(authenticator);
  storage.username = 'supabase_storage_admin';
  const gateway = await Gateway.start({ authenticator, storage: storage.href });
  return {
    clientOf: ({ claims, headers, organisationId }) =>
      supabaseClient(gateway.url, claims, {
        ...headers,
        ...(organisationId && { 'x-organisation-id': organisationId }),
      }),
    stop: () => gateway.stop(),
  };
}
