import { CommandError } from '../console/errors.ts';

/** What db:check looks at, in this order. */
export const CHECKS = ['history', 'checksums', 'headers', 'replay', 'sources', 'generated'] as const;
export type Check = (typeof CHECKS)[number];

/** One thing that is not as it must be before a change lands. */
export interface Finding {
  readonly check: Check;
  /** What is no fault but a step that is still to be taken: `--record` takes it. */
  readonly kind?: 'unrecorded';
  /** The file or the object of the database. */
  readonly where: string;
  readonly problem: string;
  readonly expected: string;
  readonly remedy: string;
  readonly details?: readonly string[];
}

/**
 * Turns an error that names a finding into one; what tells of a misused or broken tool is thrown on.
 *
 * @throws the error, unless it is a CommandError with exit code 1.
 */
export function findingFrom(check: Check, where: string, error: unknown): Finding {
  if (!(error instanceof CommandError) || error.exitCode !== 1) throw error;
  const { problem, expected = 'no error', remedy = 'mend it', details = [] } = error.explanation;
  return { check, where, problem, expected, remedy, ...(details.length > 0 && { details }) };
}
