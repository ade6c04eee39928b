import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { StorageFailure } from './storage-failure.ts';

/** Whose request it is: what Storage takes from a verified token, and the headers of the request. */
export interface Requester {
  readonly role: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FileContent {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

interface StoredObject {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly owner_id: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly user_metadata: Readonly<Record<string, unknown>> | null;
}

type Query = <R extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<R[]>;

/** The server's own key, as which Storage makes every final write. */
const SERVER: Requester = { role: 'service_role', claims: { role: 'service_role' } };

/**
 * What the Storage API does to the database, without the API. Faithful to supabase/storage (src/storage/uploader.ts, object.ts,
 * database/pg.ts, http/routes/operations.ts), statement by statement, where something of ours could tell the difference:
 *
 * - the login is `supabase_storage_admin`, which owns the tables; each transaction first sets role, claims, headers, method, path,
 *   `storage.operation` and `storage.allow_delete_query`, all of them local;
 * - an upload is asked of the policies as the caller, by an INSERT (or upsert) that is rolled back; then the file is stored, and the row
 *   is written as `service_role` by an upsert, `upsert: false` or not; between the two there is no lock;
 * - a signed upload asks the policies when it is signed, and none when it is used: the signer is the owner;
 * - a signed read asks whether the caller sees the row, and its use asks nothing; how long it lives, the caller says;
 * - move is an UPDATE, asked and rolled back as the caller, then made as `service_role`; copy reads as the caller, asks an INSERT of the
 *   target, and upserts as `service_role`; delete and list run as the caller.
 *
 * It has no limits on names (those of Storage are looser than ours), no S3 or TUS protocol, no renditions, no versions.
 */
export class StorageApi {
  readonly #pool: pg.Pool;
  readonly #files = new Map<string, FileContent>();

  /** @param url of the database, as `supabase_storage_admin`. */
  constructor(url: string, { connections = 4 }: { readonly connections?: number } = {}) {
    this.#pool = new pg.Pool({ connectionString: url, max: connections });
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  /** POST /object/{bucket}/{name}; `isUpsert` is the header x-upsert. */
  async upload(
    caller: Requester,
    bucket: string,
    name: string,
    file: FileContent,
    { isUpsert = false }: { readonly isUpsert?: boolean } = {},
  ): Promise<StoredObject> {
    await this.#mayUpload(caller, 'object.upload', bucket, name, isUpsert);
    return this.#complete('object.upload', bucket, name, file, ownerOf(caller));
  }

  /** POST /object/upload/sign/{bucket}/{name}: asks as the caller, who becomes the owner of what is uploaded. */
  async signUpload(
    caller: Requester,
    bucket: string,
    name: string,
  ): Promise<{ readonly owner: string | undefined }> {
    await this.#mayUpload(caller, 'object.sign_upload_url', bucket, name, false);
    return { owner: ownerOf(caller) };
  }

  /** PUT /object/upload/sign/{bucket}/{name}?token=…: nobody is asked any more. */
  async uploadSigned(
    owner: string | undefined,
    bucket: string,
    name: string,
    file: FileContent,
  ): Promise<StoredObject> {
    await this.#mayUpload(SERVER, 'object.upload_signed', bucket, name, false, owner);
    return this.#complete('object.upload_signed', bucket, name, file, owner);
  }

  /** POST /object/sign/{bucket}/{name}. */
  async sign(caller: Requester, bucket: string, name: string): Promise<void> {
    const found = await this.#scoped(caller, 'object.sign', (query) => findObject(query, bucket, name));
    if (!found) throw StorageFailure.noSuchKey();
  }

  /** POST /object/sign/{bucket}: which of the names the caller sees. */
  async signMany(caller: Requester, bucket: string, names: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#scoped(caller, 'object.sign_many', (query) =>
      query<{ name: string }>('select name from storage.objects where bucket_id = $1 and name = any ($2)', [
        bucket,
        names,
      ]),
    );
    return rows.map(({ name }) => name);
  }

  /** GET /object/sign/{bucket}/{name}?token=…: as the server. */
  async readSigned(bucket: string, name: string): Promise<FileContent> {
    return this.#read(SERVER, 'object.get_signed', bucket, name);
  }

  /** GET /object/authenticated/{bucket}/{name}. */
  async read(
    caller: Requester,
    bucket: string,
    name: string,
    operation = 'object.get_authenticated',
  ): Promise<FileContent> {
    return this.#read(caller, operation, bucket, name);
  }

  /** GET /object/public/{bucket}/{name}: asks whether the bucket is public, and then nobody. */
  async readPublic(bucket: string, name: string): Promise<FileContent> {
    const [found] = await this.#scoped(SERVER, 'object.get_public', (query) =>
      query<{ public: boolean }>('select public from storage.buckets where id = $1', [bucket]),
    );
    if (!found?.public) throw StorageFailure.noSuchBucket();
    return this.#read(SERVER, 'object.get_public', bucket, name);
  }

  /** POST /object/list/{bucket}. */
  async list(
    caller: Requester,
    bucket: string,
    prefix = '',
    operation = 'object.list',
  ): Promise<readonly string[]> {
    const rows = await this.#scoped(caller, operation, (query) =>
      query<{ name: string }>(
        `select name from storage.objects where bucket_id = $1 and starts_with(name, $2)`,
        [bucket, prefix],
      ),
    );
    return rows.map(({ name }) => name);
  }

  /** POST /object/move. */
  async move(
    caller: Requester,
    from: readonly [bucket: string, name: string],
    to: readonly [bucket: string, name: string],
  ): Promise<void> {
    const version = randomUUID();
    const update = async (query: Query) => {
      if (!(await findObject(query, ...from))) throw StorageFailure.noSuchKey();
      const rows = await query(
        `update storage.objects set name = $3, bucket_id = $4, version = $5, owner = $6, owner_id = $7
         where bucket_id = $1 and name = $2 returning *`,
        [...from, to[1], to[0], version, uuidOr(ownerOf(caller)), ownerOf(caller)],
      );
      if (rows.length === 0) throw StorageFailure.noSuchKey();
    };
    await this.#asked(caller, 'object.move', update);
    await this.#scoped(SERVER, 'object.move', update);
  }

  /** POST /object/copy. */
  async copy(
    caller: Requester,
    from: readonly [bucket: string, name: string],
    to: readonly [bucket: string, name: string],
    { isUpsert = false } = {},
  ): Promise<void> {
    const source = await this.#scoped(caller, 'object.copy', (query) => findObject(query, ...from));
    if (!source) throw StorageFailure.noSuchKey();
    await this.#mayUpload(caller, 'object.copy', to[0], to[1], isUpsert);
    const file = this.#files.get(keyOf(from[0], from[1], source.version)) ?? {
      bytes: new Uint8Array(1),
      contentType: String(source.metadata?.mimetype),
    };
    await this.#complete('object.copy', to[0], to[1], file, ownerOf(caller));
  }

  /** DELETE /object/{bucket}, with names: how many went. */
  async remove(caller: Requester, bucket: string, names: readonly string[]): Promise<number> {
    const rows = await this.#scoped(caller, 'object.delete_many', (query) =>
      query('delete from storage.objects where bucket_id = $1 and name = any ($2) returning *', [
        bucket,
        names,
      ]),
    );
    return rows.length;
  }

  /** PUT /bucket/{bucket}. */
  async updateBucket(caller: Requester, bucket: string, isPublic: boolean): Promise<number> {
    const rows = await this.#scoped(caller, 'bucket.update', (query) =>
      query('update storage.buckets set public = $2 where id = $1 returning id', [bucket, isPublic]),
    );
    return rows.length;
  }

  /** Any statement, as Storage would run it for a caller: for what it might do one day. */
  async statement(
    caller: Requester,
    operation: string,
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<number> {
    return (await this.#scoped(caller, operation, (query) => query(sql, values))).length;
  }

  /** Asks of the policies whether the caller may write the row, and takes it back. */
  #mayUpload(
    caller: Requester,
    operation: string,
    bucket: string,
    name: string,
    isUpsert: boolean,
    owner = ownerOf(caller),
  ): Promise<void> {
    return this.#asked(caller, operation, async (query) => {
      await query(
        `insert into storage.objects (name, owner, owner_id, bucket_id, version) values ($1, $2, $3, $4, '1')
         ${isUpsert ? 'on conflict (name, bucket_id) do update set version = excluded.version, owner = excluded.owner, owner_id = excluded.owner_id returning *' : ''}`,
        [name, uuidOr(owner), owner ?? null, bucket],
      );
    });
  }

  /** The last word, as the server: upsert, whatever the caller asked for. */
  async #complete(
    operation: string,
    bucket: string,
    name: string,
    file: FileContent,
    owner: string | undefined,
  ): Promise<StoredObject> {
    const version = randomUUID();
    const metadata = {
      eTag: `"${createHash('md5').update(file.bytes).digest('hex')}"`,
      size: file.bytes.byteLength,
      mimetype: file.contentType,
      cacheControl: 'max-age=3600',
      lastModified: new Date().toISOString(),
      contentLength: file.bytes.byteLength,
      httpStatusCode: 200,
    };
    const [stored] = await this.#scoped(SERVER, operation, async (query) => {
      await query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${bucket}/${name}`]);
      await query(
        'select id, version, metadata from storage.objects where bucket_id = $1 and name = $2 for update',
        [bucket, name],
      );
      return query<StoredObject>(
        `insert into storage.objects (name, bucket_id, owner, owner_id, metadata, user_metadata, version)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (name, bucket_id) do update set owner = excluded.owner, owner_id = excluded.owner_id,
           metadata = excluded.metadata, user_metadata = excluded.user_metadata, version = excluded.version
         returning *`,
        [name, bucket, uuidOr(owner), owner ?? null, metadata, file.metadata ?? {}, version],
      );
    });
    if (!stored) throw StorageFailure.noSuchKey();
    this.#files.set(keyOf(bucket, name, version), file);
    return stored;
  }

  async #read(caller: Requester, operation: string, bucket: string, name: string): Promise<FileContent> {
    const found = await this.#scoped(caller, operation, (query) => findObject(query, bucket, name));
    const file = found && this.#files.get(keyOf(bucket, name, found.version));
    if (!file) throw StorageFailure.noSuchKey();
    return file;
  }

  /** `testPermission`: whatever happened is taken back. */
  async #asked(caller: Requester, operation: string, ask: (query: Query) => Promise<void>): Promise<void> {
    const undo = new Error('taken back');
    await this.#scoped(caller, operation, async (query) => {
      await ask(query);
      throw undo;
    }).catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  }

  async #scoped<T>(caller: Requester, operation: string, work: (query: Query) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await client.query(SCOPE, [
        caller.role,
        String(caller.claims.sub ?? ''),
        JSON.stringify(caller.claims),
        JSON.stringify(caller.headers ?? {}),
        `storage.${operation}`,
      ]);
      const result = await work(async (sql, values = []) => (await client.query(sql, [...values])).rows);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error instanceof pg.DatabaseError ? StorageFailure.of(error) : error;
    } finally {
      client.release();
    }
  }
}

/** As Storage sets it before anything else, every setting local to the transaction. */
const SCOPE = `select
  set_config('role', $1, true),
  set_config('request.jwt.claim.role', $1, true),
  set_config('request.jwt', '', true),
  set_config('request.jwt.claim.sub', $2, true),
  set_config('request.jwt.claims', $3, true),
  set_config('request.headers', $4, true),
  set_config('request.method', 'POST', true),
  set_config('request.path', '/object', true),
  set_config('storage.operation', $5, true),
  set_config('storage.allow_delete_query', 'true', true)`;

async function findObject(query: Query, bucket: string, name: string): Promise<StoredObject | undefined> {
  const [found] = await query<StoredObject & pg.QueryResultRow>(
    'select id, name, version, owner_id, metadata, user_metadata from storage.objects where bucket_id = $1 and name = $2',
    [bucket, name],
  );
  return found;
}

function ownerOf({ claims }: Requester): string | undefined {
  return typeof claims.sub === 'string' ? claims.sub : undefined;
}

function uuidOr(owner: string | undefined): string | null {
  return owner !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(owner) ? owner : null;
}

function keyOf(bucket: string, name: string, version: string): string {
  return `${bucket}/${name}/${version}`;
}
