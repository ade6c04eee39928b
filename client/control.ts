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
const SPACE = /(?:[\s;]|--[^\n\r]*(?:[\n\r]|$))*/y;
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

/**
 * From each place in a text, where the next word begins: past white space and comments, wherever they stand, also in what is no statement but
 * may be executed as one. It is read from the end, so that each place is looked at once.
 */
function wordsFrom(text: string): Int32Array {
  const words = new Int32Array(text.length + 1);
  words[text.length] = text.length;
  let afterLine = text.length;
  let afterComment: number | undefined;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (isLineEnd(text[at + 2])) afterLine = at + 3;
    if (text.startsWith('*/', at + 2)) afterComment = at + 4;
    let next = at;
    if (BLANKS.includes(text[at] as string)) next = at + 1;
    else if (text.startsWith('--', at)) next = afterLine;
    else if (text.startsWith('/*', at)) next = afterComment ?? at;
    words[at] = next === at ? at : (words[next] as number);
  }
  return words;
}

const BLANKS = ' \t\n\r\f\v';

function isLineEnd(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}

/** Behind what, and which word. */
type Sequence = readonly [before: RegExp, word: RegExp];

/** A statement that may set something for longer than the transaction, also as one of several, in a block, or as a text to execute. */
const LASTING: readonly Sequence[] = [
  [
    /;|\b(?:begin|then|else|loop)\b|^/gi,
    /(?:set\b(?!\s+(?:local|constraints|transaction)\b)|do\b|execute\b)/iy,
  ],
  // A text that is only called so ('set', 'do') is none.
  [/['$]/g, /(?:set(?!\s+(?:local|constraints|transaction)\b)|do|execute)(?=[\s/"-])/iy],
];

/** Other ways to the same: the view that sets what is updated in it, functions that run a text, names that are spelled by numbers,
 * comments in comments. */
const INDIRECT =
  /set_config|\bpg_settings\b|\b(?:query_to_xml|ts_stat|ts_rewrite)|\bu&"|\/\*(?:[^*]|\*(?!\/))*?\/\*/i;

/** `explain analyze` runs what was prepared, whose text is not in this one. */
const RUN_BY_NAME = [/\bexplain\b/i, /\bexecute\b/i] as const;

const ARGUMENT = String.raw`\s*(?:\$\d+|'[^'\\]*'|[\w.]+)(?:::\w+)?\s*`;
const LOCAL_SET_CONFIG = new RegExp(String.raw`\bset_config\s*\(${ARGUMENT},${ARGUMENT},\s*true\s*\)`, 'gi');

/** What a connection keeps beside settings: with rows in it, or held against others. */
const KEPT: readonly Sequence[] = [
  [/\bwith/gi, /hold\b/iy],
  [/;|^/g, /listen\b/iy],
];
const KEPT_BY_NAME = /\bpg_temp|\bpg_(?:try_)?advisory_lock/i;

const TEMPORARY: Sequence = [/\b(?:create|replace|into|global|local)/gi, /temp(?:orary)?\b/iy];

/** What a temporary table of the transaction alone says, or what could be a comment or a text that only says so. */
const DROPPED = /\bon\s+commit\s+drop\b|[;'"$/-]/gi;

/** The places behind the words that stand behind something. */
function* placesOf(text: string, words: Int32Array, [before, word]: Sequence): Generator<number> {
  for (const { 0: found, index } of text.matchAll(before)) {
    word.lastIndex = words[index + found.length] as number;
    if (word.test(text)) yield word.lastIndex;
  }
}

/** Whether a temporary table is made that the end of the transaction does not drop. */
function keepsTable(text: string, words: Int32Array): boolean {
  const marks = text.matchAll(DROPPED);
  let mark = marks.next();
  for (const place of placesOf(text, words, TEMPORARY)) {
    while (!mark.done && mark.value.index < place) mark = marks.next();
    if (mark.done || mark.value[0].length === 1) return true;
  }
  return false;
}

/**
 * Says whether a text may leave something behind on its connection. It rather says so once too often: a caller of a pool then meets a connection
 * that was cleaned, which is all that it costs. It takes time in proportion to the text: what an application takes from outside may be in it.
 */
export function mayLast(text: string): boolean {
  if (INDIRECT.test(text.replace(LOCAL_SET_CONFIG, '')) || KEPT_BY_NAME.test(text)) return true;
  if (RUN_BY_NAME.every((word) => word.test(text))) return true;
  const words = wordsFrom(text);
  return (
    [...LASTING, ...KEPT].some((each) => !placesOf(text, words, each).next().done) || keepsTable(text, words)
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
