import { SessionMisuseError } from './errors.ts';

/** Statements that end the transaction, or undo what was set for it. Savepoints are free. */
const CONTROL =
  /^(?:begin|start|commit|end|abort|rollback(?!\s+(?:(?:work|transaction)\s+)?to\b)|prepare\s+transaction|discard|reset)\b/i;

/** SET outlives the transaction unless it is local, and no role is changed even so. */
const SETTING =
  /^set\s+(?:(?!local\b|constraints\b|transaction\b)|local\s+(?:role|session\s+authorization)\b)/i;

/** What the client would have to send or take rows for: pg has nothing to send, waits for ever all the same, and drops what it gets. */
const COPY = /^copy\b/i;

/** What may stand before a statement beside comments: white space, empty statements. */
const SPACE = /(?:[\s;]|--[^\n]*(?:\n|$))*/y;
const COMMENT_MARK = /\/\*|\*\//g;

/** A text from its first word on. Comments nest; what does not end has no statement. */
function statementOf(text: string): string {
  for (let at = 0; ; at = endOfComment(text, at)) {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
    if (!text.startsWith('/*', at)) return text.slice(at);
  }
}

function endOfComment(text: string, start: number): number {
  COMMENT_MARK.lastIndex = start;
  let depth = 0;
  for (let mark = COMMENT_MARK.exec(text); mark; mark = COMMENT_MARK.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return COMMENT_MARK.lastIndex;
  }
  return text.length;
}

/** What PostgreSQL passes over before a word, inside a statement: it backtracks nowhere. */
const GAP = String.raw`(?:\s|--[^\n]*\n|/\*(?:[^*]|\*(?!/))*\*/)*`;

/** A statement that may set something for longer than the transaction, also as one of several, in a block, or as a text to execute. */
const LASTING = new RegExp(
  [
    String.raw`(?:^|;|\b(?:begin|then|else|loop)\b)${GAP}(?:set\b(?!\s+(?:local|constraints|transaction)\b)|do\b|execute\b)`,
    // A text that is only called so ('set', 'do') is none.
    String.raw`['$]${GAP}(?:set(?!\s+(?:local|constraints|transaction)\b)|do|execute)(?=[\s/"-])`,
  ].join('|'),
  'i',
);

/** Other ways to the same: the view that sets what is updated in it, functions that run a text, names that are spelled by numbers,
 * comments in comments. */
const INDIRECT =
  /set_config|\bpg_settings\b|\b(?:query_to_xml|ts_stat|ts_rewrite)|\bu&"|\/\*(?:[^*]|\*(?!\/))*?\/\*/i;

/** `explain analyze` runs what was prepared, whose text is not in this one. */
const RUN_BY_NAME = [/\bexplain\b/i, /\bexecute\b/i] as const;

const ARGUMENT = String.raw`\s*(?:\$\d+|'[^'\\]*'|[\w.]+)(?:::\w+)?\s*`;
const LOCAL_SET_CONFIG = new RegExp(String.raw`\bset_config\s*\(${ARGUMENT},${ARGUMENT},\s*true\s*\)`, 'gi');

/**
 * What a connection keeps beside settings: with rows in it, or held against others. A temporary table of the transaction alone is none, where nothing
 * in between can be a comment or a text that only says so.
 */
const KEPT = new RegExp(
  [
    String.raw`\b(?:create|replace|into)${GAP}(?:(?:global|local)${GAP})?temp(?:orary)?\b(?![^;'"$/-]*\bon${GAP}commit${GAP}drop\b)`,
    String.raw`\bpg_temp`,
    String.raw`\bwith${GAP}hold\b`,
    String.raw`(?:^|;)${GAP}listen\b`,
    String.raw`\bpg_(?:try_)?advisory_lock`,
  ].join('|'),
  'i',
);

/**
 * Says whether a text may leave something behind on its connection. It rather says so once too often: a caller of a pool then meets a connection
 * that was cleaned, which is all that it costs.
 */
export function mayLast(text: string): boolean {
  // This one first: of comments that do not end, the others look for the end of each.
  return (
    INDIRECT.test(text.replace(LOCAL_SET_CONFIG, '')) ||
    LASTING.test(text) ||
    KEPT.test(text) ||
    RUN_BY_NAME.every((word) => word.test(text))
  );
}

/**
 * Refuses a statement that would end the session's transaction, leave its role, or outlive it. It looks at the first words: what hides
 * from it, the end of the session finds.
 *
 * @throws SessionMisuseError
 */
export function refuseControl(text: string): void {
  const statement = statementOf(text);
  if (!CONTROL.test(statement) && !SETTING.test(statement)) return;
  throw new SessionMisuseError('a session does not begin, end or change its own transaction or role', {
    hint: 'Throw to roll back, undo a part with a savepoint, `set local` a setting, open another session for another caller.',
  });
}

/**
 * Refuses a statement that waits for rows, or hands some over, beside the answer to it: over pg, whose extended protocol never comes back from it.
 *
 * @throws SessionMisuseError
 */
export function refuseCopy(text: string): void {
  if (!COPY.test(statementOf(text))) return;
  throw new SessionMisuseError('a session does not COPY: there is no stream to copy from or to', {
    hint: 'Insert many rows at once from `unnest($1::text[], …)`; for many to read, declare a cursor in SQL and fetch from it.',
  });
}
