import { quoteIdentifier } from '../scripts/postgres/quote.ts';
import { execute, type ParameterType, parse, simple, Wire } from './wire.ts';

/** What a transaction is told before its statement, as PostgREST tells it. */
export interface Context {
  readonly claims: string;
  readonly headers: string;
  /** The setting that neonpro's policies compare with; empty for all others, whose organisation stands in the token. */
  readonly clinic: string;
  /** Who bypasses row-level security must say for which organisation it writes (S-05). */
  readonly pinned: string;
}

/** One statement of one style on connections of its own, so that no plan is made anew for another role. */
export interface LaneDefinition {
  readonly key: string;
  /** Login role's URL. */
  readonly url: string;
  readonly role: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly text: string;
  readonly types: readonly ParameterType[];
  readonly context: Context;
  /** Taken back, every transaction finds the rows as the one before did; committed without it. */
  readonly end?: 'rollback';
  /** Parameters of one execution after the other, from the first again after the last. */
  readonly values: readonly (readonly string[])[];
}

export interface Lane {
  readonly key: string;
  readonly role: string;
  /** The server's process of the first connection. */
  readonly pid: number;
  /** Runs one whole transaction on one of two connections; its statement's outcome. */
  readonly transact: (connection: number, turn: number) => Promise<Outcome>;
}

interface Outcome {
  readonly rows: number;
  readonly error: string;
}

/** The server refused a lane's statement as it stands. */
export class UnpreparedError extends Error {
  /** SQLSTATE. */
  readonly code: string;

  constructor(key: string, code: string, text: string) {
    super(`${key} cannot be prepared: ${code}: ${text}`);
    this.name = 'UnpreparedError';
    this.code = code;
  }
}

const SET_CONTEXT = `select set_config('request.jwt.claims', $1, true), set_config('request.headers', $2, true),
  set_config('app.current_clinic_id', $3, true), set_config('app.pinned_organisation_id', $4, true)`;

const COMMIT = simple('commit');
const ROLLBACK = simple('rollback');

/** Connections by login, role and settings, shared by all lanes that may share them. */
export class Connections {
  readonly #open = new Map<string, Promise<Wire>>();
  #statements = 0;

  /** Opens a lane: four round trips a transaction, every message ready-made. */
  async lane(definition: LaneDefinition): Promise<Lane> {
    const { key, role, text, types, context, values, end } = definition;
    const wires = await Promise.all([this.#wire(definition, 0), this.#wire(definition, 1)]);
    this.#statements += 1;
    const name = `bench_${this.#statements}`;
    for (const wire of wires) {
      const { error } = await wire.send(parse(name, marked(text), types));
      if (error) throw new UnpreparedError(key, error, text);
    }
    const begin = simple(`begin; set local role ${quoteIdentifier(role)}`);
    const tell = execute('context', [context.claims, context.headers, context.clinic, context.pinned]);
    const bodies = values.map((parameters) => execute(name, parameters));
    const transact = async (connection: number, turn: number) => {
      const wire = wires[connection % wires.length] as Wire;
      await wire.send(begin);
      await wire.send(tell);
      const { tag, error } = await wire.send(bodies[turn % bodies.length] as Buffer);
      await wire.send(end === 'rollback' ? ROLLBACK : COMMIT);
      return { rows: Number(tag.split(' ').at(-1) ?? 0), error };
    };
    return { key, role, pid: wires[0]?.pid ?? 0, transact };
  }

  async close(): Promise<void> {
    for (const wire of this.#open.values()) (await wire).close();
    this.#open.clear();
  }

  #wire(definition: LaneDefinition, number: number): Promise<Wire> {
    const identity = [definition.url, definition.role, JSON.stringify(definition.settings), number].join();
    const known = this.#open.get(identity) ?? open(definition);
    this.#open.set(identity, known);
    return known;
  }
}

async function open({ url, settings }: LaneDefinition): Promise<Wire> {
  const wire = await Wire.open(url, { statement_timeout: `${PATIENCE_S}s`, ...settings });
  await wire.send(parse('context', SET_CONTEXT, ['text', 'text', 'text', 'text']));
  return wire;
}

/** How long a statement may take: what Supabase gives somebody who is not signed in. */
export const PATIENCE_S = 3;

/** By this word the server's own statistics are found again. */
export const MARK = '/* bench */';

function marked(text: string): string {
  return text.trim().replace(/^\w+/, (verb) => `${verb} ${MARK}`);
}
