/** What every call of `cordon/documents` takes. */
export interface CallOptions {
  /**
   * Ends the call, which then throws the signal's `reason`, as `fetch` does. What a server was asked before may be done all the same.
   * `AbortSignal.timeout(5_000)` is one.
   */
  readonly signal?: AbortSignal | undefined;
}

/** How long, in seconds, an answer is waited for that holds no file. A ticket to read lives no longer. */
export const ANSWER_SECONDS = 60;

class NoAnswer extends DOMException {
  constructor(seconds: number) {
    super(`no answer within ${seconds} seconds`, 'TimeoutError');
  }
}

/** Whether that is why {@link inTime} threw; its message says how long it waited. */
export function isNoAnswer(error: unknown): error is Error {
  return error instanceof NoAnswer;
}

/**
 * Waits for an answer, for as long as there is sense in it. Whatever is asked gets the signal; it need not heed it, because a client asks Supabase
 * Auth for a token beforehand, and passes no signal on to there.
 *
 * @param seconds how long; undefined where only the caller ends it, like a file under way, which takes as long as it takes.
 * @throws the caller's reason, or a `TimeoutError`.
 */
export async function inTime<T>(
  { signal }: CallOptions,
  seconds: number | undefined,
  ask: (signal: AbortSignal) => PromiseLike<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const own = new AbortController();
  const end = () => own.abort(signal?.reason);
  // Taken off again below: one signal may stand for everything that a page does.
  signal?.addEventListener('abort', end, { once: true });
  const timer =
    seconds === undefined ? undefined : setTimeout(() => own.abort(new NoAnswer(seconds)), seconds * 1000);
  const ended = new Promise<never>((_, reject) => {
    own.signal.addEventListener('abort', () => reject(own.signal.reason), { once: true });
  });
  try {
    return await Promise.race([ended, ask(own.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}
