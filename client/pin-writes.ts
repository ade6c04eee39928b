import {
  AliasNode,
  CastNode,
  ColumnNode,
  type ColumnUpdateNode,
  DataTypeNode,
  IdentifierNode,
  type InsertQueryNode,
  type OperationNode,
  ParensNode,
  PrimitiveValueListNode,
  ReferenceNode,
  SelectionNode,
  SelectQueryNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely';
import { refusal } from './pin-tables.ts';

/**
 * Gives each row of an INSERT the organisation, or makes sure that it has it.
 *
 * @param key the column that names the organisation.
 * @throws PinError for another organisation, and for one that cannot be seen.
 */
export function pinInsert(node: InsertQueryNode, key: string, organisationId: string): InsertQueryNode {
  if (node.defaultValues || !node.columns || !node.values) {
    throw refusal('an INSERT that lists no columns');
  }
  const columns = node.columns.map(({ column }) => column.name);
  const isKey = (column: string) => isNamed(column, key);
  const index = columns.findIndex(isKey);
  if (index !== columns.findLastIndex(isKey)) throw refusal(`an INSERT that lists ${key} twice`);
  const values = pinValues(node.values, index, columns.length, organisationId, key);
  return index === -1
    ? { ...node, columns: [...node.columns, ColumnNode.create(key)], values }
    : { ...node, values };
}

/** An update may name the organisation, not change it. */
export function checkUpdates(
  updates: readonly ColumnUpdateNode[] | undefined,
  key: string,
  organisationId: string,
): void {
  for (const { column, value } of updates ?? []) {
    const name = columnName(column);
    if (name === undefined) throw refusal('an update of a column that is no name');
    if (isNamed(name, key) && !isOrganisation(value, organisationId)) {
      throw refusal(`an update that would set ${key} to something else`);
    }
  }
}

/** Also before a plugin behind this one renames it: CamelCasePlugin makes `organisation_id` of `organisationId`. */
function isNamed(column: string, key: string): boolean {
  const folded = (name: string) => name.replaceAll('_', '').toLowerCase();
  return folded(column) === folded(key);
}

function pinValues(
  values: OperationNode,
  index: number,
  width: number,
  organisationId: string,
  key: string,
): OperationNode {
  if (ValuesNode.is(values)) {
    return ValuesNode.create(
      values.values.map((row) => {
        if (row.values.length !== width) throw refusal('an INSERT whose rows do not match its columns');
        if (index === -1) {
          return PrimitiveValueListNode.is(row)
            ? PrimitiveValueListNode.create([...row.values, organisationId])
            : ValueListNode.create([...row.values, ValueNode.create(organisationId)]);
        }
        const given = row.values[index];
        const isRight = PrimitiveValueListNode.is(row)
          ? isSame(given, organisationId)
          : isOrganisation(given as OperationNode, organisationId);
        if (!isRight) throw refusal(`an INSERT with another ${key}, or one that is computed`);
        return row;
      }),
    );
  }
  return pinSelect(values, index, width, organisationId, key);
}

/** `insert … select`: each branch of a union by itself. */
function pinSelect(
  node: OperationNode,
  index: number,
  width: number,
  organisationId: string,
  key: string,
): OperationNode {
  if (ParensNode.is(node)) {
    return ParensNode.create(pinSelect(node.node, index, width, organisationId, key));
  }
  if (!SelectQueryNode.is(node)) throw refusal('an INSERT of something that is neither values nor a SELECT');
  const selections = node.selections ?? [];
  const hasAll = selections.some(({ selection }) => isSelectAll(selection));
  if (hasAll || selections.length !== width) {
    throw refusal('an INSERT … SELECT that does not list one expression for each column');
  }
  const given = selections[index]?.selection;
  if (index !== -1 && !(given && isOrganisation(given, organisationId))) {
    throw refusal(`an INSERT … SELECT that computes ${key}`, `Leave ${key} out: it is added.`);
  }
  return {
    ...node,
    ...(index === -1 && { selections: [...selections, SelectionNode.create(selected(organisationId, key))] }),
    ...(node.setOperations && {
      setOperations: node.setOperations.map((operation) => ({
        ...operation,
        expression: pinSelect(operation.expression, index, width, organisationId, key),
      })),
    }),
  } as SelectQueryNode;
}

/** Cast, because a bare parameter in the list of a SELECT is text. */
function selected(organisationId: string, key: string): AliasNode {
  return AliasNode.create(
    CastNode.create(ValueNode.create(organisationId), DataTypeNode.create('uuid')),
    IdentifierNode.create(key),
  );
}

function isSelectAll(node: OperationNode): boolean {
  return node.kind === 'SelectAllNode' || (ReferenceNode.is(node) && node.column.kind === 'SelectAllNode');
}

function isOrganisation(node: OperationNode, organisationId: string): boolean {
  if (AliasNode.is(node)) return isOrganisation(node.node, organisationId);
  if (CastNode.is(node)) return isOrganisation(node.expression, organisationId);
  return ValueNode.is(node) && isSame(node.value, organisationId);
}

function isSame(value: unknown, organisationId: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === organisationId;
}

function columnName(node: OperationNode): string | undefined {
  if (ColumnNode.is(node)) return node.column.name;
  if (ReferenceNode.is(node) && ColumnNode.is(node.column)) return node.column.column.name;
  return undefined;
}
