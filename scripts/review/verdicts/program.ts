import { scanSync } from 'libpg-query';
import { spellIdentifier } from '../../postgres/quote.ts';
import { closing, type Definitions, definitionsIn } from './blocks.ts';

const PART = '(\\w+|"(?:[^"]|"")+")';
const NAME = `${PART}(?:\\s*\\.\\s*${PART})?`;
const WRITES = new RegExp(
  `\\b(?:insert\\s+into|update|delete\\s+from|merge\\s+into|truncate(?:\\s+table)?|drop\\s+table(?:\\s+if\\s+exists)?|copy)\\s+(?:only\\s+)?${NAME}`,
  'gi',
);
const REWRITES = new RegExp(
  `\\balter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?${NAME}[^;]*?\\btype\\b[^;]*?\\busing\\b`,
  'gi',
);

const COPIES = new RegExp(
  `\\b(?:insert\\s+into|(?<!for )update|merge\\s+into|create\\s+table(?=[^;]*\\bas\\b))\\s+(?:only\\s+)?${NAME}`,
  'gi',
);
const READS_FROM = new RegExp(`\\b(?:from|join|using)\\s+(?:only\\s+)?${NAME}`, 'gi');

const IF_THERE = new RegExp(`\\b(?:drop|alter)\\s+table\\s+if\\s+exists\\s+(?:only\\s+)?${NAME}`, 'gi');

/** Statements about the catalog: what they do stands there afterwards. */
const DEFINES =
  /^\s*(create|alter|drop|grant|revoke|comment|analyze|reindex|set|reset|lock|security label|refresh)\b/i;
const READS = /^\s*(select|with|values|explain)\b/i;
const WRITES_FIRST = /^\s*(insert|update|delete|merge|truncate)\b/i;
/** A verb that writes, in front of something that is filled in later. */
const WRITES_ANY =
  /\b(insert\s+into|update|delete\s+from|merge\s+into|truncate(\s+table)?|copy)\s+(only\s+)?("?%|$)/i;

/** What a name stands behind that is no call, whatever parenthesis follows. */
const NAMES_ONLY =
  /^(into|table|references|on|view|function|procedure|routine|aggregate|index|only|exists|,)$/i;

/** What a text in SQL or PL/pgSQL writes and calls, by its words: nobody runs it. Read when it is asked. */
export class Program {
  readonly #text: string;
  readonly #isOwn: boolean;
  #tokens: readonly string[] | undefined;

  /** @param isOwn whether the migration brings it: of what stood before, only what it names itself is read. */
  constructor(text: string, isOwn: boolean) {
    this.#text = text;
    this.#isOwn = isOwn;
  }

  /** Relations that it writes, as it names them. */
  get writes(): readonly string[] {
    const { words } = this;
    return [...words.matchAll(WRITES), ...words.matchAll(REWRITES)].map(([, one = '', two]) =>
      named(one, two),
    );
  }

  /** Tables that it drops or alters only where they are. */
  get takesIfThere(): readonly string[] {
    if (!this.#isOwn) return [];
    return [...this.words.matchAll(IF_THERE)].map(([, one = '', two]) => named(one, two));
  }

  /** Names in front of a parenthesis. */
  get calls(): readonly string[] {
    const words = this.words.replaceAll('"', '').replaceAll(/\s*\.\s*/g, '.');
    return words.match(/[\w.]+(?=\s*\()/g) ?? [];
  }

  /** Whether it runs a statement that is put together when it runs, and that may write. */
  get isOpen(): boolean {
    if (!this.#isOwn) return false;
    const tokens = this.#read();
    return tokens.some((token, at) => {
      if (/^uescape$/i.test(token)) return true;
      if (!/^execute$/i.test(token) || /^(function|procedure|on)$/i.test(tokens[at + 1] ?? '')) return false;
      const rest = tokens.slice(at + 1);
      const end = rest.findIndex((other) => /^(;|loop|into|using)$/i.test(other));
      return mayWrite(end < 0 ? rest : rest.slice(0, end), (name) => isCounted(tokens, name));
    });
  }

  /**
   * What it defines: of what stood before, nothing is read.
   *
   * @param isDefining whether a function that it calls defines something.
   */
  defines(isDefining: (name: string) => boolean): Definitions {
    return this.#isOwn ? definitionsIn(this.#read(), isDefining) : { any: false, some: false };
  }

  /**
   * Whether it calls, by name and schema, what is not there: where it is reviewed it never did, and elsewhere it may.
   *
   * @param known functions and relations by their names.
   */
  callsBeside(known: ReadonlySet<string>): boolean {
    if (!this.#isOwn) return false;
    const tokens = this.#read();
    return tokens.some((token, at) => {
      if (token !== '(' || tokens[at - 2] !== '.' || NAMES_ONLY.test(tokens[at - 4] ?? '')) return false;
      const [schema, name] = [tokens[at - 3], tokens[at - 1]].map((part = '') =>
        part.replaceAll('"', '').toLowerCase(),
      );
      return !/^(pg_catalog|information_schema)$/.test(schema ?? '') && !known.has(`${schema}.${name}`);
    });
  }

  /** Relations that one of its statements writes, and those that the same statement reads for it. */
  get copies(): readonly { readonly to: string; readonly from: readonly string[] }[] {
    if (!this.#isOwn) return [];
    return this.words.split(' ; ').flatMap((statement) => {
      const to = [...statement.matchAll(COPIES)].map(([, one = '', two]) => named(one, two));
      const from = [...statement.matchAll(READS_FROM)].map(([, one = '', two]) => named(one, two));
      return to.map((table) => ({ to: table, from }));
    });
  }

  /** Words and signs of what the migration brings, without comments. */
  get ownTokens(): readonly string[] {
    return this.#isOwn ? this.#read() : [];
  }

  /** Without comments; and without texts, where none of them is run. */
  get words(): string {
    const tokens = this.#read();
    const runsTexts = tokens.some((token) => /^execute$/i.test(token));
    return tokens.filter((token) => runsTexts || !isText(token)).join(' ');
  }

  #read(): readonly string[] {
    if (this.#tokens) return this.#tokens;
    try {
      const bytes = Buffer.from(this.#text, 'utf8');
      this.#tokens = scanSync(this.#text)
        .tokens.filter(({ tokenName }) => !/COMMENT/.test(tokenName))
        .map(({ start, end }) => bytes.subarray(start, end).toString('utf8'))
        .map((token) => (isText(token) ? withoutComments(token) : plainly(token)))
        .reduce<string[]>(joined, []);
    } catch {
      this.#tokens = [this.#text]; // what cannot be scanned is read as it stands
    }
    return this.#tokens;
  }
}

function named(one: string, two: string | undefined): string {
  return two === undefined ? spelt(one) : `${spelt(one)}.${spelt(two)}`;
}

/** A name as the catalog spells it: in quotes only where it needs them, and in small letters where it stood without. */
function spelt(part: string): string {
  return part.startsWith('"') ? spellIdentifier(part.slice(1, -1).replaceAll('""', '"')) : part.toLowerCase();
}

function isText(token: string): boolean {
  return /^(?:[eEnN]?'|\$\w*\$)/.test(token);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*.*?\*\//gs, ' ').replaceAll(/--[^\n]*\n/g, ' ');
}

/** A name that is written by its code points, as it reads. */
function plainly(token: string): string {
  if (!/^u&"/i.test(token)) return token;
  return token
    .slice(2)
    .replaceAll(/\\(?:\+([\da-f]{6})|([\da-f]{4}))/gi, (_, six, four) =>
      String.fromCodePoint(Number.parseInt(six ?? four, 16)),
    );
}

const PLAIN = /^'.*'$/s;

/** Texts that stand one behind the other as the one that they become: a word may be in halves. */
function joined(tokens: string[], token: string): string[] {
  const [text, sign] = [tokens.at(-2) ?? '', tokens.at(-1)];
  if (sign === '||' && PLAIN.test(text) && PLAIN.test(token)) {
    tokens.splice(-2, 2, `${text.slice(0, -1)}${token.slice(1)}`);
  } else {
    tokens.push(token);
  }
  return tokens;
}

/** Whether a variable goes through texts that stand in the block, as `foreach t in array array['beds', 'vehicles']`. */
function isCounted(tokens: readonly string[], name: string): boolean {
  return new RegExp(
    `\\bforeach ${name.replaceAll(/\W/g, '\\$&')} in array array \\[( ?('[^';]*'|,))* ?\\] loop\\b`,
    'i',
  ).test(tokens.join(' '));
}

/** Functions that give a text in quotes, whatever they are given. */
const QUOTES = /^(quote_ident|quote_literal|quote_nullable|format)$/i;

/** Parts of an expression that stand in what is run as they are: nobody knows what they say. */
function rawParts(tokens: readonly string[]): readonly string[] {
  const start = tokens.findIndex((token) => !/^(pg_catalog|\.|\()$/i.test(token));
  const isFormat = /^format$/i.test(tokens[start] ?? '');
  if (isFormat && !/%(?:\d+\$)?-?\d*s/.test(tokens[start + 2] ?? '')) {
    // Only what stands behind the call.
    return rawParts(tokens.slice(closing(tokens, start + 1) + 1));
  }
  const raw: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (QUOTES.test(token) && tokens[at + 1] === '(' && at !== start) at = closing(tokens, at + 1);
    else if (/^\w/.test(token) && !isText(token) && !/^(format|pg_catalog|\d+)$/i.test(token))
      raw.push(token);
  }
  return raw;
}

/**
 * Whether an expression that is run may come out as a statement that writes what nobody reads in it.
 *
 * @param isKnown whether a variable says what stands in the block.
 */
function mayWrite(tokens: readonly string[], isKnown: (name: string) => boolean): boolean {
  const expression = tokens.filter(
    (token) => !/^[()]$/.test(token) && !/^(format|pg_catalog|\.)$/i.test(token),
  );
  const [head = ''] = expression;
  if (!isText(head)) return true;
  // What stands for a sign may be any.
  if (expression.some((token) => /^(e'.*\\|u&')/is.test(token))) return true;
  if (rawParts(tokens).some((name) => !isKnown(name))) return true;
  const texts = expression
    .filter(isText)
    .map((token) => token.replace(/^(?:[eEnN]?'|\$\w*\$)/, '').replace(/(?:'|\$\w*\$)$/, ''));
  const [first = '', ...others] = texts;
  if (texts.some((text) => WRITES_ANY.test(text) || /\btype\s+\S*%[\s\S]*\busing\b/i.test(text))) return true;
  if (DEFINES.test(first)) return false;
  // What is called, and what is written, stands in it by name, or not at all.
  if (READS.test(first)) return /%[Is]\s*\(/.test(first) || others.some((text) => /^\s*\(/.test(text));
  return !WRITES_FIRST.test(first);
}
