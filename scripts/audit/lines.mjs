// Reads what a verifier is given. Whoever bends a file also chooses its bytes, so that what is verified must be all that a reader of it could
// see. It needs Node and this file.

import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';

/**
 * Lines end at LF alone: a text may hold every other separator.
 *
 * @param {string} file
 * @param {number} [longest] bytes; of a line that is longer, and that no text could hold, nothing is read and nothing after it
 */
export async function* linesOf(file, longest = constants.MAX_STRING_LENGTH) {
  /** @type {Buffer[]} */
  let open = [];
  let size = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...open, chunk.subarray(start, end)]);
      [open, size] = [[], 0];
      start = end + 1;
    }
    if (start < chunk.length) open.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > longest) {
      yield Buffer.alloc(0);
      return;
    }
  }
  if (open.length > 0) yield Buffer.concat(open);
}

/** @param {string} text @returns {any} */
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A JSON value, and what in its bytes somebody else reads otherwise: JSON.parse takes the last of two members of one name, and a digest the
 * same sign for whatever is no text.
 *
 * @param {Buffer} bytes
 * @returns {{ value: any, oddity: string | undefined }} value: undefined where it is no JSON
 */
export function readJson(bytes) {
  // Editors on Windows begin a file with U+FEFF, and end a line with CR: both stand outside of every text.
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const value = parsed(text);
  if (value === undefined) return { value, oddity: undefined };
  try {
    return { value, oddity: oddityOf(bytes, text, value) };
  } catch (error) {
    if (error instanceof RangeError)
      return { value, oddity: 'it is nested deeper than anything that is exported' };
    throw error;
  }
}

/** @param {Buffer} bytes @param {string} text @param {unknown} value @returns {string | undefined} */
function oddityOf(bytes, text, value) {
  if (text.includes('\ufffd') && !bytes.equals(Buffer.from(bytes.toString('utf8'))))
    return 'not every byte of it is text in UTF-8';
  if (/\\u[dD][89a-fA-F]/.test(text) && !isWhole(value)) return 'it holds half a character';
  // What is written as we write it holds no member twice; whoever wrote it otherwise did no harm by that alone.
  const twin = JSON.stringify(value) === text.trimEnd() ? undefined : twinIn(text);
  return twin === undefined ? undefined : `${JSON.stringify(twin)} stands in it twice`;
}

/** Whether every text in a value can be written in UTF-8. @param {unknown} value @returns {boolean} */
function isWhole(value) {
  if (typeof value === 'string') return Buffer.from(value).toString() === value;
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, part]) => isWhole(name) && isWhole(part));
}

/** The first name that one object of a JSON text gives to two members. @param {string} text JSON @returns {string | undefined} */
function twinIn(text) {
  /** Names of the objects that are open; a list has none. @type {(Set<string> | undefined)[]} */
  const open = [];
  let last = '';
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '{') open.push(new Set());
    else if (sign === '[') open.push(undefined);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ':') {
      const names = open.at(-1);
      const name = JSON.parse(last);
      if (names?.has(name)) return name;
      names?.add(name);
    } else if (sign === '"') {
      const start = at;
      for (at += 1; text[at] !== '"'; at++) if (text[at] === '\\') at += 1;
      last = text.slice(start, at + 1);
    }
  }
  return undefined;
}
