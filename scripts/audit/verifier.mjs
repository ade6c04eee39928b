// Verifies what `npm run audit:export` wrote, as docs/seals.md tells. It needs Node, this file, section.mjs, burials.mjs, keys.mjs, merkle.mjs and lines.mjs, no database
// and no package, and believes nothing that it can compute. Memory grows with the tombstones and the keys that they list, and with nothing else of the file.

import { Burials, RUNS, TOMBSTONES } from './burials.mjs';
import { textOf } from './keys.mjs';
import { linesOf, parsed, readJson } from './lines.mjs';
import { bytesOf, sha256 } from './merkle.mjs';
import { CLOCK_SLACK_MS, Section, TOLD } from './section.mjs';

/**
 * @typedef {import('./section.mjs').Head} Head
 * @typedef {import('./section.mjs').Finding} Finding
 * @typedef {import('./section.mjs').Seal} Seal
 * @typedef {{ isExport: boolean, findings: Finding[], count: number, head: Head | undefined, seals: number, leaves: number, unsealed: number,
 *   destroyed: number, leftOut: number, skipped: string[] }} Verdict destroyed: rows that are gone, and whose end is on record; leftOut: rows before those
 *   that are in the export
 */

const DAY_MS = 86_400_000;
const NO_SEAL = '00'.repeat(32);
const ODD = 'this line is not as an export writes it, and not everybody reads in it what was verified';

/** The bytes of a row, or none: of anything else nothing is hashed, and it would be read all the same. @param {any} entry */
const isRow = ({ key, row }) => typeof key === 'string' && (typeof row === 'string' || row === null);

/** @param {Seal | undefined} seal @returns {seal is Seal} */
const isSeal = (seal) => seal?.v === 'cordon.seal.1' && typeof seal.table === 'string';

/** Checks an export line by line, seals first, then each table's rows from the oldest. */
class Verification {
  /** @param {Head | undefined} kept @param {readonly string[] | undefined} tables @param {number} from */
  constructor(kept, tables, from) {
    this.kept = kept;
    /** Rows up to this seal may be left out. */
    this.from = from;
    this.leftOut = 0;
    /** Those that must be in the export. */
    this.wanted = tables;
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
    /** The organisation of whose tombstone that is. @type {Map<string, string>} */
    this.buriedBy = new Map();
    this.burials = new Burials();
    /** Whether tombstones themselves are not what was sealed: nothing more is then to be told of what they leave unclosed. */
    this.isBuryingBent = false;
    /** Tables of which rows were left out. @type {Set<string>} */
    this.partial = new Set();
    this.destroyed = 0;
    this.ended = false;
    this.now = Date.now() + DAY_MS;
  }

  /** @param {Finding} finding */
  find(finding) {
    this.count += 1;
    if (finding.table === TOMBSTONES) this.isBuryingBent = true;
    const line = finding.line ?? this.line;
    // Some are found only when a seal tells who is right, and stand before others: the first of all are told, not the first that were found.
    const place = this.findings.findLastIndex((other) => (other.line ?? 0) <= line) + 1;
    this.findings.splice(place, 0, { ...finding, line });
    this.findings.length = Math.min(this.findings.length, TOLD);
  }

  /** @param {any} entry of one line, undefined where it is no JSON */
  take(entry) {
    if (this.ended) this.find({ what: 'something stands after the end of the export' });
    else if (typeof entry?.seal === 'string') this.takeSeal(entry);
    else if (typeof entry?.table === 'string') this.open(entry);
    else if (typeof entry?.leaf === 'number' && this.section && isRow(entry)) this.section.takeLeaf(entry);
    else if (typeof entry?.unsealed === 'string' && typeof entry.row === 'string' && this.section)
      this.section.takeUnsealed(entry);
    else if (typeof entry?.end === 'object' && entry.end !== null) this.end(entry.end);
    else this.find({ what: 'this line is none of an export' });
  }

  /** @param {{ seal: string, hash: string }} entry */
  takeSeal({ seal: text, hash }) {
    const seal = /** @type {Seal | undefined} */ (parsed(text));
    const last = this.seals.at(-1);
    const number = (last?.seal ?? 0) + 1;
    const where = { table: typeof seal?.table === 'string' ? seal.table : '', seal: number };
    if (sha256(text).toString('hex') !== hash || !isSeal(seal)) {
      this.find({ ...where, what: 'the seal is not what its hash says: it was changed' });
    } else if (this.section || seal.seal !== number || seal.previous !== this.lastHash) {
      this.find({ ...where, what: 'the chain is broken here: a seal is missing, replaced or out of order' });
    } else {
      // A size that the leaves never reach, or reach twice, would have no root compared from there on.
      const isCounted = [seal.tree_size, seal.row_count].every(
        (count) => Number.isSafeInteger(count) && count > 0,
      );
      if (!isCounted || seal.tree_size !== this.sizeOf(seal.table) + seal.row_count)
        this.find({ ...where, what: 'the seal does not follow the one before it' });
      // Else a seal that says it is old would let in whatever is dated after it.
      const closed = Date.parse(textOf(seal.closed_at));
      if (!(closed >= this.closed - CLOCK_SLACK_MS))
        this.find({ ...where, what: 'the seal goes back in time: it was not closed when it says' });
      if (closed > this.now)
        this.find({
          ...where,
          what: 'the seal is dated ahead: it is not yet the time at which it was closed',
        });
      if (closed > this.closed) this.closed = closed;
    }
    if (this.kept && this.kept.seal === (seal?.seal ?? number) && hash !== this.kept.hash) {
      this.find({
        ...where,
        what: 'this is not the seal that was kept: everything was sealed anew, or you kept a head of another database',
      });
    }
    if (!isSeal(seal)) return;
    this.seals.push(seal);
    this.lastHash = hash;
    // It is over nothing that could be compared; the ones behind it are.
    if (!(Number.isSafeInteger(seal.tree_size) && seal.tree_size > this.sizeOf(seal.table))) return;
    const ofTable = this.byTable.get(seal.table);
    if (ofTable) ofTable.push(seal);
    else this.byTable.set(seal.table, [seal]);
  }

  /** @param {string} table */
  sizeOf(table) {
    return this.sealsOf(table).at(-1)?.tree_size ?? 0;
  }

  /** @param {string} table */
  sealsOf(table) {
    return this.byTable.get(table) ?? [];
  }

  /**
   * By when whatever a seal holds was there: the next one of the chain is closed after its rows were read. Of the last one, and of what no seal holds,
   * the clock of whoever verifies tells, which may be a day off.
   *
   * @param {Seal | undefined} seal
   */
  closedAfter(seal) {
    const next = seal === undefined ? undefined : this.seals[seal.seal];
    return next === undefined ? this.now : Date.parse(textOf(next.closed_at));
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
    if (first !== 0) this.partial.add(table);
    if (!isStart) this.find({ table, what: 'the table does not begin as one of an export does' });
    this.section = isStart
      ? new Section(this, table, Number(first), subtrees.map(bytesOf), key)
      : new Section(this, table, 0, [], []);
  }

  compareBurials() {
    if (!this.looked.has(TOMBSTONES)) return;
    const isBent = this.isBuryingBent;
    const hasRuns = this.looked.has(RUNS) && !this.partial.has(RUNS) && !this.partial.has(TOMBSTONES);
    for (const finding of [
      ...(isBent ? [] : this.burials.unclosed()),
      ...(hasRuns ? this.burials.unlike(isBent) : []),
    ])
      this.find(finding);
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
    this.compareBurials();
    const last = this.seals.at(-1)?.seal ?? 0;
    if (this.kept && this.kept.seal > last) {
      this.find({
        seal: last + 1,
        what: `the chain ends before seal ${this.kept.seal}, which was kept: seals were taken away`,
      });
    }
    // Of a part, too, only who asked for one is content with it.
    for (const table of this.wanted ??
      new Set([...this.byTable.keys(), ...Object.keys(this.kept?.trees ?? {})])) {
      if (!this.looked.has(table))
        this.find({
          table,
          what: 'the table is not in this export, and its rows may be gone or changed: if you asked for a part, say which by --table',
        });
    }
  }

  /** @returns {Head | undefined} */
  head() {
    const last = this.seals.at(-1);
    if (last === undefined) return undefined;
    const trees = Object.fromEntries(
      [...this.byTable]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([table, seals]) => {
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

/**
 * Verifies an export.
 *
 * @param {string} file
 * @param {{ head?: Head | undefined, tables?: readonly string[] | undefined, from?: number, onProgress?: (lines: number) => void }} [options] head:
 *   one that was kept of an earlier export; tables: those that must be in this one, all that were sealed if left out; from: the seal after which rows
 *   were asked for, 0 for all
 * @returns {Promise<Verdict>}
 */
export async function verifyExport(file, { head, tables, from = 0, onProgress } = {}) {
  const all = new Verification(head, tables, from);
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
    findings: all.findings,
    count: all.count,
    head: all.head(),
    seals: all.seals.length,
    leaves: all.leaves,
    unsealed: all.unsealed,
    destroyed: all.destroyed,
    leftOut: all.leftOut,
    skipped: [...all.byTable.keys()].filter((table) => !all.looked.has(table)),
  };
}
