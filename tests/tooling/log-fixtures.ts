import { readFileSync } from 'node:fs';
import pg from 'pg';
import { beforeAll } from 'vitest';
import { replay } from '../../scripts/migrate/replay.ts';
import { applySeeds } from '../../scripts/migrate/seed.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { quoteIdentifier, quoteLiteral } from '../../scripts/postgres/quote.ts';
import type { Persona } from '../../testing/personas.ts';
import { useCluster } from './catalog-fixtures.ts';

export interface Refusal {
  /** What the client is told. */
  readonly error: pg.DatabaseError;
  /** What the server wrote while it refused; it writes before it answers. */
  readonly logged: string;
}

export interface LoggedServer {
  /** All that the server has written. */
  readonly log: () => string;
  /** Runs `work` on a login of the API's; `settings` are a superuser's, for this connection alone. */
  readonly connected: <T>(
    settings: Readonly<Record<string, string>>,
    work: (login: pg.Client) => Promise<T>,
  ) => Promise<T>;
}

/** A server of this file's own, migrated and seeded into the database `canary`, whose log can be read. */
export function useLoggedServer(): LoggedServer {
  const cluster = useCluster();
  beforeAll(async () => {
    await replay(cluster(), 'canary');
    await applySeeds(cluster().url('canary'));
  });
  const alter = (statements: readonly string[]) =>
    withClient(cluster().adminUrl('canary'), async (client) => {
      for (const each of statements) await client.query(`alter role authenticator ${each}`);
    });
  return {
    log: () => readFileSync(cluster().logFile, 'utf8'),
    connected: async (settings, work) => {
      const url = new URL(cluster().adminUrl('canary'));
      url.username = 'authenticator';
      const login = new pg.Client({ connectionString: url.href });
      const names = Object.keys(settings);
      await alter(
        names.map((name) => `set ${quoteIdentifier(name)} = ${quoteLiteral(settings[name] ?? '')}`),
      );
      try {
        await login.connect();
      } finally {
        await alter(names.map((name) => `reset ${quoteIdentifier(name)}`));
      }
      try {
        return await work(login);
      } finally {
        await login.end();
      }
    },
  };
}

/** One statement of a persona's, as PostgREST sends it: every value bound. It has to be refused. */
export async function refusalOf(
  { log }: LoggedServer,
  login: pg.Client,
  persona: Persona,
  text: string,
  values: readonly unknown[],
): Promise<Refusal> {
  await login.query('begin');
  let from = 0;
  try {
    const settings = {
      'request.jwt.claims': JSON.stringify(persona.claims),
      'request.headers': '{"x-forwarded-for": "192.0.2.10"}',
      ...persona.settings,
      role: persona.role,
    };
    for (const [name, value] of Object.entries(settings)) {
      await login.query('select set_config($1, $2, true)', [name, value]);
    }
    from = log().length;
    await login.query(text, [...values]);
    throw new Error(`not refused: ${text}`);
  } catch (error) {
    if (error instanceof pg.DatabaseError) return { error, logged: log().slice(from) };
    throw error;
  } finally {
    await login.query('rollback');
  }
}
