// The rows of one table of an export, against the seals over them. Needs Node, burials.mjs, keys.mjs, lines.mjs and merkle.mjs.

import { RUNS, TOMBSTONES } from './burials.mjs';
import { elementsOf, isBefore, literalOf, textOf } from './keys.mjs';
import { parsed } from './lines.mjs';
import { bytesOf, isSame, leafHash, Tree } from './merkle.mjs';

/**
 * @typedef {{ format: 'cordon.head.1', seal: number, hash: string, closed_at: string,
 *   trees: Record<string, { tree_size: number, root: string }> }} Head what an auditor keeps
 * @typedef {{ what: string, table?: string, position?: number, key?: string, seal?: number, line?: number }} Finding never holds a value of a row
 * @typedef {Omit<Finding, 'what'>} Where
 * @typedef {{ v: string, seal: number, table: string, tree_size: number, row_count: number, root: string, closed_at: string,
 *   previous: string }} Seal
 * @typedef {{ find(finding: Finding): void, sealsOf(table: string): Seal[], closedAfter(seal: Seal | undefined): number, kept: Head | undefined,
 *   from: number, leftOut: number, buried: Map<string, boolean>, buriedBy: Map<string, string>,
 *   burials: import('./burials.mjs').Burials, line: number,
 *   count: number, leaves: number, unsealed: number, destroyed: number }} Whole the export that a table is a part of
 */

/** @param {unknown} value */
const isCount = (value) => Number.isSafeInteger(value) && Number(value) > 0;

/** Whether a value is a head, as somebody kept it. @param {any} value @returns {value is Head} */
export const isHead = (value) =>
  value?.format === 'cordon.head.1' &&
  isCount(value.seal) &&
  bytesOf(value.hash).length > 0 &&
  typeof value.trees === 'object' &&
  value.trees !== null &&
  Object.values(value.trees).every((tree) => isCount(tree?.tree_size) && bytesOf(tree.root).length > 0);

/** Of findings that follow one another, who wants to know more than these reads the file. */
export const TOLD = 20;
/** Clocks of servers that take over from each other differ; nobody gains anything from a second. */
export const CLOCK_SLACK_MS = 1000;
/** Columns that the server's clock fills as a row is written, where it is not `created_at`. */
const WRITTEN = new Map([
  ['audit.app_events', 'occurred_at'],
  ['audit.context_log', 'occurred_at'],
  ['audit.deployment_events', 'occurred_at'],
  ['audit.security_events', 'occurred_at'],
  ['audit.access_log_exceptions', 'noticed_at'],
  ['governance.retention_runs', 'finished_at'],
  [TOMBSTONES, 'destroyed_at'],
]);
/** Tables that neither retention nor erasure destroys anything of: those of governance, and those without an organisation. */
export const NEVER_DESTROYED = [
  'audit.access_log_exceptions',
  'audit.deployment_events',
  'governance.compliance_results',
  'governance.insight_dispatches',
  'governance.retention_runs',
  TOMBSTONES,
  'public.consent_purpose_versions',
];
/** Tables of which erasure destroys nothing: logs stay whole, and their time alone ends them. */
export const isKeptByErasure = (/** @type {unknown} */ table) =>
  typeof table === 'string' &&
  (table.startsWith('audit.') || ['public.case_activity_log', 'public.disclosures'].includes(table));
const MISPLACED = 'the row is gone, and the key that it is said to have had does not belong in this place';

/** The rows of one table. Two trees grow: of the rows as they are now, and of the leaves as they were noted. The sealed root tells which is true. */
export class Section {
  /** @param {Whole} all @param {string} table @param {number} first @param {Buffer[]} subtrees @param {string[]} keyColumns */
  constructor(all, table, first, subtrees, keyColumns) {
    this.all = all;
    this.table = table;
    this.keyColumns = keyColumns;
    this.seals = all.sealsOf(table);
    this.next = this.seals.findIndex(({ tree_size }) => tree_size > first);
    if (this.next === -1) this.next = this.seals.length;
    this.rows = new Tree(first, subtrees);
    this.noted = new Tree(first, subtrees);
    /**
     * Keys that rows of this table bury, and whether their leaf is noted so, until the seal over them holds.
     *
     * @type {{ name: string, by: string, isNoted: boolean, row: any, key: string, where: Where }[]}
     */
    this.burying = [];
    /** Rows that are not what was noted, until the seal over them tells who is right. @type {Where[]} */
    this.doubts = [];
    /** The row before, under the same seal: within one, rows stand in the order of their keys. @type {{ where: Where, isGone: boolean } | undefined} */
    this.last = undefined;
    this.isLost = false;
    const written = WRITTEN.get(table);
    this.writtenColumn = written ?? 'created_at';
    /** Columns are added and never dropped: once rows tell when they were written, those behind them do. */
    this.tellsTime = written !== undefined;
    const kept = all.kept?.trees?.[table];
    this.keptSize = kept?.tree_size;
    this.keptRoot = bytesOf(kept?.root);
    if (first === 0) return;
    const before = this.seals[this.next - 1];
    if (before?.tree_size !== first || !isSame(this.rows.root(), bytesOf(before.root))) {
      this.lose({ seal: before?.seal ?? 0, what: 'the export does not begin where a seal ends' });
    }
    all.leftOut += first;
    // Whoever bends a row gives an export that begins behind it: only who asked for a part is content with one.
    if (first > (this.seals.findLast(({ seal }) => seal <= all.from)?.tree_size ?? 0)) {
      this.lose({
        what: `its first ${first === 1 ? 'row was' : `${first} rows were`} left out, so that nobody looked there: if you asked for a part, say which by --from`,
      });
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
    const where = { table: this.table, position: leaf, key, line: this.all.line };
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
    else if (!isSame(found, noted)) {
      this.doubt(where);
      if (this.table === TOMBSTONES) this.bury(parsed(row ?? '')?.row, false, where);
    } else {
      this.takeKey(where);
      this.checkRow(where, row, this.seals[this.next - 1], seal);
      if (this.table === TOMBSTONES) this.bury(parsed(row ?? '')?.row, true, where);
      if (this.table === RUNS) this.all.burials.takeRun(parsed(row ?? '')?.row, where);
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
    const place = this.keyColumns.indexOf('organisation_id');
    const organisation = place === -1 ? undefined : elementsOf(where.key)[place];
    // Each clinic sees its own tombstones alone: one of another's tells it nothing.
    const isOwn = organisation === undefined || this.all.buriedBy.get(name) === organisation;
    if (this.all.buried.get(name) !== false || !isOwn)
      return this.all.find({ ...where, what: 'the row is gone' });
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

  /** @param {any} row of tombstones @param {boolean} isNoted @param {Where} where */
  bury(row, isNoted, where) {
    this.all.burials.takeTombstone(row, where);
    if (NEVER_DESTROYED.includes(row?.relation)) return;
    const isByRetention = row?.cause === 'retention';
    if (isKeptByErasure(row?.relation) && !isByRetention) return;
    const by = textOf(row?.organisation_id);
    for (const key of elementsOf(row?.record_keys))
      this.burying.push({ name: `${textOf(row.relation)} ${key}`, by, isNoted, row, key, where });
  }

  /** @param {Where} where */
  doubt(where) {
    if (this.doubts.length < TOLD) this.doubts.push(where);
    else this.all.count += 1;
  }

  /**
   * @param {Where} where @param {string | null} row
   * @param {Seal | undefined} before the last seal before the row was first seen
   * @param {Seal | undefined} [seal] the one that holds it
   */
  checkRow(where, row, before, seal) {
    const content = parsed(row ?? '');
    if (
      content?.v !== 'cordon.row.1' ||
      content.table !== this.table ||
      literalOf(this.keyColumns.map((name) => content.row?.[name])) !== where.key
    ) {
      this.all.find({ ...where, what: 'the row is another one than its key or table says' });
    }
    const written = content?.row?.[this.writtenColumn];
    if (typeof written !== 'string' && !this.tellsTime) return;
    this.tellsTime = true;
    const time = Date.parse(textOf(written));
    if (Number.isNaN(time))
      this.all.find({ ...where, what: 'the row names no time at which it was written' });
    // What a seal holds, or leaves to the next one, was written by the time that one closes; what none holds, by now.
    else if (time > this.all.closedAfter(seal) + CLOCK_SLACK_MS)
      this.all.find({
        ...where,
        what: 'the row is dated ahead: it stood there before the time that it names',
      });
    else if (before !== undefined && time < Date.parse(textOf(before.closed_at)) - CLOCK_SLACK_MS) {
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
    // Where the leaves hold, a tombstone that is what its leaf notes holds too, whatever became of the others.
    for (const { name, by, isNoted, row, key, where } of this.burying) {
      if (!rowsHold && !(notedHold && isNoted)) continue;
      this.all.buried.set(name, false);
      this.all.buriedBy.set(name, by);
      if (row.cause === 'retention') this.all.burials.takePurged(row, key, where);
    }
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
    // Its tombstones may be sealed before it is, where it ended in between.
    if (this.table === RUNS) this.all.burials.takeRun(parsed(row)?.row, where);
    if (this.table === TOMBSTONES) this.all.burials.takeTombstone(parsed(row)?.row, where);
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
