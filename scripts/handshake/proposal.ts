import type pg from 'pg';
import { readCatalog } from '../catalog/snapshot.ts';
import { accessChanges } from '../compose/access-changes.ts';
import { locksOf } from '../compose/locks.ts';
import { splitMigration } from '../compose/migration-text.ts';
import type { Migration } from '../migrate/history.ts';
import { readReach } from '../review/reach/read-reach.ts';
import { bare } from '../review/verdicts/deciding-tables.ts';
import { granteeOf } from '../sources/definitions.ts';
import { parseSql } from '../sql/parse.ts';
import { functionsOfTheirs } from './theirs.ts';
import { ALWAYS_THEIRS, ROLE, touchedBy } from './touched.ts';

/** What operations are asked about one migration. */
export interface Proposal {
  readonly version: string;
  readonly name: string;
  readonly checksum: string;
  /** What it changes in who may do what, in the words of its header. */
  readonly access: readonly string[];
  /** What it touches of what operations hold. */
  readonly shared: readonly string[];
}

/**
 * What operations hold privileges on, as a database has it: tables, views and functions; and functions that decide for them without one.
 *
 * @returns `public.cases`, `function public.attach_invoice(uuid, uuid, uuid)`.
 */
export async function sharedObjects(client: pg.ClientBase): Promise<ReadonlySet<string>> {
  const shared = new Set<string>();
  for (const key of (await readCatalog(client)).keys()) {
    const { object, grantee } = granteeOf(key);
    if (grantee === ROLE && !/^(schema|type) /.test(object)) shared.add(object);
  }
  for (const name of functionsOfTheirs(await readReach(client))) shared.add(name);
  return shared;
}

/** Reads off a migration what operations have to know of it; `shared` is empty where it is none of theirs. */
export async function proposalOf(
  { version, name, checksum, up, path, sql }: Migration,
  held: ReadonlySet<string>,
): Promise<Proposal> {
  const statements = await parseSql(up, path);
  const theirs = [...held, ...ALWAYS_THEIRS];
  const touched = new Set(touchedBy(statements));
  for (const table of locksOf(statements).keys()) touched.add(table);
  return {
    version,
    name,
    checksum,
    access: [
      ...accessChanges(statements).map(({ sign, sentence }) => `${sign} ${sentence}`),
      // What the header names as opened, word for word: db:review holds it true.
      ...splitMigration(sql).widenings.map((line) => line.replace(/^--\s+/, '')),
    ],
    shared: [...new Set([...touched].flatMap((object) => heldAs(object, theirs)))].sort(),
  };
}

/**
 * What a migration's name for something means of theirs: as it is written, where that has a schema. Without one a search path decides,
 * and a migration may set its own, so that it is any of that name. So is a function, whatever arguments it is named with: a type may be
 * written in several ways, and a new function of that name is called instead of the old one.
 */
function heldAs(object: string, theirs: readonly string[]): readonly string[] {
  const found = theirs.filter((one) => isSameName(nameOf(one), nameOf(object)));
  return found.length > 0 && /\./.test(nameOf(object)) ? [object] : found;
}

function nameOf(object: string): string {
  return bare(object).replace(/^(procedure|routine|aggregate) /, 'function ');
}

/** A name may lack its schema, and may have the database in front. */
function isSameName(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.replace(/^function /, '')) as [string, string];
  const isOfAKind = one.startsWith('function ') === other.startsWith('function ');
  return isOfAKind && (a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`));
}
