import {
  AliasNode,
  BinaryOperationNode,
  ColumnNode,
  IdentifierNode,
  type OperationNode,
  OperatorNode,
  ParensNode,
  ReferenceNode,
  type SchemableIdentifierNode,
  SelectionNode,
  SelectQueryNode,
  TableNode,
  ValueNode,
} from 'kysely';
import { type CordonError, PinError } from './errors.ts';

/** The column of each known table that names its organisation; null where it has none. */
export type TenantKeys = ReadonlyMap<string, string | null>;

/** A tenant's table at one place of a query. */
export interface PinnedTable {
  /** By which columns refer to it: the alias, or the name as it was written. */
  readonly reference: TableNode;
  readonly key: string;
}

/** Names of common table expressions that stand where a table could. */
export type Scope = ReadonlySet<string>;

/**
 * Reads one source of a query.
 *
 * @returns the tenant's table; undefined for what needs no pin of its own: a subquery, a list of values, a common table
 *   expression, a table without organisation.
 * @throws PinError for what could hide a tenant's rows.
 */
export function tableAt(source: OperationNode, keys: TenantKeys, scope: Scope): PinnedTable | undefined {
  const node = AliasNode.is(source) ? source.node : source;
  if (!TableNode.is(node)) {
    if (PINNED_INSIDE.has(node.kind)) return undefined;
    if (ParensNode.is(node) && !tableAt(node.node, keys, scope)) return undefined;
    throw refusal('a source that is no table, subquery or list of values');
  }
  const name = nameOf(node.table);
  if (node.table.schema === undefined && scope.has(node.table.identifier.name)) return undefined;
  const key = keys.get(name);
  if (key === undefined) throw refusal(`${name}, of which it is not known whether it is a tenant's`);
  if (key === null) return undefined;
  if (!AliasNode.is(source)) return { reference: node, key };
  if (!IdentifierNode.is(source.alias)) throw refusal(`${name} under an alias that is no name`);
  return { reference: TableNode.create(source.alias.name), key };
}

/** A subquery is pinned where the transformer comes to it; values are nobody's rows. */
const PINNED_INSIDE: ReadonlySet<string> = new Set(['SelectQueryNode', 'ValuesNode']);

/** `organisation_id = $n` */
export function pinOf({ reference, key }: PinnedTable, organisationId: string): OperationNode {
  return BinaryOperationNode.create(
    ReferenceNode.create(ColumnNode.create(key), reference),
    OperatorNode.create('='),
    ValueNode.create(organisationId),
  );
}

/**
 * `(select * from patients) as patients`, whose inside is then pinned like any query: for the sides of an outer join that no
 * condition outside can pin without changing which rows remain.
 */
export function asSubquery(source: OperationNode, { reference }: PinnedTable): AliasNode {
  const select = SelectQueryNode.cloneWithSelections(SelectQueryNode.createFrom([source]), [
    SelectionNode.createSelectAll(),
  ]);
  return AliasNode.create(select, IdentifierNode.create(reference.table.identifier.name));
}

/** `public.patients` */
export function nameOf({ schema, identifier }: SchemableIdentifierNode): string {
  return `${schema?.name ?? 'public'}.${identifier.name}`;
}

export function refusal(what: string, hint?: string): CordonError {
  return new PinError(`cannot pin to one organisation: ${what}`, {
    hint:
      hint ??
      'Write it with tables and subqueries that Kysely knows, declare the table in `tables`, or use withoutPlugins().',
  });
}
