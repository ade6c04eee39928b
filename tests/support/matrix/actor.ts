import pg from 'pg';
import { escapeIdentifier, quoteLiteral } from '../../../scripts/postgres/quote.ts';
import { FROM_THE_CLINIC } from '../../../testing/context.ts';
import type { Persona } from '../../../testing/personas.ts';

/** What a statement did. `affected`: rows it reports; `visible`: the first value it returned. */
export type Result =
  | { readonly ok: true; readonly affected: number; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface Probe {
  readonly statement: string;
  /** Run as superuser before. */
  readonly prepare?: { readonly sql: string; readonly organisationId: string };
  /** Replaces the persona's own pin. */
  readonly pin?: string;
  /** Run as superuser after a statement that succeeded, in the same transaction. */
  readonly reread?: string;
}

/**
 * A connection that acts as one persona in one transaction, and can look behind its own back: logged in as superuser
 * with the session handed to `authenticator`, so that what a probe changed is re-read before it is rolled back.
 */
export class Actor {
  readonly #client: pg.Client;
  readonly #persona: Persona;

  private constructor(client: pg.Client, persona: Persona) {
    this.#client = client;
    this.#persona = persona;
  }

  /** Begins the persona's transaction; `fn` asks its questions; everything is rolled back. */
  static async act<T>(client: pg.Client, persona: Persona, fn: (actor: Actor) => Promise<T>): Promise<T> {
    const settings = {
      'request.jwt.claims': JSON.stringify(persona.claims),
      'request.headers': JSON.stringify(FROM_THE_CLINIC),
      ...persona.settings,
    };
    await client.query('begin');
    try {
      for (const [name, value] of Object.entries(settings)) {
        await client.query('select set_config($1, $2, true)', [name, value]);
      }
      return await fn(new Actor(client, persona));
    } finally {
      await client.query('rollback');
    }
  }

  /** Asks one question; once more where personas who ask at the same time waited for each other, which answers nothing. */
  async ask(probe: Probe): Promise<{ result: Result; reread?: pg.QueryResult }> {
    for (let attempt = 1; ; attempt++) {
      const asked = await this.#askOnce(probe);
      if (asked.result.ok || asked.result.code !== '40P01' || attempt === 5) return asked;
    }
  }

  /** Behind a savepoint, and takes back what it did. Two messages to the server. */
  async #askOnce(probe: Probe): Promise<{ result: Result; reread?: pg.QueryResult }> {
    const pin = probe.pin ?? this.#persona.settings?.['app.pinned_organisation_id'] ?? '';
    const script = [
      'savepoint probe',
      // The system prepares: a persona whose session has ended cannot even be named on a row.
      ...(probe.prepare
        ? [
            setClaims(undefined),
            setPin(probe.prepare.organisationId),
            probe.prepare.sql,
            setClaims(this.#persona),
          ]
        : []),
      setPin(pin),
      'set session authorization authenticator',
      `set local role ${escapeIdentifier(this.#persona.role)}`,
      probe.statement,
    ];
    try {
      const results = await this.#client.query(script.join(';\n'));
      const last = (results as unknown as pg.QueryResult<Record<string, unknown>>[]).at(-1);
      const value = Object.values(last?.rows[0] ?? {})[0];
      const reread = await this.#takeBack(probe.reread);
      return { result: { ok: true, affected: last?.rowCount ?? 0, value }, ...(reread && { reread }) };
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      await this.#takeBack();
      return { result: { ok: false, code: error.code ?? '', message: error.message } };
    }
  }

  async #takeBack(reread?: string): Promise<pg.QueryResult | undefined> {
    if (!reread) {
      await this.#client.query('rollback to savepoint probe');
      return undefined;
    }
    const results = await this.#client.query(
      `reset session authorization;\n${reread};\nrollback to savepoint probe`,
    );
    return (results as unknown as pg.QueryResult[])[1];
  }
}

function setClaims(persona: Persona | undefined): string {
  const claims = persona ? JSON.stringify(persona.claims) : '';
  return `select set_config('request.jwt.claims', ${quoteLiteral(claims)}, true)`;
}

function setPin(organisationId: string): string {
  return `select set_config('app.pinned_organisation_id', ${quoteLiteral(organisationId)}, true)`;
}
