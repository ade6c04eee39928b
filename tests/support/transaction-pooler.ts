import { createServer, type Server, type Socket } from 'node:net';
import type pg from 'pg';

/** What a pooler tells its clients of the session: its own process id and key, not the server's. */
const GREETING = Buffer.concat([
  message('R', int32(0)),
  message('S', Buffer.from('client_encoding\0UTF8\0')),
  message('K', Buffer.concat([int32(4_242_424), int32(7)])),
  message('Z', Buffer.from('I')),
]);

export interface TransactionPooler {
  readonly port: number;
  close(): void;
}

/**
 * What stands in front of a server as PgBouncer and Supavisor do in transaction mode: whoever is not in a transaction has no connection, and
 * the next statement takes the one that has been free the longest.
 *
 * @param connections logged in already, and of nobody else's use from now on.
 */
export async function startTransactionPooler(connections: readonly pg.Client[]): Promise<TransactionPooler> {
  const backends = connections.map((client) => new Backend(client));
  const waiting: ((backend: Backend) => void)[] = [];
  const free = [...backends];
  const take = (): Promise<Backend> => {
    const backend = free.shift();
    return backend ? Promise.resolve(backend) : new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (backend: Backend) => {
    const next = waiting.shift();
    if (next) next(backend);
    else free.push(backend);
  };
  const callers = new Set<Socket>();
  const server: Server = createServer((caller) => {
    callers.add(caller);
    caller.on('error', () => {}).on('close', () => callers.delete(caller));
    serve(caller, take, giveBack);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    close: () => {
      server.close();
      for (const each of callers) each.destroy();
      for (const { socket } of backends) socket.destroy();
    },
  };
}

/** A connection whose driver is done with it: from here on, it is bytes. */
class Backend {
  readonly socket: Socket;
  onMessage: (type: string, whole: Buffer) => void = () => {};

  constructor(client: pg.Client) {
    this.socket = (client as unknown as { connection: { stream: Socket } }).connection.stream;
    this.socket.removeAllListeners('data');
    const read = reader((type, whole) => this.onMessage(type, whole));
    this.socket.on('data', read).on('error', () => {});
  }
}

function serve(caller: Socket, take: () => Promise<Backend>, giveBack: (backend: Backend) => void): void {
  let isGreeted = false;
  let held: Promise<Backend> | undefined;
  let unanswered = 0;
  const lend = async () => {
    const backend = await take();
    backend.onMessage = (type, whole) => {
      caller.write(whole);
      if (type !== 'Z') return;
      unanswered -= 1;
      if (unanswered > 0 || whole.toString('latin1', 5) !== 'I') return;
      held = undefined;
      giveBack(backend);
    };
    return backend;
  };
  const read = reader((type, whole) => {
    if (!isGreeted) {
      isGreeted = true;
      caller.write(GREETING);
    } else if (type === 'X') caller.end();
    else {
      if (type === 'Q' || type === 'S') unanswered += 1;
      held ??= lend();
      void held.then(({ socket }) => socket.write(whole));
    }
  }, true);
  caller.on('data', read);
}

/** Cuts what arrives into messages. The first one of a client has no type. */
function reader(tell: (type: string, whole: Buffer) => void, isUntypedFirst = false) {
  let rest = Buffer.alloc(0);
  let head = isUntypedFirst ? 0 : 1;
  return (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= head + 4 && rest.length >= head + rest.readInt32BE(head)) {
      const length = head + rest.readInt32BE(head);
      const whole = rest.subarray(0, length);
      rest = rest.subarray(length);
      const type = head === 0 ? '' : String.fromCharCode(whole[0] ?? 0);
      head = 1;
      tell(type, whole);
    }
  };
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
