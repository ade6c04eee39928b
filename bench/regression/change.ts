import { TOLERANCE } from '../../scripts/costs/compare.ts';
import type { Samples } from '../measure.ts';
import type { Query } from '../queries.ts';
import { ratioOf, round } from '../results.ts';
import { median } from '../statistics.ts';
import type { Tenant } from '../world.ts';

/** What a change did to one statement: what `--json` prints. */
export interface Change {
  readonly query: string;
  readonly title: string;
  readonly tenant: Tenant;
  /** Microseconds of planning and executing the statement, as the server counted them. */
  readonly server_us: { readonly before: number; readonly after: number };
  /** Times as long as before: the median of each round's ratio, so that a disturbed round weighs once. */
  readonly ratio: number;
  /** The same of the quietest round of each: what other work on the machine adds, it adds to some rounds only. */
  readonly quiet_ratio: number;
  /** Rows that the statement gave or wrote; a change of the rules may mean to change them. */
  readonly rows: { readonly before: number; readonly after: number };
  /** It takes longer by more than {@link TOLERANCE}, both as a rule and at its quietest. */
  readonly regressed: boolean;
}

/**
 * Judges the samples of two lanes, `before` and `after`.
 *
 * @throws Error where a lane has none.
 */
export function changeOf(
  { key, title }: Pick<Query, 'key' | 'title'>,
  tenant: Tenant,
  samples: ReadonlyMap<string, Pick<Samples, 'server' | 'micros' | 'rows'>>,
): Change {
  const before = sideOf(samples, 'before');
  const after = sideOf(samples, 'after');
  const ratio = ratioOf(after.times, before.times);
  const quiet = Math.min(...after.times) / Math.min(...before.times);
  return {
    query: key,
    title,
    tenant,
    server_us: { before: round(median(before.times), 1), after: round(median(after.times), 1) },
    ratio: round(ratio, 3),
    quiet_ratio: round(quiet, 3),
    rows: { before: before.rows, after: after.rows },
    regressed: ratio > TOLERANCE && quiet > TOLERANCE,
  };
}

/** What is too slow to be measured in rounds was timed once, as a whole transaction. */
function sideOf(
  samples: ReadonlyMap<string, Pick<Samples, 'server' | 'micros' | 'rows'>>,
  name: 'before' | 'after',
): { readonly times: readonly number[]; readonly rows: number } {
  const own = samples.get(name);
  const times = own && own.server.length > 0 ? own.server : (own?.micros.get(1) ?? []);
  if (!own || times.length === 0) throw new Error(`nothing was measured ${name} the change`);
  return { times, rows: own.rows };
}
