import { randomInt } from 'node:crypto';
import { parsePlPgSQLSync } from 'libpg-query';
import { escapeIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Tree } from './parse.ts';
import { sqlTokens } from './tokens.ts';
import { nodesOf } from './walk.ts';

/** The type that every single value is given here: one that nobody else writes. */
const VALUE = `varchar(${randomInt(1_000_000, 10_000_000)})`;

/** A body as the grammar reads it. */
export interface PlpgsqlBlock {
  readonly datums: Tree;
  readonly action: Tree;
  /** `name alias for other`, which the grammar does not tell. */
  readonly aliases: readonly (readonly [name: string, other: string])[];
}

/**
 * Reads a body in PL/pgSQL with PostgreSQL's own grammar. `loadModule` of libpg-query must have run.
 *
 * @param routine the CREATE FUNCTION that it is the body of; left out for a DO block.
 * @returns undefined where the grammar does not take it.
 */
export function parsePlpgsql(body: string, routine?: Tree): PlpgsqlBlock | undefined {
  const head = headOf(routine);
  const rows = new Set<string>();
  for (;;) {
    try {
      const { text, count } = withRows(body, rows);
      const { plpgsql_funcs } = parsePlPgSQLSync(
        `create function f${head} language plpgsql as ${quoteLiteral(text)}`,
      ) as Tree;
      const { datums, action } = plpgsql_funcs[0].PLpgSQL_function;
      // What looks like a declaration may be a statement: of that there is no variable.
      return nodesOf(datums, 'typname').filter((type) => type === VALUE).length === count
        ? { datums, action, aliases: aliasesIn(body) }
        : undefined;
    } catch (cause) {
      // Without a catalog the grammar takes whatever has a type of its own for a single value, which has no fields.
      const [, name] = /^"([^".]+)[^"]*" is not a known variable$/.exec((cause as Error).message) ?? [];
      if (name === undefined || rows.has(name)) return undefined;
      rows.add(name);
    }
  }
}

/** Its parameters and whether it returns one, many or nothing: what RETURN may say hangs on that, and on no type. */
function headOf(routine: Tree): string {
  const parameters = ((routine?.parameters ?? []) as Tree[]).map(({ FunctionParameter: one }) => ({
    name: one.name === undefined ? '' : escapeIdentifier(one.name),
    isOut: /_(OUT|INOUT|TABLE)$/.test(one.mode),
    isTable: /_TABLE$/.test(one.mode),
    mode: /_(OUT|TABLE)$/.test(one.mode) ? 'out' : /_INOUT$/.test(one.mode) ? 'inout' : 'in',
    type: typeOf(one.argType) === 'refcursor' ? 'refcursor' : 'text',
  }));
  const outs = parameters.filter(({ isOut }) => isOut);
  const isMany = routine?.returnType?.setof || outs.some(({ isTable }) => isTable);
  const given = typeOf(routine?.returnType);
  const one =
    outs.length > 1
      ? 'record'
      : /^(event_)?trigger$/.test(given)
        ? 'trigger'
        : outs.length === 0 && /^(void)?$/.test(given)
          ? 'void'
          : 'text';
  return `(${parameters.map(({ mode, name, type }) => `${mode} ${name} ${type}`).join(', ')}) returns ${isMany ? 'setof ' : ''}${one}`;
}

function typeOf(type: Tree): string {
  return type?.names?.at(-1).String.sval ?? '';
}

/** Behind the name of a row: a variable that begins with what the row does. Of a row itself the grammar does not tell that. */
export const BEGINNING = '\uE001';

/**
 * A body in which these variables are rows and all others single values, whatever types it says: no catalog is asked for them. So are
 * parameters, and what stands around it.
 */
function withRows(
  body: string,
  rows: ReadonlySet<string>,
): { readonly text: string; readonly count: number } {
  const tokens = sqlTokens(body);
  const parts: string[] = [];
  const around = new Set(rows);
  let isDeclaring = false;
  let done = 0;
  for (const [at, { text, end }] of tokens.entries()) {
    const isKeyword = /^(declare|begin)$/i.test(text);
    if (isKeyword) isDeclaring = /^declare$/i.test(text);
    const isFirst = isDeclaring && !isKeyword && /^(declare|;)$/i.test(tokens[at - 1]?.text ?? '');
    if (!isFirst) continue;
    const name = nameIn(text);
    const isRow = around.delete(name) || rows.has(name);
    const [type = ''] = tokens
      .slice(at + 1, at + 3)
      .flatMap((one) => (/^constant$/i.test(one.text) ? [] : one.text));
    const rest = tokens.slice(at + 1).find((token) => /^(;|:=|=|default|not|collate)$/i.test(token.text));
    if (!rest || /^(alias|cursor|scroll|no|refcursor)$/i.test(type)) continue;
    const declared = isRow || /^record$/i.test(type) ? ` record; ${escapeIdentifier(name + BEGINNING)}` : '';
    parts.push(body.slice(done, end), `${declared} ${VALUE} `);
    done = rest.start;
  }
  const last = tokens.at(-1);
  const to = around.size > 0 && last?.text === ';' ? last.start : undefined;
  const block = [...parts, body.slice(done, to)].join('');
  const count = parts.length / 2;
  if (around.size === 0) return { text: block, count };
  const [options = ''] = /^(\s*#[^\n]*\n)*/.exec(block) ?? [];
  const declared = [...around].map((name) => `${escapeIdentifier(name)} record;`).join(' ');
  return { text: `${options}declare ${declared} begin\n${block.slice(options.length)}\n; end`, count };
}

function aliasesIn(body: string): PlpgsqlBlock['aliases'] {
  const words = sqlTokens(body).map(({ text }) => text);
  return words.flatMap((word, at) =>
    /^alias for$/i.test(`${words[at + 1]} ${words[at + 2]}`)
      ? [[nameIn(word), nameIn(words[at + 3] ?? '')] as const]
      : [],
  );
}

function nameIn(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.toLowerCase();
}
