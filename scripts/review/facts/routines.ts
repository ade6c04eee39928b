import { createTwoFilesPatch } from 'diff';
import type { Difference } from '../../catalog/differences.ts';
import { kindOf } from '../../catalog/snapshot.ts';

/** A function or procedure that came, went or changed. */
export interface RoutineDiff {
  /** `function authz.holds(text[], text[])` */
  readonly key: string;
  readonly change: Difference['change'];
  /** The changed lines in their surroundings, as `diff -u` prints them; of a new one only its head. */
  readonly diff: string;
}

const KINDS: readonly string[] = ['function', 'procedure', 'aggregate'];

/** Functions with the lines that change, as a reviewer of code expects them. */
export function routineDiffs(differences: readonly Difference[]): RoutineDiff[] {
  return differences
    .filter(({ key }) => KINDS.includes(kindOf(key)))
    .map(({ key, change, before = '', after = '' }) => ({
      key,
      change,
      diff: change === 'changed' ? unified(key, before, after) : '',
    }));
}

function unified(key: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(key, key, `${before}\n`, `${after}\n`, 'before', 'now', { context: 3 });
  return patch.split('\n').slice(1).join('\n').trimEnd();
}
