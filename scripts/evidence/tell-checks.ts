import { out, say } from '../console/report.ts';
import type { Check } from './digest.ts';

/** What is said below the checks. */
export interface Ending {
  /** Where one does not hold. */
  readonly broken: string;
  /** Where all hold, and what nobody can tell from the file alone. */
  readonly whole: readonly string[];
}

/** Prints what was checked, for a person or as JSON. @returns the exit code. */
export function tellChecks(
  checks: readonly Check[],
  { broken, whole: endings }: Ending,
  json = false,
): 0 | 1 {
  const whole = checks.every(({ holds }) => holds);
  if (json) {
    say(JSON.stringify({ whole, checks }));
  } else {
    for (const { claim, holds } of checks) say(`${holds ? out.green('✓') : out.red('✗')} ${claim}`);
    say();
    for (const line of whole ? endings : [out.red(broken)]) say(line);
  }
  return whole ? 0 : 1;
}
