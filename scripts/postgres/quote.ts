import { misuse } from '../console/errors.ts';

/** What names of ours are. */
const OURS = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Quotes an SQL identifier. Names of ours are `[a-z_][a-z0-9_]*`; anything else is refused rather than escaped,
 * because a strange name in a rule is a mistake or an attack, never a wish.
 *
 * @throws CommandError (exit code 2) for a name that is empty, over 63 bytes, or holds any other character.
 */
export function quoteIdentifier(name: string): string {
  if (!OURS.test(name)) {
    throw misuse({
      problem: `not a usable SQL name: ${JSON.stringify(name.slice(0, 80))}`,
      expected: 'lower-case letters, digits and underscores, at most 63, not starting with a digit',
      remedy: 'rename the table, column, role or policy',
    });
  }
  return RESERVED.has(name) ? `"${name}"` : name;
}

/**
 * Quotes an identifier that somebody else chose (a database, an existing role): any text but NUL, escaped.
 *
 * @throws CommandError (exit code 2) for an empty name or one with a NUL byte.
 */
export function escapeIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) {
    throw misuse({ problem: 'an SQL name is empty or holds a NUL byte', remedy: 'give it a name' });
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** An identifier as `quote_ident` tells it: plain where it is one of the names that are ours, in quotes whatever else it is. */
export function spellIdentifier(name: string): string {
  return OURS.test(name) ? quoteIdentifier(name) : escapeIdentifier(name);
}

/**
 * Quotes a text as an SQL literal, correct under any `standard_conforming_strings`.
 *
 * @throws CommandError (exit code 2) for a text with a NUL byte, which PostgreSQL cannot store.
 */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) {
    throw misuse({ problem: 'a text holds a NUL byte', expected: 'text that PostgreSQL can store' });
  }
  const escaped = text.replaceAll("'", "''").replaceAll('\\', '\\\\');
  return text.includes('\\') ? `E'${escaped}'` : `'${escaped}'`;
}

/** Words that PostgreSQL reserves and a column or table of ours could plausibly be named after. */
const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate ' +
    'collation column concurrently constraint create cross current_catalog current_date current_role current_schema ' +
    'current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for ' +
    'foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral ' +
    'leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps ' +
    'placing primary references returning right select session_user similar some symmetric system_user table ' +
    'tablesample then to trailing true union unique user using variadic verbose when where window with'
  ).split(' '),
);
