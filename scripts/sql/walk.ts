import type { Tree } from './parse.ts';

/** Every node of one kind in a parse tree, at any depth: `nodesOf({ UpdateStmt: tree }, 'RangeVar')`. */
export function nodesOf(tree: Tree, kind: string): Tree[] {
  if (Array.isArray(tree)) return tree.flatMap((item) => nodesOf(item, kind));
  if (tree === null || typeof tree !== 'object') return [];
  return Object.entries(tree as Record<string, Tree>).flatMap(([name, value]) => [
    ...(name === kind ? [value] : []),
    ...nodesOf(value, kind),
  ]);
}
