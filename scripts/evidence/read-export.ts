import { misuse } from '../console/errors.ts';
import { isRecord, parsed, readJson } from './json-file.ts';
import type { SignatureExport } from './verify-signature.ts';

/**
 * Reads what `export_signed_form` gave.
 *
 * @throws CommandError (exit code 2) for a file that is not there, not JSON or not such an export.
 */
export async function readExport(file: string): Promise<SignatureExport> {
  const value = await readJson(file, 'the JSON that select export_signed_form(…) gave');
  if (isRecord(value) && value.format === 'cordon.signature-evidence.1' && value.record === null) {
    throw misuse({
      problem: `${file} leaves the record of the signature out: it was signed before a witness, and exported on the portal`,
      expected: 'the export of the privacy officer, which holds it',
      remedy: "ask the clinic for that, and check it against this one's record_sha256: --receipt <digest>",
    });
  }
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
      remedy: `save it again: psql -Atc "select export_signed_form('<form id>')" > <file>`,
    });
  }
  return value as unknown as SignatureExport;
}
