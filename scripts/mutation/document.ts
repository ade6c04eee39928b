import { fileURLToPath } from 'node:url';
import { writeReport } from '../console/folder.ts';
import { historyDigest } from '../migrate/checksums.ts';
import type { Mutant } from './mutant.ts';
import { countsOf } from './report.ts';
import type { Score } from './score.ts';

const FILE = fileURLToPath(new URL('../../generated/mutation.md', import.meta.url));

/** Writes what is known of the mutants into the committed document. */
export function writeScore(score: Score, mutants: readonly Mutant[]): void {
  writeReport(FILE, renderScore(score, mutants, historyDigest()));
}

/**
 * The committed document: how many mutants there are, how many were judged, and what nobody noticed.
 *
 * @param digest of the history whose catalog was mutated, see `historyDigest`.
 */
export function renderScore(score: Score, mutants: readonly Mutant[], digest: string): string {
  const counts = countsOf(score, mutants);
  const sum = (name: 'mutants' | 'killed' | 'equivalent' | 'alive' | 'open') =>
    counts.reduce((total, each) => total + each[name], 0);
  const told = (number: number) => number.toLocaleString('en');
  const rows = counts.map(
    ({ name, about, mutants: all, killed, equivalent, alive, open }) =>
      `| ${name} | ${about} | ${[all, killed, equivalent, alive, open].map(told).join(' | ')} |`,
  );
  const survivors = score.survivors.map(({ mutant }) => mutant.key).sort();
  return `<!-- DO NOT EDIT. Written by \`npm run mutation -- --score --write\`. -->

# Whether a test notices

Each mutant is the installed database with one thing wrong: a condition left out, a role let in, a trigger silenced. It is killed when
a test turns red. *Equivalent* is what nobody can tell from the original, listed with a reason in \`scripts/mutation/equivalents.ts\`;
*open* was not judged yet against all tests, and counts neither way. What dies quickly is found first: as long as something is open, no share
is told.

Read from the history whose checksums (\`sha256sum migrations/SHA256SUMS\`) are ${digest}.

**${told(sum('mutants'))} mutants: ${told(sum('killed'))} killed, ${told(sum('equivalent'))} equivalent, ${told(sum('alive'))} alive, ${told(sum('open'))} open.**

| Operator | What it does | Mutants | Killed | Equivalent | Alive | Open |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

## Alive

${survivors.length === 0 ? 'None of those that were judged.' : survivors.map((key) => `- \`${key.replaceAll('`', "'")}\``).join('\n')}
`;
}
