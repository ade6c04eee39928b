import type { Addresses } from '../../tests/support/scratch-server.ts';
import { urlOf } from '../../tests/support/scratch-server.ts';
import { finding } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { Battery, type Verdict } from './battery/battery.ts';
import type { Kill } from './battery/kill.ts';
import { Reach } from './battery/reach.ts';
import { Killers, type Memory } from './battery/test-files.ts';
import { reasonFor } from './equivalents.ts';
import { KillOrder } from './kill-order.ts';
import { type Mutant, mutantsOf } from './mutant.ts';
import { OPERATORS } from './operators/index.ts';
import { readSubjects } from './subjects.ts';

/** Every mutant of a database, read from its catalog. */
export async function readMutants(addresses: Addresses): Promise<readonly Mutant[]> {
  return withClient(urlOf(addresses.superuser, addresses.template), async (client) => {
    await client.query('begin');
    return mutantsOf(await readSubjects(client), OPERATORS);
  });
}

export interface RunOptions {
  readonly onVerdict?: (verdict: Verdict) => void;
  /** Told what is being done before the first mutant is judged. */
  readonly onSurvey?: (done: number, files: number) => void;
  /** How many test files are asked, the likeliest first; all when left out. With none it is taken for granted that all are green. */
  readonly files?: number | undefined;
  /** Runs the test files for listed equivalents too; else only what the transaction can answer is asked of them. */
  readonly isThorough?: boolean;
  /** When to begin no other mutant, in milliseconds since 1970. */
  readonly until?: number;
}

/**
 * Judges mutants, one at a time on each server: what makes a replication slot waits for every transaction of its server.
 *
 * @returns a verdict on each; fewer where the time was up.
 * @throws CommandError (1) if something is red without any mutant, because then it kills them all.
 */
export async function judgeAll(
  servers: readonly Addresses[],
  mutants: readonly Mutant[],
  { onVerdict = () => {}, onSurvey, files = Infinity, isThorough = false, until = Infinity }: RunOptions,
): Promise<readonly Verdict[]> {
  const memory = { order: await KillOrder.read(), reach: await Reach.read(), killers: new Killers() };
  const waiting = mutants.map((mutant, place) => ({ mutant, place }));
  const verdicts: (Verdict | undefined)[] = new Array(mutants.length);
  const batteries = await Promise.all(
    servers.map((addresses, number) => Battery.open(addresses, number, memory)),
  );
  const work = async (battery: Battery) => {
    for (let next = waiting.shift(); next && Date.now() < until; next = waiting.shift()) {
      const isListed = !isThorough && reasonFor(next.mutant.key) !== undefined;
      const verdict = await battery.judge(next.mutant, { files: isListed ? 0 : files });
      verdicts[next.place] = verdict;
      onVerdict(verdict);
    }
  };
  try {
    assertGreen(await batteries[0]?.surveyCatalog());
    if (files > 0) await surveyFiles(batteries, memory, onSurvey);
    await Promise.all(batteries.map(work));
    // Told at the end: what was judged without it holds.
    assertGreen(batteries.flatMap(({ turnedRed }) => turnedRed)[0]);
  } finally {
    await Promise.all(batteries.map((battery) => battery.close()));
    await memory.order.write();
  }
  return verdicts.filter((verdict) => verdict !== undefined);
}

/** Shows that every test file is green without any mutant, and learns what each test file calls. Files that were seen before are left out. */
async function surveyFiles(
  batteries: readonly Battery[],
  { reach, order }: Pick<Memory, 'reach' | 'order'>,
  onSurvey: RunOptions['onSurvey'] = () => {},
): Promise<void> {
  let files: string[] | undefined;
  let count = 0;
  const next = (all: readonly string[]) => {
    files ??= all.filter((file) => !reach.has(file));
    count = Math.max(count, files.length);
    onSurvey(count - files.length, count);
    // What stands in the way is told by the last write.
    reach.write().catch(() => {});
    return files.shift();
  };
  try {
    const kills = await Promise.all(
      batteries.map(async (battery) => {
        const kill = await battery.surveyFiles(next);
        // What one of them finds red ends it for all: the others would go on for minutes.
        if (kill) files = [];
        return kill;
      }),
    );
    assertGreen(kills.find((kill) => kill !== undefined));
  } finally {
    await reach.write();
    await order.write();
  }
}

function assertGreen(kill: Kill | undefined): void {
  if (!kill) return;
  throw finding({
    problem: `${kill.by} is red without any mutant: ${kill.claim}`,
    expected: 'a green suite, because what is always red kills every mutant',
    remedy: 'npm test, and mend what fails',
  });
}
