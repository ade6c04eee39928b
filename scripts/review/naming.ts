import { inOneLine } from '../compose/header.ts';
import { mayWiden, type Verdict } from './verdicts/verdict.ts';

/** What stands before each widening that a migration's header names. */
export const WIDENS = '--   widens: ';

/**
 * The lines by which a header names what its migration opens, or may open. [S-30]
 *
 * @returns sorted, without repetition: the same catalogs give the same lines.
 */
export function wideningLines(verdicts: readonly Verdict[]): string[] {
  return [
    ...new Set(verdicts.filter(mayWiden).map(({ sentence }) => `${WIDENS}${inOneLine(sentence)}`)),
  ].sort();
}
