import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { escapeIdentifier } from '../../../scripts/postgres/quote.ts';
import { type FileContent, type Requester, StorageApi } from './storage-api.ts';
import { StorageFailure } from './storage-failure.ts';
import { claimsOf, tokenOf } from './tokens.ts';

/** Where the double logs in. */
export interface Logins {
  /** As PostgREST does: `authenticator`. */
  readonly authenticator: string;
  /** As Storage does: `supabase_storage_admin`. */
  readonly storage: string;
}

/** Bodies of the routes that change or list. */
interface Change {
  readonly bucketId: string;
  readonly sourceKey: string;
  readonly destinationBucket?: string;
  readonly destinationKey: string;
  readonly prefix: string;
  readonly prefixes: readonly string[];
  readonly public: boolean;
}

/**
 * What supabase-js speaks to: the routes of the Storage API that documents go through, over {@link StorageApi}, and as much of PostgREST as
 * calls a function or finds a row. Tokens are HS256 and theirs to verify, as there; a signed read lives as long as its caller says.
 */
export class Gateway {
  readonly storage: StorageApi;
  readonly #pool: pg.Pool;
  readonly #server: Server;

  private constructor({ authenticator, storage }: Logins) {
    this.storage = new StorageApi(storage);
    this.#pool = new pg.Pool({ connectionString: authenticator, max: 2 });
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(logins: Logins): Promise<Gateway> {
    const gateway = new Gateway(logins);
    await new Promise<void>((ready) => gateway.#server.listen(0, '127.0.0.1', ready));
    return gateway;
  }

  /** For `createClient`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
    await this.#pool.end();
    await this.storage.end();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    try {
      const body = await bytesOf(request);
      const [service, version, ...path] = url.pathname.slice(1).split('/').map(decodeURIComponent);
      if (version !== 'v1') throw new StorageFailure(404, 'NotFound', 'no such route');
      const caller = requesterOf(request);
      if (service === 'rest') return await this.#rest(caller, request, url, path, body, response);
      const result = await this.#route(
        caller,
        `${request.method} ${path.slice(0, 2).join('/')}`,
        path,
        url,
        body,
        request,
      );
      if (result instanceof Uint8Array) response.writeHead(200).end(result);
      else json(response, 200, result);
    } catch (error) {
      if (!(error instanceof StorageFailure)) return json(response, 500, { message: String(error) });
      json(response, error.status === 500 ? 500 : 400, {
        statusCode: String(error.status),
        error: error.kind,
        message: error.message,
      });
    }
  }

  async #route(
    caller: Requester,
    route: string,
    path: readonly string[],
    url: URL,
    body: Uint8Array,
    request: IncomingMessage,
  ): Promise<unknown> {
    const [, second = '', third = ''] = path;
    const name = (from: number) => path.slice(from).join('/');
    const token = url.searchParams.get('token') ?? '';
    if (route === 'POST object/upload' && third === 'sign') {
      const [bucket = '', object] = [path[3], name(4)];
      const signed = await this.storage.signUpload(caller, bucket, object);
      const made = tokenOf({ ...signed, url: `${bucket}/${object}`, upsert: false });
      return { url: `/object/upload/sign/${bucket}/${object}?token=${made}`, token: made };
    }
    if (route === 'PUT object/upload' && third === 'sign') {
      const [bucket = '', object] = [path[3], name(4)];
      const { owner } = verified(token, `${bucket}/${object}`);
      const stored = await this.storage.uploadSigned(
        owner as string,
        bucket,
        object,
        await fileOf(body, request),
      );
      return { Key: `${bucket}/${object}`, Id: stored.id };
    }
    if (route === 'POST object/sign') {
      const { expiresIn } = JSON.parse(Buffer.from(body).toString()) as { expiresIn: number };
      await this.storage.sign(caller, third, name(3));
      const signed = `${third}/${name(3)}`;
      const made = tokenOf({ url: signed }, expiresIn);
      return { signedURL: `/object/sign/${signed}?token=${made}` };
    }
    if (route === 'GET object/sign') {
      verified(token, `${third}/${name(3)}`);
      return (await this.storage.readSigned(third, name(3))).bytes;
    }
    if (request.method !== 'GET' && /^(object\/(move|copy|list)|bucket\/)/.test(path.slice(0, 2).join('/'))) {
      return this.#change(caller, path, JSON.parse(Buffer.from(body).toString()) as Change);
    }
    if (path[0] === 'object' && request.method === 'DELETE') {
      const { prefixes } = JSON.parse(Buffer.from(body).toString()) as Change;
      const removed = await this.storage.remove(caller, second, prefixes);
      return prefixes.slice(0, removed).map((each) => ({ name: each }));
    }
    if (route === 'GET object/public') return (await this.storage.readPublic(third, name(3))).bytes;
    if (path[0] === 'object' && request.method === 'GET') {
      const skip = second === 'authenticated' ? 2 : 1;
      return (await this.storage.read(caller, path[skip] ?? '', name(skip + 1))).bytes;
    }
    if (path[0] === 'object' && request.method === 'POST') {
      const isUpsert = request.headers['x-upsert'] === 'true';
      const stored = await this.storage.upload(caller, second, name(2), await fileOf(body, request), {
        isUpsert,
      });
      return { Key: `${second}/${name(2)}`, Id: stored.id };
    }
    throw new StorageFailure(404, 'NotFound', 'no such route');
  }

  async #change(
    caller: Requester,
    [kind, verb = '', bucket = '']: readonly string[],
    change: Change,
  ): Promise<unknown> {
    if (kind === 'bucket') {
      const changed = await this.storage.updateBucket(caller, verb, change.public);
      if (changed === 0) throw StorageFailure.noSuchBucket();
      return { message: 'Successfully updated' };
    }
    if (verb === 'list') {
      const names = await this.storage.list(caller, bucket, change.prefix);
      return names.map((name) => ({ name }));
    }
    const from = [change.bucketId, change.sourceKey] as const;
    const to = [change.destinationBucket ?? change.bucketId, change.destinationKey] as const;
    await (verb === 'move' ? this.storage.move(caller, from, to) : this.storage.copy(caller, from, to));
    return { message: 'Successfully done', Key: to.join('/') };
  }

  /** POST /rpc/{function} with named arguments, or GET /{table} by equality. */
  async #rest(
    caller: Requester,
    request: IncomingMessage,
    url: URL,
    path: readonly string[],
    body: Uint8Array,
    response: ServerResponse,
  ): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await client.query(
        `select set_config('role', $1, true), set_config('request.jwt.claims', $2, true), set_config('request.headers', $3, true)`,
        [caller.role, JSON.stringify(caller.claims), JSON.stringify(caller.headers ?? {})],
      );
      const [first = '', second = ''] = path;
      const isCall = request.method === 'POST' && first === 'rpc';
      const args = Object.entries(
        isCall
          ? (JSON.parse(Buffer.from(body).toString() || '{}') as Record<string, unknown>)
          : filtersOf(url),
      );
      const sql = isCall
        ? `select to_jsonb(public.${escapeIdentifier(second)}(${args.map(([key], place) => `${escapeIdentifier(key)} => $${place + 1}`).join(', ')})) as answer`
        : `select coalesce(jsonb_agg(to_jsonb(t)), '[]') as answer from (select ${(url.searchParams.get('select') ?? '').split(',').map(escapeIdentifier).join(', ')}
           from public.${escapeIdentifier(first)} where ${args.map(([key], place) => `${escapeIdentifier(key)} = $${place + 1}`).join(' and ')}) as t`;
      const { rows } = await client.query<{ answer: unknown }>(
        sql,
        args.map(([, value]) => value),
      );
      await client.query('commit');
      json(response, 200, rows[0]?.answer ?? null);
    } catch (error) {
      await client.query('rollback');
      if (!(error instanceof pg.DatabaseError)) throw error;
      const { code, message, hint, detail } = error;
      json(response, code === '42501' ? 403 : 400, {
        code,
        message,
        hint: hint ?? null,
        details: detail ?? null,
      });
    } finally {
      client.release();
    }
  }
}

function filtersOf(url: URL): Record<string, string> {
  return Object.fromEntries(
    [...url.searchParams]
      .filter(([, value]) => value.startsWith('eq.'))
      .map(([key, value]) => [key, value.slice(3)]),
  );
}

function requesterOf({ headers }: IncomingMessage): Requester {
  const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
  const sent = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const claims = claimsOf(token) ?? { role: 'anon' };
  return { role: String(claims.role), claims, headers: sent };
}

function verified(token: string, url: string): Readonly<Record<string, unknown>> {
  const claims = claimsOf(token);
  if (!claims) throw new StorageFailure(400, 'InvalidJWT', 'invalid or expired');
  if (claims.url !== url) throw new StorageFailure(400, 'InvalidSignature', 'of another object');
  return claims;
}

/** The file of a form, as storage-js sends it, or the body. */
async function fileOf(body: Uint8Array, { headers }: IncomingMessage): Promise<FileContent> {
  const contentType = headers['content-type'] ?? 'application/octet-stream';
  if (!contentType.startsWith('multipart/form-data')) return { bytes: body, contentType };
  const form = await new Response(Buffer.from(body), { headers: { 'content-type': contentType } }).formData();
  const file = form.get('');
  if (!(file instanceof Blob)) throw new StorageFailure(400, 'NoContentProvided', 'no file');
  const metadata = form.get('metadata');
  return {
    bytes: new Uint8Array(await file.arrayBuffer()),
    contentType: file.type || 'application/octet-stream',
    ...(typeof metadata === 'string' && { metadata: JSON.parse(metadata) as Record<string, unknown> }),
  };
}

async function bytesOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
