import { inFile } from '../../console/errors.ts';
import type { Migration } from '../../migrate/history.ts';
import { statementsOf } from '../../migrate/syntax.ts';
import { rangeVar } from '../../sql/names.ts';
import type { ParsedStatement } from '../../sql/parse.ts';
import { nodesOf } from '../../sql/walk.ts';
import { writtenBy } from '../programs/written.ts';
import type { Reach } from '../reach/reach.ts';
import { THE_DATABASE, writtenAsleep } from './asleep.ts';
import { decidingTables, recordTables, rulingTables } from './deciding-tables.ts';
import { otherNames } from './other-names.ts';
import { EVERYBODY, type Verdict } from './verdict.ts';

/**
 * Rows that a migration itself writes where rows decide or are a record: memberships, restrictions, consents, what happened. No catalog
 * shows them, and an empty database has none; so the statements are read, and the texts of DO blocks and of functions that it calls. So
 * is what it does only for a while, or only somewhere.
 *
 * @param before what stood when the migration came: tables that it makes itself decide nothing yet.
 */
export async function decidingWrites(
  { up, path }: Pick<Migration, 'up' | 'path'>,
  before: Reach,
): Promise<Verdict[]> {
  const statements = await statementsOf({ path, up });
  const shown = inFile(path, () => shownBy(before, statements));
  const found = inFile(path, () => writtenBy(statements, before));
  const programs = new Set(found.flatMap((written) => written.programs));
  const ran = inFile(path, () => [...programs].flatMap((program) => program.ran));
  const others = inFile(path, () => otherNames(before, [...statements, ...ran]));
  const asleep = inFile(path, () => writtenAsleep(statements, found, before, others));
  const told = (about: string, sentence: string): Verdict => ({
    mark: 'changed',
    realm: EVERYBODY,
    about,
    sentence,
  });
  const tell = (tables: ReadonlySet<string>, names: readonly string[], words: (table: string) => string) => {
    const meant = new Set(names.flatMap(others).flatMap((name) => targetsOf(name, tables, shown)));
    return [...meant].sort().map((table) => told(table, words(table)));
  };
  const names = found.flatMap((written) => written.names);
  const all = new Set(before.relations.filter(({ kind }) => kind === 'table').map(({ name }) => name));
  return [
    ...tell(
      decidingTables(before),
      names,
      (table) => `the migration itself writes rows of ${table}, which decide who may do what`,
    ),
    ...tell(
      recordTables(before),
      names,
      (table) => `the migration itself writes rows of ${table}, which is a record of what happened`,
    ),
    ...tell(
      rulingTables(before),
      names,
      (table) =>
        `the migration itself writes rows of ${table}, which decide what is kept, told and destroyed`,
    ),
    ...tell(all, asleep, (table) => `the migration writes rows of ${table} while triggers on it sleep`),
    ...(asleep.includes(THE_DATABASE) ? [told(path, UNWATCHED)] : []),
    ...(found.some(({ isOpen }) => isOpen) ? [told(path, OPEN)] : []),
    ...(found.some(({ isUnread }) => isUnread) ? [told(path, UNREAD)] : []),
    ...(found.some(({ isConditional }) => isConditional) ? [told(path, CONDITIONAL)] : []),
  ];
}

const UNWATCHED =
  'event triggers sleep while the migration is at work: what it does meanwhile, they neither record nor refuse';
const OPEN =
  'the migration runs statements that it only then puts together: what they write, nobody can tell';
const UNREAD =
  'the migration runs a block or a function that cannot be read here: what it does, nobody can tell';
const CONDITIONAL =
  'the migration defines or calls something only under a condition, or as rows say: what it does in another database, nobody can tell';

/** The tables among `deciding` that a name means: itself, what a view of that name shows, and without a schema whatever is called so. */
export function targetsOf(
  name: string,
  deciding: ReadonlySet<string>,
  shown: ReadonlyMap<string, readonly string[]>,
  path: readonly string[] = [],
): readonly string[] {
  if (path.includes(name)) return [];
  const isMeant = (known: string) => known === name || (isBare(name) && known.endsWith(`.${name}`));
  return [
    ...[...deciding].filter(isMeant),
    ...[...shown]
      .filter(([view]) => isMeant(view))
      .flatMap(([view, tables]) => [view, ...tables].filter((one) => one !== name))
      .flatMap((table) => targetsOf(table, deciding, shown, [...path, name])),
  ];
}

/** Without a schema; a quoted name may hold a dot. */
function isBare(name: string): boolean {
  return !name.includes('.') || /^"(?:[^"]|"")*"$/.test(name);
}

/** Views that were there or that the migration makes, and what they show: who writes through one writes that. */
export function shownBy(
  { relations }: Reach,
  statements: readonly Pick<ParsedStatement, 'kind' | 'tree'>[],
): ReadonlyMap<string, readonly string[]> {
  return new Map([
    ...relations.filter(({ kind }) => kind === 'view').map(({ name, shows }) => [name, shows] as const),
    ...statements
      .filter(({ kind }) => kind === 'ViewStmt')
      .map(({ tree }) => [rangeVar(tree.view), nodesOf(tree.query, 'RangeVar').map(rangeVar)] as const),
  ]);
}
