import type { Difference } from '../catalog/differences.ts';
import { granteeOf } from '../sources/definitions.ts';

/**
 * Leaves out what only comes with a table, view or function that is strange as a whole: its columns, keys and indexes, and what
 * its owner holds on it. Its policies, triggers and what others hold are told: they say what it is for.
 */
export function withoutParts(differences: readonly Difference[]): readonly Difference[] {
  const strange = new Map(
    differences.flatMap(({ key, change, after = '' }) => {
      const name = /^(?:table|view|materialized view|foreign table) (.+)$/.exec(key)?.[1];
      return change === 'added' && name ? [[name, /(?:^|\s)owner (\S+)$/m.exec(after)?.[1]] as const] : [];
    }),
  );
  return differences.filter(({ key, change, after = '' }) => {
    if (change !== 'added') return true;
    const table =
      /^(?:comment on )?column (.+)\.[^.]+$/.exec(key)?.[1] ??
      /^(?:comment on )?constraint .+ on (.+)$/.exec(key)?.[1] ??
      (/^index /.test(key) ? / ON (?:ONLY )?(\S+) USING /.exec(after)?.[1] : undefined);
    if (table !== undefined && strange.has(table)) return false;
    const { object, grantee } = granteeOf(key);
    return object === '' || strange.get(object) !== grantee;
  });
}
