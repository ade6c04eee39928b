import pg from 'pg';
import { TABLES, VIEWS } from '../../../policies/index.ts';
import {
  OPERATIONS,
  type Operation,
  type TablePolicy,
  type ViewPolicy,
} from '../../../policies/vocabulary.ts';
import { ruledRelations } from '../../../scripts/policy/ruled-relations.ts';
import type { Clinic } from '../../../testing/ids.ts';
import { EVERYBODY, otherClinic, type Persona } from '../../../testing/personas.ts';
import { Actor } from './actor.ts';
import { askerOf } from './asker.ts';
import type { Answer, Cell, Matrix } from './cell.ts';
import { type Expectation, expectedAccess, expectedViewAccess } from './expected.ts';
import { observeTable, type TableUnderTest, tableUnderTest } from './observe-table.ts';
import { type Held, heldAccess, readPrivileges } from './privileges.ts';
import { viewRows } from './probes/index.ts';

export interface MatrixOptions {
  /** Who asks; by default everybody. */
  readonly personas?: readonly Persona[];
  /** Tables asked about, by qualified name; by default all that have rules. */
  readonly tables?: readonly string[];
  /** Connections that work side by side. */
  readonly atOnce?: number;
  /** Asks on this one instead of opening any: for what another connection cannot see yet. */
  readonly connection?: pg.Client;
  /**
   * Told of a table or view that cannot be asked about, as of one that this history does not have yet; its cells are left out.
   * Without it, the first one ends the observation.
   */
  readonly onUnaskable?: (relation: string, error: Error) => void;
  /** Told after each persona: how many were asked, and of how many. */
  readonly onPersona?: (asked: number, all: number) => void;
}

interface Ground {
  readonly onUnaskable: MatrixOptions['onUnaskable'];
  readonly held: (role: string, relation: string) => Held;
  readonly digests: ReadonlyMap<string, string>;
  readonly tables: readonly { readonly policy: TablePolicy; readonly subject: TableUnderTest }[];
  readonly views: readonly ViewPolicy[];
}

/**
 * Asks every persona for every table on real connections, and puts the rules' answer beside what came back.
 *
 * @param url a database with migrations and seed, as superuser. Nothing is changed in it.
 */
export async function observeMatrix(url: string, options: MatrixOptions = {}): Promise<Matrix> {
  const wanted = (name: string) => options.tables?.includes(name) ?? true;
  const connected = <T>(work: (client: pg.Client) => Promise<T>) =>
    options.connection ? work(options.connection) : withClient(url, work);
  return connected(async (client) => {
    const ground: Ground = {
      held: await readPrivileges(client),
      digests: new Map(),
      onUnaskable: options.onUnaskable,
      tables: TABLES.filter((policy) => wanted(nameOf(policy))).flatMap((policy) => {
        const subject = underTest(nameOf(policy), options);
        return subject ? [{ policy, subject }] : [];
      }),
      views: options.tables ? [] : VIEWS.filter((view) => (view.schema ?? 'public') === 'public'),
    };
    const waiting = [...(options.personas ?? EVERYBODY)];
    const all = waiting.length;
    const cells: Cell[][] = [];
    const worker = () =>
      connected(async (connection) => {
        for (let persona = waiting.shift(); persona; persona = waiting.shift()) {
          cells.push(await observePersona(connection, ground, persona));
          options.onPersona?.(cells.length, all);
        }
      });
    await Promise.all(Array.from({ length: options.connection ? 1 : (options.atOnce ?? 2) }, worker));
    return { cells: inOrder(cells.flat()), unruled: options.tables ? [] : await unruledRelations(client) };
  });
}

/** A line for every tenth persona, and for the last: asking them all takes minutes. */
export function everyTenth(tell: (line: string) => void): NonNullable<MatrixOptions['onPersona']> {
  return (asked, all) => {
    if (asked % 10 === 0 || asked === all) tell(`${asked} of ${all} personas asked`);
  };
}

async function observePersona(client: pg.Client, ground: Ground, persona: Persona): Promise<Cell[]> {
  const own = persona.home ?? 'a';
  const asker = askerOf(persona);
  const cells: Cell[] = [];
  await Actor.act(client, persona, async (actor) => {
    for (const [whose, clinic] of [
      ['own', own],
      ['other', otherClinic(own)],
    ] as const) {
      const aim = { persona, whose, clinic };
      const add = (relation: string, operation: Operation, expectation: Expectation, observed: Answer) =>
        cells.push({
          relation,
          persona: persona.name,
          operation,
          whose,
          expected: answerOf(expectation),
          held: heldAccess(ground.held(persona.role, relation), operation),
          observed,
        });
      for (const { policy, subject } of ground.tables) {
        await asking(client, ground, subject.name, async () => {
          const held = ground.held(persona.role, subject.name);
          const before = await digest(client, ground, subject, subject.probe.rows(aim));
          const observed = await observeTable(actor, subject, aim, held, before);
          for (const operation of OPERATIONS) {
            add(
              subject.name,
              operation,
              expectedAccess(policy, operation, asker, whose),
              observed[operation],
            );
          }
        });
      }
      for (const view of ground.views) {
        const name = `public.${view.viewName}`;
        await asking(client, ground, name, async () => {
          const observed = await observeView(actor, name, clinic);
          add(name, 'SELECT', expectedViewAccess(view, TABLES, asker, whose), observed);
        });
      }
    }
  });
  return cells;
}

/** @returns undefined for a table without a probe, where the caller wants to hear of it. */
function underTest(name: string, { onUnaskable }: MatrixOptions): TableUnderTest | undefined {
  try {
    return tableUnderTest(name);
  } catch (error) {
    if (!onUnaskable) throw error;
    onUnaskable(name, error as Error);
    return;
  }
}

/** Where the caller wants to hear of what cannot be asked, one table's error must not end the transaction of all. */
async function asking(
  client: pg.Client,
  { onUnaskable }: Ground,
  relation: string,
  work: () => Promise<void>,
): Promise<void> {
  if (!onUnaskable) return work();
  await client.query('savepoint relation');
  try {
    await work();
  } catch (error) {
    await client.query('rollback to savepoint relation');
    onUnaskable(relation, error instanceof Error ? error : new Error(String(error)));
  }
}

async function observeView(actor: Actor, view: string, clinic: Clinic): Promise<Answer> {
  const { result } = await actor.ask({
    statement: `select count(*) from ${view} where ${viewRows(view, clinic)}`,
  });
  if (result.ok) return Number(result.value) > 0 ? 'allow' : 'no_row';
  if (result.code === '42501') return 'no_grant';
  throw new Error(`select ${view}: not a denial but ${result.code} ${result.message}`);
}

/** Between probes the connection is the superuser's again, and everything is as it was. */
async function digest(
  client: pg.Client,
  ground: Ground,
  subject: TableUnderTest,
  rows: string,
): Promise<string> {
  const key = `${subject.name} ${rows}`;
  const known = ground.digests.get(key);
  if (known !== undefined) return known;
  const { rows: found } = await client.query<{ digest: string }>(subject.digest(rows));
  const value = found[0]?.digest ?? '';
  if (value === '') {
    throw new Error(`${subject.name} has no row where ${rows}: a probe that finds nothing proves nothing`);
  }
  (ground.digests as Map<string, string>).set(key, value);
  return value;
}

/** Relations of the catalog without rules. */
async function unruledRelations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select n.nspname || '.' || c.relname as name
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'authz', 'audit', 'governance') and c.relkind in ('r', 'p', 'v', 'm', 'f')
    order by 1`);
  const ruled = ruledRelations();
  return rows.map(({ name }) => name).filter((name) => !ruled.has(name));
}

function nameOf(table: TablePolicy): string {
  return `${table.schema ?? 'public'}.${table.tableName}`;
}

function answerOf(expectation: Expectation): Answer {
  return expectation.verdict === 'allow' ? 'allow' : expectation.because;
}

function inOrder(cells: readonly Cell[]): readonly Cell[] {
  const place = new Map(EVERYBODY.map(({ name }, index) => [name, index]));
  const rank = (cell: Cell) => place.get(cell.persona) ?? 0;
  return [...cells].sort((a, b) =>
    a.relation < b.relation ? -1 : a.relation > b.relation ? 1 : rank(a) - rank(b),
  );
}

async function withClient<T>(url: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'cordon matrix' });
  // The server may go away while others still ask: the next query tells, and nobody crashes.
  client.on('error', () => {});
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
  }
}
