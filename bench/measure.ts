import type { Lane } from './envelope.ts';
import { processorMicros } from './processor-time.ts';
import type { ServerClock } from './server-time.ts';
import { median, shuffled } from './statistics.ts';

export interface MeasureOptions {
  /** Every lane is measured once a round, in an order shuffled anew. */
  readonly rounds: number;
  /** How long a lane is measured at a time. */
  readonly slotMs: number;
  /** How long a lane may warm up. */
  readonly warmUpMs: number;
  readonly random: () => number;
  readonly clock: ServerClock;
  /** Clients at once. */
  readonly clients: readonly (1 | 2)[];
}

/** What one lane took in every round. */
export interface Samples {
  readonly rows: number;
  readonly error: string;
  /** Median microseconds of a whole transaction, a round each, by number of clients. */
  readonly micros: ReadonlyMap<1 | 2, readonly number[]>;
  /** Mean microseconds of the statement on the server with one client, a round each. */
  readonly server: readonly number[];
  /** Mean microseconds of processor time of a whole transaction with one client, a round each; empty but on Linux. */
  readonly processor: readonly number[];
}

/** Above this a lane is measured once and no further: nobody needs a second digit of it. */
const HOPELESS_MS = 400;
/** Above this a lane is measured in a few rounds and by one client. */
const SLOW_MS = 40;
const SLOW_ROUNDS = 3;

/**
 * Measures lanes against each other: interleaved, so that whatever else happens on the machine happens to all of them.
 *
 * @returns samples by lane key.
 */
export async function measure(
  lanes: readonly Lane[],
  options: MeasureOptions,
): Promise<ReadonlyMap<string, Samples>> {
  const prepared: Prepared[] = [];
  for (const lane of lanes) prepared.push(await prepare(lane, options));
  const samples = new Map(
    prepared.map(({ lane, rows, error, first }) => [
      lane.key,
      {
        rows,
        error,
        micros: new Map<1 | 2, number[]>(first ? [[1, [first]]] : []),
        server: [] as number[],
        processor: [] as number[],
      },
    ]),
  );
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { lane, turns, first, isSlow } of shuffled(prepared, options.random)) {
      const own = samples.get(lane.key);
      if (!own || first || (isSlow && round >= SLOW_ROUNDS)) continue;
      for (const clients of isSlow ? ([1] as const) : options.clients) {
        if (clients === 1) await options.clock.reset();
        const before = processorMicros(lane.pid);
        const micros = await slot(lane, clients, turns, round);
        const after = processorMicros(lane.pid);
        own.micros.set(clients, [...(own.micros.get(clients) ?? []), micros]);
        if (clients !== 1) continue;
        if (before !== undefined && after !== undefined) own.processor.push((after - before) / turns);
        const server = await options.clock.read(lane.role);
        if (server !== undefined) own.server.push(server);
      }
    }
  }
  return samples;
}

interface Prepared {
  readonly lane: Lane;
  readonly rows: number;
  readonly error: string;
  /** Transactions a slot. */
  readonly turns: number;
  readonly isSlow: boolean;
  /** The only measurement of a lane that is hopeless. */
  readonly first?: number;
}

/** Warms caches and plans up: a cached plan is chosen after the fifth execution. */
async function prepare(lane: Lane, { slotMs, warmUpMs, clients }: MeasureOptions): Promise<Prepared> {
  const started = performance.now();
  const { rows, error } = await lane.transact(0, 0);
  const cold = performance.now() - started;
  if (cold > HOPELESS_MS) return { lane, rows, error, turns: 1, isSlow: true, first: cold * 1000 };
  const warm: number[] = [];
  for (let turn = 0; turn < 12 && (turn < 2 || performance.now() - started < warmUpMs); turn += 1) {
    for (let connection = 0; connection < clients.length; connection += 1) {
      const at = performance.now();
      await lane.transact(connection, turn);
      warm.push(performance.now() - at);
    }
  }
  const usual = median(warm.slice(-6));
  const turns = Math.min(200, Math.max(1, Math.round(slotMs / usual)));
  return { lane, rows, error, turns, isSlow: usual > SLOW_MS };
}

/** The median transaction of one slot; with two clients, of both. */
async function slot(lane: Lane, clients: number, turns: number, round: number): Promise<number> {
  const taken: number[] = [];
  const client = async (connection: number) => {
    for (let turn = 0; turn < turns; turn += 1) {
      const at = performance.now();
      await lane.transact(connection, round * turns + turn + connection * 31);
      taken.push((performance.now() - at) * 1000);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, connection) => client(connection)));
  return median(taken);
}
