import { basename } from 'node:path';
import { $ } from 'zx';
import { shuffled as inAnyOrder, randomFrom } from '../../bench/statistics.ts';
import { branchPoint } from '../review/history/base.ts';
import { matchesGlob } from './glob.ts';
import type { Mutant } from './mutant.ts';

const git = $({ quiet: true, verbose: false });

/** Those that a pattern names: an operator, a table or function with or without its schema, or a whole key. */
export function onlyMatching(mutants: readonly Mutant[], patterns: readonly string[]): readonly Mutant[] {
  return mutants.filter(({ operator, subject, key }) =>
    patterns.some((pattern) =>
      [operator, subject, subject.replace(/^\w+\./, ''), key].some((name) => matchesGlob(pattern, name)),
    ),
  );
}

/** `count` of them, the same ones for the same seed, in their order. */
export function sampleOf(mutants: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  const chosen = new Set(shuffled(mutants, seed).slice(0, count));
  return mutants.filter((mutant) => chosen.has(mutant));
}

/** All of them, in an order drawn by lot, the same for the same seed. */
export function shuffled(mutants: readonly Mutant[], seed: number): readonly Mutant[] {
  return inAnyOrder(mutants, randomFrom(seed));
}

/** Folders whose files are named after what a mutant is of. */
const SOURCES = ['policies', 'functions', 'triggers'];

/** What every rule is written with and compiled by: a change there may change any policy. */
const OF_EVERY_RULE = ['policies/vocabulary.ts', 'scripts/policy'];

/**
 * Those whose table, view or function has a source that a change touches: by the names of the files, those that git does not know yet too.
 * Where it touches what rules are written with, that is every table and view with a rule.
 *
 * @param ref what the change is for; it begins where it branched off from there.
 * @throws CommandError (2) for a name that git does not know.
 */
export async function onlyChanged(mutants: readonly Mutant[], ref: string): Promise<readonly Mutant[]> {
  const commit = await branchPoint(ref);
  const touched = async (paths: readonly string[]) => {
    const lists = await Promise.all([
      git`git diff -z --name-only ${commit} -- ${paths}`,
      git`git ls-files -z --others --exclude-standard -- ${paths}`,
    ]);
    return lists.flatMap(({ stdout }) => stdout.split('\0')).filter((file) => file !== '');
  };
  const isOfAll = (await touched(OF_EVERY_RULE)).length > 0;
  const rules = isOfAll ? (await git`git ls-files -z -- policies`).stdout.split('\0') : [];
  const names = [...(await touched(SOURCES)), ...rules].map((file) =>
    basename(file).replace(/\.(ts|sql)$/, ''),
  );
  return mutants.filter(({ subject }) =>
    names.some((name) => name === subject || subject.endsWith(`.${name}`)),
  );
}
