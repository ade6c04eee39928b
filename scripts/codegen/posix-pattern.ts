/**
 * Classes that mean the same in JavaScript's Unicode and to a server whose locale is C.UTF-8. Others differ on spaces beyond ASCII,
 * such as the one that does not break.
 */
const CLASSES: Readonly<Record<string, string>> = {
  digit: '0-9',
  xdigit: '0-9A-Fa-f',
  space: '\\p{White_Space}',
  cntrl: '\\p{Cc}',
};

/**
 * A regular expression of PostgreSQL's as one of JavaScript's that accepts the same texts.
 *
 * @returns the source, for the flags `su`: characters instead of their halves, and a dot that takes a new line too.
 *   Undefined for what has another meaning there, or none: options, look-around, back references, escapes of a class,
 *   classes that depend on the server's locale.
 * @example javaScriptPattern('^[^@[:space:]]+$') // ^[^@\p{White_Space}]+$
 */
export function javaScriptPattern(pattern: string): string | undefined {
  if (pattern.startsWith('***')) return undefined;
  let source = '';
  for (let rest = pattern; rest !== ''; ) {
    const part = next(rest);
    if (!part) return undefined;
    source += part.source;
    rest = rest.slice(part.length);
  }
  try {
    new RegExp(source, 'su');
  } catch {
    return undefined;
  }
  return source;
}

/** The part at the start of a pattern, with the number of characters it takes. */
function next(rest: string): { source: string; length: number } | undefined {
  const bound = /^\{\d+(,\d*)?\}/.exec(rest);
  if (bound) return { source: bound[0], length: bound[0].length };
  if (rest.startsWith('[')) return bracket(rest);
  if (rest.startsWith('(?')) return undefined;
  const escaped = /^\\([^A-Za-z0-9])/u.exec(rest);
  if (escaped) return { source: literal(escaped[1] ?? ''), length: escaped[0].length };
  const [character = ''] = rest;
  if (character === '\\') return undefined;
  const isSyntax = '^$.|()*+?'.includes(character);
  return { source: isSyntax ? character : literal(character), length: character.length };
}

function literal(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

/** `[…]`: a `]` that comes first is a character, a backslash escapes, and `[:name:]` is a class. */
function bracket(text: string): { source: string; length: number } | undefined {
  const found = /^\[(\^?)(\]?(?:\[:[a-z]+:\]|\\.|[^\]\\[])*)\]/su.exec(text);
  if (!found) return undefined;
  const [whole, negated = '', inside = ''] = found;
  let source = '';
  for (const [part] of inside.matchAll(/\[:[a-z]+:\]|\\.|./gsu)) {
    const name = /^\[:(\w+):\]$/.exec(part)?.[1];
    const escaped = /^\\([^A-Za-z0-9])$/u.exec(part)?.[1];
    if (name !== undefined) {
      const members = CLASSES[name];
      if (!members) return undefined;
      source += members;
    } else if (part.length > 1 && part.startsWith('\\')) {
      if (escaped === undefined) return undefined;
      source += escaped === '-' ? '\\-' : literal(escaped);
    } else {
      source += part === '-' ? '-' : literal(part);
    }
  }
  return { source: `[${negated}${source}]`, length: whole.length };
}
