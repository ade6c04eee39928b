import { misuse } from '../console/errors.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import {
  type Argument,
  type AuditedNode,
  all,
  type DisclosedNode,
  type Expression,
  type FirstNode,
  type GrantsNode,
  type PolicyNode,
  type PrivilegeNode,
  type RecordLabel,
  type ScalarName,
  type ScalarNode,
  type TableName,
} from './nodes.ts';

/**
 * `postgres`: calls stand in a scalar sub-select and run once a statement. `citus`: it refuses sub-selects in policies
 * of distributed tables, so the same calls stand bare; and unrecorded, since each row would be a record of its own.
 */
export type Dialect = 'postgres' | 'citus';
export interface PrintOptions {
  readonly dialect?: Dialect;
}

/** The statements that leave exactly this policy behind. */
export function printPolicy(policy: PolicyNode, { dialect = 'postgres' }: PrintOptions = {}): string {
  const name = quoteIdentifier(policy.name);
  const table = printRelation(policy.table);
  const command = `for ${policy.command} to ${quoteIdentifier(policy.role)}`;
  const clauses = [
    `create policy ${name} on ${table}`,
    `  ${policy.restrictive ? 'as restrictive ' : ''}${command}`,
    ...(policy.using === undefined ? [] : printClause('using', policy.using, dialect)),
    ...(policy.check === undefined ? [] : printClause('with check', policy.check, dialect)),
  ];
  return [
    `drop policy if exists ${name} on ${table};`,
    `${clauses.join('\n')};`,
    `comment on policy ${name} on ${table} is\n  ${quoteLiteral(singleLine(policy.comment))};`,
    '',
  ].join('\n');
}

/** The statements that leave a role with exactly these privileges. */
export function printGrants(grants: GrantsNode): string {
  const relation = printRelation(grants.relation);
  const role = grants.role === 'public' ? 'public' : quoteIdentifier(grants.role);
  const lines = [`revoke all on table ${relation} from ${role};`];
  if (grants.privileges.length > 0) {
    const privileges = grants.privileges.map(printPrivilege);
    const inline = `grant ${privileges.join(', ')} on table ${relation} to ${role};`;
    const spread = `grant\n  ${privileges.join(',\n  ')}\n  on table ${relation} to ${role};`;
    lines.push(inline.length <= LINE ? inline : spread);
  }
  if (grants.privileges.some(({ privilege }) => privilege === 'update')) {
    lines.push('-- not granted: delete, because rows are archived, never removed.');
  }
  return `${lines.join('\n')}\n`;
}

/** One expression on one line. */
function printExpression(node: Expression, dialect: Dialect = 'postgres'): string {
  switch (node.kind) {
    case 'constant':
      return String(node.value);
    case 'all':
      return node.terms.map((term) => printTerm(term, dialect)).join(' and ');
    case 'either':
      return node.terms.map((term) => printTerm(term, dialect)).join(' or ');
    case 'compare':
      return `${quoteIdentifier(node.column)} ${node.operator} ${printExpression(node.operand, dialect)}`;
    case 'member': {
      // Without the cast, PostgreSQL takes `any ((select …))` for a set of rows and compares a uuid with an array.
      const cast = dialect === 'postgres' ? '::uuid[]' : '';
      return `${quoteIdentifier(node.column)} = any (${printExpression(node.array, dialect)}${cast})`;
    }
    case 'mapped': {
      const path = node.columns.map((column) => `${quoteIdentifier(column)}::text`).join(', ');
      return `${printScalar(node.map, dialect)} #>> array[${path}] is not null`;
    }
    case 'absent':
      return `${quoteIdentifier(node.column)} is null`;
    case 'present':
      return `${quoteIdentifier(node.column)} is not null`;
    case 'scalar':
      return printScalar(node, dialect);
    case 'audited':
      return printAudited(node, dialect);
    case 'disclosed':
      return printDisclosed(node);
    case 'first':
      return `coalesce(${node.scalars.map((each) => printScalar(each, dialect)).join(', ')})`;
    case 'rowCall':
      return `authz.${quoteIdentifier(node.functionName)}(${[...node.words.map(quoteLiteral), ...node.columns.map(quoteIdentifier)].join(', ')})`;
    case 'text':
      return quoteLiteral(node.value);
    case 'start':
      return 'now()';
  }
}

export function printRelation({ schema, name }: TableName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

function printScalar(node: ScalarNode, dialect: Dialect): string {
  const call = `authz.${quoteIdentifier(node.functionName)}(${node.args.map(printArgument).join(', ')})`;
  return dialect === 'citus' ? call : `(select ${call})`;
}

/**
 * One sub-select around recorder and scalar. A membership tells the recorder who was let in; several scalars keep sub-selects of their own:
 * what comes after the first that answers is not asked.
 */
function printAudited({ record, decision }: AuditedNode, dialect: Dialect): string {
  if (dialect === 'citus') return printExpression(decision, dialect);
  const { realm, ...about } = record;
  const label = [about.table, about.operation, about.level].map(quoteLiteral).join(', ');
  const membership = membershipOf(decision);
  if (membership !== undefined)
    return `(select authz.log_organisation(${printScalar(membership, 'citus')}, ${label}))`;
  const plain = decision.kind === 'first' ? printExpression(decision) : printScalar(decision, 'citus');
  return `(select authz.log_decision(${plain}, ${quoteLiteral(realm)}, ${label}))`;
}

/** The same question, answered with the whole membership. */
function membershipOf(decision: ScalarNode | FirstNode): ScalarNode | undefined {
  const functionName = decision.kind === 'scalar' ? MEMBERSHIPS[decision.functionName] : undefined;
  return functionName && decision.kind === 'scalar' ? { ...decision, functionName } : undefined;
}

const MEMBERSHIPS: Partial<Record<ScalarName, ScalarName>> = {
  organisation_for: 'membership_for',
  organisation_within: 'membership_within',
};

function printDisclosed({ record, rows, columns }: DisclosedNode): string {
  return `case when ${printExpression(rows)} then ${printSeen(record, columns)} else false end`;
}

function printSeen({ realm, table, operation }: RecordLabel, columns: DisclosedNode['columns']): string {
  const stamp = `(select authz.disclosure_stamp(${[realm, table, operation].map(quoteLiteral).join(', ')}))`;
  const names = columns.map((column) => (column === null ? 'null' : quoteIdentifier(column)));
  return `authz.log_disclosure(${[stamp, ...names].join(', ')})`;
}

function printArgument(value: Argument): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoteLiteral(value);
  const items = value.map((item) => (typeof item === 'number' ? String(item) : quoteIdentifier(item)));
  return quoteLiteral(`{${items.join(',')}}`);
}

function printTerm(node: Expression, dialect: Dialect): string {
  const printed = printExpression(node, dialect);
  return node.kind === 'all' || node.kind === 'either' ? `(${printed})` : printed;
}

function printClause(keyword: string, expression: Expression, dialect: Dialect): readonly string[] {
  const lines = printLines(dialect === 'citus' ? withoutDisclosure(expression) : expression, dialect);
  const [only] = lines;
  if (only !== undefined && lines.length === 1) return [`  ${keyword} (${only})`];
  return [`  ${keyword} (`, ...lines.map((line) => `    ${line}`), '  )'];
}

/** The conditions alone, joined as any others: printed in place of the record, alternatives would lose their parentheses. */
function withoutDisclosure(node: Expression): Expression {
  if (node.kind === 'disclosed') return node.rows;
  return node.kind === 'all' ? all(node.terms.map(withoutDisclosure)) : node;
}

/** One term a line; what is short in itself stays on its line. */
function printLines(node: Expression, dialect: Dialect): readonly string[] {
  if (node.kind === 'disclosed') {
    return [
      'case',
      '  when',
      ...printLines(node.rows, dialect).map((line) => `    ${line}`),
      `  then ${printSeen(node.record, node.columns)}`,
      '  else false',
      'end',
    ];
  }
  if (node.kind !== 'all' && node.kind !== 'either') return [printExpression(node, dialect)];
  const word = node.kind === 'all' ? 'and ' : 'or ';
  return node.terms.flatMap((term, index) => {
    const lines = printNested(term, dialect);
    return index === 0 ? lines : [`${word}${lines[0]}`, ...lines.slice(1)];
  });
}

/** Up to here a nested condition stays on one line. */
const SHORT = 60;
/** Up to here a grant does. */
const LINE = 100;

function printNested(node: Expression, dialect: Dialect): readonly string[] {
  const inline = printTerm(node, dialect);
  if (node.kind === 'disclosed') return printLines(node, dialect);
  if ((node.kind !== 'all' && node.kind !== 'either') || inline.length <= SHORT) return [inline];
  return ['(', ...printLines(node, dialect).map((line) => `  ${line}`), ')'];
}

function printPrivilege({ privilege, columns }: PrivilegeNode): string {
  return columns === undefined ? privilege : `${privilege} (${columns.map(quoteIdentifier).join(', ')})`;
}

/** A migration is read line by line (`-- migrate:down`), so that a comment must not be able to begin one. */
function singleLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(text)) {
    throw misuse({
      problem: 'the comment of a policy holds a line break or control character',
      expected: 'one line',
    });
  }
  return text;
}
