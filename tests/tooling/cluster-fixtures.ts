import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder that every user may enter. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-test-'));
  chmodSync(folder, 0o755);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The numeric user that a process runs as. */
export function uidOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Occupies a port of 127.0.0.1 until closed, hanging up on callers or keeping silent. */
export function occupy(
  port = 0,
  manner: 'hang up' | 'silent' = 'hang up',
): Promise<{ port: number; server: Server }> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => (manner === 'silent' ? socket.unref() : socket.destroy()));
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({ port: typeof address === 'object' && address ? address.port : port, server });
    });
  });
}
