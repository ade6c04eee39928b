import {
  AUDIT_LEVELS,
  type Realm,
  type Rule,
  type RuleOperation,
  type TablePolicy,
} from '../../policies/vocabulary.ts';
import {
  type AuditedNode,
  all,
  always,
  audited,
  disclosed,
  type Expression,
  type RecordLabel,
  type ScalarName,
} from './nodes.ts';

type AuditLevel = (typeof AUDIT_LEVELS)[number];

/** What decides who; `now` and the like decide nothing by themselves. */
const DECIDES: readonly ScalarName[] = [
  'organisation_id',
  'organisation_for',
  'organisation_within',
  'holds',
  'is_operator',
  'own_patient_ids',
  'patient_organisation_ids',
  'user_id',
];

/** The highest level of the rules of one command: what one of them asks to be recorded, is. */
function levelOf(rules: readonly Rule[]): AuditLevel {
  return (
    AUDIT_LEVELS[Math.max(...rules.map(({ auditLevel }) => AUDIT_LEVELS.indexOf(auditLevel)))] ?? 'basic'
  );
}

function recordOf(
  table: TablePolicy,
  realm: Realm,
  operation: RuleOperation,
  rules: readonly Rule[],
): RecordLabel {
  return { realm, table: table.tableName, operation, level: levelOf(rules) };
}

/** The expression with its first deciding scalar on record. What is open to everybody of a realm decides nothing. */
export function withAudit(
  expression: Expression,
  table: TablePolicy,
  realm: Realm,
  operation: RuleOperation,
  rules: readonly Rule[],
): Expression {
  const record = recordOf(table, realm, operation, rules);
  if (table.level === 'PUBLIC' && operation === 'SELECT') return expression;
  return auditFirst(expression, record) ?? expression;
}

/** Whether each row that is read is recorded by itself. */
export function discloses(operation: RuleOperation, rules: readonly Rule[]): boolean {
  return operation === 'SELECT' && levelOf(rules) === 'comprehensive';
}

/**
 * The rows' conditions, with a record of each row that satisfies them, where a rule asks for that.
 *
 * @param opening who may read at all, where PostgreSQL would ask it after the rows; it asks a fence of the same words before them.
 */
export function withDisclosure(
  rows: Expression,
  table: TablePolicy,
  realm: Realm,
  operation: RuleOperation,
  rules: readonly Rule[],
  opening: Expression,
): Expression {
  if (!discloses(operation, rules)) return rows;
  return disclosed(recordOf(table, realm, operation, rules), all([opening, rows]), [
    table.tenantKey,
    'id',
    table.patientKey ?? null,
  ]);
}

/** The same of one expression: what the row does not decide stays before it, and what finds rows by index stays where an index sees it. */
export function withRowsDisclosed(
  reach: Expression,
  table: TablePolicy,
  realm: Realm,
  operation: RuleOperation,
  rules: readonly Rule[],
): Expression {
  const terms = reach.kind === 'all' ? reach.terms : [reach];
  const rows = terms.filter(({ kind }) => kind !== 'audited' && kind !== 'member');
  return all([
    ...terms.filter(({ kind }) => kind === 'audited'),
    withDisclosure(all(rows), table, realm, operation, rules, always),
    ...terms.filter(({ kind }) => kind === 'member'),
  ]);
}

function auditFirst(node: Expression, record: RecordLabel): Expression | undefined {
  if (node.kind === 'scalar') return DECIDES.includes(node.functionName) ? audited(record, node) : undefined;
  if (node.kind === 'first') return audited(record, node);
  if (node.kind === 'compare') {
    const operand = auditFirst(node.operand, record);
    return operand && Object.freeze({ ...node, operand });
  }
  if (node.kind === 'member') {
    const array = auditFirst(node.array, record) as AuditedNode | undefined;
    return array && Object.freeze({ ...node, array });
  }
  if (node.kind !== 'all') return;
  for (const [place, term] of node.terms.entries()) {
    const replaced = auditFirst(term, record);
    if (replaced) return all(node.terms.with(place, replaced));
  }
  return;
}
