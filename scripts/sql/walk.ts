import type { Tree } from './parse.ts';

/** Every node of one kind in a parse tree, at any depth: `nodesOf({ UpdateStmt: tree }, 'RangeVar')`. */
export function nodesOf(tree: Tree, kind: string): Tree[] {
  const found: Tree[] = [];
  collect(tree, kind, found);
  return found;
}

/** Into one list: whole histories are walked, and a list for each node costs four times what the walk does. */
function collect(tree: Tree, kind: string, found: Tree[]): void {
  if (tree === null || typeof tree !== 'object') return;
  if (Array.isArray(tree)) {
    for (const item of tree) collect(item, kind, found);
    return;
  }
  for (const name of Object.keys(tree)) {
    const value = (tree as Record<string, Tree>)[name];
    if (name === kind) found.push(value);
    collect(value, kind, found);
  }
}
