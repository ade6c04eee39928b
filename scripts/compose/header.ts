import { inFile } from '../console/errors.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { type ParsedStatement, parseSql, type Tree } from '../sql/parse.ts';
import { type AccessChange, accessChanges } from './access-changes.ts';
import { isOfTable, locksOf } from './locks.ts';

/** Stands where nobody has written the reason yet; db:check refuses it. */
export const WHY_PLACEHOLDER = 'TODO: the reason for this change, in one sentence that a reviewer can check';

/**
 * What the header of a migration says about its statements. A function of the text alone, so that anybody can check it.
 *
 * @param up the migration's statements.
 * @param file names the text in errors.
 * @returns the header's lines from `-- Access:` on.
 */
export async function factsOf(up: string, file: string): Promise<string[]> {
  const statements = await parseSql(up, file);
  return inFile(file, () => {
    for (const statement of statements) refuseOddNames(statement);
    return [...accessHeader(accessChanges(statements)), ...locksHeader(locksOf(statements), statements)].map(
      inOneLine,
    );
  });
}

/** What a migration of ours makes has a name like ours. What it meets, drops or renames may be called anything: somebody else made it. */
function refuseOddNames({ kind, tree }: ParsedStatement): void {
  const relation = { CreateStmt: tree.relation, ViewStmt: tree.view, CreateTableAsStmt: tree.into?.rel }[
    kind
  ];
  const names: unknown[] = relation ? [relation.schemaname, relation.relname] : [];
  if (kind === 'CreateFunctionStmt') {
    for (const { String: part } of tree.funcname as Tree[]) names.push(part.sval);
  }
  if (kind === 'RenameStmt') names.push(tree.newname);
  for (const name of names) if (typeof name === 'string') quoteIdentifier(name);
}

function accessHeader(changes: readonly AccessChange[]): string[] {
  if (changes.length === 0) return ['-- Access: none'];
  const count = (noun: string, sign: string) =>
    changes.filter((c) => c.noun === noun && c.sign === sign).length;
  const isRule = ({ noun }: AccessChange) => noun === 'grant' || noun === 'policy';
  const counts = [
    ...(['+', '-'] as const).flatMap((sign) =>
      ['grant', 'policy'].map((noun) => counted(count(noun, sign), noun, sign)),
    ),
    counted(changes.filter((change) => isRule(change) && change.sign === '~').length, 'changed'),
    ...['definer function', 'definer view', 'DO block'].map((noun) => counted(count(noun, '~'), noun)),
  ].filter(Boolean);
  return [
    `-- Access: ${counts.join(', ')}`,
    ...changes.map(({ sign, sentence }) => `--   ${sign} ${sentence}`),
  ];
}

function counted(number: number, noun: string, sign = ''): string {
  if (number === 0) return '';
  const plural = noun === 'policy' ? 'policies' : noun === 'changed' ? noun : `${noun}s`;
  return `${sign}${number} ${number === 1 ? noun : plural}`;
}

function locksHeader(locks: ReadonlyMap<string, string>, statements: readonly ParsedStatement[]): string[] {
  const blocks = statements.some(({ kind }) => kind === 'DoStmt')
    ? 'those of a DO block: read it, they are not listed'
    : '';
  if (locks.size === 0) return [`-- Locks: none on existing tables${blocks && ` but ${blocks}`}`];
  const count = [...locks.keys()].filter(isOfTable).length;
  return [
    `-- Locks: ${count} existing ${count === 1 ? 'table' : 'tables'}, until the migration commits${blocks && `, and ${blocks}`}`,
    ...[...locks].map(([table, mode]) => `--   ${mode} ${table}`),
  ];
}

/** A strange name in a statement must not begin a line of its own: runners read the file line by line. */
export function inOneLine(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return line.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ');
}
