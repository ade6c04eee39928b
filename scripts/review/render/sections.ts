import { tellPersonas } from '../../codegen/access-matrix.ts';
import { counted } from '../../console/counted.ts';
import type { ReviewFinding } from '../guards/guard.ts';
import { tellLock } from '../guards/locks-short.ts';
import type { Review } from '../review.ts';
import type { ConfirmedVerdict } from '../verdicts/confirm.ts';
import { MARKS, type Mark } from '../verdicts/verdict.ts';
import { nameOfRealm } from '../verdicts/words.ts';

/** The verdicts of one realm. */
export interface RealmSection {
  readonly realm: string;
  /** `clinic staff (authenticated)` */
  readonly title: string;
  readonly verdicts: readonly ConfirmedVerdict[];
}

/** Whose reach comes first: whoever could see most of others. */
const ORDER: readonly string[] = [
  'anon',
  'patient',
  'authenticated',
  'internal_ops',
  'service_role',
  'cordon_definer',
  'cordon_insights',
];

/** Verdicts by realm; what is nobody's in particular stands last. */
export function realmSections({ verdicts }: Pick<Review, 'verdicts'>): readonly RealmSection[] {
  const realms = [...new Set(verdicts.map(({ realm }) => realm))];
  const rank = (realm: string) =>
    realm === 'everybody' ? ORDER.length + 1 : (ORDER.indexOf(realm) + ORDER.length + 1) % (ORDER.length + 1);
  return realms
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((realm) => ({
      realm,
      title:
        realm === 'everybody'
          ? 'everybody'
          : ORDER.includes(realm)
            ? `${nameOfRealm(realm)} (${realm})`
            : nameOfRealm(realm),
      verdicts: verdicts
        .filter((verdict) => verdict.realm === realm)
        .sort((a, b) => MARKS.indexOf(a.mark) - MARKS.indexOf(b.mark)),
    }));
}

/** What observation says to a verdict; empty where there is nothing to observe. */
export function tellSeen(
  { seen, mark, about, realm, command }: ConfirmedVerdict,
  { observation }: Pick<Review, 'observation'>,
): string {
  if (seen === undefined || !observation) return '';
  const isTried = observation.cells.some(
    ({ relation, role, operation, before }) =>
      before !== null && relation === about && role === realm && operation === command,
  );
  if (!isTried && seen.length === 0) return 'not tried: no persona was asked before and after';
  if (seen.length === 0) return mark === 'changed' ? '' : 'no persona got anything else';
  const few = seen.slice(0, 3).join(', ');
  return `seen: ${few}${seen.length > 3 ? ` and ${seen.length - 3} more` : ''}`;
}

export const SYMBOLS: Readonly<Record<Mark, string>> = {
  widened: '▲',
  changed: '◆',
  narrowed: '▼',
  equal: '=',
};

/** `2 new migrations since main (1247630628f3)` */
export function tellRange({ base, migrations }: Pick<Review, 'base' | 'migrations'>): string {
  return `${counted(migrations.length, 'new migration')} since ${base.ref} (${base.commit.slice(0, 12)})`;
}

/** `nothing stops it`, or how much does. */
export function tellOutcome({ findings }: Pick<Review, 'findings'>): string {
  if (findings.length === 0) return 'nothing stops it';
  return `${counted(findings.length, 'finding stops', 'findings stop')} it`;
}

/** Findings of one guard that are mended the same way. */
export interface FindingGroup extends Pick<ReviewFinding, 'guard' | 'expected' | 'remedy'> {
  readonly findings: readonly ReviewFinding[];
}

/** Findings in their order; those that expect and advise the same stand together. */
export function findingGroups({ findings }: Pick<Review, 'findings'>): readonly FindingGroup[] {
  const groups = new Map<string, FindingGroup & { findings: ReviewFinding[] }>();
  for (const finding of findings) {
    const { guard, expected, remedy } = finding;
    const key = JSON.stringify([guard, expected, remedy]);
    const group = groups.get(key) ?? { guard, expected, remedy, findings: [] };
    group.findings.push(finding);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What a migration does to those who work meanwhile. */
export interface Work {
  readonly fileName: string;
  /** `lock`, `rows`, or the linter's rule with its line. */
  readonly source: string;
  readonly sentence: string;
}

/** Locks, changed rows and cautions of every migration, in their order. */
export function workOf({ migrations }: Pick<Review, 'migrations'>): readonly Work[] {
  return migrations.flatMap(({ fileName, locks, rows, cautions }) => [
    ...locks.map((lock) => ({ fileName, source: 'lock', sentence: tellLock(lock) })),
    ...rows.map((sentence) => ({ fileName, source: 'rows', sentence })),
    ...cautions.map(({ rule, line, message, help }) => ({
      fileName,
      source: `squawk ${rule}, line ${line}`,
      sentence: help === null ? message : `${message} ${help}`,
    })),
  ]);
}

const TRIED: Readonly<Record<string, string>> = {
  SELECT: 'read',
  INSERT: 'add',
  UPDATE: 'change',
  DELETE: 'delete',
};

/** What personas got otherwise than before: `can now`, which of them, and what of which relation. */
export interface SeenChange {
  readonly mark: Mark;
  readonly sentence: string;
}

/** Every observed change, told once for all personas that it is the same for; gains first. */
export function seenChanges({ observation }: Pick<Review, 'observation'>): readonly SeenChange[] {
  const groups = new Map<string, { mark: Mark; what: string; personas: string[] }>();
  for (const { relation, persona, operation, whose, before, after } of observation?.changes ?? []) {
    const mark = after === 'allow' ? 'widened' : before === 'allow' ? 'narrowed' : 'changed';
    const rows = whose === 'own' ? 'own rows' : "others' rows";
    const can = mark === 'widened' ? 'can now' : 'can no longer';
    const what =
      mark === 'changed'
        ? `${operation} of ${rows} of ${relation} is refused otherwise: ${before}, now ${after}`
        : `${can} ${TRIED[operation]} ${rows} of ${relation}`;
    const group = groups.get(what) ?? { mark, what, personas: [] };
    if (!group.personas.includes(persona)) group.personas.push(persona);
    groups.set(what, group);
  }
  return [...groups.values()]
    .sort((a, b) => MARKS.indexOf(a.mark) - MARKS.indexOf(b.mark))
    .map(({ mark, what, personas }) => {
      const who = tellPersonas(personas).join(', ');
      return { mark, sentence: mark === 'changed' ? `${what} (${who})` : `${who} ${what}` };
    });
}

/** One sentence on what the personas tried; why where they did not. */
export function tellObservation({
  observation,
  migrations,
}: Pick<Review, 'observation' | 'migrations'>): string {
  if (migrations.length === 0) return 'no new migration, so nobody tried anything';
  if (!observation) return 'not observed: no persona tried, and no migration met rows; the catalog alone';
  const { compared, changes, unasked } = observation;
  const only =
    unasked.length === 0
      ? ''
      : `; ${unasked.length} ${unasked.length === 1 ? 'table' : 'tables'} only on one side`;
  return `${compared} cells tried before and after on real connections, ${changes.length} of them differ${only}`;
}
