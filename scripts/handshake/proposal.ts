import type pg from 'pg';
import { readCatalog } from '../catalog/snapshot.ts';
import { accessChanges } from '../compose/access-changes.ts';
import { locksOf } from '../compose/locks.ts';
import { splitMigration } from '../compose/migration-text.ts';
import { inFile } from '../console/errors.ts';
import type { Migration } from '../migrate/history.ts';
import { statementsOf } from '../migrate/syntax.ts';
import type { Reach } from '../review/reach/reach.ts';
import { readReach } from '../review/reach/read-reach.ts';
import { bare } from '../review/verdicts/deciding-tables.ts';
import { granteeOf } from '../sources/definitions.ts';
import type { ParsedStatement } from '../sql/parse.ts';
import { reachedBy } from './reached.ts';
import { functionsOfTheirs } from './theirs.ts';
import { ALWAYS_THEIRS, broughtBy, ROLE, touchedBy } from './touched.ts';

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

/** What is theirs in a database, and how it stands there: who calls a function writes what that writes. */
export interface Theirs {
  /** `public.cases`, `function public.attach_invoice(uuid, uuid, uuid)`. */
  readonly held: ReadonlySet<string>;
  readonly reach: Reach;
}

/** What operations hold privileges on, as a database has it: tables, views and functions; and functions that decide for them without one. */
export async function sharedObjects(client: pg.ClientBase): Promise<Theirs> {
  const held = new Set<string>();
  for (const key of (await readCatalog(client)).keys()) {
    const { object, grantee } = granteeOf(key);
    if (grantee === ROLE && !/^(schema|type) /.test(object)) held.add(object);
  }
  const reach = await readReach(client);
  for (const name of functionsOfTheirs(reach)) held.add(name);
  return { held, reach };
}

/**
 * Reads off what is pending, in its order, what operations have to know of it; `shared` is empty where it is none of theirs. What one of
 * them brings with something of theirs is theirs in those behind it, though the database does not know of it yet.
 */
export async function proposalsOf(
  pending: readonly Migration[],
  { held, reach }: Theirs,
): Promise<readonly Proposal[]> {
  const theirs = new Set([...held, ...ALWAYS_THEIRS]);
  const earlier: ParsedStatement[] = [];
  const proposals: Proposal[] = [];
  for (const { version, name, checksum, up, path, sql } of pending) {
    const statements = await statementsOf({ path, up });
    const touched = new Set([
      ...touchedBy(statements),
      ...locksOf(statements).keys(),
      ...inFile(path, () => reachedBy(statements, { earlier, theirs, reach })),
    ]);
    const shared = [...new Set([...touched].flatMap((object) => heldAs(object, theirs)))].sort();
    proposals.push({
      version,
      name,
      checksum,
      access: [
        ...accessChanges(statements).map(({ sign, sentence }) => `${sign} ${sentence}`),
        // What the header names as opened, word for word: db:review holds it true.
        ...splitMigration(sql).widenings.map((line) => line.replace(/^--\s+/, '')),
      ],
      shared,
    });
    if (shared.length > 0) for (const object of broughtBy(statements)) theirs.add(object);
    earlier.push(...statements);
  }
  return proposals;
}

/**
 * What a migration's name for something means of theirs: as it is written, where that has a schema. Without one a search path decides,
 * and a migration may set its own, so that it is any of that name. So is a function, whatever arguments it is named with: a type may be
 * written in several ways, and a new function of that name is called instead of the old one.
 */
function heldAs(object: string, theirs: ReadonlySet<string>): readonly string[] {
  const found = [...theirs].filter((one) => isSameName(nameOf(one), nameOf(object)));
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
