import { WIDENS } from '../review/naming.ts';
import { factsOf, WHY_PLACEHOLDER } from './header.ts';

/** A migration file, taken apart into what a person writes and what is derived. */
export interface MigrationText {
  /** `-- Why: …` and whatever else a person wrote into the header. */
  readonly why: readonly string[];
  /** `-- Access: …` and `-- Locks: …`, which follow from the statements. */
  readonly facts: readonly string[];
  /** What it opens, as the review of it tells: lines of `-- Access: …` that do not follow from the text alone. */
  readonly widenings: readonly string[];
  /** Settings and hand-written statements. */
  readonly hand: string;
  /** What db:new composed from the sources; empty where nothing was. */
  readonly composed: string;
}

const UP = '-- migrate:up';
const DOWN = '-- migrate:down';
const COMPOSED =
  '-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.';

const SETTINGS = `set local lock_timeout = '5s';\nset local statement_timeout = '60s';\n`;
const HAND_PLACE = '-- By hand: the DDL of tables, views and indexes goes here.\n';

/** What stands by hand in a migration that db:new has just begun. */
export const FRESH_HAND = `${SETTINGS}\n${HAND_PLACE}`;

/** The header of a migration whose reason nobody has written yet. */
export const FRESH_WHY: readonly string[] = [`-- Why: ${WHY_PLACEHOLDER}`];

/** Takes a well-formed migration file apart; see `readMigrations` for what well-formed means. */
export function splitMigration(sql: string): MigrationText {
  const lines = sql.split('\n');
  const down = lines.findIndex((line) => line.trimEnd() === DOWN);
  const body = lines.findIndex((line, index) => index > 0 && !line.startsWith('--'));
  const composed = lines.findIndex((line) => line.trimEnd() === COMPOSED);
  const between = (from: number, to: number) => `${lines.slice(from, to).join('\n').trim()}\n`;
  return {
    ...splitHeader(lines.slice(1, body)),
    hand: between(body, composed === -1 ? down : composed),
    composed: composed === -1 ? '' : between(composed + 1, down),
  };
}

/** What is derived is Access and Locks with their indented lines; whatever else a header says is a person's. */
function splitHeader(header: readonly string[]): Pick<MigrationText, 'why' | 'facts' | 'widenings'> {
  const why: string[] = [];
  const facts: string[] = [];
  const widenings: string[] = [];
  let isFact = false;
  for (const line of header) {
    if (!line.startsWith('--  ')) isFact = /^-- (Access|Locks):/.test(line);
    (isFact ? (line.startsWith(WIDENS) ? widenings : facts) : why).push(line);
  }
  return { why, facts, widenings };
}

/**
 * Writes a migration file with a header that is true of its statements.
 *
 * @param file names it in errors.
 */
export async function joinMigration(
  {
    why,
    hand,
    composed,
    widenings = [],
  }: Omit<MigrationText, 'facts' | 'widenings'> & Partial<MigrationText>,
  file: string,
): Promise<string> {
  const body = statementsOf({ hand, composed });
  const facts = await factsOf(body, file);
  const locks = facts.findIndex((line) => line.startsWith('-- Locks:'));
  const header = [...why, ...facts.slice(0, locks), ...widenings, ...facts.slice(locks)];
  return [UP, ...header, '', body.trimEnd(), '', DOWN, ''].join('\n');
}

/** The statements that run, without header and markers. */
function statementsOf({ hand, composed }: Pick<MigrationText, 'hand' | 'composed'>): string {
  return composed.trim() === '' ? hand : `${hand.trimEnd()}\n\n${COMPOSED}\n\n${composed}`;
}
