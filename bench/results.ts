import type { Samples } from './measure.ts';
import type { Query } from './queries.ts';
import { median } from './statistics.ts';
import { LIMIT, type Style } from './styles.ts';
import type { Tenant } from './world.ts';

/** One query at one tenant with one or two clients: what `--json` prints. */
export interface Result {
  readonly query: string;
  readonly title: string;
  readonly kind: Query['kind'];
  readonly tenant: Tenant;
  readonly clients: 1 | 2;
  /** Protected table references of the statement. */
  readonly references: number;
  /** Microseconds of a whole transaction by style. */
  readonly median_us: Readonly<Record<string, number>>;
  /** Times the limit by style: the median of each round's ratio, so that a disturbed round weighs once. */
  readonly ratio: Readonly<Record<string, number>>;
  /** The same of the quietest round of each: what other work on the machine adds, it adds to some rounds only. */
  readonly quiet_ratio: Readonly<Record<string, number>>;
  /** Times the same policies recording nothing, where both were measured: as `ratio` is, and of the processor's time. */
  readonly recording: { readonly ratio?: number; readonly processor?: number };
  /** Microseconds of planning and executing the statement, as the server counted them; with one client. */
  readonly server_us: Readonly<Record<string, number>>;
  /** Microseconds of processor time of the server's process for a whole transaction, on Linux; with one client. */
  readonly processor_us: Readonly<Record<string, number>>;
  readonly rows: Readonly<Record<string, number>>;
  /** SQLSTATE of what did not end well: 57014 was cancelled. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Folds samples by lane into a result per number of clients. */
export function resultsOf(
  query: Query,
  tenant: Tenant,
  styles: readonly Style[],
  samples: ReadonlyMap<string, Samples>,
  clients: readonly (1 | 2)[],
): readonly Result[] {
  return clients.map((count) => {
    const limit = fastest(styles, samples, count);
    const result = {
      query: query.key,
      title: query.title,
      kind: query.kind,
      tenant,
      clients: count,
      references: query.references,
      median_us: {} as Record<string, number>,
      ratio: {} as Record<string, number>,
      quiet_ratio: {} as Record<string, number>,
      recording: recordingOf(samples, count),
      server_us: {} as Record<string, number>,
      processor_us: {} as Record<string, number>,
      rows: {} as Record<string, number>,
      errors: {} as Record<string, string>,
    };
    for (const { key } of styles) {
      if (key.startsWith(LIMIT) && key !== limit) continue;
      const name = key === limit ? LIMIT : key;
      const own = samples.get(key);
      const micros = own?.micros.get(count) ?? [];
      if (!own || micros.length === 0) continue;
      result.median_us[name] = round(median(micros), 1);
      const base = samples.get(limit)?.micros.get(count) ?? [];
      result.ratio[name] = round(ratioOf(micros, base), 3);
      result.quiet_ratio[name] = round(Math.min(...micros) / Math.min(...base), 3);
      if (own.server.length > 0) result.server_us[name] = round(median(own.server), 1);
      if (own.processor.length > 0) result.processor_us[name] = round(median(own.processor), 1);
      result.rows[name] = own.rows;
      if (own.error) result.errors[name] = own.error;
    }
    return result;
  });
}

/** What the access log costs: the median of each round's ratio. */
function recordingOf(samples: ReadonlyMap<string, Samples>, count: 1 | 2): Result['recording'] {
  const [recorded, unrecorded] = [samples.get('cordon'), samples.get('unrecorded')];
  const [own, base] = [recorded?.micros.get(count) ?? [], unrecorded?.micros.get(count) ?? []];
  if (!recorded || !unrecorded || own.length === 0 || base.length === 0) return {};
  const processor = count === 1 && unrecorded.processor.length > 0;
  return {
    ratio: round(ratioOf(own, base), 3),
    ...(processor && { processor: round(ratioOf(recorded.processor, unrecorded.processor), 3) }),
  };
}

function fastest(styles: readonly Style[], samples: ReadonlyMap<string, Samples>, clients: 1 | 2): string {
  const limits = styles.filter(({ key }) => key.startsWith(LIMIT)).map(({ key }) => key);
  const time = (key: string) => median(samples.get(key)?.micros.get(clients) ?? []);
  return limits.sort((a, b) => time(a) - time(b))[0] ?? LIMIT;
}

/** The median of each round's ratio, where both were measured in the same rounds. */
export function ratioOf(own: readonly number[], limit: readonly number[]): number {
  if (own.length !== limit.length) return median(own) / median(limit);
  return median(own.map((micros, place) => micros / (limit[place] as number)));
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
