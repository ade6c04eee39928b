import { readFile } from 'node:fs/promises';
import { misuse } from '../console/errors.ts';
import type { SignatureExport } from './verify-signature.ts';

/**
 * Reads what `export_signed_form` gave.
 *
 * @throws CordonError (exit code 2) for a file that is not there, not JSON or not such an export.
 */
export async function readExport(file: string): Promise<SignatureExport> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw misuse({
      problem: `${file} cannot be read${why}`,
      expected: 'the JSON that select export_signed_form(…) gave',
    });
  }
  const value = parsed(text);
  const isExport =
    isRecord(value) &&
    value.format === 'cordon.signature-evidence.1' &&
    isRecord(value.form) &&
    [value.content, value.record].every((part) => typeof part === 'string' && isRecord(parsed(part))) &&
    typeof value.record_sha256 === 'string';
  if (!isExport) {
    throw misuse({
      problem: `${file} is no export of a signature`,
      expected:
        'one JSON object of format cordon.signature-evidence.1, with form, content, record and record_sha256',
      remedy: `save it again: psql -Atc "select export_signed_form('<form id>')" > ${file}`,
    });
  }
  return value as unknown as SignatureExport;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
