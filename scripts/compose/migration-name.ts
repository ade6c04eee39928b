import { finding, misuse } from '../console/errors.ts';

const LONGEST = 60;
const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/;

/**
 * Checks the name of a new migration: it becomes a file name and a row of the ledger, and people look for it.
 *
 * @returns the name.
 * @throws CommandError (2) for anything but verb_object in snake_case, at most 60 characters.
 */
export function migrationName(name: string): string {
  if (name.length <= LONGEST && NAME.test(name)) return name;
  throw misuse({
    problem: `not a name for a migration: ${JSON.stringify(name.slice(0, 80))}`,
    expected: `verb_object in snake_case: lower-case letters, digits, underscores, at most ${LONGEST} characters`,
    remedy: 'for example `npm run db:new -- add_bed_waitlist`',
  });
}

/**
 * Chooses the version of a new migration: now, in UTC, or one second after the newest where the clock lags behind it.
 *
 * @param newest the newest version there is.
 */
export function nextVersion(newest: string | undefined, now: Date = new Date()): string {
  const version = digits(now);
  if (newest === undefined || version > newest) return version;
  const [year, month, day, hour, minute, second] = [
    newest.slice(0, 4),
    newest.slice(4, 6),
    newest.slice(6, 8),
    newest.slice(8, 10),
    newest.slice(10, 12),
    newest.slice(12, 14),
  ].map(Number) as [number, number, number, number, number, number];
  const next = digits(new Date(Date.UTC(year, month - 1, day, hour, minute, second + 1)));
  // Digits that are no date (20261399…) would come out smaller than they went in.
  if (next > newest) return next;
  if (newest !== '9'.repeat(14)) return String(BigInt(newest) + 1n).padStart(14, '0');
  throw finding({
    problem: `no version comes after ${newest}`,
    expected: 'versions that tell when a migration was written: 20261125100000',
    remedy: 'rename the newest migration to the time at which it was written, if it has not landed',
  });
}

function digits(date: Date): string {
  return date.toISOString().replaceAll(/\D/g, '').slice(0, 14);
}

/**
 * The header's reason, from the command line.
 *
 * @throws CommandError (2) for a text of several lines: runners read the file line by line.
 */
export function whyLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (text.trim() !== '' && !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text)) return `-- Why: ${text.trim()}`;
  throw misuse({
    problem: 'the reason given with --why is empty or holds a line break',
    expected: 'one sentence on one line',
    remedy: '--why "patients ask for the next free bed"',
  });
}
