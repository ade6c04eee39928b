import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consistencyHolds, inclusionHolds, leafHash, Tree } from '../../scripts/audit/merkle.mjs';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const hex = (bytes: Buffer) => bytes.toString('hex');
const bytes = (text: string) => Buffer.from(text, 'hex');

/** The tree of the certificate-transparency project's test data: eight entries, the root of every size, and proofs. */
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const INCLUSION: readonly (readonly [index: number, size: number, path: readonly string[]])[] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];
const CONSISTENCY: readonly (readonly [from: number, to: number, path: readonly string[]])[] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
];

/** Made by somebody else's implementation, which the file names, over seventy entries. */
const OTHERS = JSON.parse(
  readFileSync(new URL('../support/fixtures/rfc6962.json', import.meta.url), 'utf8'),
) as {
  leaves: string[];
  trees: { size: number; root: string; proofs: { index: number; path: string[] }[] }[];
};

/** The definition of RFC 6962, 2.1, word for word and as slow. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 1) return leaves[0] as Buffer;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(rootOf(leaves.slice(0, split)))
    .update(rootOf(leaves.slice(split)))
    .digest();
}

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client({ connectionString: database().url('superuser') });
  await client.connect();
});
afterAll(() => client.end());

/** The database's tree over these leaves, grown in steps as seals would. */
async function plant(table: string, leaves: readonly Buffer[], steps: readonly number[]): Promise<void> {
  let size = 0;
  for (const step of [...steps, leaves.length]) {
    const next = Math.min(Math.max(step, size), leaves.length);
    await client.query(
      `insert into audit.leaves (table_name, leaf_index, record_key, leaf_hash)
       select $1, $2 + place - 1, 'planted ' || ($2 + place), hash from unnest($3::bytea[]) with ordinality as leaf (hash, place)`,
      [table, size, leaves.slice(size, next)],
    );
    await client.query('select audit.grow_tree($1, $2, $3)', [table, size, next]);
    size = next;
  }
}
async function asked<T>(text: string, ...values: unknown[]): Promise<T> {
  return (await client.query<{ answer: T }>(`select ${text} as answer`, values)).rows[0]?.answer as T;
}
const rootIn = (table: string, size: number) => asked<Buffer>('audit.range_hash($1, 0, $2)', table, size);
const inclusionIn = (table: string, index: number, size: number) =>
  asked<Buffer[]>('audit.inclusion_path($1, $2, $3)', table, index, size);
const consistencyIn = (table: string, from: number, to: number) =>
  asked<Buffer[]>('audit.consistency_path($1, $2, $3)', table, from, to);

describe('trees are those of RFC 6962', () => {
  test('the eight entries of certificate transparency give its roots, in the database and in the verifier [S-20 +]', async () => {
    const leaves = ENTRIES.map((entry) => leafHash(bytes(entry)));
    await plant('ct', leaves, [1, 2, 3, 5]);
    const tree = new Tree();
    for (const [place, root] of ROOTS.entries()) {
      tree.add(leaves[place] as Buffer);
      expect(hex(tree.root())).toBe(root);
      expect(hex(await rootIn('ct', place + 1))).toBe(root);
    }
    expect(hex(await asked<Buffer>(`sha256(decode('00', 'hex') || ''::bytea)`))).toBe(ROOTS[0]);
  });

  test('and its proofs, which hold for nothing else [S-20 +]', async () => {
    for (const [index, size, path] of INCLUSION) {
      expect((await inclusionIn('ct', index, size)).map(hex)).toEqual(path);
      const proof = {
        leaf: leafHash(bytes(ENTRIES[index] as string)),
        index,
        size,
        root: bytes(ROOTS[size - 1] as string),
        path: path.map(bytes),
      };
      expect(inclusionHolds(proof)).toBe(true);
      expect(inclusionHolds({ ...proof, index: index + 1 })).toBe(false);
    }
    for (const [from, to, path] of CONSISTENCY) {
      expect((await consistencyIn('ct', from, to)).map(hex)).toEqual(path);
      const [fromRoot, toRoot] = [bytes(ROOTS[from - 1] as string), bytes(ROOTS[to - 1] as string)];
      expect(consistencyHolds({ from, fromRoot, to, toRoot, path: path.map(bytes) })).toBe(true);
    }
  });

  test("somebody else's implementation gives the same roots and paths up to seventy entries [S-20 +]", async () => {
    const leaves = OTHERS.leaves.map((entry) => leafHash(bytes(entry)));
    await plant('others', leaves, [7, 8, 30, 33]);
    expect(OTHERS.trees.length).toBeGreaterThan(15);
    for (const { size, root, proofs } of OTHERS.trees) {
      expect(hex(rootOf(leaves.slice(0, size)))).toBe(root);
      expect(hex(await rootIn('others', size))).toBe(root);
      for (const { index, path } of proofs) {
        expect((await inclusionIn('others', index, size)).map(hex)).toEqual(path);
        const proof = {
          leaf: leaves[index] as Buffer,
          index,
          size,
          root: bytes(root),
          path: path.map(bytes),
        };
        expect(inclusionHolds(proof)).toBe(true);
      }
    }
  });

  test('of any size, grown in any steps: every proof of the database holds, and none with another byte, place or length [S-20 -]', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 140 }),
        fc.array(fc.nat(140), { maxLength: 4 }),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        async (entries, steps, a, b, flip) => {
          const table = `random ${++run}`;
          const leaves = entries.map((entry) => leafHash(Buffer.from(entry)));
          await plant(
            table,
            leaves,
            steps.sort((x, y) => x - y),
          );
          const to = leaves.length;
          const from = 1 + (a % to);
          const index = b % from;
          const [fromRoot, toRoot] = [await rootIn(table, from), await rootIn(table, to)];
          expect(hex(toRoot)).toBe(hex(rootOf(leaves)));
          expect(hex(fromRoot)).toBe(hex(rootOf(leaves.slice(0, from))));

          const bent = (path: readonly Buffer[]) => {
            const copy = path.map((step) => Buffer.from(step));
            const step = copy[flip % copy.length];
            if (step) step[flip % 32] = (step[flip % 32] as number) ^ (1 << (flip % 8));
            return copy;
          };
          const inclusion = {
            leaf: leaves[index] as Buffer,
            index,
            size: from,
            root: fromRoot,
            path: await inclusionIn(table, index, from),
          };
          expect(inclusionHolds(inclusion)).toBe(true);
          expect(inclusionHolds({ ...inclusion, leaf: leafHash('other') })).toBe(false);
          expect(inclusionHolds({ ...inclusion, path: [...inclusion.path, fromRoot] })).toBe(false);
          expect(inclusionHolds({ ...inclusion, index: from })).toBe(false);
          if (inclusion.path.length > 0) {
            expect(inclusionHolds({ ...inclusion, path: bent(inclusion.path) })).toBe(false);
            expect(inclusionHolds({ ...inclusion, path: inclusion.path.slice(1) })).toBe(false);
          }

          const consistency = { from, fromRoot, to, toRoot, path: await consistencyIn(table, from, to) };
          expect(consistencyHolds(consistency)).toBe(true);
          expect(consistencyHolds({ ...consistency, fromRoot: leafHash('other') })).toBe(false);
          expect(consistencyHolds({ ...consistency, toRoot: leafHash('other') })).toBe(false);
          expect(consistencyHolds({ ...consistency, path: [...consistency.path, fromRoot] })).toBe(false);
          expect(consistencyHolds({ ...consistency, from: 0 })).toBe(false);
          if (consistency.path.length > 0) {
            expect(consistencyHolds({ ...consistency, path: bent(consistency.path) })).toBe(false);
            expect(consistencyHolds({ ...consistency, path: consistency.path.slice(1) })).toBe(false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
