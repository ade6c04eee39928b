import type { SupabaseClient } from '@supabase/supabase-js';
import { answeredCode } from './answered-code.ts';
import { CordonError, DeniedError, StorageRefusedError } from './errors.ts';
import { ANSWER_SECONDS, type CallOptions, inTime, isNoAnswer } from './in-time.ts';
import { ledNowhere } from './no-redirect.ts';
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
  options: CallOptions,
): Promise<Record<K, string>> {
  const answer = (await call(client, name, args, options)) as Record<string, unknown> | null;
  if (!members.every((member) => typeof answer?.[member] === 'string')) throw otherAnswer(name);
  return answer as Record<K, string>;
}

/** Calls a function of the database. @throws CordonError as {@link ask}. */
export function call(
  client: DocumentsClient,
  name: string,
  args: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<unknown> {
  return answerOf(`public.${name} could not be asked`, options, (signal) => {
    const asked = ledNowhere(client.rpc(name, args));
    // What an application puts around its client may give a promise alone.
    return 'abortSignal' in asked ? asked.abortSignal(signal) : asked;
  });
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
  options: CallOptions,
  ask: (signal: AbortSignal) => PromiseLike<Answer<T>>,
): Promise<T> {
  const { data, error, cause = error } = await settled(failure, options, false, ask);
  if (!cause) return data as T;
  const known = toCordonError(cause);
  if (known instanceof CordonError) throw known;
  const code = answeredCode(cause);
  throw new CordonError('ANSWER', code ? `${failure}: ${code}` : failure, {
    hint: 'The cause holds what was answered: look at what stands between here and PostgREST, and at its log.',
    cause,
  });
}

/** What Storage is asked for one bucket. */
type Bucket = ReturnType<DocumentsClient['storage']['from']>;

interface StorageQuestion<T> {
  /** Behind "Storage was asked". */
  readonly what: string;
  readonly bucket: string;
  readonly isFile?: boolean;
  readonly ask: (bucket: Bucket) => PromiseLike<Answer<T | null>>;
}

/**
 * What Storage answers.
 *
 * @throws CordonError as {@link storageRefusal}; `ANSWER` where the library cannot read the answer, and throws.
 */
export async function storedOf<T>(
  client: DocumentsClient,
  options: CallOptions,
  { what, bucket, isFile = false, ask }: StorageQuestion<T>,
): Promise<T> {
  const { data, error, cause } = await settled(`Storage was asked ${what}`, options, isFile, (signal) =>
    ask(endedBy(signal, ledNowhere(client.storage.from(bucket)))),
  );
  if (error) throw storageRefusal(error, what);
  if (cause || data === null || data === undefined) throw otherThanStorage(what, cause);
  return data;
}

/** The library takes a signal for downloads alone; the `fetch` of this one bucket, which nobody else has, hands it on for each request. */
function endedBy(signal: AbortSignal, bucket: Bucket): Bucket {
  const own = bucket as unknown as { fetch?: typeof globalThis.fetch };
  const { fetch } = own;
  if (fetch) own.fetch = (input, init) => fetch(input, { ...init, signal });
  return bucket;
}

/** An answer that Storage does not give. */
export function otherThanStorage(what: string, cause?: unknown): CordonError {
  return new CordonError('ANSWER', `Storage answered something else, asked ${what}`, {
    hint: 'Look at what stands between here and Storage.',
    cause,
  });
}

interface Answer<T> {
  readonly data: T;
  readonly error: unknown;
}

/**
 * What the library throws instead of answering becomes the `cause`.
 *
 * @throws the reason of the caller's signal; CordonError `ANSWER` where no answer came.
 */
async function settled<T>(
  failure: string,
  options: CallOptions,
  isFile: boolean,
  ask: (signal: AbortSignal) => PromiseLike<Answer<T>>,
): Promise<Partial<Answer<T>> & { readonly cause?: unknown }> {
  try {
    const { data, error } = await inTime(options, isFile ? undefined : ANSWER_SECONDS, ask);
    return { data, error };
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    if (!isNoAnswer(cause)) return { cause };
    throw new CordonError('ANSWER', `${failure}: ${cause.message}`, {
      hint: 'It may have been done all the same. Where it is always so, look at what stands between here and the server.',
      cause,
    });
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
