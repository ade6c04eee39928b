import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { misuse } from '../console/errors.ts';
import { writeReport } from '../console/folder.ts';
import type { Verdict } from './battery/battery.ts';
import { isStillThere } from './killers.ts';
import type { Mutant } from './mutant.ts';
import type { Score } from './score.ts';

const FILE = fileURLToPath(new URL('../../generated/mutation.ndjson', import.meta.url));

/** One operator's mutants of one table, view or function. */
const LineSchema = z.strictObject({
  operator: z.string(),
  subject: z.string(),
  /** Digest of all its mutants: of others nothing is known. */
  of: z.string(),
  /** What turned red, and for which of them, by their places among the group as `--list` prints it, from 0. */
  killed: z.record(z.string(), z.array(z.number().int().nonnegative())),
  /** Which of them live, with a reason in equivalents.ts. */
  equivalent: z.array(z.number().int().nonnegative()),
  /** The keys of those of which nothing is known. */
  open: z.array(z.string()),
});
type Line = z.infer<typeof LineSchema>;

/**
 * The committed record of what was killed and by whom: so a fresh checkout knows what earlier runs found out, and a
 * reader can ask for any line again with `npm run mutation -- --only '<subject>'`.
 */
export function writeRecord({ killed, equivalent }: Score, mutants: readonly Mutant[]): void {
  writeReport(FILE, renderRecord([...killed, ...equivalent], mutants));
}

/** Verdicts on today's mutants by key, as the committed record has them; on groups that have changed since, or whose killer is gone, none. */
export function readRecord(mutants: readonly Mutant[]): ReadonlyMap<string, Verdict> {
  return verdictsFrom(readFileSync(FILE, 'utf8'), mutants, FILE);
}

/** A line for each group of which something is known, in the order of their names. */
export function renderRecord(verdicts: readonly Verdict[], mutants: readonly Mutant[]): string {
  const killers = new Map(verdicts.map(({ mutant, kill }) => [mutant.key, kill?.by ?? null]));
  return [...groupsOf(mutants)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => lineOf(group, killers))
    .filter((line) => Object.keys(line.killed).length + line.equivalent.length > 0)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}

/**
 * @param file how to name the text where it cannot be read.
 * @throws CommandError (2) if a line is none of ours.
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
        const isOfToday =
          digestOf(group) === line.of && Object.keys(line.killed).every((by) => isStillThere(by));
        return isOfToday ? verdictsOf(line, group) : [];
      })
      .map((verdict) => [verdict.mutant.key, verdict]),
  );
}

function lineOf(group: readonly Mutant[], killers: ReadonlyMap<string, string | null>): Line {
  const [{ operator, subject }] = group as [Mutant];
  const names = [...new Set(group.flatMap(({ key }) => killers.get(key) ?? []))].sort();
  const placesOf = (by: string | null) =>
    group.flatMap(({ key }, place) => (killers.get(key) === by ? [place] : []));
  const killed = Object.fromEntries(names.map((by) => [by, placesOf(by)]));
  const open = group.map(({ key }) => key).filter((key) => !killers.has(key));
  return { operator, subject, of: digestOf(group), killed, equivalent: placesOf(null), open: open.sort() };
}

function verdictsOf({ killed, equivalent }: Line, group: readonly Mutant[]): readonly Verdict[] {
  const at = (places: readonly number[], by?: string) =>
    places.flatMap((place): Verdict[] => {
      const mutant = group[place];
      return mutant
        ? [{ mutant, ...(by !== undefined && { kill: { by, claim: '' } }), milliseconds: 0 }]
        : [];
    });
  return [...Object.entries(killed).flatMap(([by, places]) => at(places, by)), ...at(equivalent)];
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
