import { getEventListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as documents from '../../client/documents.ts';
import { NoSocket } from '../../scripts/storage/server-client.ts';

const TICKET = {
  ...{ ticket_id: 't', organisation_id: 'o', bucket: 'b', path: 'o/p/d', sha256: 's' },
  ...{ document_id: 'd', expires_at: '2026-11-28T12:00:00Z', expires_in: 30 },
};
const SIGNED = { signedURL: '/object/sign/b/p?token=abc', url: '/object/upload/sign/b/p?token=abc' };
const FILE = 'a file';
const GRANT = {
  ...{ documentId: 'd', bucket: 'b', path: 'o/p/d', expiresAt: TICKET.expires_at },
  ...{ contentType: 'text/plain', sizeBytes: 6, token: 't' },
};

/** What is asked, in turn: the last part of its path. */
let asked: string[] = [];
/** Which of them is never answered. */
let silent = '';
/** Told of each that nobody answers, and of each whose connection its asker ended. */
let onSilence: () => void = () => {};
let ended: string[] = [];

const ANSWERS: Readonly<Record<string, unknown>> = {
  issue_read_ticket: TICKET,
  redeem_read_ticket: TICKET,
  issue_upload_grant: TICKET,
  finalise_document: TICKET.expires_at,
  orphaned_objects: [],
  verify_document: true,
  documents: [{ bucket: 'b', object_path: 'o/p/d', size_bytes: FILE.length }],
  sign: SIGNED,
  removal: [{ name: 'o/p/d' }],
};

/** Functions and tables by their name; Storage by what is done there. */
function nameOf({ url = '', method = '' }: IncomingMessage): string {
  const path = url.replace(/\?.*/, '');
  if (path.startsWith('/rest/')) return path.split('/').at(-1) ?? '';
  if (method === 'POST') return 'sign';
  return { GET: 'download', PUT: 'upload', DELETE: 'removal' }[method] ?? method;
}

const server = createServer((request, response: ServerResponse) => {
  const name = nameOf(request);
  asked.push(name);
  const ofThisTest = ended;
  response.on('close', () => {
    if (!response.writableEnded) ofThisTest.push(name);
  });
  if (name === silent) return onSilence();
  request.resume();
  request.on('end', () => {
    if (name === 'orphaned_objects' && asked.filter((each) => each === name).length === 1)
      return response.end(JSON.stringify(['o/p/d']));
    response.end(name === 'download' ? FILE : JSON.stringify(ANSWERS[name] ?? {}));
  });
});
let client: SupabaseClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createClient(url, 'a-key', { realtime: { transport: NoSocket as never } });
});
beforeEach(() => {
  asked = [];
  ended = [];
  silent = '';
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Each call, and what it asks in turn where all is well. */
const CALLS: readonly [
  name: string,
  work: (options?: documents.CallOptions) => Promise<unknown>,
  asks: readonly string[],
][] = [
  ['signedRead', (options) => documents.signedRead(client, 'd', options), ['issue_read_ticket', 'sign']],
  ['requestRead', (options) => documents.requestRead(client, 'd', options), ['issue_read_ticket']],
  [
    'signForTicket',
    (options) => documents.signForTicket(client, { ticketId: 't', organisationId: 'o' }, options),
    ['redeem_read_ticket', 'sign'],
  ],
  [
    'requestUpload',
    (options) =>
      documents.requestUpload(
        client,
        { patientId: 'p', kind: 'report', fileName: 'f', contentType: 'text/plain', sizeBytes: 6 },
        options,
      ),
    ['issue_upload_grant', 'sign'],
  ],
  [
    'upload',
    (options) => documents.upload(client, GRANT, new Blob([FILE]), options),
    ['upload', 'finalise_document'],
  ],
  [
    'finalise',
    (options) => documents.finalise(client, 'd', new Blob([FILE]), options),
    ['finalise_document'],
  ],
  [
    'removeErased',
    (options) => documents.removeErased(client, 'o', options),
    ['orphaned_objects', 'removal', 'orphaned_objects'],
  ],
  [
    'verifyDigest',
    (options) => documents.verifyDigest(client, { organisationId: 'o', documentId: 'd' }, options),
    ['documents', 'download', 'verify_document'],
  ],
];
const QUESTIONS = CALLS.flatMap(([name, work, asks]) =>
  [...new Set(asks)].map((question) => [name, question, work] as const),
);

describe('a signal', () => {
  test.each(CALLS)('that stays quiet changes nothing: %s', async (_, work, asks) => {
    const { signal } = new AbortController();
    await work({ signal });
    expect(asked).toEqual(asks);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test.each(CALLS)('that has spoken before lets nothing be asked: %s', async (_, work) => {
    const reason = new Error('the page was left');
    await expect(work({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(asked).toEqual([]);
  });

  test.each(QUESTIONS)(
    'ends %s with its reason while %s is asked, and the request too',
    async (_, question, work) => {
      silent = question;
      const controller = new AbortController();
      const reason = new Error('the page was left');
      onSilence = () => controller.abort(reason);
      await expect(work({ signal: controller.signal })).rejects.toBe(reason);
      await vi.waitFor(() => expect(ended).toEqual([question]));
      expect(asked.at(-1)).toBe(question);
    },
  );

  test('of a time that is over is a TimeoutError, as of fetch', async () => {
    silent = 'issue_read_ticket';
    onSilence = () => {};
    const late = documents.signedRead(client, 'd', { signal: AbortSignal.timeout(20) });
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('ends an upload before the file is read, too', async () => {
    const controller = new AbortController();
    const file = new Blob([new Uint8Array(3_000_000)]);
    const told: number[] = [];
    const upload = documents.upload(client, GRANT, file, {
      signal: controller.signal,
      onProgress: ({ doneBytes }) => {
        told.push(doneBytes);
        controller.abort();
      },
    });
    await expect(upload).rejects.toMatchObject({ name: 'AbortError' });
    expect(told).toHaveLength(1);
    expect(asked).toEqual([]);
  });

  test('ends a call that waits for a token, before anything is asked', async () => {
    const waiting = createClient('http://127.0.0.1:9', 'a-key', {
      accessToken: () => new Promise<string>(() => {}),
      realtime: { transport: NoSocket as never },
    });
    const late = documents.signedRead(waiting, 'd', { signal: AbortSignal.timeout(20) });
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('without a signal', () => {
  const isFile = (question: string) => question === 'upload' || question === 'download';

  test.each(QUESTIONS.filter(([, question]) => !isFile(question)))(
    '%s says after a minute that %s has no answer, and ends the request',
    async (_, question, work) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      silent = question;
      const reached = new Promise<void>((resolve) => {
        onSilence = resolve;
      });
      let error: unknown;
      const done = work().catch((thrown: unknown) => {
        error = thrown;
      });
      await reached;
      await vi.advanceTimersByTimeAsync(59_000);
      expect(error).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1_000);
      await done;
      expect(error).toMatchObject({ code: 'ANSWER', cause: { name: 'TimeoutError' } });
      expect((error as Error).message).toMatch(/: no answer within 60 seconds$/);
      vi.useRealTimers();
      await vi.waitFor(() => expect(ended).toEqual([question]));
    },
  );

  test.each(QUESTIONS.filter(([, question]) => isFile(question)))(
    '%s gives the file of the %s as long as it takes',
    async (_, question, work) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      silent = question;
      const controller = new AbortController();
      const reached = new Promise<void>((resolve) => {
        onSilence = resolve;
      });
      let isOver = false;
      const done = work({ signal: controller.signal }).catch(() => {
        isOver = true;
      });
      await reached;
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect(isOver).toBe(false);
      controller.abort();
      await done;
      expect(isOver).toBe(true);
    },
  );
});
