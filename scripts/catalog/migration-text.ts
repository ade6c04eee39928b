import { factsOf, WHY_PLACEHOLDER } from './header.ts';

/** A migration file, taken apart into what a person writes and what is derived. */
export interface MigrationText {
  /** The lines after `-- Why: `, as a person wrote them. */
  readonly why: readonly string[];
  /** From `-- Access:` to the end of the header. */
  readonly facts: readonly string[];
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
  const access = lines.findIndex((line) => line.startsWith('-- Access:'));
  const composed = lines.findIndex((line) => line.trimEnd() === COMPOSED);
  const end = composed === -1 ? down : composed;
  return {
    why: lines.slice(1, access),
    facts: lines.slice(access, body),
    hand: `${lines.slice(body, end).join('\n').trim()}\n`,
    composed:
      composed === -1
        ? ''
        : `${lines
            .slice(composed + 1, down)
            .join('\n')
            .trim()}\n`,
  };
}

/**
 * Writes a migration file with a header that is true of its statements.
 *
 * @param file names it in errors.
 */
export async function joinMigration(
  { why, hand, composed }: Omit<MigrationText, 'facts'>,
  file: string,
): Promise<string> {
  const body = statementsOf({ hand, composed });
  return [UP, ...why, ...(await factsOf(body, file)), '', body.trimEnd(), '', DOWN, ''].join('\n');
}

/** The statements that run, without header and markers. */
export function statementsOf({ hand, composed }: Pick<MigrationText, 'hand' | 'composed'>): string {
  return composed.trim() === '' ? hand : `${hand.trimEnd()}\n\n${COMPOSED}\n\n${composed}`;
}
