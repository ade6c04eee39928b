import {
  AliasNode,
  AndNode,
  type CommonTableExpressionNode,
  type DeleteQueryNode,
  type InsertQueryNode,
  type JoinNode,
  type MergeQueryNode,
  OnNode,
  type OperationNode,
  OperationNodeTransformer,
  ParensNode,
  type QueryId,
  type RawNode,
  type ReferenceNode,
  type RootOperationNode,
  type SelectQueryNode,
  type SetOperationNode,
  TableNode,
  type UpdateQueryNode,
  ValuesNode,
  WhereNode,
  type WithNode,
} from 'kysely';
import {
  asSubquery,
  nameOf,
  type PinnedTable,
  pinOf,
  refusal,
  type TenantKeys,
  tableAt,
} from './pin-tables.ts';
import { checkUpdates, pinInsert } from './pin-writes.ts';

/** Adds the organisation to one query, wherever a tenant's table stands in it. See `pinOrganisation`. */
export class PinTransformer extends OperationNodeTransformer {
  readonly #organisationId: string;
  readonly #keys: TenantKeys;
  #scope: ReadonlySet<string> = new Set();
  /** Tables that stand in a subquery of their own name, by which alone columns refer to them: it has no schema. */
  #wrapped: ReadonlySet<string> = new Set();

  constructor(organisationId: string, keys: TenantKeys) {
    super();
    this.#organisationId = organisationId;
    this.#keys = keys;
  }

  /** @throws PinError for a statement that cannot be pinned. */
  transformRoot<T extends RootOperationNode>(node: T, queryId: QueryId): T {
    if (!PINNABLE.has(node.kind)) {
      throw refusal('a statement that is no SELECT, INSERT, UPDATE or DELETE of Kysely’s own');
    }
    return this.transformNode(node, queryId);
  }

  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    return this.#within(node, queryId, (inner) => {
      const pinned = this.#pinSources(inner.from?.froms ?? [], inner.joins ?? []);
      return super.transformSelectQuery(
        {
          ...inner,
          ...(inner.from && { from: { ...inner.from, froms: pinned.sources } }),
          ...(inner.joins && { joins: pinned.joins }),
          ...whereOf(inner.where, pinned.conditions),
        },
        queryId,
      );
    });
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    return this.#within(node, queryId, (inner) => {
      if (!inner.table) throw refusal('an UPDATE without a table');
      const target = this.#targetAt(inner.table);
      if (target) checkUpdates(inner.updates, target.key, this.#organisationId);
      const pinned = this.#pinSources(inner.from?.froms ?? [], inner.joins ?? []);
      return super.transformUpdateQuery(
        {
          ...inner,
          ...(inner.from && { from: { ...inner.from, froms: pinned.sources } }),
          ...(inner.joins && { joins: pinned.joins }),
          ...whereOf(inner.where, [...this.#conditionsOf(target), ...pinned.conditions]),
        },
        queryId,
      );
    });
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId?: QueryId): DeleteQueryNode {
    return this.#within(node, queryId, (inner) => {
      const [target, ...others] = inner.from.froms;
      if (!target || others.length > 0) throw refusal('a DELETE from anything but one table');
      const pinned = this.#pinSources(inner.using?.tables ?? [], inner.joins ?? []);
      return super.transformDeleteQuery(
        {
          ...inner,
          ...(inner.using && { using: { ...inner.using, tables: pinned.sources } }),
          ...(inner.joins && { joins: pinned.joins }),
          ...whereOf(inner.where, [...this.#conditionsOf(this.#targetAt(target)), ...pinned.conditions]),
        },
        queryId,
      );
    });
  }

  protected override transformInsertQuery(node: InsertQueryNode, queryId?: QueryId): InsertQueryNode {
    return this.#within(node, queryId, (inner) => {
      if (!inner.into) throw refusal('an INSERT without a table');
      const target = this.#targetAt(inner.into);
      if (inner.values && !ValuesNode.is(inner.values)) requireQuery(inner.values, 'an INSERT');
      if (!target) return super.transformInsertQuery(inner, queryId);
      const { onConflict } = inner;
      checkUpdates(onConflict?.updates, target.key, this.#organisationId);
      return super.transformInsertQuery(
        {
          ...pinInsert(inner, target.key, this.#organisationId),
          ...(onConflict?.updates && {
            onConflict: {
              ...onConflict,
              updateWhere: conjunction(onConflict.updateWhere, this.#conditionsOf(target)),
            },
          }),
        },
        queryId,
      );
    });
  }

  protected override transformMergeQuery(_node: MergeQueryNode): MergeQueryNode {
    throw refusal('a MERGE', 'Use insert … on conflict, or withoutPlugins().');
  }

  protected override transformSetOperation(node: SetOperationNode, queryId?: QueryId): SetOperationNode {
    requireQuery(node.expression, 'a branch of a UNION, INTERSECT or EXCEPT');
    return super.transformSetOperation(node, queryId);
  }

  protected override transformReference(node: ReferenceNode, queryId?: QueryId): ReferenceNode {
    const { table } = node;
    if (!table?.table.schema || !this.#wrapped.has(nameOf(table.table)))
      return super.transformReference(node, queryId);
    const bare = TableNode.create(table.table.identifier.name);
    return super.transformReference({ ...node, table: bare }, queryId);
  }

  /** What a fragment says in words is not seen; a table that is handed to it is. */
  protected override transformRaw(node: RawNode, queryId?: QueryId): RawNode {
    for (const parameter of node.parameters) {
      const source = unwrapped(parameter);
      if (TableNode.is(source)) throw refusal(`${nameOf(source.table)} in raw SQL`);
    }
    return super.transformRaw(node, queryId);
  }

  /** A query sees the common table expressions around it and its own; each of these sees those before it. */
  #within<T extends { readonly with?: WithNode }>(
    node: T,
    queryId: QueryId | undefined,
    transform: (node: T) => T,
  ): T {
    const outer = this.#scope;
    const wrapped = this.#wrapped;
    try {
      const expressions = node.with?.expressions ?? [];
      if (node.with?.recursive) this.#scope = new Set([...outer, ...expressions.map(expressionName)]);
      const transformed = expressions.map((expression) => {
        requireQuery(expression.expression, 'a common table expression');
        const inner = this.transformNode(expression, queryId);
        this.#scope = new Set([...this.#scope, expressionName(expression)]);
        return inner;
      });
      if (!node.with) return transform(node);
      const { with: list, ...rest } = node;
      return { ...transform(rest as T), with: { ...list, expressions: transformed } };
    } finally {
      this.#scope = outer;
      this.#wrapped = wrapped;
    }
  }

  #tableAt(source: OperationNode): PinnedTable | undefined {
    return tableAt(source, this.#keys, this.#scope);
  }

  /** What is written to is a table even under the name of a common table expression: PostgreSQL looks for no other there. */
  #targetAt(target: OperationNode): PinnedTable | undefined {
    return tableAt(target, this.#keys, NO_SCOPE);
  }

  #conditionsOf(table: PinnedTable | undefined): readonly OperationNode[] {
    return table ? [pinOf(table, this.#organisationId)] : [];
  }

  /** Where an inner join's table is pinned makes no difference; a left join's is pinned where it is joined. */
  #pinSources(sources: readonly OperationNode[], joins: readonly JoinNode[]) {
    const isOuter = joins.some(({ joinType }) => joinType === 'RightJoin' || joinType === 'FullJoin');
    const conditions: OperationNode[] = [];
    const pin = (source: OperationNode): OperationNode => {
      const table = this.#tableAt(source);
      if (table && isOuter) {
        this.#wrapped = new Set([...this.#wrapped, nameOf(table.reference.table)]);
        return asSubquery(source, table);
      }
      conditions.push(...this.#conditionsOf(table));
      return source;
    };
    return {
      sources: sources.map(pin),
      joins: joins.map((join) => {
        if (!KNOWN_JOINS.has(join.joinType)) throw refusal(`a join of the kind ${join.joinType}`);
        if (isOuter || !LEFT_JOINS.has(join.joinType)) return { ...join, table: pin(join.table) };
        const own = this.#conditionsOf(this.#tableAt(join.table));
        return own.length === 0 ? join : { ...join, on: OnNode.create(joined(join.on?.on, own)) };
      }),
      conditions,
    };
  }
}

const NO_SCOPE: ReadonlySet<string> = new Set();

const PINNABLE: ReadonlySet<string> = new Set([
  'SelectQueryNode',
  'InsertQueryNode',
  'UpdateQueryNode',
  'DeleteQueryNode',
]);

/** Those of PostgreSQL. A lateral join's table is a subquery, or one that is pinned like any other. */
const KNOWN_JOINS: ReadonlySet<string> = new Set([
  'InnerJoin',
  'LeftJoin',
  'RightJoin',
  'FullJoin',
  'CrossJoin',
  'LateralInnerJoin',
  'LateralLeftJoin',
  'LateralCrossJoin',
]);

const LEFT_JOINS: ReadonlySet<string> = new Set(['LeftJoin', 'LateralLeftJoin']);

/** What stands under an alias and in parentheses. */
function unwrapped(node: OperationNode): OperationNode {
  return AliasNode.is(node) || ParensNode.is(node) ? unwrapped(node.node) : node;
}

/** A whole query in raw SQL is a raw statement, wherever it stands. */
function requireQuery(node: OperationNode, where: string): void {
  if (!PINNABLE.has(unwrapped(node).kind)) throw refusal(`${where} that is raw SQL`);
}

function expressionName({ name }: CommonTableExpressionNode): string {
  return name.table.table.identifier.name;
}

function whereOf(where: WhereNode | undefined, conditions: readonly OperationNode[]): { where?: WhereNode } {
  return conditions.length === 0 ? {} : { where: conjunction(where, conditions) };
}

function conjunction(where: WhereNode | undefined, conditions: readonly OperationNode[]): WhereNode {
  return WhereNode.create(joined(where?.where, conditions));
}

/** What was asked stands in parentheses: raw SQL may hold an OR. */
function joined(asked: OperationNode | undefined, conditions: readonly OperationNode[]): OperationNode {
  const all = asked ? [...conditions, ParensNode.create(asked)] : conditions;
  return all.reduce((left, right) => AndNode.create(left, right));
}
