import { readFileSync } from 'node:fs';
import { misuse } from '../console/errors.ts';

/**
 * What a command has printed as JSON into a file.
 *
 * @param command the npm script that prints it.
 * @throws CordonError (exit code 2) for a file that cannot be read, and for one that holds something else.
 */
export function readReport<Report extends object>(
  file: string,
  command: string,
  isReport: (value: object) => value is Report,
): Report {
  const expected = `what \`npm run --silent ${command} -- --json\` printed`;
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && isReport(value)) return value;
  } catch (error) {
    throw misuse({ problem: `${file} cannot be read`, expected }, { cause: error });
  }
  throw misuse({ problem: `${file} is no report`, expected });
}
