import { readFile, stat } from 'node:fs/promises';
import { readJson as readAlike } from '../audit/lines.mjs';
import { type CommandError, finding, misuse } from '../console/errors.ts';

/** A text of a form is read by the one who signs it: a thousandth of this. */
const LARGEST = 1 << 28;

/**
 * Reads a file as JSON.
 *
 * @param expected what it should hold, for the message.
 * @returns its value, or undefined where it is not JSON.
 * @throws CommandError (exit code 2) for a file that is not there; (1) for one in which, or in a JSON text of which, others read something else.
 */
export async function readJson(file: string, expected: string): Promise<unknown> {
  const { value, oddity } = readAlike(await bytesOf(file, expected));
  if (oddity !== undefined) throw untrusted(file, oddity);
  // Nor are its texts, of which a digest is: somebody else shows the first of two members of one name.
  for (const [name, text] of Object.entries(isRecord(value) ? value : {})) {
    const within = typeof text === 'string' ? readAlike(Buffer.from(text)).oddity : undefined;
    if (within !== undefined) throw untrusted(`${name} of ${file}`, within);
  }
  return value;
}

function untrusted(place: string, oddity: string): CommandError {
  return finding({
    problem: `${place} is not to be trusted: ${oddity}`,
    expected: 'JSON that everybody reads alike: every name once in its object, every byte text in UTF-8',
    remedy: 'have it exported again: what exports writes none like that',
  });
}

async function bytesOf(file: string, expected: string): Promise<Buffer> {
  let bytes: Buffer;
  let size: number;
  try {
    size = (await stat(file)).size;
    bytes = size > LARGEST ? Buffer.alloc(0) : await readFile(file);
  } catch (error) {
    throw misuse({
      problem: `${file} cannot be read (${codeOf(error)})`,
      expected,
      remedy: 'name the file that it was saved in',
    });
  }
  if (size > LARGEST) {
    throw misuse({
      problem: `${file} is larger than anything that is exported for one person to keep`,
      expected,
      remedy: 'name the file that it was saved in',
    });
  }
  // What > writes in the PowerShell that comes with Windows.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    throw misuse({
      problem: `${file} is in UTF-16`,
      expected: `${expected}, in UTF-8`,
      remedy: 'save it with "| Out-File -Encoding utf8 <file>" instead of "> <file>"',
    });
  }
  return bytes;
}

/** Why the operating system refused a file, in its own word: `ENOENT`, `EISDIR`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

/** The value of a JSON text, or undefined. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value that should be an object, of which one that is none has no member. */
export function partOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
