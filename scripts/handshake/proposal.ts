import type pg from 'pg';
import { readCatalog } from '../catalog/snapshot.ts';
import { accessChanges } from '../compose/access-changes.ts';
import { describeObject, objectPolicy } from '../compose/access-words.ts';
import { locksOf } from '../compose/locks.ts';
import { splitMigration } from '../compose/migration-text.ts';
import type { Migration } from '../migrate/history.ts';
import { granteeOf } from '../sources/definitions.ts';
import { subjectOf } from '../sql/names.ts';
import { type ParsedStatement, parseSql, type Tree } from '../sql/parse.ts';

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

/** The realm of operations: whatever names it is theirs. */
const ROLE = 'internal_ops';

/**
 * What operations hold privileges on, as a database has it: tables, views and functions.
 *
 * @returns `public.cases`, `function public.attach_invoice(uuid, uuid, uuid)`.
 */
export async function sharedObjects(client: pg.ClientBase): Promise<ReadonlySet<string>> {
  const shared = new Set<string>();
  for (const key of (await readCatalog(client)).keys()) {
    const { object, grantee } = granteeOf(key);
    if (grantee === ROLE && !/^(schema|type) /.test(object)) shared.add(object);
  }
  return shared;
}

/** Reads off a migration what operations have to know of it; `shared` is empty where it is none of theirs. */
export async function proposalOf(
  { version, name, checksum, up, path, sql }: Migration,
  held: ReadonlySet<string>,
): Promise<Proposal> {
  const statements = await parseSql(up, path);
  const touched = new Set(statements.flatMap(touchedBy));
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
    shared: [...touched]
      .filter((object) => held.has(object) || object === UNREADABLE || object === THEIRS)
      .sort(),
  };
}

const UNREADABLE = 'a DO block, whose statements nobody can read off';
const THEIRS = `the role ${ROLE}`;

function touchedBy({ kind, tree }: ParsedStatement): string[] {
  const isTheirs = JSON.stringify(tree).includes(`"rolename":"${ROLE}"`) ? [THEIRS] : [];
  switch (kind) {
    case 'DoStmt':
      return [UNREADABLE];
    case 'GrantStmt':
      return [...isTheirs, ...((tree.objects ?? []) as Tree[]).map((object) => describeObject(tree, object))];
    case 'DropStmt':
      return tree.removeType === 'OBJECT_POLICY'
        ? (tree.objects as Tree[]).map((object) => objectPolicy(object).replace(/^.* on /, ''))
        : (tree.objects as Tree[]).map((object) => describeObject({ objtype: tree.removeType }, object));
    case 'CreateFunctionStmt':
    case 'AlterFunctionStmt':
    case 'AlterOwnerStmt':
      return [...isTheirs, subjectOf({ kind, tree })?.key ?? ''];
    default:
      return isTheirs;
  }
}
