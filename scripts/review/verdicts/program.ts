import { scanSync } from 'libpg-query';
import { spellIdentifier } from '../../postgres/quote.ts';

const PART = '(\\w+|"(?:[^"]|"")+")';
const NAME = `${PART}(?:\\s*\\.\\s*${PART})?`;
const WRITES = new RegExp(
  `\\b(?:insert\\s+into|update|delete\\s+from|merge\\s+into|truncate(?:\\s+table)?|copy)\\s+(?:only\\s+)?${NAME}`,
  'gi',
);
const REWRITES = new RegExp(
  `\\balter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?${NAME}[^;]*?\\btype\\b[^;]*?\\busing\\b`,
  'gi',
);

/** Statements about the catalog: what they do stands there afterwards. */
const DEFINES =
  /^\s*(create|alter|drop|grant|revoke|comment|analyze|reindex|set|reset|lock|security label|refresh)\b/i;
const READS = /^\s*(select|with|values|explain)\b/i;
const WRITES_FIRST = /^\s*(insert|update|delete|merge|truncate)\b/i;
/** A verb that writes, in front of something that is filled in later. */
const WRITES_ANY =
  /\b(insert\s+into|update|delete\s+from|merge\s+into|truncate(\s+table)?|copy)\s+(only\s+)?("?%|$)/i;

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
    const words = this.#words();
    return [...words.matchAll(WRITES), ...words.matchAll(REWRITES)].map(([, one = '', two]) =>
      two === undefined ? spelt(one) : `${spelt(one)}.${spelt(two)}`,
    );
  }

  /** Names in front of a parenthesis. */
  get calls(): readonly string[] {
    const words = this.#words()
      .replaceAll('"', '')
      .replaceAll(/\s*\.\s*/g, '.');
    return words.match(/[\w.]+(?=\s*\()/g) ?? [];
  }

  /** Whether it runs a statement that is put together when it runs, and that may write. */
  get isOpen(): boolean {
    if (!this.#isOwn) return false;
    const tokens = this.#read();
    return tokens.some((token, at) => {
      if (!/^execute$/i.test(token) || /^(function|procedure|on)$/i.test(tokens[at + 1] ?? '')) return false;
      const rest = tokens.slice(at + 1);
      const end = rest.findIndex((other) => /^(;|loop|into)$/i.test(other));
      return mayWrite(end < 0 ? rest : rest.slice(0, end));
    });
  }

  /** Without comments; and without texts, where none of them is run. */
  #words(): string {
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
        .map((token) => (isText(token) ? withoutComments(token) : token));
    } catch {
      this.#tokens = [this.#text]; // what cannot be scanned is read as it stands
    }
    return this.#tokens;
  }
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

/** Whether an expression that is run may come out as a statement that writes what nobody reads in it. */
function mayWrite(tokens: readonly string[]): boolean {
  const expression = tokens.filter((token) => !/^[()]$/.test(token) && !/^format$/i.test(token));
  const [head = ''] = expression;
  if (!isText(head)) return true;
  const texts = expression
    .filter(isText)
    .map((token) => token.replace(/^(?:[eEnN]?'|\$\w*\$)/, '').replace(/(?:'|\$\w*\$)$/, ''));
  const [first = '', ...others] = texts;
  if (texts.some((text) => WRITES_ANY.test(text) || /\btype\s+\S*%[\s\S]*\busing\b/i.test(text))) return true;
  if (DEFINES.test(first)) return texts.some((text) => text.includes(';') && text.includes('%s'));
  // What is called, and what is written, stands in it by name, or not at all.
  if (READS.test(first)) return /%[Is]\s*\(/.test(first) || others.some((text) => /^\s*\(/.test(text));
  return !WRITES_FIRST.test(first);
}
