import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { TOMBSTONES } from '../../scripts/audit/burials.mjs';
import { elementsOf, textOf } from '../../scripts/audit/keys.mjs';
import { leafHash, Tree } from '../../scripts/audit/merkle.mjs';
import type { Head } from '../../scripts/audit/section.mjs';

const DAY = 86_400_000;
export const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * DAY).toISOString();

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Tombstones as erasure and retention leave them: with the digest of their keys, and closed by one over each request or run. What a test says itself stays.
 *
 * @param at when they were closed
 */
export function closedGraves(graves: MadeSeal['rows'], at: string): MadeSeal['rows'] {
  const cause = graves[0]?.id;
  const burials = new Map<string, string[]>();
  const whole = graves.map((given) => {
    const keys = elementsOf(given.record_keys);
    const row: Record<string, unknown> = {
      cause_id: cause,
      row_count: String(Math.max(keys.length, 1)),
      keys_sha256: sha256(keys.join('\n')),
      ...given,
    };
    const head = JSON.stringify([row.organisation_id, row.cause, row.cause_id].map(textOf));
    const line = JSON.stringify([
      textOf(row.relation),
      row.column_name ?? null,
      row.row_count,
      row.keys_sha256,
    ]);
    burials.set(head, [...(burials.get(head) ?? []), line]);
    return row;
  });
  const closings = [...burials].map(([head, lines], place) => {
    const [organisation_id, of, cause_id] = JSON.parse(head);
    return {
      ...('organisation_id' in (graves[0] ?? {}) && { organisation_id }),
      id: `z-${place}-${cause_id}`,
      ...(of !== 'undefined' && { cause: of }),
      cause_id,
      relation: TOMBSTONES,
      row_count: String(lines.length),
      keys_sha256: sha256([head, ...lines.sort()].join('\n')),
      destroyed_at: at,
    };
  });
  return [...whole, ...closings];
}

/** Rows that one seal closes. The seal before was closed at noon of the day before. */
export interface MadeSeal {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** What the head says otherwise than is true. */
  readonly says?: object;
  /** Tombstones as they are given, closed by nothing that is not among them. */
  readonly isAsGiven?: boolean;
}

export interface MadeTrail {
  readonly lines: readonly string[];
  readonly head: Head;
  /** Hashes of the whole subtrees over the first rows of a table. */
  readonly subtrees: (table: string, size: number) => readonly string[];
}

interface Entry {
  readonly key: readonly string[];
  readonly tree: Tree;
  readonly hashes: Buffer[];
  readonly lines: string[];
}

/**
 * A trail of several tables, made up without a database as docs/seals.md tells it: what a superuser makes who seals everything himself. Keys are
 * `organisation_id`, where a row has one, and `id`.
 */
export function madeTrail(seals: readonly MadeSeal[]): MadeTrail {
  const tables = new Map<string, Entry>();
  const chain: string[] = [];
  let previous = '00'.repeat(32);
  for (const [place, { table, rows: given, says, isAsGiven }] of seals.entries()) {
    const rows = table === TOMBSTONES && !isAsGiven ? closedGraves(given, day(place + 0.4)) : given;
    const entry = tables.get(table) ?? {
      key: rows.some((row) => 'organisation_id' in row) ? ['organisation_id', 'id'] : ['id'],
      tree: new Tree(),
      hashes: [],
      lines: [],
    };
    tables.set(table, entry);
    for (const content of rows) {
      const row = JSON.stringify({ v: 'cordon.row.1', table, row: content });
      const key = `{${entry.key.map((name) => content[name]).join(',')}}`;
      entry.hashes.push(leafHash(row));
      entry.lines.push(
        JSON.stringify({ leaf: entry.tree.size, key, hash: leafHash(row).toString('hex'), row }),
      );
      entry.tree.add(leafHash(row));
    }
    const seal = JSON.stringify({
      v: 'cordon.seal.1',
      seal: place + 1,
      table,
      tree_size: entry.tree.size,
      row_count: rows.length,
      root: entry.tree.root().toString('hex'),
      closed_at: day(place + 0.5),
      previous,
      ...says,
    });
    previous = createHash('sha256').update(seal).digest('hex');
    chain.push(JSON.stringify({ seal, hash: previous }));
  }
  const names = [...tables.keys()].sort(
    (a, b) => Number(b === TOMBSTONES) - Number(a === TOMBSTONES) || (a < b ? -1 : 1),
  );
  const sections = names.flatMap((table) => {
    const { key, lines } = tables.get(table) as Entry;
    return [JSON.stringify({ table, key, first: 0, subtrees: [] }), ...lines];
  });
  const leaves = [...tables.values()].reduce((sum, { lines }) => sum + lines.length, 0);
  return {
    lines: [
      JSON.stringify({ format: 'cordon.audit-export.1', exported_at: day(99), tables: names, from: 0 }),
      ...chain,
      ...sections,
      JSON.stringify({ end: { seals: chain.length, leaves, unsealed: 0 } }),
    ],
    head: {
      format: 'cordon.head.1',
      seal: chain.length,
      hash: previous,
      closed_at: day(chain.length - 0.5),
      trees: Object.fromEntries(
        [...tables].map(([table, { tree }]) => [
          table,
          { tree_size: tree.size, root: tree.root().toString('hex') },
        ]),
      ),
    },
    subtrees: (table, size) => {
      const tree = new Tree();
      for (const hash of tables.get(table)?.hashes.slice(0, size) ?? []) tree.add(hash);
      return tree.subtrees.map((hash) => hash.toString('hex'));
    },
  };
}

/** The line of a row, by its table and key. */
function lineOf(lines: readonly string[], table: string, key: string): number {
  const start = lines.findIndex((line) => line.startsWith(`{"table":"${table}"`));
  return lines.findIndex((line, at) => at > start && line.includes(`"key":"${key}"`));
}

/** The lines, with one row's line changed; its row is null where it is gone. */
export function withRow(
  lines: readonly string[],
  table: string,
  key: string,
  change: (entry: { leaf: number; key: string; hash: string; row: string }) => object,
): readonly string[] {
  const at = lineOf(lines, table, key);
  return lines.with(at, JSON.stringify(change(JSON.parse(lines[at] as string))));
}
export const gone = (lines: readonly string[], table: string, key: string) =>
  withRow(lines, table, key, (entry) => ({ ...entry, row: null }));

export function savedLines(file: string, lines: readonly string[]): string {
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
