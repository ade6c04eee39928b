import type { Realm, RuleOperation, TablePolicy } from '../../policies/vocabulary.ts';

/**
 * What rules compile to before they become text. Nodes are plain frozen data with a `kind`; how a call is spelt
 * (sub-select or bare, for Citus) is the printer's business.
 */
export type Expression =
  | ConstantNode
  | AllNode
  | EitherNode
  | CompareNode
  | MemberNode
  | MappedNode
  | AbsentNode
  | PresentNode
  | ScalarNode
  | FirstNode
  | AuditedNode
  | DisclosedNode
  | RowCallNode
  | TextNode
  | StartNode;

export interface ConstantNode {
  readonly kind: 'constant';
  readonly value: boolean;
}

/** Every term holds. */
interface AllNode {
  readonly kind: 'all';
  readonly terms: readonly Expression[];
}

/** At least one term holds. */
interface EitherNode {
  readonly kind: 'either';
  readonly terms: readonly Expression[];
}

export interface CompareNode {
  readonly kind: 'compare';
  readonly column: string;
  readonly operator: '=' | '<>' | '<' | '>';
  readonly operand: Expression;
}

/** The column's value stands in an array of UUIDs that a scalar returns. */
export interface MemberNode {
  readonly kind: 'member';
  readonly column: string;
  readonly array: ScalarNode | AuditedNode;
}

/** A map that a scalar returns names the row's patient below the row's tenant. */
export interface MappedNode {
  readonly kind: 'mapped';
  readonly columns: readonly [tenant: string, patient: string];
  readonly map: ScalarNode;
}

/** The column is null. */
export interface AbsentNode {
  readonly kind: 'absent';
  readonly column: string;
}

/** The column is not null. */
export interface PresentNode {
  readonly kind: 'present';
  readonly column: string;
}

/** Names, a word, whole numbers, a switch, or nothing. */
export type Argument = readonly string[] | string | readonly number[] | boolean | null;

/** A call that does not depend on the row: evaluated once a statement. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly functionName: ScalarName;
  readonly args: readonly Argument[];
}
export type ScalarName =
  | 'organisation_id'
  | 'organisation_for'
  | 'organisation_within'
  | 'membership_for'
  | 'membership_within'
  | 'holds'
  | 'reachable_patients'
  | 'patients_in_care'
  | 'now'
  | 'own_rank'
  | 'user_id'
  | 'colleague_ids'
  | 'is_operator'
  | 'patient_organisation_ids'
  | 'own_patient_ids'
  | 'handed_over_ids'
  | 'insights_organisation_id';

/** The first of several scalars that is not null: the union of audiences that no single call can say. */
export interface FirstNode {
  readonly kind: 'first';
  readonly scalars: readonly ScalarNode[];
}

/** A decision that is passed on and written down: who is denied, and at the higher levels who is not (N-35). */
export interface AuditedNode {
  readonly kind: 'audited';
  readonly record: RecordLabel;
  readonly decision: ScalarNode | FirstNode;
}

/** What a record says it is about. */
export interface RecordLabel {
  readonly realm: Realm;
  readonly table: string;
  readonly operation: RuleOperation;
  readonly level: string;
}

/** Conditions of the row, and a record of each that satisfies them. */
export interface DisclosedNode {
  readonly kind: 'disclosed';
  readonly record: RecordLabel;
  readonly rows: Expression;
  /** Tenant, id and patient of the row; null where no column names one. */
  readonly columns: readonly (string | null)[];
}

/** A call on columns of the row: evaluated for each row that came so far. */
export interface RowCallNode {
  readonly kind: 'rowCall';
  readonly functionName: 'is_own_patient' | 'is_handed_over';
  /** Constants that stand before the columns. */
  readonly words: readonly string[];
  readonly columns: readonly string[];
}

export interface TextNode {
  readonly kind: 'text';
  readonly value: string;
}

/** The time at which the transaction began. */
export interface StartNode {
  readonly kind: 'start';
}

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export function nameOf(table: TablePolicy): TableName {
  return { schema: table.schema ?? 'public', name: table.tableName };
}

export type Command = 'all' | 'select' | 'insert' | 'update';

export const COMMANDS = {
  SELECT: 'select',
  INSERT: 'insert',
  UPDATE: 'update',
} as const satisfies Record<RuleOperation, Command>;

export interface PolicyNode {
  readonly kind: 'policy';
  readonly name: string;
  readonly table: TableName;
  readonly realm: Realm;
  readonly role: string;
  readonly restrictive: boolean;
  readonly command: Command;
  /** Which existing rows the command sees. Absent on insert. */
  readonly using?: Expression;
  /** Which new rows it may leave behind. Absent on select. */
  readonly check?: Expression;
  readonly comment: string;
}

export interface PrivilegeNode {
  readonly privilege: 'select' | 'insert' | 'update';
  /** Absent: the whole table. */
  readonly columns?: readonly string[];
}

/** All that one role holds on one table or view: what is not listed is revoked. */
export interface GrantsNode {
  readonly kind: 'grants';
  readonly relation: TableName;
  readonly role: string;
  readonly privileges: readonly PrivilegeNode[];
}

export const always: ConstantNode = Object.freeze({ kind: 'constant', value: true });
export const never: ConstantNode = Object.freeze({ kind: 'constant', value: false });
export const transactionStart: StartNode = Object.freeze({ kind: 'start' });

/** Conjunction, flat; `true` terms fall away and a single term stands alone. */
export function all(terms: readonly Expression[]): Expression {
  const needed = terms
    .flatMap((term) => (term.kind === 'all' ? term.terms : [term]))
    .filter((term) => term !== always);
  const [only] = needed;
  if (only === undefined) return always;
  return needed.length === 1 ? only : Object.freeze({ kind: 'all', terms: Object.freeze(needed) });
}

/** Disjunction; a `true` term makes the whole true and a single term stands alone. */
export function either(terms: readonly Expression[]): Expression {
  const [only] = terms;
  if (only === undefined) return never;
  if (terms.includes(always)) return always;
  return terms.length === 1 ? only : Object.freeze({ kind: 'either', terms: Object.freeze([...terms]) });
}

export function compare(column: string, operator: CompareNode['operator'], operand: Expression): CompareNode {
  return Object.freeze({ kind: 'compare', column, operator, operand });
}

export function member(column: string, array: ScalarNode): MemberNode {
  return Object.freeze({ kind: 'member', column, array });
}

export function mapped(tenant: string, patient: string, map: ScalarNode): MappedNode {
  return Object.freeze({ kind: 'mapped', columns: Object.freeze([tenant, patient] as const), map });
}

export function absent(column: string): AbsentNode {
  return Object.freeze({ kind: 'absent', column });
}

export function present(column: string): PresentNode {
  return Object.freeze({ kind: 'present', column });
}

export function text(value: string): TextNode {
  return Object.freeze({ kind: 'text', value });
}

export function scalar(functionName: ScalarName, ...args: readonly Argument[]): ScalarNode {
  return Object.freeze({ kind: 'scalar', functionName, args: Object.freeze(args) });
}

/** Several scalars as one; a single one stands alone. */
export function first(scalars: readonly ScalarNode[]): ScalarNode | FirstNode {
  const [only] = scalars;
  return only !== undefined && scalars.length === 1
    ? only
    : Object.freeze({ kind: 'first', scalars: Object.freeze([...scalars]) });
}

export function audited(record: RecordLabel, decision: ScalarNode | FirstNode): AuditedNode {
  return Object.freeze({ kind: 'audited', record, decision });
}

export function disclosed(
  record: RecordLabel,
  rows: Expression,
  columns: readonly (string | null)[],
): DisclosedNode {
  return Object.freeze({ kind: 'disclosed', record, rows, columns: Object.freeze([...columns]) });
}

export function rowCall(
  functionName: RowCallNode['functionName'],
  columns: readonly string[],
  words: readonly string[] = [],
): RowCallNode {
  return Object.freeze({
    kind: 'rowCall',
    functionName,
    words: Object.freeze([...words]),
    columns: Object.freeze([...columns]),
  });
}

/** The columns that an expression reads, each once, sorted. */
export function columnsOf(expression: Expression): readonly string[] {
  return [...new Set(walk(expression))].sort();
}

function* walk(node: Expression): Generator<string> {
  if (node.kind === 'all' || node.kind === 'either') for (const term of node.terms) yield* walk(term);
  if (node.kind === 'compare') {
    yield node.column;
    yield* walk(node.operand);
  }
  if (node.kind === 'member' || node.kind === 'absent' || node.kind === 'present') yield node.column;
  if (node.kind === 'rowCall' || node.kind === 'mapped') yield* node.columns;
  if (node.kind === 'disclosed') {
    yield* walk(node.rows);
    yield* node.columns.filter((column) => column !== null);
  }
}
