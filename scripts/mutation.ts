import { startScratchServer } from '../tests/support/scratch-server.ts';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { wholeNumber } from './console/numbers.ts';
import { progress, say } from './console/report.ts';
import { readSurvivors, writeLastRun } from './mutation/last-run.ts';
import type { Mutant } from './mutation/mutant.ts';
import { printScore, scoreAsJson, tellProgress } from './mutation/report.ts';
import { judgeAll, readMutants } from './mutation/run.ts';
import { scoreOf } from './mutation/score.ts';
import { onlyChanged, onlyMatching, sampleOf } from './mutation/select.ts';

interface Options {
  readonly only?: string;
  readonly changed?: string;
  readonly again?: boolean;
  readonly sample?: string;
  readonly seed?: string;
  readonly jobs?: string;
  readonly thorough?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
}

await command<Options>({
  name: 'mutation',
  summary:
    'Changes the installed policies, grants, triggers and functions one at a time; each time a test must turn red.',
  options: [
    ['--only <patterns>', 'only these operators, tables, functions or keys; commas between, * for any text'],
    ['--changed <ref>', 'only tables and functions whose source differs from a commit'],
    ['--again', 'only what the last run left alive'],
    ['--sample <n>', 'only n mutants, drawn by lot'],
    ['--seed <n>', 'draw the same ones again'],
    ['--jobs <n>', 'servers to work on side by side (2)'],
    ['--thorough', 'run the test files for listed equivalents too, which takes half a minute each'],
    ['--list', 'print the keys of the mutants and judge none'],
    ['--json', 'print {"mutants","killed","survivors","equivalent","refused","stale"} and nothing else'],
  ],
  notes:
    'Runs on servers of its own, removed afterwards. Who killed whom stands in .cordon/mutation.json.\n' +
    'Mutants that nobody can tell from the original are listed with a reason in scripts/mutation/equivalents.ts.\n' +
    'Exits 1 if a mutant lives, cannot be made, or is listed and dies.\n' +
    'Example: npm run mutation -- --only patients,drop-fence',
  async run(options) {
    const jobs = wholeNumber('--jobs', options.jobs ?? '2', 1);
    const seed = wholeNumber('--seed', options.seed ?? String(Date.now() % 1_000_000), 0);
    const start = Date.now();
    const servers = [await startScratchServer()];
    try {
      const addresses = () => servers.map((server) => server.addresses);
      const [first] = addresses();
      const all = first ? await readMutants(first) : [];
      const mutants = await chosen(all, options, seed);
      if (options.list) {
        for (const { key } of mutants) say(key);
        return 0;
      }
      progress(
        `${mutants.length} of ${all.length} mutants${options.sample ? `, --seed ${seed}` : ''}, ${jobs} at a time`,
      );
      while (servers.length < Math.min(jobs, mutants.length)) servers.push(await startScratchServer());
      const verdicts = await judgeAll(addresses(), mutants, {
        isThorough: options.thorough === true,
        onVerdict: tellProgress(mutants.length),
      });
      await writeLastRun(verdicts);
      const score = scoreOf(verdicts, mutants.length === all.length);
      if (options.json) say(scoreAsJson(score, options.sample ? seed : undefined));
      else printScore(score, Date.now() - start);
      return score.survivors.length + score.refused.length + score.stale.length > 0 ? 1 : 0;
    } finally {
      for (const server of servers) await server.stop();
    }
  },
});

async function chosen(all: readonly Mutant[], options: Options, seed: number): Promise<readonly Mutant[]> {
  let mutants = all;
  if (options.only) mutants = onlyMatching(mutants, options.only.split(','));
  if (options.changed) mutants = await onlyChanged(mutants, options.changed);
  if (options.again) {
    const alive = await readSurvivors();
    mutants = mutants.filter(({ key }) => alive.has(key));
  }
  if (options.sample) mutants = sampleOf(mutants, wholeNumber('--sample', options.sample, 1), seed);
  if (mutants.length === 0) {
    throw misuse({
      problem: 'no mutant is left to judge',
      expected: 'operators, tables or functions that exist',
      remedy: 'npm run mutation -- --list prints every key',
    });
  }
  return mutants;
}
