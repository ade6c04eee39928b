// Merkle trees of RFC 6962, and the two proofs about them as RFC 9162 verifies them: what an auditor computes. Needs Node and nothing else.

import { createHash } from 'node:crypto';

/** @param {(Buffer | string)[]} parts */
export function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);
/** @param {unknown} hex @returns {Buffer} empty where it is no hash */
export const bytesOf = (hex) =>
  typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex) ? Buffer.from(hex, 'hex') : Buffer.alloc(0);
/** RFC 6962, 2.1. @param {string | Buffer} bytes of the row, in UTF-8 */
export const leafHash = (bytes) => sha256(LEAF, bytes);
/** @param {Buffer} left @param {Buffer} right */
export const nodeHash = (left, right) => sha256(NODE, left, right);
/** @param {Buffer} bytes */
const isHash = (bytes) => bytes.length === 32;
/** What is no hash equals nothing, not even itself. @param {Buffer} hash @param {Buffer} other */
export const isSame = (hash, other) => isHash(hash) && hash.equals(other);
/** @param {number} n */
const half = (n) => Math.floor(n / 2);

/** A growing tree: the whole subtrees over its leaves, largest first, which is all that a root needs. */
export class Tree {
  /** @param {number} size @param {readonly Buffer[]} subtrees */
  constructor(size = 0, subtrees = []) {
    this.size = size;
    this.subtrees = [...subtrees];
  }
  /** @param {Buffer} hash */
  add(hash) {
    let joined = hash;
    for (let n = this.size; n % 2 === 1; n = half(n)) {
      joined = nodeHash(/** @type {Buffer} */ (this.subtrees.pop()), joined);
    }
    this.subtrees.push(joined);
    this.size += 1;
  }
  root() {
    if (this.subtrees.length === 0) return sha256();
    return this.subtrees.reduceRight((right, left) => nodeHash(left, right));
  }
}

/**
 * RFC 9162, 2.1.3.2.
 * @param {{ leaf: Buffer, index: number, size: number, root: Buffer, path: readonly Buffer[] }} proof
 */
export function inclusionHolds({ leaf, index, size, root, path }) {
  if (!(index >= 0 && index < size && path.every(isHash))) return false;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const step of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(step, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, step);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && isSame(hash, root);
}

/**
 * RFC 9162, 2.1.4.2.
 * @param {{ from: number, fromRoot: Buffer, to: number, toRoot: Buffer, path: readonly Buffer[] }} proof
 */
export function consistencyHolds({ from, fromRoot, to, toRoot, path }) {
  if (!(from >= 1 && from <= to && path.every(isHash))) return false;
  if (from === to) return path.length === 0 && isSame(fromRoot, toRoot);
  let [at, last] = [from - 1, to - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const [first, ...steps] = at === 0 ? [fromRoot, ...path] : path;
  if (first === undefined) return false;
  let [earlier, later] = [first, first];
  for (const step of steps) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      [earlier, later] = [nodeHash(step, earlier), nodeHash(step, later)];
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else later = nodeHash(later, step);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && isSame(earlier, fromRoot) && isSame(later, toRoot);
}
