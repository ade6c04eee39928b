import {
  DOMAINS,
  FENCED_REALMS,
  type FencedRealm,
  LEVEL_RANK,
  REALMS,
  RULE_OPERATIONS,
  type TablePolicy,
  type ViewPolicy,
} from '../../policies/vocabulary.ts';
import { audienceOf, covers } from './audience.ts';
import { branchesOf, rulesOf } from './branches.ts';
import { checkRule, ruleKey } from './check-rule.ts';
import {
  checkColumns,
  checkName,
  checkReason,
  checkRequirements,
  oneOf,
  refusal,
  refuseStrangers,
  someOf,
} from './refuse.ts';

/** A table beneath a view, with its schema. */
export function qualified(name: string): string {
  return name.includes('.') ? name : `public.${name}`;
}

/** The columns of each table, by `schema.name`: what the database says, where it is at hand. */
export type KnownColumns = ReadonlyMap<string, readonly string[]>;

export const VIEWS_FILE = 'policies/views.ts';

const TABLE_KEYS: readonly string[] = [
  'schema',
  'tableName',
  'level',
  'domain',
  'patientKey',
  'rowKey',
  'frozenBy',
  'handedOverBy',
  'tenantKey',
  'fence',
  'rules',
  'closed',
];
const FENCE_WORDS: Record<FencedRealm, readonly string[]> = {
  provider: ['everyone', 'member', 'own_user', 'colleague'],
  patient: ['everyone', 'own_user'],
  internal_ops: ['operator'],
  anon: ['everyone'],
};

/** The file that declares a table's rules. */
export function fileOf(table: Pick<TablePolicy, 'schema' | 'tableName'>): string {
  const prefix = table.schema === undefined || table.schema === 'public' ? '' : `${table.schema}.`;
  return `policies/${prefix}${table.tableName}.ts`;
}

/**
 * Refuses rules that cannot be meant. The types say most of this already; data that slipped past them (a cast, a
 * misspelt key, plain JavaScript) must not compile to a wider policy than somebody read.
 *
 * @throws CommandError (exit code 2) naming the file and the rule.
 */
export function checkTable(table: TablePolicy): void {
  const file = fileOf(table);
  const refuse = (problem: string, expected?: string) => refusal(file, problem, expected);

  refuseStrangers(table, TABLE_KEYS, file);
  checkName(table.tableName, file, 'tableName');
  oneOf(table.schema ?? 'public', ['public', 'authz', 'audit', 'governance'], file, 'schema');
  oneOf(table.level, Object.keys(LEVEL_RANK), file, 'level');
  oneOf(table.domain, DOMAINS, file, 'domain');
  if (table.tenantKey !== null) oneOf(table.tenantKey, ['organisation_id', 'id'], file, 'tenantKey');
  oneOf(table.patientKey ?? 'id', ['id', 'patient_id'], file, 'patientKey');
  oneOf(table.frozenBy ?? 'case_id', ['case_id'], file, 'frozenBy');
  oneOf(table.handedOverBy ?? 'case', ['case', 'patient', 'consenting_patient', 'bed'], file, 'handedOverBy');
  if (table.rowKey !== null)
    oneOf(table.rowKey ?? 'id', ['id', 'user_id', 'organisation_id'], file, 'rowKey');
  checkFence(table, file);

  if (!Array.isArray(table.rules)) throw refuse('rules is not a list');
  if ((table.rules.length === 0) !== (table.closed !== undefined)) {
    throw refuse(
      'a table has either rules or a reason why it is closed',
      'rules, or rules: [] and closed: "…"',
    );
  }
  if (table.closed !== undefined) checkReason(table.closed, file);
  const seen = new Map<string, number>();
  for (const [index, rule] of table.rules.entries()) {
    const operation = rule?.operation === undefined ? ', no operation' : ` ${rule.operation}`;
    const where = `${file}, rule ${index + 1} (${rule?.realm ?? 'no realm'}${operation})`;
    checkRule(rule, table, where);
    const key = ruleKey(rule);
    const twin = seen.get(key);
    if (twin !== undefined) throw refusal(where, `says the same as rule ${twin}`, 'each rule once');
    seen.set(key, index + 1);
  }
  checkColumnLists(table, file);
  checkUpdatesAreReadable(table, file);
  checkDecisionsAreRecorded(table, file);
}

/**
 * Refuses a view whose readers could not read it: the caller needs SELECT on every table beneath.
 *
 * @throws CommandError (exit code 2) naming the view.
 */
export function checkView(view: ViewPolicy, tables: readonly TablePolicy[]): void {
  const where = `${VIEWS_FILE}, ${view.viewName}`;
  refuseStrangers(view, ['schema', 'viewName', 'over', 'readers', 'ownersRights', 'requirements'], where);
  oneOf(view.schema ?? 'public', ['public', 'authz'], where, 'schema');
  checkName(view.viewName, where, 'viewName');
  checkRequirements(view.requirements, where);
  if (view.over.length === 0) throw refusal(where, 'stands over no table');
  if (view.ownersRights !== undefined) checkReason(view.ownersRights, where);
  for (const [realm, columns] of Object.entries(view.readers)) {
    oneOf(realm, REALMS, where, 'reader');
    if (columns !== 'all') checkColumns(columns, where);
    if (view.ownersRights !== undefined) {
      if (view.schema === 'authz' && realm === 'definer') continue;
      throw refusal(
        where,
        `${realm} would read with the rights of the owner`,
        'schema authz, and realm definer alone',
      );
    }
    for (const name of view.over) {
      const table = tables.find((each) => `${each.schema ?? 'public'}.${each.tableName}` === qualified(name));
      if (table === undefined) throw refusal(where, `stands over ${qualified(name)}, which has no rules`);
      if (!table.rules.some((rule) => rule.realm === realm && rule.operation === 'SELECT')) {
        throw refusal(
          where,
          `${realm} reads the view but may not read ${name}`,
          `a SELECT rule in ${fileOf(table)}`,
        );
      }
    }
  }
}

/**
 * Refuses columns that a table does not have, in column lists and in conditions.
 *
 * @throws CommandError (exit code 2) naming the file, the rule and the column.
 */
export function checkAgainstColumns(
  table: TablePolicy,
  known: KnownColumns,
  needed: readonly string[],
): void {
  const name = `${table.schema ?? 'public'}.${table.tableName}`;
  const columns = known.get(name);
  if (columns === undefined) throw refusal(fileOf(table), `the database has no table ${name}`);
  for (const [index, rule] of table.rules.entries()) {
    for (const column of 'columns' in rule ? (rule.columns ?? []) : []) {
      if (columns.includes(column)) continue;
      const where = `${fileOf(table)}, rule ${index + 1} (${rule.realm} ${rule.operation})`;
      throw refusal(where, `${name} has no column ${column}`, `one of ${[...columns].sort().join(', ')}`);
    }
  }
  for (const column of needed) {
    if (columns.includes(column)) continue;
    throw refusal(fileOf(table), `a condition needs the column ${column}, which ${name} lacks`);
  }
}

function checkFence(table: TablePolicy, file: string): void {
  if (table.tenantKey !== null) {
    if (table.fence === undefined) return;
    throw refusal(file, 'a table with a tenant has the fence of its tenant', 'no fence');
  }
  if (table.fence === undefined) {
    throw refusal(file, 'a table without a tenant writes its fence down', 'fence: { … }');
  }
  for (const realm of Object.keys(table.fence)) oneOf(realm, FENCED_REALMS, file, 'realm of a fence');
  for (const realm of FENCED_REALMS) {
    const words = table.fence[realm];
    if (words === undefined) continue;
    someOf(words, FENCE_WORDS[realm], file, `fence of ${realm}`);
    if (table.level !== 'PUBLIC' && (words as readonly string[]).includes('everyone')) {
      throw refusal(
        file,
        `the fence lets everybody of ${realm} into a table of level ${table.level}`,
        'PUBLIC',
      );
    }
  }
}

/** A column grant belongs to the Postgres role, so that it cannot differ between two roles of one realm. */
function checkColumnLists(table: TablePolicy, file: string): void {
  const lists = new Map<string, string>();
  for (const rule of table.rules) {
    if (rule.realm === 'definer' || rule.realm === 'insights' || rule.realm === 'service') continue;
    const key = `${rule.realm} ${rule.operation}`;
    const list = rule.columns === undefined ? '*' : [...rule.columns].sort().join(', ');
    if ((lists.get(key) ?? list) !== list) {
      throw refusal(
        `${file}, rules ${key}`,
        'list different columns; a column grant is the same for every role of a realm',
        'one list, or a side table for the columns that only some may touch',
      );
    }
    lists.set(key, list);
  }
}

/** An UPDATE with a WHERE obeys the SELECT policy too, and one without must not reach further. */
function checkUpdatesAreReadable(table: TablePolicy, file: string): void {
  for (const [index, rule] of table.rules.entries()) {
    if (rule.operation !== 'UPDATE') continue;
    const audience = audienceOf(rule);
    const roles = audience.roles.length === 0 ? [''] : audience.roles;
    const readers = table.rules
      .filter((other) => other.realm === rule.realm && other.operation === 'SELECT')
      .map(audienceOf);
    const unread = roles.filter((role) => {
      const one = { roles: role === '' ? [] : [role], capabilities: audience.capabilities };
      return !readers.some((reader) => covers(reader, one));
    });
    if (unread.length === 0) continue;
    const where = `${file}, rule ${index + 1} (${rule.realm} UPDATE)`;
    const who = unread.filter((role) => role !== '').join(', ') || rule.realm;
    throw refusal(
      where,
      `${who} may change rows that they may not read`,
      'a SELECT rule for the same audience',
    );
  }
}

/**
 * Who is let in is recorded of one question. Of patients, and of staff where no tenant is, alternatives ask one each: none would be on
 * record, whatever audit level their rules say.
 */
function checkDecisionsAreRecorded(table: TablePolicy, file: string): void {
  const realms = table.tenantKey === null ? (['provider', 'patient'] as const) : (['patient'] as const);
  for (const realm of realms) {
    for (const operation of RULE_OPERATIONS) {
      if (table.level === 'PUBLIC' && operation === 'SELECT') continue;
      if (branchesOf(rulesOf(table, realm, operation)).length < 2) continue;
      throw refusal(
        `${file}, rules ${realm} ${operation}`,
        'ask in several ways who may, so that no decision would be recorded',
        'one rule, or several that differ in roles alone',
      );
    }
  }
}
