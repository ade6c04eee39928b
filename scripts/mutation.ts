import { startScratchServer } from '../tests/support/scratch-server.ts';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { wholeNumber } from './console/numbers.ts';
import { progress, say } from './console/report.ts';
import { writeScore } from './mutation/document.ts';
import { KeptVerdicts } from './mutation/kept-verdicts.ts';
import type { Mutant } from './mutation/mutant.ts';
import { readRecord, writeRecord } from './mutation/record.ts';
import { keysAsJson, printScore, scoreAsJson, tellProgress, tellSurvey } from './mutation/report.ts';
import { judgeAll, readMutants } from './mutation/run.ts';
import { type Score, scoreOf } from './mutation/score.ts';
import { onlyChanged, onlyMatching, sampleOf, shuffled } from './mutation/select.ts';

interface Options {
  readonly only?: string;
  readonly changed?: string;
  readonly again?: boolean;
  readonly rest?: boolean;
  readonly files?: string;
  readonly minutes?: string;
  readonly score?: boolean;
  readonly write?: boolean;
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
    [
      '--changed <ref>',
      'only tables and functions whose source a change for that branch touches, new files too',
    ],
    ['--again', 'only what was found alive'],
    ['--rest', 'only what was not judged yet, as it stands today'],
    ['--sample <n>', 'only n mutants, drawn by lot'],
    ['--seed <n>', 'draw the same ones again'],
    ['--jobs <n>', 'servers to work on side by side (2)'],
    [
      '--files <n>',
      'ask at most n test files, the likeliest first, about each (0: only what needs none); what lives then is undecided',
    ],
    ['--minutes <n>', 'begin no other mutant after so long; the next run with --rest goes on there'],
    ['--thorough', 'run the test files for listed equivalents too, which takes half a minute each'],
    ['--list', 'print the keys of the mutants and judge none'],
    ['--score', 'judge none: tell what all runs together know of the mutants of today'],
    [
      '--write',
      'with --score: write generated/mutation.md, and who killed what into generated/mutation.ndjson',
    ],
    [
      '--json',
      'print {"mutants","killed","survivors","equivalent","undecided","refused","stale"}, with --list {"keys"}, and nothing else',
    ],
  ],
  notes:
    'Runs on servers of its own, removed afterwards. Every verdict is kept at once in .cordon/mutation.ndjson, with who killed whom;\n' +
    'what earlier runs found out is committed in generated/mutation.ndjson, so that a fresh checkout goes on there.\n' +
    'Mutants that nobody can tell from the original are listed with a reason in scripts/mutation/equivalents.ts.\n' +
    'Exits 1 if a mutant lives, cannot be made, or is listed and dies.\n' +
    'Example: npm run mutation -- --only patients,drop-fence',
  async run(options) {
    const jobs = wholeNumber('--jobs', options.jobs ?? '2', 1);
    const seed = wholeNumber('--seed', options.seed ?? String(Date.now() % 1_000_000), 0);
    // A part of the mutants would be written down as if it were all of them.
    if (
      options.write &&
      (!options.score || options.only || options.changed || options.again || options.rest || options.sample)
    ) {
      throw misuse({
        problem: '--write writes what is known of all mutants',
        expected: '--score --write, and no choice among them',
        remedy: 'npm run mutation -- --score --write',
      });
    }
    const files = options.files === undefined ? undefined : wholeNumber('--files', options.files, 0);
    const minutes = options.minutes === undefined ? Infinity : wholeNumber('--minutes', options.minutes, 1);
    const start = Date.now();
    const servers = [await startScratchServer()];
    try {
      const addresses = () => servers.map((server) => server.addresses);
      const [first] = addresses();
      const all = first ? await readMutants(first) : [];
      const kept = KeptVerdicts.read({ recorded: readRecord(all) });
      const mutants = await chosen(all, { ...options, files }, seed, kept);
      if (mutants.length === 0 && options.rest) {
        progress('nothing is left to judge: --score tells what is known');
        if (options.json) say(options.list ? keysAsJson(mutants) : scoreAsJson(scoreOf([], false)));
        return 0;
      }
      if (options.list) {
        if (options.json) say(keysAsJson(mutants));
        else for (const { key } of mutants) say(key);
        return 0;
      }
      if (options.score) {
        const known = mutants.flatMap((mutant) => kept.verdictOn(mutant) ?? []);
        const score = scoreOf(known, known.length === all.length);
        if (options.write) {
          writeScore(score, mutants);
          writeRecord(score, mutants);
        }
        if (options.json) say(scoreAsJson(score));
        else printScore(score, mutants);
        return exitCodeOf(score);
      }
      progress(
        `${mutants.length} of ${all.length} mutants${options.sample ? `, --seed ${seed}` : ''}, ${jobs} at a time`,
      );
      while (servers.length < Math.min(jobs, mutants.length)) servers.push(await startScratchServer());
      const tell = tellProgress(mutants.length);
      const verdicts = await judgeAll(addresses(), mutants, {
        isThorough: options.thorough === true,
        files,
        until: start + minutes * 60_000,
        onSurvey: tellSurvey(),
        onVerdict(verdict) {
          kept.keep(verdict);
          tell(verdict);
        },
      });
      const score = scoreOf(verdicts, verdicts.length === all.length);
      if (options.json) say(scoreAsJson(score, options.sample ? seed : undefined));
      else printScore(score, mutants, Date.now() - start);
      return exitCodeOf(score);
    } finally {
      for (const server of servers) await server.stop();
    }
  },
});

function exitCodeOf({ survivors, refused, stale }: Score): number {
  return survivors.length + refused.length + stale.length > 0 ? 1 : 0;
}

async function chosen(
  all: readonly Mutant[],
  options: Omit<Options, 'files'> & { readonly files: number | undefined },
  seed: number,
  kept: KeptVerdicts,
): Promise<readonly Mutant[]> {
  let mutants = all;
  if (options.only) mutants = onlyMatching(mutants, options.only.split(','));
  if (options.changed) mutants = await onlyChanged(mutants, options.changed);
  if (options.again) {
    if (kept.isEmpty) {
      throw misuse({
        problem: 'no mutant has been judged here yet',
        expected: '.cordon/mutation.ndjson',
        remedy: 'npm run mutation',
      });
    }
    mutants = mutants.filter((mutant) => {
      const verdict = kept.verdictOn(mutant);
      return verdict !== undefined && !verdict.kill && verdict.refused === undefined;
    });
  }
  if (options.rest) {
    // What as many test files were asked about in vain needs no second look.
    const { files } = options;
    mutants = mutants.filter(
      (mutant) => !kept.verdictOn(mutant) && !(files !== undefined && kept.wasAsked(mutant, files)),
    );
  }
  if (options.sample) mutants = sampleOf(mutants, wholeNumber('--sample', options.sample, 1), seed);
  // Where the time is up, what was judged should resemble what was not.
  if (options.minutes !== undefined) mutants = shuffled(mutants, seed);
  if (mutants.length === 0 && !options.rest) {
    throw misuse({
      problem: 'no mutant is left to judge',
      expected: 'operators, tables or functions that exist',
      remedy: 'npm run mutation -- --list prints every key',
    });
  }
  return mutants;
}
