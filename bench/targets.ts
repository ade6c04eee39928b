import { auditLevelOf } from './audit-level.ts';
import { looksAtRows } from './plans.ts';
import { QUERIES } from './queries.ts';
import { type Result, round } from './results.ts';
import type { BenchReport } from './run.ts';

/** One promise about speed, and the worst that was measured of it. */
export interface Verdict {
  readonly target: string;
  readonly worst: string;
  /** Undefined where nothing was measured of it. */
  readonly holds: boolean | undefined;
}

const quiet = (ratio: number | undefined) => (ratio === undefined ? '' : `, in the quietest round ${ratio}×`);

const ONE_CLIENT = 1.2;
const TWO_CLIENTS = 1.3;
const BULK = 1.1;
const GROWTH = 1.2;
const RECORDED = 1.1;
const MICROS_A_REFERENCE = 100;

/** Holds results against what the project promises; the worst case counts, not the mean. */
export function verdictsOf({ results, bulk, growth, plans }: BenchReport): readonly Verdict[] {
  const own = results.filter(({ kind }) => kind !== 'denied');
  const special = new Set(QUERIES.filter(({ target }) => target !== undefined).map(({ key }) => key));
  const plain = own.filter(({ query }) => !special.has(query));
  return [
    worstRatio(
      'reads and writes, one client',
      ONE_CLIENT,
      plain.filter(({ clients }) => clients === 1),
    ),
    worstRatio(
      'reads and writes, two clients',
      TWO_CLIENTS,
      plain.filter(({ clients }) => clients === 2),
    ),
    ...QUERIES.filter(({ target }) => target !== undefined).map(({ key, title, target }) =>
      worstRatio(
        title,
        target ?? ONE_CLIENT,
        own.filter(({ query, clients }) => query === key && clients === 1),
      ),
    ),
    recorded(own.filter(({ kind, clients }) => kind === 'read' && clients === 1)),
    perReference(own.filter(({ kind, clients }) => kind === 'read' && clients === 1)),
    denied(plans),
    ...(bulk.length === 0 ? [unmeasured(`many rows at once within ${BULK}×`)] : []),
    ...bulk.map(({ statement, rows, ratio }) =>
      verdict(
        `${statement} of ${rows.toLocaleString('en')} rows within ${BULK}×`,
        `${ratio}×`,
        ratio <= BULK,
      ),
    ),
    ...(growth.length === 0 ? [unmeasured(`growth with the number of patients within ${GROWTH}×`)] : []),
    ...growth.map(({ query, ratio, median_us }) =>
      verdict(
        `growth of ${query} from ${Object.keys(median_us)
          .map(Number)
          .sort((a, b) => a - b)
          .join(' to ')} patients within ${GROWTH}×`,
        `${ratio}×`,
        ratio <= GROWTH,
      ),
    ),
  ];
}

function worstRatio(what: string, target: number, results: readonly Result[]): Verdict {
  const promised = `${what}: within ${target}× of the limit`;
  const [worst] = [...results].sort((a, b) => (b.ratio.cordon ?? 0) - (a.ratio.cordon ?? 0));
  const ratio = worst?.ratio.cordon;
  if (worst === undefined || ratio === undefined) return unmeasured(promised);
  return verdict(
    promised,
    `${ratio}× (${worst.query}, ${worst.tenant})${quiet(worst.quiet_ratio.cordon)}`,
    ratio <= target,
  );
}

/** What a decision on record costs, where each decision is recorded and no row is. */
function recorded(results: readonly Result[]): Verdict {
  const promised = `a read at the level detailed: within ${RECORDED}× of the same read unrecorded`;
  const [worst] = results
    .filter(({ query, recording }) => levelOf(query) === 'detailed' && recording.ratio !== undefined)
    .sort((a, b) => (b.recording.ratio ?? 0) - (a.recording.ratio ?? 0));
  if (worst?.recording.ratio === undefined) return unmeasured(promised);
  const { ratio, processor } = worst.recording;
  return verdict(
    promised,
    `${ratio}× (${worst.query}, ${worst.tenant})${processor === undefined ? '' : `, of processor time ${processor}×`}`,
    ratio <= RECORDED,
  );
}

export function levelOf(key: string): ReturnType<typeof auditLevelOf> | undefined {
  const query = QUERIES.find((one) => one.key === key);
  return query && auditLevelOf(query);
}

/** What a protected table costs by itself, fence and policy together: the server's time over that of the same conditions by hand. */
function perReference(results: readonly Result[]): Verdict {
  const promised = `at most ${MICROS_A_REFERENCE} µs a protected table reference, before logging`;
  const costs = results
    .map((result) => ({ ...result, cost: costPerReference(result) }))
    .filter(({ cost }) => cost !== undefined)
    .sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0));
  const [worst] = costs;
  if (worst?.cost === undefined) return unmeasured(promised);
  return verdict(
    promised,
    `${worst.cost} µs (${worst.query}, ${worst.tenant})`,
    worst.cost <= MICROS_A_REFERENCE,
  );
}

/**
 * Before logging, where that was measured by itself: what a record costs is told of the access log.
 *
 * @returns undefined where something is not measured, or the difference is a function's own work.
 */
export function costPerReference({ query, server_us, references }: Result): number | undefined {
  if (QUERIES.find(({ key }) => key === query)?.works) return undefined;
  const [own, byHand] = [server_us.unrecorded ?? server_us.cordon, server_us.by_hand];
  return own === undefined || byHand === undefined ? undefined : round((own - byHand) / references, 0);
}

/** A denial that looks at rows grows with the tenant; its plan tells whether it does. */
function denied(plans: BenchReport['plans']): Verdict {
  const promised = 'a denial never looks at a row, whatever the tenant';
  const ours = plans.filter(({ query, style }) => query.startsWith('denied') && style === 'Cordon');
  if (ours.length === 0) return unmeasured(promised);
  const scanning = ours.filter(({ lines }) => looksAtRows(lines));
  return verdict(promised, `${scanning.length} of ${ours.length} plans do`, scanning.length === 0);
}

function verdict(target: string, worst: string, holds: boolean): Verdict {
  return { target, worst, holds };
}

function unmeasured(target: string): Verdict {
  return { target, worst: 'not measured', holds: undefined };
}
