import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { NoSocket } from '../../../scripts/storage/server-client.ts';
import { tokenOf } from './tokens.ts';

/** supabase-js as an application makes it, with a token of these claims. */
export function supabaseClient(
  url: string,
  claims: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
  secret?: string,
): SupabaseClient {
  return createClient(url, tokenOf({ role: 'anon' }, 3600, secret), {
    accessToken: async () => tokenOf(claims, 3600, secret),
    global: { headers: { ...headers } },
    realtime: { transport: NoSocket as never },
  });
}
