import pg from 'pg';
import { escapeIdentifier, quoteLiteral } from '../../scripts/postgres/quote.ts';
import { FROM_THE_CLINIC } from '../../testing/context.ts';
import type { Persona } from '../../testing/personas.ts';
import type { Migration } from './corpus/migration.ts';

/** How a migration shows in what people get: what they ask, and the rows that make it differ. */
export interface Observation {
  /** The migration, by what it does. */
  readonly does: string;
  /** A count, or a change whose rows are counted. */
  readonly asks: string;
  /** Rows that the seed has none of; run as superuser, with the triggers of these tables off. */
  readonly rows?: { readonly of: readonly string[]; readonly sql: string };
}

/** What a persona got before and after. A refusal is nothing. */
export interface Seen {
  readonly persona: Persona;
  readonly before: number;
  readonly after: number;
}

/** Asks every persona on one superuser's connection, in a transaction that is taken back. */
export async function observe(
  client: pg.Client,
  migration: Migration,
  { asks, rows }: Observation,
  personas: readonly Persona[],
): Promise<readonly Seen[]> {
  await client.query('begin');
  try {
    if (migration.given) await client.query(migration.given);
    if (rows) await client.query(withoutTriggers(rows));
    const before = await askAll(client, asks, personas);
    await client.query(migration.sql);
    const after = await askAll(client, asks, personas);
    return personas.map((persona, at) => ({ persona, before: before[at] ?? 0, after: after[at] ?? 0 }));
  } finally {
    await client.query('rollback');
  }
}

function withoutTriggers({ of, sql }: { readonly of: readonly string[]; readonly sql: string }): string {
  const all = (what: string) => of.map((table) => `alter table ${table} ${what} trigger all`).join(';\n');
  return `${all('disable')};\n${sql};\n${all('enable')}`;
}

async function askAll(client: pg.Client, asks: string, personas: readonly Persona[]): Promise<number[]> {
  const counts: number[] = [];
  for (const persona of personas) counts.push(await ask(client, asks, persona));
  return counts;
}

/** As PostgREST would: role and claims for one statement, and everything is as it was afterwards. */
async function ask(client: pg.Client, asks: string, persona: Persona): Promise<number> {
  const settings = {
    'request.jwt.claims': JSON.stringify(persona.claims),
    'request.headers': JSON.stringify(FROM_THE_CLINIC),
    ...persona.settings,
  };
  const script = [
    'savepoint asked',
    ...Object.entries(settings).map(
      ([name, value]) => `select set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`,
    ),
    'set local session authorization authenticator',
    `set local role ${escapeIdentifier(persona.role)}`,
  ];
  await client.query(script.join(';\n'));
  try {
    const { rows, rowCount } = await client.query<{ count?: string }>(asks);
    return /^select/i.test(asks) ? Number(rows[0]?.count) : (rowCount ?? rows.length);
  } catch (error) {
    if (error instanceof pg.DatabaseError && /^(42501|CD...)$/.test(error.code ?? '')) return 0;
    throw error;
  } finally {
    await client.query('rollback to savepoint asked');
  }
}
