// Tombstones of an export, against what closed them and the runs that they name (docs/seals.md). Needs Node, keys.mjs and merkle.mjs.

import { elementsOf, isBefore, textOf } from './keys.mjs';
import { sha256 } from './merkle.mjs';

/**
 * @typedef {import('./section.mjs').Finding} Finding
 * @typedef {import('./section.mjs').Where} Where
 * @typedef {{ where: Where, lines: string[], closings: any[] }} Burial what one request or run destroyed at one organisation
 */

/** Where erasure and retention write down what they destroyed; exported first. */
export const TOMBSTONES = 'governance.tombstones';
/** Where a run of retention writes down how much it destroyed of which table and organisation, with a digest of the keys. */
export const RUNS = 'governance.retention_runs';
/** What a run destroyed is told by table and organisation, and the column where that alone went. @param {unknown[]} parts */
const runOf = (...parts) => parts.map(textOf).join(' ');
/** @param {readonly string[]} lines */
const digestOf = (lines) => sha256(lines.join('\n')).toString('hex');
/** @param {readonly string[]} lines */
const inOrder = (lines) => lines.toSorted((a, b) => (isBefore(a, b) ? -1 : Number(isBefore(b, a))));

export class Burials {
  /** By organisation, cause and what caused them. @type {Map<string, Burial>} */
  #burials = new Map();
  /** Tombstones whose keys are not those of their digest. @type {Where[]} */
  #misnamed = [];
  /** How many rows tombstones of retention tell of, by run, organisation, table and column. @type {Map<string, bigint>} */
  #counts = new Map();
  /** What tombstones of retention bury by name, by run, organisation and table. @type {Map<string, { where: Where, id: string, keys: string[] }>} */
  #purged = new Map();
  /** The digest of the keys that each run destroyed, as it was written down. @type {Map<string, unknown>} */
  #runs = new Map();
  /** How many rows each run destroyed, by the same as #counts. @type {{ where: Where, id: string, part: string, rows: string }[]} */
  #parts = [];

  /** @param {any} row of tombstones, sealed or not yet @param {Where} where */
  takeTombstone(row, where) {
    const head = JSON.stringify([row?.organisation_id, row?.cause, row?.cause_id].map(textOf));
    const burial = this.#burials.get(head) ?? { where, lines: [], closings: [] };
    this.#burials.set(head, burial);
    if (row?.relation === TOMBSTONES) {
      burial.closings.push(row);
      return;
    }
    const column = row?.column_name === undefined ? null : textOf(row.column_name);
    burial.lines.push(
      JSON.stringify([textOf(row?.relation), column, textOf(row?.row_count), textOf(row?.keys_sha256)]),
    );
    if (row?.cause === 'retention') {
      const part = runOf(row.cause_id, row.organisation_id, row.relation, column);
      this.#counts.set(part, (this.#counts.get(part) ?? 0n) + countOf(row.row_count));
    }
    if (row?.record_keys === undefined) return;
    const keys = elementsOf(row.record_keys);
    if (String(keys.length) !== textOf(row.row_count) || digestOf(keys) !== row.keys_sha256)
      this.#misnamed.push(where);
  }

  /** @param {any} row of tombstones under a seal that holds @param {string} key @param {Where} where */
  takePurged(row, key, where) {
    const run = runOf(row.cause_id, row.organisation_id, row.relation);
    const purged = this.#purged.get(run);
    if (purged) purged.keys.push(key);
    else this.#purged.set(run, { where, id: textOf(row.cause_id), keys: [key] });
  }

  /** @param {any} row of the runs of retention @param {Where} where */
  takeRun(row, where) {
    if (!Array.isArray(row?.rows)) return;
    for (const part of row.rows) {
      const run = runOf(row.id, part?.organisation_id, part?.table);
      // What is sealed comes first, and is not made another by what is not.
      if (!this.#runs.has(run)) this.#runs.set(run, part?.keys_sha256);
      this.#parts.push({
        where,
        id: textOf(row.id),
        part: runOf(row.id, part?.organisation_id, part?.table, part?.column ?? null),
        rows: textOf(part?.rows),
      });
    }
  }

  /**
   * What stands beside tombstones that were closed, or is missing there, is none of what was destroyed then. Who also forges what closes them, and the run,
   * leaves both there for good.
   *
   * @returns {Finding[]}
   */
  unclosed() {
    /** @type {Finding[]} */
    const findings = this.#misnamed.map((where) => ({
      ...where,
      what: 'the tombstone lists other keys than its digest is of',
    }));
    for (const [head, { where, lines, closings }] of this.#burials) {
      const [closing] = closings;
      if (closing === undefined)
        findings.push({
          ...where,
          what: 'nothing closes the tombstones of what was destroyed with it: it may have been put there',
        });
      else if (closings.length > 1)
        findings.push({ ...where, what: 'the tombstones of what was destroyed with it were closed twice' });
      else if (
        textOf(closing.row_count) !== String(lines.length) ||
        digestOf([head, ...inOrder(lines)]) !== closing.keys_sha256
      )
        findings.push({
          ...where,
          what: 'the tombstones of what was destroyed with it are not those that were closed: one was put there, changed, or taken away',
        });
    }
    return findings;
  }

  /** Whoever forges a tombstone of retention names a run that did not destroy that, or none; a run that is forged with it stands there for good. @param {boolean} isBent whether tombstones are bent themselves @returns {Finding[]} */
  unlike(isBent) {
    /** @type {Finding[]} */
    const findings = [];
    const told = new Set();
    for (const [run, { where, id, keys }] of this.#purged) {
      if (digestOf(inOrder(keys)) === this.#runs.get(run)) continue;
      told.add(id);
      findings.push({
        ...where,
        what: 'the retention run that it names did not destroy just what its tombstones list',
      });
    }
    for (const { where, id, part, rows } of isBent ? [] : this.#parts) {
      if (told.has(id) || String(this.#counts.get(part) ?? 0n) === rows) continue;
      told.add(id);
      findings.push({ ...where, what: 'the run destroyed more, or less, than its tombstones tell' });
    }
    return findings;
  }
}

/** @param {unknown} value */
function countOf(value) {
  return typeof value === 'string' && /^\d{1,18}$/.test(value) ? BigInt(value) : 0n;
}
