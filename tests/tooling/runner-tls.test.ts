import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../../scripts/migrate/apply.ts';
import { push } from '../../scripts/migrate/push.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { hasTable, makeProject } from './migrate-fixtures.ts';

// A proxy in front of a server speaks TLS with whoever calls, and none with the server: the server's own word of it counts for nothing.
let cluster: ScratchCluster;
let proxy: Server;
beforeAll(async () => {
  cluster = await startScratchCluster();
  proxy = await startTlsProxy(cluster.port);
});
afterAll(() => {
  proxy?.close();
  cluster?.remove();
});

test.each([
  ['dbmate', migrate],
  ['the Supabase CLI', push],
] as const)('%s is told to speak TLS with a pooler that speaks none with the server', async (name, apply) => {
  const database = name.replaceAll(' ', '_').toLowerCase();
  await createDatabase(cluster, database);
  const project = makeProject({ '20260101000000_create_a': 'create table public.a ();' });
  try {
    const url = new URL(cluster.url(database));
    url.port = String((proxy.address() as { port: number }).port);
    url.search = '?sslmode=require';
    expect((await apply(url.href, { directory: project.directory })).applied).toHaveLength(1);
    expect(await hasTable(cluster.url(database), 'public.a')).toBe(true);
  } finally {
    project.remove();
  }
});

/** Hangs up on who would speak without. */
function startTlsProxy(to: number): Promise<Server> {
  const server = createServer((caller) => {
    caller.on('error', () => {});
    caller.once('data', (asked) => {
      if (asked.length !== 8) return void caller.destroy();
      caller.write('S');
      join(new TLSSocket(caller, { isServer: true, key: KEY, cert: CERTIFICATE }), dial(to, '127.0.0.1'));
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function join(one: Socket, other: Socket): void {
  for (const each of [one, other]) each.on('error', () => {});
  one.pipe(other).on('close', () => one.destroy());
  other.pipe(one).on('close', () => other.destroy());
}

/** Of nobody's, made for this file alone. */
const KEY = createPrivateKey({
  key: Buffer.from(
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglFK6J5rJy1Q7QSmQYxZ1FthkJBw15shtBVkJABoUjcOhRANCAARK6sdJIIHkAOmfHOq+27E+fzQW8063i9xEGO6ieuoFWSZ8NmgynOHhpAQmQ6CClJtTHD14jcsRw3XfTuZZEpE8',
    'base64',
  ),
  format: 'der',
  type: 'pkcs8',
}).export({ format: 'pem', type: 'pkcs8' });
const CERTIFICATE = new X509Certificate(
  Buffer.from(
    'MIIBfjCCASWgAwIBAgIUZWzIuHGSTy3qh7kO+3XmbQUWe7UwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDA1MDkwOFoYDzIxMjYxMTA2MDUwOTA4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARK6sdJIIHkAOmfHOq+27E+fzQW8063i9xEGO6ieuoFWSZ8NmgynOHhpAQmQ6CClJtTHD14jcsRw3XfTuZZEpE8o1MwUTAdBgNVHQ4EFgQUUo8NwplzwkNgAjuwoKYks1EYzYswHwYDVR0jBBgwFoAUUo8NwplzwkNgAjuwoKYks1EYzYswDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiANTpTUSN6eCm9lvw8SqTLXPnMvW2GG7gbDRgq9rtp3bQIgeXKNQbv4YOR7EEx+DG14IUNHrFIiPv+FyK6AOsHLIWA=',
    'base64',
  ),
).toString();
