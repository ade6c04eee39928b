import type { SourceObject } from './gather.ts';

/**
 * Orders functions so that each comes after those it names. PostgreSQL checks the body of an SQL function when it is created.
 * Names are looked for in the text: a mention too many only moves a function down. In a circle the alphabet decides.
 */
export function orderByUse(functions: readonly SourceObject[]): SourceObject[] {
  const sorted = [...functions].sort((a, b) => (a.key < b.key ? -1 : 1));
  const byName = new Map<string, SourceObject[]>();
  for (const one of sorted) byName.set(one.on, [...(byName.get(one.on) ?? []), one]);
  const done = new Set<SourceObject>();
  const underWay = new Set<SourceObject>();
  const ordered: SourceObject[] = [];
  const visit = (one: SourceObject): void => {
    if (done.has(one) || underWay.has(one)) return;
    underWay.add(one);
    for (const [name] of one.definition.sql.matchAll(/[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*/g)) {
      for (const used of byName.get(name) ?? []) visit(used);
    }
    done.add(one);
    ordered.push(one);
  };
  for (const one of sorted) visit(one);
  return ordered;
}
