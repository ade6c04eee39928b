// Verifies what `npm run audit:export` wrote, and proofs: docs/seals.md. It needs Node, this file, merkle.mjs and lines.mjs, no database and no package,
// and believes nothing that it can compute. Memory grows with the keys of what was destroyed on record, and with nothing else of the file.

import { linesOf, parsed, readJson } from './lines.mjs';
import { consistencyHolds, inclusionHolds, isSame, leafHash, sha256, Tree } from './merkle.mjs';

/**
 * @typedef {{ format: 'cordon.head.1', seal: number, hash: string, closed_at: string,
 *   trees: Record<string, { tree_size: number, root: string }> }} Head what an auditor keeps
 * @typedef {{ what: string, table?: string, position?: number, key?: string, seal?: number, line?: number }} Finding never holds a value of a row
 * @typedef {Omit<Finding, 'what'>} Where
 * @typedef {{ isExport: boolean, findings: Finding[], count: number, head: Head | undefined, seals: number, leaves: number, unsealed: number,
 *   destroyed: number, skipped: string[] }} Verdict destroyed: rows that are gone, and whose end is on record
 * @typedef {{ v: string, seal: number, table: string, tree_size: number, row_count: number, root: string, closed_at: string,
 *   previous: string }} Seal
 */

const NO_SEAL = '00'.repeat(32);
/** Of findings that follow one another, who wants to know more than these reads the file. */
const TOLD = 20;
/** Where erasure and retention write down what they destroyed; exported first. */
const TOMBSTONES = 'governance.tombstones';
/** Clocks of servers that take over from each other differ; nobody gains anything from a second. */
const CLOCK_SLACK_MS = 1000;
const ODD = 'this line is not as an export writes it, and not everybody reads in it what was verified';
const MISPLACED = 'the row is gone, and the key that it is said to have had does not belong in this place';

/** @param {unknown} hex @returns {Buffer} empty where it is no hash */
const bytesOf = (hex) =>
  typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex) ? Buffer.from(hex, 'hex') : Buffer.alloc(0);

/** Elements of PostgreSQL's literal of a text array. @param {unknown} literal @returns {string[]} */
function elementsOf(literal) {
  if (typeof literal !== 'string') return [];
  return [...literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,"]+)/gs)].map(
    ([, quoted, plain]) => quoted?.replace(/\\(.)/gs, '$1') ?? plain ?? '',
  );
}

/** PostgreSQL's literal of a text array, as keys are written. @param {readonly unknown[]} values */
function literalOf(values) {
  const quoted = values.map((value) => {
    const text = String(value);
    return text === '' || /[{}",\\ \t\n\r\v\f]/.test(text) || /^null$/i.test(text)
      ? `"${text.replace(/["\\]/g, '\\$&')}"`
      : text;
  });
  return `{${quoted.join(',')}}`;
}

/** In the order of their bytes, as a seal has them. @param {string | undefined} key @param {string | undefined} other */
function isBefore(key = '', other = '') {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) < 0;
}

/** Checks an export line by line, seals first, then each table's rows from the oldest. */
class Verification {
  /** @param {Head | undefined} kept @param {readonly string[] | undefined} tables */
  constructor(kept, tables) {
    this.kept = kept;
    /** Those that must be in the export. */
    this.wanted = tables ?? Object.keys(kept?.trees ?? {});
    /** @type {Seal[]} */
    this.seals = [];
    this.lastHash = NO_SEAL;
    /** The latest time at which a seal was closed. */
    this.closed = Number.NEGATIVE_INFINITY;
    /** Seals by table, oldest first. @type {Map<string, Seal[]>} */
    this.byTable = new Map();
    /** @type {Set<string>} */
    this.looked = new Set();
    /** @type {Section | undefined} */
    this.section = undefined;
    /** @type {Finding[]} */
    this.findings = [];
    this.count = 0;
    this.line = 0;
    this.leaves = 0;
    this.unsealed = 0;
    /**
     * Rows destroyed on record: table and key, of tombstones under a seal that holds, and whether a row has had that key yet.
     *
     * @type {Map<string, boolean>}
     */
    this.buried = new Map();
    this.destroyed = 0;
    this.ended = false;
  }

  /** @param {Finding} finding */
  find(finding) {
    this.count += 1;
    if (this.findings.length < TOLD) this.findings.push({ ...finding, line: finding.line ?? this.line });
  }

  /** @param {any} entry of one line, undefined where it is no JSON */
  take(entry) {
    if (this.ended) this.find({ what: 'something stands after the end of the export' });
    else if (typeof entry?.seal === 'string') this.takeSeal(entry);
    else if (typeof entry?.table === 'string') this.open(entry);
    else if (typeof entry?.leaf === 'number' && this.section) this.section.takeLeaf(entry);
    else if (typeof entry?.unsealed === 'string' && this.section) this.section.takeUnsealed(entry);
    else if (typeof entry?.end === 'object' && entry.end !== null) this.end(entry.end);
    else this.find({ what: 'this line is none of an export' });
  }

  /** @param {{ seal: string, hash: string }} entry */
  takeSeal({ seal: text, hash }) {
    const seal = /** @type {Seal | undefined} */ (parsed(text));
    const last = this.seals.at(-1);
    const number = (last?.seal ?? 0) + 1;
    const where = { table: String(seal?.table ?? ''), seal: number };
    if (sha256(text).toString('hex') !== hash || seal?.v !== 'cordon.seal.1') {
      this.find({ ...where, what: 'the seal is not what its hash says: it was changed' });
    } else if (this.section || seal.seal !== number || seal.previous !== this.lastHash) {
      this.find({ ...where, what: 'the chain is broken here: a seal is missing, replaced or out of order' });
    } else {
      const size = this.sealsOf(seal.table).at(-1)?.tree_size ?? 0;
      if (seal.tree_size !== size + seal.row_count)
        this.find({ ...where, what: 'the seal does not follow the one before it' });
      // Else a seal that says it is old would let in whatever is dated after it.
      const closed = Date.parse(seal.closed_at);
      if (!(closed >= this.closed - CLOCK_SLACK_MS))
        this.find({ ...where, what: 'the seal goes back in time: it was not closed when it says' });
      if (closed > this.closed) this.closed = closed;
    }
    if (this.kept && this.kept.seal === (seal?.seal ?? number) && hash !== this.kept.hash) {
      this.find({
        ...where,
        what: 'this is not the seal that was kept: everything was sealed anew, or you kept a head of another database',
      });
    }
    if (seal?.v !== 'cordon.seal.1') return;
    this.seals.push(seal);
    const ofTable = this.byTable.get(seal.table);
    if (ofTable) ofTable.push(seal);
    else this.byTable.set(seal.table, [seal]);
    this.lastHash = hash;
  }

  /** @param {string} table */
  sealsOf(table) {
    return this.byTable.get(table) ?? [];
  }

  /** @param {{ table: string, key: unknown, first: unknown, subtrees?: unknown }} entry */
  open({ table, key, first, subtrees = [] }) {
    this.section?.close();
    if (this.looked.has(table)) this.find({ table, what: 'the table stands in the export twice' });
    this.looked.add(table);
    // As many whole subtrees as the number of leaves before it has bits.
    const isStart =
      Array.isArray(key) &&
      Array.isArray(subtrees) &&
      Number.isSafeInteger(first) &&
      Number(first) >= 0 &&
      Number(first).toString(2).replaceAll('0', '').length === subtrees.length;
    if (!isStart) this.find({ table, what: 'the table does not begin as one of an export does' });
    this.section = isStart
      ? new Section(this, table, Number(first), subtrees.map(bytesOf), key)
      : new Section(this, table, 0, [], []);
  }

  /** @param {{ seals: number, leaves: number, unsealed: number }} counted */
  end(counted) {
    this.section?.close();
    this.section = undefined;
    this.ended = true;
    if (
      counted.seals !== this.seals.length ||
      counted.leaves !== this.leaves ||
      counted.unsealed !== this.unsealed
    ) {
      this.find({ what: 'lines are missing from the export, or were added' });
    }
  }

  finish() {
    if (!this.ended) {
      this.find({ what: 'the export ends too early: it was cut off' });
      this.section?.close();
    }
    const last = this.seals.at(-1)?.seal ?? 0;
    if (this.kept && this.kept.seal > last) {
      this.find({
        seal: last + 1,
        what: `the chain ends before seal ${this.kept.seal}, which was kept: seals were taken away`,
      });
    }
    for (const table of this.wanted) {
      if (!this.looked.has(table))
        this.find({ table, what: 'the table is not in this export: its rows may be gone or changed' });
    }
  }

  /** @returns {Head | undefined} */
  head() {
    const last = this.seals.at(-1);
    if (last === undefined) return undefined;
    const trees = Object.fromEntries(
      [...this.byTable].map(([table, seals]) => {
        const { tree_size, root } = /** @type {Seal} */ (seals.at(-1));
        return [table, { tree_size, root }];
      }),
    );
    return {
      format: 'cordon.head.1',
      seal: last.seal,
      hash: this.lastHash,
      closed_at: last.closed_at,
      trees,
    };
  }
}

/** The rows of one table. Two trees grow: of the rows as they are now, and of the leaves as they were noted. The sealed root tells which is true. */
class Section {
  /** @param {Verification} all @param {string} table @param {number} first @param {Buffer[]} subtrees @param {string[]} keyColumns */
  constructor(all, table, first, subtrees, keyColumns) {
    this.all = all;
    this.table = table;
    this.keyColumns = keyColumns;
    this.seals = all.sealsOf(table);
    this.next = this.seals.findIndex(({ tree_size }) => tree_size > first);
    if (this.next === -1) this.next = this.seals.length;
    this.rows = new Tree(first, subtrees);
    this.noted = new Tree(first, subtrees);
    /** Keys that rows of this table bury, until the seal over them holds. @type {string[]} */
    this.burying = [];
    /** Rows that are not what was noted, until the seal over them tells who is right. @type {Where[]} */
    this.doubts = [];
    /** The row before, under the same seal: within one, rows stand in the order of their keys. @type {{ where: Where, isGone: boolean } | undefined} */
    this.last = undefined;
    this.isLost = false;
    const kept = all.kept?.trees?.[table];
    this.keptSize = kept?.tree_size;
    this.keptRoot = bytesOf(kept?.root);
    if (first === 0) return;
    const before = this.seals[this.next - 1];
    if (before?.tree_size !== first || !isSame(this.rows.root(), bytesOf(before.root))) {
      this.lose({ seal: before?.seal ?? 0, what: 'the export does not begin where a seal ends' });
    }
    if (this.keptSize !== undefined && first > this.keptSize) {
      this.lose({
        what: `the export begins after what was kept: ask for --from ${all.kept?.seal} or earlier`,
      });
    }
    this.compareKept();
  }

  /** @param {Finding} finding */
  lose(finding) {
    if (!this.isLost) this.all.find({ table: this.table, ...finding });
    this.isLost = true;
  }

  /** @param {{ leaf: number, key: string, hash: string, row: string | null }} entry */
  takeLeaf({ leaf, key, hash, row }) {
    this.all.leaves += 1;
    const where = { table: this.table, position: leaf, key: String(key), line: this.all.line };
    const seal = this.seals[this.next];
    if (seal === undefined) return this.lose({ ...where, what: 'no seal is over this leaf' });
    if (leaf !== this.rows.size)
      return this.lose({
        ...where,
        position: this.rows.size,
        what: 'a leaf is missing, double or out of order here',
      });
    const noted = bytesOf(hash);
    const found = typeof row === 'string' ? leafHash(row) : undefined;
    if (noted.length === 0) return this.lose({ ...where, what: 'the leaf holds no hash' });
    this.noted.add(noted);
    this.rows.add(found ?? noted);
    if (found === undefined) this.takeGone(where);
    else if (!isSame(found, noted)) this.doubt(where);
    else {
      this.takeKey(where);
      this.checkRow(where, row, this.seals[this.next - 1]);
      if (this.table === TOMBSTONES) this.bury(parsed(row ?? '')?.row);
    }
    if (this.rows.size === seal.tree_size) this.closeSeal(seal);
    this.compareKept();
  }

  /**
   * What erasure and retention destroyed stands in tombstones, which come first; what is gone without one was stolen. No hash vouches for the
   * key of a row that is gone. So a buried key excuses one row, and only where that key belongs.
   *
   * @param {Where} where
   */
  takeGone(where) {
    const name = `${this.table} ${where.key}`;
    if (this.all.buried.get(name) !== false) return this.all.find({ ...where, what: 'the row is gone' });
    this.all.buried.set(name, true);
    if (this.last && !isBefore(this.last.where.key, where.key))
      return this.all.find({ ...where, what: MISPLACED });
    this.all.destroyed += 1;
    this.last = { where, isGone: true };
  }

  /** A row that is there tells its key itself, which is then no other row's. @param {Where} where */
  takeKey(where) {
    const name = `${this.table} ${where.key}`;
    const isTaken = this.all.buried.get(name);
    if (isTaken) this.all.find({ ...where, what: 'a row before it that is gone has the same key' });
    if (isTaken === false) this.all.buried.set(name, true);
    if (this.last?.isGone && !isBefore(this.last.where.key, where.key)) {
      this.all.find({ ...this.last.where, what: MISPLACED });
      this.all.destroyed -= 1;
    }
    this.last = { where, isGone: false };
  }

  /** @param {any} row of tombstones */
  bury(row) {
    for (const key of elementsOf(row?.record_keys)) this.burying.push(`${row.relation} ${key}`);
  }

  /** @param {Where} where */
  doubt(where) {
    if (this.doubts.length < TOLD) this.doubts.push(where);
    else this.all.count += 1;
  }

  /** @param {Where} where @param {string | null} row @param {Seal | undefined} before the last seal before the row was first seen */
  checkRow(where, row, before) {
    const content = parsed(row ?? '');
    if (
      content?.v !== 'cordon.row.1' ||
      content.table !== this.table ||
      literalOf(this.keyColumns.map((name) => content.row?.[name])) !== where.key
    ) {
      this.all.find({ ...where, what: 'the row is another one than its key or table says' });
    }
    const written = content?.row?.created_at;
    if (typeof written !== 'string') return;
    const time = Date.parse(written);
    if (Number.isNaN(time))
      this.all.find({ ...where, what: 'the row names no time at which it was written' });
    else if (before !== undefined && time < Date.parse(before.closed_at) - CLOCK_SLACK_MS) {
      this.all.find({
        ...where,
        what: `the row is backdated: it was not there when seal ${before.seal} closed the time that it names`,
      });
    }
  }

  /** @param {Seal} seal */
  closeSeal(seal) {
    this.next += 1;
    this.last = undefined;
    const root = bytesOf(seal.root);
    const [rowsHold, notedHold] = [isSame(this.rows.root(), root), isSame(this.noted.root(), root)];
    const what =
      rowsHold && !notedHold
        ? 'the leaf was changed: the row is what was sealed'
        : 'the row was changed: it is not what was sealed';
    for (const doubt of this.doubts) this.all.find({ ...doubt, what });
    this.doubts = [];
    if (rowsHold) for (const key of this.burying) this.all.buried.set(key, false);
    this.burying = [];
    if (!rowsHold && !notedHold) {
      return this.lose({
        seal: seal.seal,
        what: `rows and leaves up to ${seal.tree_size} do not give the sealed root: some were changed, moved or put in`,
      });
    }
    // What is true goes on, so that the next seal can be judged.
    const held = rowsHold ? this.rows : this.noted;
    if (!rowsHold) this.rows = new Tree(held.size, held.subtrees);
    if (!notedHold) this.noted = new Tree(held.size, held.subtrees);
  }

  compareKept() {
    if (this.rows.size !== this.keptSize) return;
    if (!isSame(this.noted.root(), this.keptRoot) && !isSame(this.rows.root(), this.keptRoot)) {
      this.lose({ what: `its first ${this.keptSize} rows are not those that were kept` });
    }
  }

  /** @param {{ unsealed: string, row: string }} entry */
  takeUnsealed({ unsealed: key, row }) {
    this.all.unsealed += 1;
    const where = { table: this.table, key, line: this.all.line };
    if (this.all.buried.get(`${this.table} ${key}`))
      this.all.find({ ...where, what: 'a row before it that is gone has the same key' });
    this.checkRow(where, row, this.seals.at(-1));
  }

  close() {
    for (const doubt of this.doubts) this.all.find({ ...doubt, what: 'the row is not what was noted' });
    const size = this.seals.at(-1)?.tree_size ?? 0;
    if (this.rows.size < size)
      this.lose({ position: this.rows.size, what: 'the leaves end before the last seal' });
    if (this.keptSize !== undefined && size < this.keptSize) {
      this.lose({
        position: size,
        what: `the table ends before row ${this.keptSize}, up to which it was kept`,
      });
    }
  }
}

/**
 * Verifies an export.
 *
 * @param {string} file
 * @param {{ head?: Head | undefined, tables?: readonly string[] | undefined, onProgress?: (lines: number) => void }} [options] head: one that was
 *   kept of an earlier export; tables: those that must be in this one, all of the head's if left out
 * @returns {Promise<Verdict>}
 */
export async function verifyExport(file, { head, tables, onProgress } = {}) {
  const all = new Verification(head, tables);
  let isExport = false;
  for await (const line of linesOf(file)) {
    all.line += 1;
    const { value, oddity } = readJson(line);
    if (all.line === 1) {
      isExport = value?.format === 'cordon.audit-export.1';
      if (!isExport) break;
    } else all.take(value);
    if (oddity) all.find({ what: `${ODD}: ${oddity}` });
    if (all.line % 100_000 === 0) onProgress?.(all.line);
  }
  if (isExport) all.finish();
  return {
    isExport,
    findings: all.findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    count: all.count,
    head: all.head(),
    seals: all.seals.length,
    leaves: all.leaves,
    unsealed: all.unsealed,
    destroyed: all.destroyed,
    skipped: [...all.byTable.keys()].filter((table) => !all.looked.has(table)),
  };
}

/** @param {any} tree */
const isTree = (tree) => Number.isSafeInteger(tree?.tree_size) && typeof tree.root === 'string';

/**
 * Verifies what prove_record or prove_consistency gave.
 *
 * @param {any} proof
 * @param {Head | undefined} head one that was kept
 * @returns {{ holds: boolean, isKept: boolean } | undefined} isKept: the root is one of the head; undefined where it is no proof
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
    return { holds: holds && leaf.equals(noted), isKept: isKept(proof) };
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
