import type { Addresses } from '../../tests/support/scratch-server.ts';
import { urlOf } from '../../tests/support/scratch-server.ts';
import { finding } from '../console/errors.ts';
import { withClient } from '../postgres/connect.ts';
import { Battery, UNCHANGED, type Verdict } from './battery/battery.ts';
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
  /** Asks only what needs no test files, and takes for granted that all is green without a mutant. */
  readonly isShallow?: boolean;
  /** Runs the test files for listed equivalents too; else only what the transaction can answer is asked of them. */
  readonly isThorough?: boolean;
}

/**
 * Judges mutants, one at a time on each server: what makes a replication slot waits for every transaction of its server.
 *
 * @throws CordonError (1) if something is red without any mutant, because then it kills them all.
 */
export async function judgeAll(
  servers: readonly Addresses[],
  mutants: readonly Mutant[],
  { onVerdict = () => {}, isShallow = false, isThorough = false }: RunOptions,
): Promise<readonly Verdict[]> {
  const order = await KillOrder.read();
  const waiting = mutants.map((mutant, place) => ({ mutant, place }));
  const verdicts: Verdict[] = new Array(mutants.length);
  const worker = async (addresses: Addresses, number: number) => {
    const battery = await Battery.open(addresses, number, order);
    try {
      if (number === 0 && !isShallow) assertGreen(await battery.judge(UNCHANGED));
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const isListed = !isThorough && reasonFor(next.mutant.key) !== undefined;
        const verdict = await battery.judge(next.mutant, { isShallow: isShallow || isListed });
        verdicts[next.place] = verdict;
        onVerdict(verdict);
      }
    } finally {
      await battery.close();
    }
  };
  try {
    await Promise.all(servers.map(worker));
  } finally {
    await order.write();
  }
  return verdicts;
}

function assertGreen({ kill }: Verdict): void {
  if (!kill) return;
  throw finding({
    problem: `${kill.by} is red without any mutant: ${kill.claim}`,
    expected: 'a green suite, because what is always red kills every mutant',
    remedy: 'npm test, and mend what fails',
  });
}
