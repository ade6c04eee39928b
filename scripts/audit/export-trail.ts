import { once } from 'node:events';
import { createWriteStream, openSync, rmSync, type WriteStream } from 'node:fs';
import type pg from 'pg';
import { misuse } from '../console/errors.ts';
import { rollBack } from '../postgres/roll-back.ts';

/** What of the trail to export. The chain of seals is exported whole: a part of it proves nothing. */
export interface Extent {
  /** Tables whose rows are wanted; all sealed ones when left out. */
  readonly tables?: readonly string[];
  /** Rows sealed after this seal; those before are represented by their hashes. */
  readonly from?: number;
}

export interface Exported {
  readonly seals: number;
  readonly leaves: number;
  readonly unsealed: number;
}

/** Leaves asked for at a time: the server keeps a batch on disk, if it must. */
const BATCH = 20_000;
/** Rows held here at a time: they can be a megabyte each. */
const FETCH = 100;
const TOMBSTONES = 'governance.tombstones';
const BEYOND = Number.MAX_SAFE_INTEGER;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Writes the trail into a new file, as docs/seals.md describes it, from one snapshot of the database and in constant memory.
 *
 * @param client as the role that migrates; a read-only transaction is run on it.
 * @throws CommandError (2) for a file that is there already, a table that is not sealed, a seal that does not exist.
 */
export async function exportTrail(
  client: pg.ClientBase,
  file: string,
  { tables: wanted, from = 0 }: Extent = {},
  onProgress: (table: string, leaves: number) => void = () => {},
): Promise<Exported> {
  await client.query('begin isolation level repeatable read read only');
  try {
    const heads = await readHeads(client);
    const tables = await chosen(client, heads, wanted);
    if (from > heads.length) {
      throw misuse({ problem: `there is no seal ${from}`, expected: `0 to ${heads.length}` });
    }
    const out = NewFile.create(file);
    try {
      await out.write({
        format: 'cordon.audit-export.1',
        exported_at: new Date().toISOString(),
        tables,
        from,
      });
      for (const { head, hash } of heads) await out.write({ seal: head, hash });
      let [leaves, unsealed] = [0, 0];
      for (const table of tables) {
        const first = sizeAt(heads.slice(0, from), table);
        const key = await keyOf(client, table);
        await out.write({ table, key, first, subtrees: await subtreesOf(client, table, first) });
        const size = sizeAt(heads, table);
        for (let start = first; start < size; start += BATCH) {
          leaves += await writeLeaves(client, out, table, start, Math.min(start + BATCH, size));
          onProgress(table, leaves);
        }
        // Leaves that no seal is over do not belong there: the verifier says so.
        leaves += await writeLeaves(client, out, table, size, BEYOND);
        unsealed += await writeUnsealed(client, out, table);
      }
      const counted = { seals: heads.length, leaves, unsealed };
      await out.write({ end: counted });
      await out.close();
      return counted;
    } catch (error) {
      out.discard();
      throw error;
    }
  } finally {
    await rollBack(client);
  }
}

interface SealedHead {
  readonly table: string;
  readonly size: number;
  readonly head: string;
  readonly hash: string;
}

async function readHeads(client: pg.ClientBase): Promise<readonly SealedHead[]> {
  const { rows } = await client.query<{ table_name: string; tree_size: string; head: string; hash: string }>(
    `select table_name, tree_size, head, encode(hash, 'hex') as hash from audit.sealed_heads()`,
  );
  return rows.map(({ table_name, tree_size, head, hash }) => ({
    table: table_name,
    size: Number(tree_size),
    head,
    hash,
  }));
}

async function chosen(
  client: pg.ClientBase,
  heads: readonly SealedHead[],
  wanted?: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>('select name from audit.sealed_tables() as name');
  const known = [...new Set([...rows.map(({ name }) => name), ...heads.map(({ table }) => table)])].sort();
  const full = wanted?.map((name) => (name.includes('.') ? name : `public.${name}`));
  const unknown = full?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw misuse({ problem: `${unknown} is not sealed`, expected: `one of ${known.join(', ')}` });
  }
  // First, so that a verifier knows what was destroyed on record when it comes to what is gone.
  const names: readonly string[] = full ?? known;
  return [...names.filter((name) => name === TOMBSTONES), ...names.filter((name) => name !== TOMBSTONES)];
}

function sizeAt(heads: readonly SealedHead[], table: string): number {
  return heads.findLast((head) => head.table === table)?.size ?? 0;
}

/** Columns of the primary key; none for a table that is gone. */
async function keyOf(client: pg.ClientBase, table: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select a.attname as name
     from pg_index as i
     cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (attnum, place)
     join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum
     where i.indrelid = to_regclass($1) and i.indisprimary and k.place <= i.indnkeyatts
     order by k.place`,
    [table],
  );
  return rows.map(({ name }) => name);
}

async function subtreesOf(
  client: pg.ClientBase,
  table: string,
  count: number,
): Promise<readonly (string | null)[]> {
  const { rows } = await client.query<{ hash: string | null }>(
    `select encode(hash, 'hex') as hash from unnest(audit.whole_subtrees($1, $2)) with ordinality as subtree (hash, place) order by place`,
    [table, count],
  );
  return rows.map(({ hash }) => hash);
}

function writeLeaves(client: pg.ClientBase, out: NewFile, table: string, first: number, last: number) {
  return drain<{ leaf_index: string; record_key: string; leaf_hash: string; record: string | null }>(
    client,
    `select leaf_index, record_key, encode(leaf_hash, 'hex') as leaf_hash, record from audit.sealed_records($1, $2, $3)`,
    [table, first, last],
    ({ leaf_index, record_key, leaf_hash, record }) =>
      out.write({ leaf: Number(leaf_index), key: record_key, hash: leaf_hash, row: record }),
  );
}

function writeUnsealed(client: pg.ClientBase, out: NewFile, table: string) {
  return drain<{ record_key: string; record: string }>(
    client,
    'select record_key, record from audit.unsealed_records($1)',
    [table],
    ({ record_key, record }) => out.write({ unsealed: record_key, row: record }),
  );
}

/** Hands over one row after the other, a few of them in memory at a time. */
async function drain<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  query: string,
  values: readonly unknown[],
  each: (row: Row) => Promise<void>,
): Promise<number> {
  await client.query(`declare trail no scroll cursor for ${query}`, [...values]);
  let count = 0;
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${FETCH} from trail`);
    for (const row of rows) await each(row);
    count += rows.length;
    if (rows.length < FETCH) break;
  }
  await client.query('close trail');
  return count;
}

/** A file that was not there, readable by its owner alone: it holds what only the officer may read. */
class NewFile {
  readonly #path: string;
  readonly #stream: WriteStream;
  /** What the file system said first: a full disk says it between two writes. */
  #error: Error | undefined;
  /** Half of an export proves nothing, and holds rows of people: who interrupts it is left with no file. */
  readonly #onSignal = (signal: NodeJS.Signals) => {
    this.discard();
    process.kill(process.pid, signal);
  };

  private constructor(path: string, stream: WriteStream) {
    this.#path = path;
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#error ??= error;
    });
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  /** In one step with what listens for signals, so that none comes in between. */
  static create(path: string): NewFile {
    try {
      const fd = openSync(path, 'wx', 0o600);
      return new NewFile(path, createWriteStream(path, { fd }));
    } catch (cause) {
      const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
      throw misuse(
        {
          problem: exists ? `${path} is there already` : `${path} cannot be written`,
          remedy: 'name a new file in a folder that is there',
        },
        { cause },
      );
    }
  }

  async write(entry: unknown): Promise<void> {
    await this.#until(this.#stream.write(`${JSON.stringify(entry)}\n`) ? undefined : 'drain');
  }

  async close(): Promise<void> {
    this.#stream.end();
    await this.#until('finish');
    this.#leaveSignals();
  }

  async #until(event: 'drain' | 'finish' | undefined): Promise<void> {
    try {
      if (this.#error) throw this.#error;
      if (event) await once(this.#stream, event);
    } catch (cause) {
      throw misuse(
        {
          problem: `${this.#path} cannot be written to its end: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}`,
          expected: 'room for the whole export',
          remedy: 'make room, or name a file elsewhere; nothing of this one was left',
        },
        { cause },
      );
    }
  }

  /** Synchronous, so that it also works while the process ends. */
  discard(): void {
    this.#stream.destroy();
    rmSync(this.#path, { force: true });
    this.#leaveSignals(); // not before: under npm one Ctrl-C comes twice
  }

  #leaveSignals(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}
