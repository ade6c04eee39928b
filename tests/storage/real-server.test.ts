import { describe } from 'vitest';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import { describeDocuments } from '../support/storage/suite.ts';
import { supabaseClient } from '../support/storage/supabase-client.ts';

/** What `supabase start` tells of a stack of its own. */
const LOCAL_SECRET = 'super-secret-jwt-token-with-at-least-32-characters-long';

/**
 * The suite of the double against a real Storage server: `CORDON_STORAGE_SERVER=http://127.0.0.1:54321`, the API of a stack whose database has
 * every migration and the seed (`DATABASE_URL=… npm run db:push && npm run db:seed`). A JWT secret of its own stands behind a `#`. It leaves
 * documents behind.
 */
const [url = '', secret = LOCAL_SECRET] = (process.env.CORDON_STORAGE_SERVER ?? '').split('#');
const title = 'a real Storage server';

describe.skipIf(url === '')(
  url === '' ? `${title}: skipped, CORDON_STORAGE_SERVER names none` : title,
  () => {
    describeDocuments(({ claims }) => supabaseClient(url, claims, FROM_THE_CLINIC, secret));
  },
);
