// Verifies what prove_record and prove_consistency gave. Needs Node, keys.mjs, lines.mjs and merkle.mjs.

import { elementsOf, textOf } from './keys.mjs';
import { parsed } from './lines.mjs';
import { bytesOf, consistencyHolds, inclusionHolds, leafHash } from './merkle.mjs';

/** @param {any} tree */
const isTree = (tree) => Number.isSafeInteger(tree?.tree_size) && typeof tree.root === 'string';

/** Whether the row of a proof is of the table and key that it names. @param {any} proof */
function isOf({ table, key, row }) {
  const content = parsed(row);
  const values = Object.values(content?.row ?? {}).map(textOf);
  const names = elementsOf(key);
  return content?.table === table && names.length > 0 && names.every((name) => values.includes(name));
}

/**
 * Verifies what prove_record or prove_consistency gave.
 *
 * @param {any} proof
 * @param {import('./section.mjs').Head | undefined} head one that was kept
 * @returns {{ holds: boolean, isKept: boolean, isChanged?: boolean } | undefined} isKept: the root is one of the head; isChanged: the row that stands
 *   there now is not the one that was sealed; undefined where it is no proof
 */
export function verifyProof(proof, head) {
  const kept = head?.trees?.[proof?.table];
  /** @param {{ tree_size: number, root: string }} tree */
  const isKept = ({ tree_size, root }) =>
    kept !== undefined && kept.tree_size === tree_size && kept.root === root;
  if (!Array.isArray(proof?.path)) return undefined;
  const path = proof.path.map(bytesOf);
  if (proof.format === 'cordon.inclusion.1') {
    if (!isTree(proof)) return undefined;
    const noted = bytesOf(proof.leaf_hash);
    const leaf = typeof proof.row === 'string' ? leafHash(proof.row) : noted;
    const holds = inclusionHolds({
      leaf,
      index: proof.leaf_index,
      size: proof.tree_size,
      root: bytesOf(proof.root),
      path,
    });
    const isNamed = Number.isSafeInteger(proof.leaf_index) && (typeof proof.row !== 'string' || isOf(proof));
    const isSealed = holds && isNamed && leaf.equals(noted);
    const isUntouched = typeof proof.row_hash !== 'string' || proof.row_hash === proof.leaf_hash;
    return {
      holds: isSealed && isUntouched,
      isKept: isKept(proof),
      ...(isSealed && !isUntouched ? { isChanged: true } : {}),
    };
  }
  if (proof.format !== 'cordon.consistency.1' || !isTree(proof.from) || !isTree(proof.to)) return undefined;
  const holds = consistencyHolds({
    from: proof.from.tree_size,
    fromRoot: bytesOf(proof.from.root),
    to: proof.to.tree_size,
    toRoot: bytesOf(proof.to.root),
    path,
  });
  return { holds, isKept: isKept(proof.from) || isKept(proof.to) };
}
