import {
  type DefinerRule,
  FENCED_REALMS,
  type ProviderRule,
  RULE_OPERATIONS,
  type Rule,
  type TablePolicy,
} from '../../policies/vocabulary.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { audienceOf, byText, hoursOf } from './audience.ts';
import { conditionsOf } from './branches.ts';
import { buildPolicies } from './build.ts';
import { conditionKey, handedOverKey } from './conditions.ts';
import { columnsOf, nameOf } from './nodes.ts';

/*
 * Rules as the database holds them beside the policies: the data that authz.simulate reads to explain a decision. It
 * interprets the same rules a second time, independently of the compiled policies, so that each can be held to the other.
 */

/** Whether rows of the table can be asked about: it is of the API, and a UUID names its rows. */
export function isExplained(table: TablePolicy): boolean {
  return (table.schema ?? 'public') === 'public' && table.rowKey !== null && table.rules.length > 0;
}

/** What the explanation must read of a row: what finds it, and what decisions about it depend on. */
function explainedColumns(table: TablePolicy): readonly string[] {
  const decided = buildPolicies(table)
    .filter(({ realm }) => realm !== 'definer' && realm !== 'insights')
    .flatMap(({ using, check }) => [using, check].flatMap((node) => (node ? columnsOf(node) : [])));
  const keys = [table.rowKey ?? 'id', ...(table.tenantKey === null ? [] : [table.tenantKey])];
  return [...new Set([...keys, ...decided])].sort();
}

/** The table with the right to read those columns, which no rules file has to think of. */
export function withExplanation(table: TablePolicy): TablePolicy {
  if (!isExplained(table)) return table;
  const rule: DefinerRule = {
    operation: 'SELECT',
    realm: 'definer',
    columns: explainedColumns(table) as [string, ...string[]],
    reason: 'authz.simulate: explains a decision by what it depends on',
    auditLevel: 'basic',
    requirements: ['N-08'],
  };
  return { ...table, rules: [...table.rules, rule] } as TablePolicy;
}

/** The function that returns a table's rules. */
export function printRules(table: TablePolicy): string {
  const name = `authz.${quoteIdentifier(`rules_${table.tableName}`)}`;
  const facts = {
    schema: nameOf(table).schema,
    table: table.tableName,
    rowKey: table.rowKey ?? 'id',
    tenantKey: table.tenantKey,
    patientKey: table.patientKey ?? null,
    ...(table.frozenBy && { frozenBy: table.frozenBy }),
    ...(table.handedOverBy && { handedOverBy: table.handedOverBy, handedOverKey: handedOverKey(table) }),
    columns: explainedColumns(table),
    fence: table.tenantKey === null ? sortedFence(table) : null,
  };
  const rules = callersRules(table).map((rule) => `    ${json(factsOf(rule))}`);
  const text = `${json(facts).slice(0, -1)}, "rules": [\n${rules.join(',\n')}\n  ]}`;
  return `create or replace function ${name}()
  returns jsonb
  language plpgsql
  stable
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return ${quoteLiteral(text)};
end
$$;
comment on function ${name}() is
  'The access rules of ${table.tableName}, as its policies were compiled from them. [N-03, N-07]';
revoke all on function ${name}() from public;
grant execute on function ${name}() to cordon_definer;
`;
}

function callersRules(table: TablePolicy): readonly Rule[] {
  return FENCED_REALMS.flatMap((realm) =>
    RULE_OPERATIONS.flatMap((operation) =>
      table.rules
        .filter((rule) => rule.realm === realm && rule.operation === operation)
        .sort(byText((rule) => JSON.stringify(factsOf(rule)))),
    ),
  );
}

function factsOf(rule: Rule): object {
  const { roles, capabilities, purposes } = audienceOf(rule);
  const limits: Pick<ProviderRule, 'hours' | 'network' | 'emergencyBypass'> =
    rule.realm === 'provider' ? rule : {};
  return {
    realm: rule.realm,
    operation: rule.operation,
    roles,
    capabilities,
    conditions: conditionsOf(rule).map(conditionKey),
    hours: hoursOf(limits.hours),
    network: limits.network ?? false,
    purposes,
    emergencyBypass: limits.emergencyBypass ?? false,
    auditLevel: rule.auditLevel,
    requirements: [...rule.requirements].sort(),
  };
}

function sortedFence(table: TablePolicy): object {
  const reach = FENCED_REALMS.flatMap((realm) => {
    const words = table.fence?.[realm];
    return words === undefined ? [] : [[realm, [...words].sort()]];
  });
  return Object.fromEntries(reach);
}

/** With a space behind each comma and colon, for whoever reads a migration. */
function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${json(each)}`);
  return `{${members.join(', ')}}`;
}
