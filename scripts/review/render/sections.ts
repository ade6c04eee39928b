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
export function tellSeen({ seen, mark }: ConfirmedVerdict): string {
  if (seen === undefined) return '';
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

/** One sentence on what the personas tried; why where they did not. */
export function tellObservation({
  observation,
  migrations,
}: Pick<Review, 'observation' | 'migrations'>): string {
  if (migrations.length === 0) return 'no new migration, so nobody tried anything';
  if (!observation) return 'not observed: the catalog alone';
  const { compared, changes, unasked } = observation;
  const only =
    unasked.length === 0
      ? ''
      : `; ${unasked.length} ${unasked.length === 1 ? 'table' : 'tables'} only on one side`;
  return `${compared} cells tried before and after on real connections, ${changes.length} of them differ${only}`;
}
