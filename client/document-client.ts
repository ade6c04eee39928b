import type { SupabaseClient } from '@supabase/supabase-js';
import { CordonError, DeniedError, StorageRefusedError } from './errors.ts';
import { toCordonError } from './to-cordon-error.ts';

/** What is needed of a `SupabaseClient`, whatever schema it was made for. */
// biome-ignore lint/suspicious/noExplicitAny: an application's own Database type is a parameter that nothing here depends on
export type DocumentsClient = Pick<SupabaseClient<any, any, any>, 'rpc' | 'storage' | 'from'>;

/** How long a signed read lives, in seconds. [S-09] */
export const READ_SECONDS = 60;

/**
 * Calls a function of the database and checks that the answer has these members, as text.
 *
 * @throws CordonError of the code that the database raised; `ANSWER` where the answer is another.
 */
export async function ask<K extends string>(
  client: DocumentsClient,
  name: string,
  args: Readonly<Record<string, unknown>>,
  members: readonly K[],
): Promise<Record<K, string>> {
  const answer = (await call(client, name, args)) as Record<string, unknown> | null;
  if (!members.every((member) => typeof answer?.[member] === 'string')) {
    throw new CordonError('ANSWER', `public.${name} answered something else`, {
      hint: 'Migrate the database to the version of this package.',
    });
  }
  return answer as Record<K, string>;
}

/** Calls a function of the database. @throws CordonError as {@link ask}. */
export async function call(
  client: DocumentsClient,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { data, error } = await client.rpc(name, args);
  if (error) throw toCordonError(error);
  return data;
}

/** What Storage answered, as one of ours: a denial is a denial, whoever tells of it. Nothing of its text is repeated. */
export function storageRefusal(error: unknown, what: string): CordonError {
  const { status, statusCode } = (error ?? {}) as {
    readonly status?: unknown;
    readonly statusCode?: unknown;
  };
  const codes = [Number(status), Number(statusCode)];
  if (codes.includes(403)) {
    return new DeniedError(`Storage denied it to this caller: ${what}`, {
      hint: 'A grant is good once, for 15 minutes, for its holder, type and size; a ticket for 60 seconds, while the document is open.',
      cause: error,
    });
  }
  return new StorageRefusedError(`Storage refused ${what}`, {
    hint: codes.includes(404) ? 'What it needs has ended or is not there: ask again.' : undefined,
    cause: error,
  });
}
