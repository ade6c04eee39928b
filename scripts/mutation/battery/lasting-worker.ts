import {
  type PoolOptions,
  type PoolRunnerInitializer,
  ThreadsPoolWorker,
  type WorkerRequest,
  type WorkerResponse,
} from 'vitest/node';

type Listener = (message: unknown) => void;

/** Threads that wait for the next run when one ends, by the project whose tests they run. */
const waiting = new Map<string, LastingWorker[]>();

/**
 * Threads that outlive a run. vitest ends each with the run that started it, and the next one loads every module anew: more than
 * half of what it takes to ask one test about a mutant (200 ms instead of 430).
 */
export const lastingThreads: PoolRunnerInitializer = {
  name: 'lasting-threads',
  createPoolWorker(options) {
    const free = waiting.get(options.project.name) ?? [];
    waiting.set(options.project.name, free);
    return free.pop() ?? new LastingWorker(options, (worker) => free.push(worker));
  },
};

/** A thread that a run only borrows: it is started once, and told of no end. */
class LastingWorker extends ThreadsPoolWorker {
  override readonly name = lastingThreads.name;
  readonly #release: (worker: LastingWorker) => void;
  readonly #listeners: (readonly [event: string, listener: Listener])[] = [];
  #isStarted = false;
  #isReady = false;
  #isOver = false;

  constructor(options: PoolOptions, release: (worker: LastingWorker) => void) {
    super(options);
    this.#release = release;
  }

  override async start(): Promise<void> {
    if (this.#isStarted) return;
    this.#isStarted = true;
    await super.start();
    super.on('exit', () => {
      this.#isOver = true;
    });
  }

  override on(event: string, listener: Listener): void {
    this.#listeners.push([event, listener]);
    super.on(event, listener);
  }

  override send(message: WorkerRequest): void {
    if (message.type === 'stop') this.#answer('stopped');
    else if (message.type === 'start' && this.#isReady) this.#answer('started');
    else super.send(message);
    this.#isReady = true;
  }

  override async stop(): Promise<void> {
    for (const [event, listener] of this.#listeners.splice(0)) this.off(event, listener);
    if (!this.#isOver) this.#release(this);
  }

  #answer(type: 'started' | 'stopped'): void {
    const response: WorkerResponse = { __vitest_worker_response__: true, type };
    for (const [event, listener] of this.#listeners) if (event === 'message') listener(response);
  }
}
