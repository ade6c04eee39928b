// Verifies what list_sealed_records gave. Needs Node, keys.mjs and merkle.mjs.

import { textOf } from './keys.mjs';
import { bytesOf, isSame, nodeHash } from './merkle.mjs';

/**
 * @typedef {{ leaf_index: number, key: string, leaf_hash: string, row_hash: string | null, tombstone_id: string | null }} Listed
 * @typedef {{ format: string, table: string, organisation_id: string | null, from_size: number, tree_size: number, root: string, records: Listed[],
 *   path: string[] }} Listing
 * @typedef {{ holds: boolean, isKept: boolean, records: number, destroyed: number, changed: string[], gone: string[], left: string[] }} ListingVerdict
 *   changed, gone: keys of rows that are not what was sealed, and that are not there though nothing destroyed them on record; left: keys that an earlier
 *   listing holds and this one leaves out, or has another leaf of
 */

/** @param {any} size */
const isSize = (size) => Number.isSafeInteger(size) && size >= 0;

/** @param {any} listing @returns {listing is Listing} */
export const isListing = (listing) =>
  listing?.format === 'cordon.listing.1' &&
  typeof listing.table === 'string' &&
  isSize(listing.from_size) &&
  isSize(listing.tree_size) &&
  Array.isArray(listing.path) &&
  Array.isArray(listing.records) &&
  listing.records.every(
    (/** @type {any} */ record) => isSize(record?.leaf_index) && typeof record.key === 'string',
  );

/** Where RFC 6962 parts a tree of that many leaves. @param {number} count */
function splitOf(count) {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** The root over listed leaves and hashes of all else; empty where they do not fit. @param {Listing} listing */
function rootOf({ tree_size, records, path }) {
  let [at, step] = [0, 0];
  /** @param {number} first @param {number} last @returns {Buffer} */
  const hashOf = (first, last) => {
    const record = records[at];
    if (record === undefined || record.leaf_index >= last) {
      step += 1;
      return bytesOf(path[step - 1]);
    }
    if (last - first === 1) {
      at += 1;
      return bytesOf(record.leaf_hash);
    }
    const middle = first + splitOf(last - first);
    const [left, right] = [hashOf(first, middle), hashOf(middle, last)];
    return left.length === 0 || right.length === 0 ? Buffer.alloc(0) : nodeHash(left, right);
  };
  const root = tree_size > 0 ? hashOf(0, tree_size) : Buffer.alloc(0);
  return at === records.length && step === path.length ? root : Buffer.alloc(0);
}

/**
 * @param {Listing} listing
 * @param {import('./section.mjs').Head | undefined} head one that was kept
 * @param {Listing | undefined} earlier a listing of the same clinic and table that was kept
 * @returns {ListingVerdict}
 */
export function verifyListing(listing, head, earlier) {
  const { records, table, from_size, tree_size, root } = listing;
  const inOrder = records.every(
    ({ leaf_index }, at) => leaf_index >= (at === 0 ? from_size : Number(records[at - 1]?.leaf_index) + 1),
  );
  const isOnce = new Set(records.map(({ key }) => key)).size === records.length;
  const kept = head?.trees?.[table];
  const gone = records.filter(({ row_hash }) => row_hash == null);
  const isOnRecord = (/** @type {Listed} */ { tombstone_id }) => typeof tombstone_id === 'string';
  const now = new Map(
    records.map(({ leaf_index, key, leaf_hash }) => [leaf_index, `${textOf(leaf_hash)} ${key}`]),
  );
  const known =
    earlier?.records.filter(({ leaf_index }) => leaf_index >= from_size && leaf_index < tree_size) ?? [];
  return {
    holds: inOrder && isOnce && isSame(rootOf(listing), bytesOf(root)),
    isKept: kept !== undefined && kept.tree_size === tree_size && kept.root === root,
    records: records.length,
    destroyed: gone.filter(isOnRecord).length,
    changed: records
      .filter(({ row_hash, leaf_hash }) => row_hash != null && textOf(row_hash) !== leaf_hash)
      .map(({ key }) => key),
    gone: gone.filter((record) => !isOnRecord(record)).map(({ key }) => key),
    left: known
      .filter(({ leaf_index, key, leaf_hash }) => now.get(leaf_index) !== `${textOf(leaf_hash)} ${key}`)
      .map(({ key }) => key),
  };
}
