import type { Difference } from '../catalog/differences.ts';
import { granteeOf } from '../sources/definitions.ts';
import { withoutParts } from './parts.ts';
import { type Drift, tellDrift } from './sentence.ts';

const OBJECT = /^(?:table|view|materialized view|foreign table|sequence) (.+)$/;
const ROUTINE = /^(?:function|procedure|aggregate) .+$/;

/**
 * Tells differences, each object that is strange as a whole in one line: who holds anything on it stands behind it, and the
 * privileges in its details.
 */
export function tellDrifts(differences: readonly Difference[]): readonly Drift[] {
  const whole = withoutParts(differences);
  const strange = new Map<string, string>();
  for (const { key, change } of whole) {
    const name = OBJECT.exec(key)?.[1] ?? ROUTINE.exec(key)?.[0];
    if (change === 'added' && name !== undefined) strange.set(name, key);
  }
  const held = new Map<string, { grantee: string; privileges: string }[]>();
  const others = whole.filter(({ key, change, after = '' }) => {
    const { object: on, grantee } = granteeOf(key);
    const object = strange.get(on);
    if (change !== 'added' || object === undefined) return true;
    held.set(object, [...(held.get(object) ?? []), { grantee, privileges: after.replaceAll('\n', ', ') }]);
    return false;
  });
  return others.map((difference) => {
    const told = tellDrift(difference);
    const holders = held.get(difference.key);
    if (!holders) return told;
    const who = holders.map(({ grantee }) => (grantee === 'PUBLIC' ? 'everybody (PUBLIC)' : grantee));
    return {
      ...told,
      sentence: `${told.sentence}; ${who.join(', ')} ${who.length === 1 ? 'holds' : 'hold'} something on it`,
      opens: true,
      details: [...holders.map(({ grantee, privileges }) => `  ${grantee} ${privileges}`), ...told.details],
    };
  });
}
