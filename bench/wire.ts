import type { Duplex } from 'node:stream';
import pg from 'pg';
import { parseDatabaseUrl } from '../scripts/postgres/url.ts';

/** What one message led to. */
export interface Answer {
  /** `SELECT 50`, `UPDATE 1`: of the last statement. */
  readonly tag: string;
  /** SQLSTATE of a refusal, else empty. */
  readonly error: string;
}

/**
 * A connection that sends ready-made bytes and waits for the server to be ready. A driver that builds and parses rows
 * costs as much as the whole transaction of a point read, and would hide what is measured.
 */
export class Wire {
  readonly #client: pg.Client;
  readonly #stream: Duplex;
  #pending: Buffer = Buffer.alloc(0);
  #tag = '';
  #error = '';
  #resolve: ((answer: Answer) => void) | undefined;
  #reject: ((reason: Error) => void) | undefined;
  #isClosed = false;

  private constructor(client: pg.Client) {
    this.#client = client;
    this.#stream = client.connection.stream;
    this.#stream.removeAllListeners('data');
    this.#stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    // Whoever waits for an answer would wait for ever.
    this.#stream.on('close', () => {
      this.#isClosed = true;
      this.#reject?.(new Error(CLOSED));
    });
  }

  /** Connects and signs in as any client, then takes the socket over. */
  static async open(url: string, settings: Readonly<Record<string, string>> = {}): Promise<Wire> {
    const client = new pg.Client({
      ...parseDatabaseUrl(url).client,
      ssl: false,
      application_name: 'cordon bench',
    });
    client.on('error', () => {});
    await client.connect();
    for (const [name, value] of Object.entries(settings)) {
      await client.query('select set_config($1, $2, false)', [name, value]);
    }
    return new Wire(client);
  }

  /** The server's process behind this connection. */
  get pid(): number {
    return (this.#client as pg.Client & { readonly processID?: number }).processID ?? 0;
  }

  send(message: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new Error(CLOSED);
      this.#tag = '';
      this.#error = '';
      this.#resolve = resolve;
      this.#reject = reject;
      this.#stream.write(message);
    });
  }

  close(): void {
    this.#client.connection.stream.destroy();
  }

  #receive(chunk: Buffer): void {
    const data = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    let at = 0;
    while (data.length - at >= 5) {
      const end = at + 1 + data.readInt32BE(at + 1);
      if (end > data.length) break;
      this.#message(data[at] ?? 0, data.subarray(at + 5, end));
      at = end;
    }
    this.#pending = data.subarray(at);
  }

  #message(type: number, body: Buffer): void {
    if (type === COMMAND_COMPLETE) this.#tag = body.toString('latin1', 0, body.length - 1);
    else if (type === ERROR) this.#error = /\0C(.{5})\0/.exec(body.toString('latin1'))?.[1] ?? 'unknown';
    else if (type === READY) this.#resolve?.({ tag: this.#tag, error: this.#error });
  }
}

const CLOSED = 'Connection terminated unexpectedly';
const COMMAND_COMPLETE = 'C'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);

/** Types of parameters, by the names that SQL has for them. */
const OIDS = { uuid: 2950, text: 25, timestamptz: 1184 } as const;
export type ParameterType = keyof typeof OIDS;

/** One or more statements without parameters, as text. */
export function simple(text: string): Buffer {
  return message('Q', cstring(text));
}

/** Names a statement; a parameter that the text does not use needs its type all the same. */
export function parse(name: string, text: string, types: readonly ParameterType[]): Buffer {
  const oids = Buffer.alloc(2 + 4 * types.length);
  oids.writeInt16BE(types.length);
  types.forEach((type, place) => {
    oids.writeInt32BE(OIDS[type], 2 + 4 * place);
  });
  return Buffer.concat([message('P', cstring(name), cstring(text), oids), SYNC]);
}

/** Runs a named statement, asking for the columns of its result as libpq does. */
export function execute(name: string, values: readonly string[]): Buffer {
  const parameters = values.flatMap((value) => {
    const bytes = Buffer.from(value);
    return [int32(bytes.length), bytes];
  });
  return Buffer.concat([
    message('B', cstring(''), cstring(name), int16(0), int16(values.length), ...parameters, int16(0)),
    message('D', Buffer.from('P'), cstring('')),
    message('E', cstring(''), int32(0)),
    SYNC,
  ]);
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const SYNC = message('S');
