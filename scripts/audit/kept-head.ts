import { existsSync, readFileSync, statSync } from 'node:fs';
import type pg from 'pg';
import { finding, misuse } from '../console/errors.ts';
import { readJson } from './lines.mjs';
import { sha256 } from './merkle.mjs';
import { type Head, isHead, type Seal } from './section.mjs';

/**
 * The head that a file holds, which the next one is to take the place of: undefined where there is no file yet, or a pipe or device.
 *
 * @throws CommandError (2) where something else stands in it.
 */
export function readKept(file: string | undefined): Head | undefined {
  if (file === undefined || !existsSync(file) || !statSync(file).isFile()) return undefined;
  const { value, oddity } = readJson(readFileSync(file));
  if (oddity === undefined && isHead(value)) return value;
  throw misuse({
    problem: `${file} is there, and holds no head`,
    expected: 'a head that --keep wrote (cordon.head.1), or no file',
    remedy: 'name another file',
  });
}

/**
 * Whether the trail still stands over a head that was kept: a superuser who sealed it anew would else write over what alone tells so. Links and
 * sizes from that seal on are looked at; the rows under them are for `audit:verify`.
 *
 * @param client as the role that migrates.
 * @returns what is not so, or undefined.
 */
async function unlikeKept(client: pg.ClientBase, kept: Head): Promise<string | undefined> {
  const { rows: seals } = await client.query<{ head: string; hash: string }>(
    `select head, encode(hash, 'hex') as hash from audit.sealed_heads() where seal >= $1 order by seal`,
    [kept.seal],
  );
  if (seals[0]?.hash !== kept.hash)
    return seals.length === 0
      ? `the chain ends before seal ${kept.seal}`
      : `seal ${kept.seal} is another one`;
  const sizes = new Map(Object.entries(kept.trees).map(([table, { tree_size }]) => [table, tree_size]));
  let previous = '';
  for (const [place, { head, hash }] of seals.entries()) {
    const seal = JSON.parse(head) as Seal;
    const isNext = seal.seal === kept.seal + place && (place === 0 || seal.previous === previous);
    if (!isNext || sha256(head).toString('hex') !== hash)
      return `seal ${kept.seal + place} does not follow the one before it`;
    // The seal that was kept is the last one of its table; each later one adds to what was there.
    const before = seal.tree_size - (place === 0 ? 0 : seal.row_count);
    if ((sizes.get(seal.table) ?? 0) !== before)
      return `seal ${seal.seal} of ${seal.table} does not grow from what was kept`;
    sizes.set(seal.table, seal.tree_size);
    previous = hash;
  }
  const { rows: trees } = await client.query<{ name: string; tree_size: number; root: string | null }>(
    // The chain is written out once, and not for each tree: it grows by a seal an hour.
    `with heads as materialized (select table_name, tree_size, head from audit.sealed_heads() where seal <= $2)
     select t.name, t.tree_size, h.head::jsonb ->> 'root' as root
     from jsonb_to_recordset($1) as t (name text, tree_size bigint)
     left join heads as h on h.table_name = t.name and h.tree_size = t.tree_size`,
    [JSON.stringify(Object.entries(kept.trees).map(([name, tree]) => ({ name, ...tree }))), kept.seal],
  );
  const bent = trees.find(({ name, root }) => root !== kept.trees[name]?.root);
  return bent && `${bent.name} has another root at row ${bent.tree_size}`;
}

/** @throws CommandError (1) where the trail is another than the one whose head was kept: what stands in the file stays. */
export async function requireKept(client: pg.ClientBase, file: string, kept: Head): Promise<void> {
  const unlike = await unlikeKept(client, kept);
  if (unlike === undefined) return;
  throw finding({
    problem: `this is not the trail whose head stands in ${file}: ${unlike}`,
    expected: `a trail that goes on from it; the file stays as it is, and what was new is sealed`,
    remedy: `npm run audit:export -- trail.ndjson, and npm run audit:verify -- trail.ndjson --head ${file}; of another database, keep the head in another file`,
  });
}
