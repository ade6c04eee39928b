import type { Operation } from '../../../policies/vocabulary.ts';
import { idOf } from '../../../testing/ids.ts';
import type { Actor, Result } from './actor.ts';
import type { Answer } from './cell.ts';
import type { Held } from './privileges.ts';
import { type Aim, probeOf, type TableProbe, type Values } from './probes/index.ts';

/** Everything about one table that does not depend on who asks. */
export interface TableUnderTest {
  readonly name: string;
  readonly probe: TableProbe;
  /** Counts and contents of rows that a condition selects, as superuser. */
  readonly digest: (rows: string) => string;
}

/** Prepares a table for probing. @throws Error without a probe. */
export function tableUnderTest(name: string): TableUnderTest {
  return {
    name,
    probe: probeOf(name),
    digest: (rows) =>
      `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as digest from ${name} as t where ${rows}`,
  };
}

/**
 * Asks what one persona gets of one table in one clinic.
 *
 * @param before the digest of the rows aimed at, before anybody touched them.
 * @throws Error for an answer that is neither an access nor a denial: the probe itself is wrong.
 */
export async function observeTable(
  actor: Actor,
  table: TableUnderTest,
  aim: Aim,
  held: Held,
  before: string,
): Promise<Record<Operation, Answer>> {
  return {
    SELECT: await select(actor, table, aim, held),
    INSERT: await insert(actor, table, aim, held),
    UPDATE: await change(actor, table, aim, updateStatement(table, held), before, held.update.size > 0),
    DELETE: await change(actor, table, aim, `delete from ${table.name}`, before, held.delete),
  };
}

async function select(actor: Actor, table: TableUnderTest, aim: Aim, held: Held): Promise<Answer> {
  const rows = table.probe.rows(aim);
  const key = rows.match(/^\w+(?= =)/)?.[0];
  if (key && held.select.size > 0 && !held.select.has(key)) {
    throw new Error(
      `${aim.persona.role} reads ${table.name} and not ${key}: the probe cannot tell whose rows it sees`,
    );
  }
  const { result } = await actor.ask({ statement: `select count(*) from ${table.name} where ${rows}` });
  return answer(result, `select ${table.name}`, () => Number(result.ok && result.value) > 0);
}

async function insert(actor: Actor, table: TableUnderTest, aim: Aim, held: Held): Promise<Answer> {
  const { values, prepare, pin } = table.probe.insert(aim);
  const columns = Object.keys(values).filter((column) => held.insert.size === 0 || held.insert.has(column));
  const pinned = aim.persona.settings?.['app.pinned_organisation_id'] !== undefined;
  const { result, reread } = await actor.ask({
    statement: `insert into ${table.name} (${columns.join(', ')}) values (${columns.map((column) => values[column]).join(', ')})`,
    reread: `select count(*)::integer as found from ${table.name} where ${columns.map((column) => `${column} = ${values[column]}`).join(' and ')}`,
    ...(prepare && { prepare: { sql: prepare, organisationId: idOf('organisation', aim.clinic) } }),
    ...(pin && pinned && { pin }),
  });
  return answer(result, `insert ${table.name}`, () => reread?.rows[0]?.found === 1);
}

/**
 * Tries a write twice: with a condition, which also has to pass the SELECT policy, and bare, which has not. Whatever
 * changed the rows aimed at counts, whatever the statement reported.
 */
async function change(
  actor: Actor,
  table: TableUnderTest,
  aim: Aim,
  statement: string,
  before: string,
  isHeld: boolean,
): Promise<Answer> {
  const rows = table.probe.rows(aim);
  const reread = table.digest(rows);
  const ask = async (text: string): Promise<Answer> => {
    const answered = await actor.ask({ statement: text, reread });
    return answer(answered.result, text, () => answered.reread?.rows[0]?.digest !== before);
  };
  const aimed = await ask(`${statement} where ${rows}`);
  // Without the privilege both forms end before any policy is asked.
  if (aimed === 'allow' || (aimed === 'no_grant' && !isHeld)) return aimed;
  return (await ask(statement)) === 'allow' ? 'allow' : aimed;
}

function updateStatement(table: TableUnderTest, held: Held): string {
  const [column, value] = updatedColumn(table.probe.update, held);
  return `update ${table.name} set ${column} = ${value}`;
}

function updatedColumn(update: Values, held: Held): readonly [string, string] {
  const choices = Object.entries(update);
  const chosen =
    choices.find(([column]) => held.update.has(column)) ?? (held.update.size === 0 ? choices[0] : undefined);
  if (!chosen)
    throw new Error(
      `no value to update any of ${[...held.update].join(', ')} with: extend its probe in tests/support/matrix/probes/`,
    );
  return chosen;
}

/** Reads an answer out of a result. A key that still refers to a deleted row means that the row was deleted. */
function answer(result: Result, what: string, happened: () => boolean): Answer {
  if (result.ok) return happened() ? 'allow' : 'no_row';
  // The stamp, too, refuses rows: of whoever has no live session.
  if (result.code === '42501')
    return /row-level security|^no live session$|^no longer yours to write$/.test(result.message)
      ? 'no_row'
      : 'no_grant';
  if (result.code === 'CD004') return 'not_pinned';
  if (/^(23503|23001)$/.test(result.code) && what.startsWith('delete ')) return 'allow';
  throw new Error(`${what}: not a denial but ${result.code} ${result.message}`);
}
