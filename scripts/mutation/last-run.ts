import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { misuse } from '../console/errors.ts';
import type { Verdict } from './battery/battery.ts';

const FILE = fileURLToPath(new URL('../../.cordon/mutation.json', import.meta.url));

/** Keeps who killed whom, and who lives; of mutants that were not judged this time, what was known of them. */
export async function writeLastRun(verdicts: readonly Verdict[]): Promise<void> {
  await mkdir(dirname(FILE), { recursive: true });
  const judged = new Set(verdicts.map(({ mutant }) => mutant.key));
  const earlier = ((await readLines()) ?? []).filter(({ key }) => !judged.has(key));
  const lines = verdicts.map(({ mutant, kill, refused, milliseconds }) => ({
    key: mutant.key,
    by: kill?.by ?? null,
    claim: kill?.claim ?? refused ?? null,
    milliseconds,
  }));
  await writeFile(FILE, JSON.stringify([...earlier, ...lines], null, 1));
}

/** Keys of the mutants that the last run left alive. @throws CordonError (2) if there was none. */
export async function readSurvivors(): Promise<ReadonlySet<string>> {
  const verdicts = await readLines();
  if (verdicts === undefined) {
    throw misuse({
      problem: 'no mutant has been judged here yet',
      expected: '.cordon/mutation.json',
      remedy: 'npm run mutation',
    });
  }
  return new Set(verdicts.filter(({ by }) => by === null).map(({ key }) => key));
}

async function readLines(): Promise<{ key: string; by: string | null }[] | undefined> {
  const text = await readFile(FILE, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
