import { readFile } from 'node:fs/promises';
import { misuse } from '../console/errors.ts';

/**
 * Reads a file as JSON.
 *
 * @param expected what it should hold, for the message.
 * @returns its value, or undefined where it is not JSON.
 * @throws CordonError (exit code 2) for a file that is not there.
 */
export async function readJson(file: string, expected: string): Promise<unknown> {
  try {
    return parsed(await readFile(file, 'utf8'));
  } catch (error) {
    throw misuse({
      problem: `${file} cannot be read (${codeOf(error)})`,
      expected,
      remedy: 'name the file that it was saved in',
    });
  }
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
