import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { misuse } from '../console/errors.ts';
import type { Verdict } from './battery/battery.ts';
import type { Mutant } from './mutant.ts';
import type { Score } from './score.ts';

const FILE = fileURLToPath(new URL('../../generated/mutation.ndjson', import.meta.url));

/** One operator's mutants of one table, view or function. */
const LineSchema = z.strictObject({
  operator: z.string(),
  subject: z.string(),
  /** Digest of all its mutants: of others nothing is known. */
  of: z.string(),
  /** What turned red, and for how many of them. */
  killed: z.record(z.string(), z.number().int().positive()),
  /** The keys of those that nothing was seen to kill. */
  others: z.array(z.string()),
});
type Line = z.infer<typeof LineSchema>;

/**
 * The committed record of what was killed and by whom: so a fresh checkout knows what earlier runs found out, and a
 * reader can ask for any line again with `npm run mutation -- --only '<subject>'`.
 */
export async function writeRecord({ killed }: Score, mutants: readonly Mutant[]): Promise<void> {
  await writeFile(FILE, renderRecord(killed, mutants));
}

/** Verdicts on today's mutants by key, as the committed record has them; on groups that have changed since, none. */
export function readRecord(mutants: readonly Mutant[]): ReadonlyMap<string, Verdict> {
  return verdictsFrom(readFileSync(FILE, 'utf8'), mutants, FILE);
}

/** A line for each group of which something was killed, in the order of their names. */
export function renderRecord(killed: readonly Verdict[], mutants: readonly Mutant[]): string {
  const killers = new Map(killed.map(({ mutant, kill }) => [mutant.key, kill?.by ?? '']));
  return [...groupsOf(mutants)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => lineOf(group, killers))
    .filter((line) => Object.keys(line.killed).length > 0)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/**
 * @param file how to name the text where it cannot be read.
 * @throws CordonError (2) if a line is none of ours.
 */
export function verdictsFrom(
  text: string,
  mutants: readonly Mutant[],
  file: string,
): ReadonlyMap<string, Verdict> {
  const groups = groupsOf(mutants);
  return new Map(
    text
      .split('\n')
      .flatMap((line, index) => (line === '' ? [] : [parsed(line, `${file}:${index + 1}`)]))
      .flatMap((line) => {
        const group = groups.get(nameOf(line)) ?? [];
        return digestOf(group) === line.of ? verdictsOf(line, group) : [];
      })
      .map((verdict) => [verdict.mutant.key, verdict]),
  );
}

function lineOf(group: readonly Mutant[], killers: ReadonlyMap<string, string>): Line {
  const [{ operator, subject }] = group as [Mutant];
  const killed: Record<string, number> = {};
  for (const by of group.flatMap(({ key }) => killers.get(key) ?? []).sort()) {
    killed[by] = (killed[by] ?? 0) + 1;
  }
  const others = group.map(({ key }) => key).filter((key) => !killers.has(key));
  return { operator, subject, of: digestOf(group), killed, others: others.sort() };
}

/** Which of several killers had which mutant is not written down: they are dealt out, so that each keeps its number. */
function verdictsOf({ killed, others }: Line, group: readonly Mutant[]): readonly Verdict[] {
  const alive = new Set(others);
  const killers = Object.entries(killed).flatMap(([by, count]) => Array.from({ length: count }, () => by));
  return group
    .filter(({ key }) => !alive.has(key))
    .map((mutant, index) => ({ mutant, kill: { by: killers[index] ?? '', claim: '' }, milliseconds: 0 }));
}

function parsed(text: string, place: string): Line {
  try {
    return LineSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw misuse(
      {
        problem: `${place} is no line of the record of mutants`,
        expected: 'what npm run mutation -- --score --write writes',
        remedy: 'git checkout generated/mutation.ndjson',
      },
      { cause },
    );
  }
}

function groupsOf(mutants: readonly Mutant[]): ReadonlyMap<string, readonly Mutant[]> {
  const groups = new Map<string, Mutant[]>();
  for (const mutant of mutants) {
    const group = groups.get(nameOf(mutant));
    if (group) group.push(mutant);
    else groups.set(nameOf(mutant), [mutant]);
  }
  return groups;
}

function nameOf({ operator, subject }: { readonly operator: string; readonly subject: string }): string {
  return `${operator} ${subject}`;
}

function digestOf(group: readonly Mutant[]): string {
  const hash = createHash('sha256');
  for (const { key, sql } of group) hash.update(JSON.stringify([key, sql]));
  return hash.digest('hex').slice(0, 16);
}
