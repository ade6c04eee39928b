import { rangeVar } from '../../sql/names.ts';
import type { ParsedStatement, Tree } from '../../sql/parse.ts';
import type { Reach } from '../reach/reach.ts';

/** A name by which a migration may write something that is called otherwise, or a schema of that kind. */
export type OtherNames = (name: string) => readonly string[];

/**
 * Names that relations have for a while, as they are renamed or moved and back again; and tables through which another one is written, as
 * it is their partition or child for that long. What the catalog shows afterwards tells none of it.
 *
 * @param statements those of blocks and functions that run among them.
 */
export function otherNames(
  { relations }: Reach,
  statements: readonly Pick<ParsedStatement, 'kind' | 'tree'>[],
): OtherNames {
  const known = new Map<string, Set<string>>();
  const schemas = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, now: string, was: string) =>
    to.set(now, (to.get(now) ?? new Set()).add(was));
  for (const { name, parents } of relations) for (const parent of parents) add(known, parent, name);
  for (const { kind, tree } of statements) {
    for (const { schema, now, was } of inStatement(kind, tree)) add(schema ? schemas : known, now, was);
  }
  const find = (name: string, seen: ReadonlySet<string>): readonly string[] => {
    if (seen.has(name)) return [];
    const path = new Set([...seen, name]);
    const [schema = '', ...rest] = name.split('.');
    const moved =
      rest.length > 0 ? [...(schemas.get(schema) ?? [])].map((was) => [was, ...rest].join('.')) : [];
    const same = [...known]
      .filter(([now]) => now === name || now.endsWith(`.${name}`))
      .flatMap(([, was]) => [...was]);
    return [name, ...[...moved, ...same].flatMap((one) => find(one, path))];
  };
  return (name) => [...new Set(find(name, new Set()))];
}

interface Renamed {
  readonly schema?: true;
  readonly now: string;
  readonly was: string;
}

const RELATIONS = /^OBJECT_(TABLE|VIEW|FOREIGN_TABLE|MATVIEW)$/;

function inStatement(kind: string, tree: Tree): readonly Renamed[] {
  if (kind === 'RenameStmt' && tree.renameType === 'OBJECT_SCHEMA')
    return [{ schema: true, now: tree.newname, was: tree.subname }];
  if (kind === 'RenameStmt' && RELATIONS.test(tree.renameType))
    return [{ now: rangeVar({ ...tree.relation, relname: tree.newname }), was: rangeVar(tree.relation) }];
  if (kind === 'AlterObjectSchemaStmt' && RELATIONS.test(tree.objectType))
    return [
      { now: rangeVar({ ...tree.relation, schemaname: tree.newschema }), was: rangeVar(tree.relation) },
    ];
  if (kind !== 'AlterTableStmt') return [];
  return (tree.cmds as Tree[]).flatMap(({ AlterTableCmd: { subtype, def } }) => {
    if (subtype === 'AT_AddInherit') return [{ now: rangeVar(def.RangeVar), was: rangeVar(tree.relation) }];
    if (subtype === 'AT_AttachPartition')
      return [{ now: rangeVar(tree.relation), was: rangeVar(def.PartitionCmd.name) }];
    return [];
  });
}
