import type { SupabaseClient } from '@supabase/supabase-js';
import { answeredCode } from './answered-code.ts';
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
  if (!members.every((member) => typeof answer?.[member] === 'string')) throw otherAnswer(name);
  return answer as Record<K, string>;
}

/** Calls a function of the database. @throws CordonError as {@link ask}. */
export function call(
  client: DocumentsClient,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  return answerOf(`public.${name} could not be asked`, () => client.rpc(name, args));
}

/** What a function answers that is not of this version. */
export function otherAnswer(name: string): CordonError {
  return new CordonError('ANSWER', `public.${name} answered something else`, {
    hint: 'Migrate the database to the version of this package.',
  });
}

/**
 * What PostgREST answers. Its errors are plain objects that quote values, and may be the page of a gateway: only their code is repeated.
 *
 * @throws CordonError of the code that the database raised, or `ANSWER`.
 */
export async function answerOf<T>(
  failure: string,
  ask: () => PromiseLike<{ readonly data: T; readonly error: unknown }>,
): Promise<T> {
  const { data, error, cause = error } = await settled(ask);
  if (!cause) return data as T;
  const known = toCordonError(cause);
  if (known instanceof CordonError) throw known;
  const code = answeredCode(cause);
  throw new CordonError('ANSWER', code ? `${failure}: ${code}` : failure, {
    hint: 'The cause holds what was answered: look at what stands between here and PostgREST, and at its log.',
    cause,
  });
}

/**
 * What Storage answers.
 *
 * @throws CordonError as {@link storageRefusal}; `ANSWER` where the library cannot read the answer, and throws.
 */
export async function storedOf<T>(
  what: string,
  ask: () => PromiseLike<{ readonly data: T | null; readonly error: unknown }>,
): Promise<T> {
  const { data, error, cause } = await settled(ask);
  if (error) throw storageRefusal(error, what);
  if (cause || data === null || data === undefined) throw otherThanStorage(what, cause);
  return data;
}

/** An answer that Storage does not give. */
export function otherThanStorage(what: string, cause?: unknown): CordonError {
  return new CordonError('ANSWER', `Storage answered something else, asked ${what}`, {
    hint: 'Look at what stands between here and Storage.',
    cause,
  });
}

/** What the library throws instead of answering becomes the `cause`. */
async function settled<T>(
  ask: () => PromiseLike<{ readonly data: T; readonly error: unknown }>,
): Promise<{ readonly data?: T; readonly error?: unknown; readonly cause?: unknown }> {
  try {
    const { data, error } = await ask();
    return { data, error };
  } catch (cause) {
    return { cause };
  }
}

/** What Storage answered, as one of ours: a denial is a denial, whoever tells of it. Nothing of its text is repeated. */
function storageRefusal(error: unknown, what: string): CordonError {
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
