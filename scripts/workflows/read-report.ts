import { readFileSync } from 'node:fs';
import { misuse } from '../console/errors.ts';
import { codeOf, isRecord, parsed } from '../evidence/json-file.ts';

/**
 * What a command has printed as JSON into a file.
 *
 * @param command the npm script that prints it.
 * @throws CommandError (exit code 2) for a file that cannot be read, and for one that holds something else.
 */
export function readReport<Report extends object>(
  file: string,
  command: string,
  isReport: (value: object) => value is Report,
): Report {
  const expected = `what \`npm run --silent ${command} -- --json\` printed`;
  const remedy = `npm run --silent ${command} -- --json > <file>`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw misuse({ problem: `${file} cannot be read (${codeOf(cause)})`, expected, remedy }, { cause });
  }
  const value = parsed(text);
  if (isRecord(value) && isReport(value)) return value;
  throw misuse({ problem: `${file} is no report`, expected, remedy });
}
