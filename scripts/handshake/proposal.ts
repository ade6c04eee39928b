import type pg from 'pg';
import { readCatalog } from '../catalog/snapshot.ts';
import { accessChanges } from '../compose/access-changes.ts';
import { locksOf } from '../compose/locks.ts';
import { splitMigration } from '../compose/migration-text.ts';
import type { Migration } from '../migrate/history.ts';
import { readReach } from '../review/reach/read-reach.ts';
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
    shared: [...touched].filter((object) => ALWAYS_THEIRS.has(object) || isHeld(object, held)).sort(),
  };
}

/** A function that is named without its arguments is any of that name. */
function isHeld(object: string, held: ReadonlySet<string>): boolean {
  if (held.has(object)) return true;
  return /^function [^(]+$/.test(object) && [...held].some((one) => one.startsWith(`${object}(`));
}
