import { createServer } from 'node:net';
import { misuse } from '../../console/errors.ts';

/** Unassigned by IANA, below the ephemeral range of macOS and off PostgreSQL's and Supabase's own ports. */
export const DEFAULT_PORT = 54_329;

const NEIGHBOURS = 50;

/**
 * The first free port from `preferred` on.
 *
 * @throws CommandError (exit code 2) when this one and the next fifty are taken.
 */
export async function nextFreePort(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + NEIGHBOURS && port <= 65_535; port += 1) {
    if (await isFree(port)) return port;
  }
  throw misuse({
    problem: `the ports ${preferred} to ${preferred + NEIGHBOURS - 1} are all taken`,
    expected: 'a free port for the embedded server',
    remedy: 'choose another range with CORDON_PORT=<port>',
  });
}

/**
 * The port, if it is free.
 *
 * @throws CommandError (exit code 2) when another program listens on it.
 */
export async function requirePort(port: number): Promise<number> {
  if (await isFree(port)) return port;
  throw await portTaken(port);
}

/** The error for a port that was asked for by name and is not to be had. */
export async function portTaken(port: number) {
  const free = await nextFreePort(Math.min(port + 1, 65_000)).catch(() => undefined);
  return misuse({
    problem: `port ${port} on 127.0.0.1 is taken by another program`,
    expected: 'a free port: CORDON_PORT asks for this one',
    remedy: `set CORDON_PORT=${free ?? '<port>'}, unset it to let a free port be chosen, or stop the other program`,
  });
}

/** A port that nobody uses at this moment; the caller has to cope with losing it again. */
export function randomPort(): Promise<number> {
  return listen(0);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listen(port);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return false;
    throw error;
  }
}

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
