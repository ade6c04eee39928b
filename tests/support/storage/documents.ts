import { createHash } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { FROM_THE_CLINIC } from '../../../testing/context.ts';
import { CLINIC_A, type Clinic, idOf } from '../../../testing/ids.ts';
import type { Persona } from '../../../testing/personas.ts';
import type { TestDatabase } from '../../../testing/test-database.ts';
import { useDatabase } from '../database.ts';
import { type FileContent, type Requester, StorageApi } from './storage-api.ts';
import { StorageFailure } from './storage-failure.ts';

export const BUCKET = 'patient-documents';

export const PDF: FileContent = {
  bytes: new TextEncoder().encode('%PDF-1.7 of a test'),
  contentType: 'application/pdf',
};
export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A persona's request to Storage, from the clinic's own network. */
export function requestOf(
  { role, claims, settings }: Persona,
  headers: Record<string, string> = {},
): Requester {
  const chosen = settings?.['app.current_clinic_id'];
  return {
    role,
    claims,
    headers: { ...FROM_THE_CLINIC, ...(chosen && { 'x-organisation-id': chosen }), ...headers },
  };
}

/** A clone of the template and the double of Storage over it, for this test file; `twins` as in `useDatabase`. */
export function useStorage({
  twins = true,
  ...options
}: {
  readonly connections?: number;
  readonly twins?: boolean;
} = {}): {
  readonly database: () => TestDatabase;
  readonly storage: () => StorageApi;
} {
  const database = useDatabase({ twins });
  let storage: StorageApi | undefined;
  beforeAll(() => {
    storage = new StorageApi(storageUrl(database()), options);
  });
  afterAll(async () => {
    await storage?.end();
  });
  return {
    database,
    storage: () => {
      if (!storage) throw new Error('Storage exists only while tests and hooks run');
      return storage;
    },
  };
}

/** As Storage itself logs in. */
export function storageUrl(database: TestDatabase): string {
  const url = new URL(database.url('authenticator'));
  url.username = 'supabase_storage_admin';
  return url.href;
}

export interface Granted {
  readonly document_id: string;
  readonly bucket: string;
  readonly path: string;
  readonly expires_at: string;
}

export interface Ticket {
  readonly ticket_id: string;
  readonly organisation_id: string;
  readonly bucket: string;
  readonly path: string;
  readonly sha256: string;
}

interface Wish {
  readonly patient?: string;
  readonly kind?: string;
  readonly type?: string;
  readonly size?: number;
}

export async function grant(database: TestDatabase, persona: Persona, wish: Wish = {}): Promise<Granted> {
  const { patient = '01', kind = 'report', type, size } = wish;
  const granted = await database.as(
    persona,
    (session) =>
      session.value<Granted>('select issue_upload_grant($1, $2, $3, $4, $5)', [
        idOf('patient', clinicOf(persona), patient),
        kind,
        'a test.pdf',
        type ?? null,
        size ?? null,
      ]),
    { commit: true },
  );
  if (!granted) throw new Error('no grant');
  return granted;
}

/** A document as it should be: granted, uploaded, known by its digest. */
export async function aDocument(
  database: TestDatabase,
  storage: StorageApi,
  persona: Persona,
  wish: Wish = {},
): Promise<Granted> {
  const granted = await grant(database, persona, wish);
  await storage.upload(requestOf(persona), BUCKET, granted.path, PDF);
  await database.as(
    persona,
    (session) => session.rows('select finalise_document($1, $2)', [granted.document_id, digestOf(PDF.bytes)]),
    { commit: true },
  );
  return granted;
}

export async function ticket(database: TestDatabase, persona: Persona, documentId: string): Promise<Ticket> {
  const issued = await database.as(
    persona,
    (session) => session.value<Ticket>('select issue_read_ticket($1)', [documentId]),
    { commit: true },
  );
  if (!issued) throw new Error('no ticket');
  return issued;
}

/** `done`, or how Storage refused: `403 42501`, `404 NoSuchKey`. */
export async function outcome(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof StorageFailure)) throw error;
      return `${error.status} ${error.sqlState ?? error.kind}`;
    },
  );
}

/** What lies in the bucket, of one clinic or both, by name. */
export async function objects(database: TestDatabase, organisationId?: string): Promise<readonly string[]> {
  const rows = await database.asSuperuser((session) =>
    session.rows<{ name: string }>(
      `select name from storage.objects where bucket_id = $1 and starts_with(name, $2) order by name`,
      [BUCKET, organisationId ?? ''],
    ),
  );
  return rows.map(({ name }) => name);
}

function clinicOf({ home, settings }: Persona): Clinic {
  if (settings?.['app.current_clinic_id'] === CLINIC_A) return 'a';
  return home ?? 'a';
}
