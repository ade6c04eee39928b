import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { misuse } from '../console/errors.ts';

/** Nobody listens for changes here; Node 20 has no WebSocket of its own, and supabase-js asks for one beforehand. */
export class NoSocket {
  constructor() {
    throw new Error('no socket is opened here');
  }
}

/**
 * A client with the server's key, of the settings SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY.
 *
 * @throws CommandError (2) where one is missing or is none.
 */
export function serverClient(settings: NodeJS.ProcessEnv = process.env): SupabaseClient {
  const { SUPABASE_URL: url = '', SUPABASE_SERVICE_ROLE_KEY: key = '' } = settings;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw misuse({
      problem: url === '' ? 'SUPABASE_URL is not set' : 'SUPABASE_URL is no address of an API',
      expected: 'the address of the project that DATABASE_URL is the database of: http:// or https://',
      remedy: 'Project Settings, Data API; for a local project, supabase status',
    });
  }
  if (key.trim() === '') {
    throw misuse({
      problem: 'SUPABASE_SERVICE_ROLE_KEY is not set',
      expected: "the server's key of that project: files are taken away by nobody else",
      remedy: 'Project Settings, API Keys; for a local project, supabase status',
    });
  }
  return createClient(url, key.trim(), {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: NoSocket as never },
  });
}
