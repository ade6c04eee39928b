import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from './auth-server.ts';

export const HOUR = 3600;
export const now = () => Math.floor(Date.now() / 1000);
export const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A server that has one key, and says the same to whatever else it is asked, or nothing. */
export async function startProject(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const project = {
    url: '',
    status: 200,
    answer: {} as object,
    /** Where it sends whoever asks, by a status that does. */
    location: '',
    asked: [] as (string | undefined)[],
    /** What came along with the last question. */
    headers: {} as IncomingHttpHeaders,
    isSilent: false,
    /** Whether it sends a head and the beginning of a body, and no more. */
    isStalling: false,
    /** Of those, how many connections their askers have ended. */
    left: 0,
  };
  const server = createServer((request, response) => {
    project.asked.push(request.url);
    project.headers = request.headers;
    if (request.url?.endsWith('/jwks.json')) {
      json(response, 200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' }] });
    } else if (project.isStalling) {
      response.on('close', () => {
        project.left += 1;
      });
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
        .write('[{"id":');
    } else if (!project.isSilent) {
      if (project.location) response.setHeader('location', project.location);
      json(response, project.status, project.answer);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(project, {
    refuse(status: number, error_code: string) {
      Object.assign(project, { status, answer: { code: status, error_code, msg: 'no' } });
    },
    token(header: object = {}, claims: object = {}) {
      const text = `${encoded({ alg: 'ES256', kid, ...header })}.${encoded({ sub: 'her', role: 'authenticated', exp: now() + HOUR, ...claims })}`;
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

export type Project = Awaited<ReturnType<typeof startProject>>;
