/** What a text defines where it stands, and whether it does so always. */
export interface Definitions {
  /** It defines something, or runs a text that may. */
  readonly any: boolean;
  /** It does so only under a condition, may have ended before, or does it to whom the database names. */
  readonly some: boolean;
}

const DEFINES = /^(create|alter|drop|grant|revoke|comment|security|reassign|import|refresh|reindex|do)$/i;
/** What stands in front of a statement. */
const BEFORE = /^(;|begin|then|else|loop|>>)$/i;
/** A text that is run and only reads, or writes what its own words name. */
const ONLY_ROWS = /^(?:[nN]?'|\$\w*\$)\s*(select|with|values|insert|update|delete|merge|truncate)\b/i;

/**
 * Follows the blocks of a text in PL/pgSQL. What stands under IF or CASE, in a loop over what is found, where an exception takes it
 * back, or behind an early end, is done in one database and not in another; so is what rows or settings name. Whoever replays it sees one of the two.
 *
 * @param tokens of the text, without comments.
 * @param isDefining whether a name in front of a parenthesis is that of a function that defines something.
 */
export function definitionsIn(tokens: readonly string[], isDefining: (name: string) => boolean): Definitions {
  const frames: string[] = [];
  let any = false;
  let some = false;
  const mayBeTakenBack = tokens.some((token, at) => is(token, 'exception') && is(tokens[at + 1], 'when'));
  let mayHaveEnded = false;
  for (const [at, token] of tokens.entries()) {
    const isUnsure = frames.some((frame) => frame === 'if' || frame === 'case' || frame === 'loop');
    if (isDefinition(tokens, at, isDefining)) {
      any = true;
      some ||= isUnsure || mayBeTakenBack || mayHaveEnded || isNamedElsewhere(tokens, at);
    }
    if (/^(return|exit|continue)$/i.test(token) && !/^(next|query)$/i.test(tokens[at + 1] ?? ''))
      mayHaveEnded ||= isUnsure || is(tokens[at + 1], 'when');
    follow(frames, tokens, at);
  }
  return { any, some };
}

function isDefinition(tokens: readonly string[], at: number, isDefining: (name: string) => boolean): boolean {
  const token = tokens[at] ?? '';
  if (tokens[at + 1] === '(' && isDefining(nameBefore(tokens, at))) return true;
  // EXECUTE stands behind FOR … IN, too.
  if (is(token, 'execute'))
    return !ONLY_ROWS.test(tokens.slice(at + 1).find((next) => !/^(\(|format)$/i.test(next)) ?? '');
  return DEFINES.test(token) && BEFORE.test(tokens[at - 1] ?? ';');
}

/** What answers otherwise in another database. Its own name does so, too, and is only ever that of the database itself. */
const ASKS =
  /^(select|user|current_user|session_user|current_role|current_setting|inet_\w+|now|clock_timestamp|random|\w*regrole)$/i;

/** Whether what is run or handed over at a place is put together from what rows or settings say. */
function isNamedElsewhere(tokens: readonly string[], at: number): boolean {
  const isCall = tokens[at + 1] === '(';
  if (!isCall && !is(tokens[at], 'execute')) return false;
  const end = tokens.findIndex((token, place) => place > at && /^(;|into|loop)$/i.test(token));
  return tokens
    .slice(at + 1, end < 0 ? undefined : end)
    .some((token) => /^["\w]/.test(token) && (ASKS.test(token) || isFilled(tokens, token)));
}

/** Whether a variable is filled by anything but texts that stand in the block. */
function isFilled(tokens: readonly string[], name: string): boolean {
  return tokens.some((token, at) => {
    if (is(token, 'into')) return intoList(tokens, at).some((one) => is(one, name));
    if (!/^(:=|=|default)$/i.test(token) || is(tokens[at - 1], 'end')) return false;
    const start = tokens.slice(0, at).findLastIndex((before) => BEFORE.test(before) || is(before, 'declare'));
    if (!is(tokens[start + 1], name)) return false;
    const end = tokens.indexOf(';', at);
    return tokens
      .slice(at + 1, end < 0 ? undefined : end)
      .some((part) => /^["a-z_]/i.test(part) && !/^array$/i.test(part));
  });
}

/** `into strict a, b` */
function intoList(tokens: readonly string[], at: number): readonly string[] {
  const rest = tokens.slice(at + 1);
  const end = rest.findIndex((token) => /^(;|from|using|values|loop|\()$/i.test(token));
  return end < 0 ? rest : rest.slice(0, end);
}

/** `public.promote`, as it ends here. */
function nameBefore(tokens: readonly string[], at: number): string {
  const own = tokens[at] ?? '';
  const name = tokens[at - 1] === '.' ? `${tokens[at - 2]}.${own}` : own;
  return name.replaceAll('"', '');
}

/** Opens and closes what a word opens and closes. */
function follow(frames: string[], tokens: readonly string[], at: number): void {
  const token = (tokens[at] ?? '').toLowerCase();
  const before = tokens[at - 1] ?? ';';
  if (token === 'end') frames.pop();
  if (is(before, 'end')) return;
  // CREATE TABLE IF NOT EXISTS is another one.
  if (token === 'if' && BEFORE.test(before)) frames.push('if');
  if (token === 'case') frames.push('case');
  if (token === 'begin') frames.push('begin');
  if (token === 'loop') frames.push(isCounted(tokens, at) ? 'counted' : 'loop');
}

/** Whether a loop goes through what stands in the text: it does the same everywhere. */
function isCounted(tokens: readonly string[], loop: number): boolean {
  const start = tokens.slice(0, loop).findLastIndex((token) => BEFORE.test(token));
  const head = tokens.slice(start + 1, loop).join(' ');
  return /^(for \w+ in( reverse)? \d+ \.\. \d+|foreach \w+ in array array \[( ?('[^']*'|\d+|,))* ?\])$/i.test(
    head,
  );
}

function is(token: string | undefined, word: string): boolean {
  return token?.toLowerCase() === word;
}

/** What a text in PL/pgSQL leaves in its session. @param tokens - of the text, without comments. */
export function sessionChangesIn(tokens: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const [at, token] of tokens.entries()) {
    const isStatement = BEFORE.test(tokens[at - 1] ?? ';');
    if (
      isStatement &&
      /^(set|reset|discard)$/i.test(token) &&
      !/^(local|constraints)$/i.test(tokens[at + 1] ?? '')
    )
      found.push('sets something beyond its transaction');
    if (
      is(token, 'set_config') &&
      tokens[at + 1] === '(' &&
      !/ , true \)/i.test(tokens.slice(at + 1, closing(tokens, at + 1) + 1).join(' '))
    )
      found.push('sets something beyond its transaction');
    if (
      /^(temp|temporary)$/i.test(token) &&
      /^(create|local|global|into|replace)$/i.test(tokens[at - 1] ?? '')
    )
      found.push('makes or uses a temporary object');
  }
  return found;
}

/** Where a parenthesis is closed; behind the last token where it is not. */
export function closing(tokens: readonly string[], open: number): number {
  let depth = 0;
  const at = tokens.findIndex((token, index) => {
    if (index < open) return false;
    depth += token === '(' ? 1 : token === ')' ? -1 : 0;
    return depth === 0;
  });
  return at < 0 ? tokens.length : at;
}
