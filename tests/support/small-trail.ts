import { createHash } from 'node:crypto';
import { leafHash, Tree } from '../../scripts/audit/merkle.mjs';
import type { Head } from '../../scripts/audit/verifier.mjs';

export const TABLE = 'public.small_log';
const DAY = 86_400_000;
const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * DAY).toISOString();

export interface Step {
  /** When its only row says that it was written. */
  readonly written?: string;
  /** When its seal says that the table was closed. */
  readonly closed?: string;
}

/**
 * A trail made up without a database, sealed and exported as docs/seals.md tells: a row and a seal a step, one a day. What a superuser
 * makes who seals everything himself.
 */
export function smallTrail(steps: readonly Step[], table = TABLE): { lines: string[]; head: Head } {
  const tree = new Tree();
  const [seals, leaves]: [string[], string[]] = [[], []];
  let head: Head | undefined;
  let previous = '00'.repeat(32);
  for (const [place, { written = day(place), closed = day(place + 0.5) }] of steps.entries()) {
    const id = `k${place}`;
    const row = JSON.stringify({
      v: 'cordon.row.1',
      table,
      row: { created_at: written, id, note: '\ufffd' },
    });
    const leaf = leafHash(row);
    tree.add(leaf);
    const top = { tree_size: place + 1, root: tree.root().toString('hex') };
    const sealed = { v: 'cordon.seal.1', seal: place + 1, table, ...top, row_count: 1 };
    const seal = JSON.stringify({ ...sealed, closed_at: closed, sealed_by: 'postgres', previous });
    previous = createHash('sha256').update(seal).digest('hex');
    seals.push(JSON.stringify({ seal, hash: previous }));
    leaves.push(JSON.stringify({ leaf: place, key: `{${id}}`, hash: leaf.toString('hex'), row }));
    head = {
      format: 'cordon.head.1',
      seal: place + 1,
      hash: previous,
      closed_at: closed,
      trees: { [table]: top },
    };
  }
  const count = steps.length;
  return {
    lines: [
      JSON.stringify({ format: 'cordon.audit-export.1', exported_at: day(count), tables: [table], from: 0 }),
      ...seals,
      JSON.stringify({ table, key: ['id'], first: 0, subtrees: [] }),
      ...leaves,
      JSON.stringify({ end: { seals: count, leaves: count, unsealed: 0 } }),
    ],
    head: head as Head,
  };
}
