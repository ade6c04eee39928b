import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as documents from '../../client/documents.ts';
import { CordonError } from '../../client/errors.ts';
import { NoSocket } from '../../scripts/storage/server-client.ts';

/** How one of the two answers. */
type Answer = (response: ServerResponse) => void;

const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const page =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Ana Prueba</html>');
const nothing =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status).end();
const broken: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"bucket": "Ana Prueba', () => response.destroy());
};

/** PostgREST and Storage, of which each answers as a test says. */
const answers: { postgrest: Answer; storage: Answer } = { postgrest: nothing(200), storage: nothing(200) };
const server = createServer((request, response) => {
  request.resume();
  const part = request.url?.startsWith('/rest/') ? 'postgrest' : 'storage';
  request.on('end', () => answers[part](response));
});
let client: SupabaseClient;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createClient(url, 'a-key-SECRET', { realtime: { transport: NoSocket as never } });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const TICKET = {
  ...{ ticket_id: 't', organisation_id: 'o', bucket: 'b', path: 'o/p/Ana.pdf', sha256: 's' },
  ...{ document_id: 'd', expires_at: '2026-11-28T12:00:00Z', expires_in: 30 },
};
const SIGNED = {
  signedURL: '/object/sign/b/p?token=abc',
  url: '/object/upload/sign/b/p?token=abc',
  Key: 'b/p',
};

interface Call {
  readonly work: () => Promise<unknown>;
  /** What PostgREST says where all is well, to whatever it is asked. */
  readonly postgrest: unknown;
  /** Undefined where it is asked nothing. */
  readonly storage?: unknown;
}
const grant = {
  ...{ documentId: 'd', bucket: 'b', path: 'o/p/Ana.pdf', expiresAt: TICKET.expires_at },
  ...{ contentType: 'text/plain', sizeBytes: 1, token: 'a-token-SECRET' },
};
const request: documents.UploadRequest = {
  patientId: 'p',
  kind: 'report',
  fileName: 'Ana Prueba.pdf',
  contentType: 'text/plain',
  sizeBytes: 1,
};
const CALLS: Readonly<Record<string, Call>> = {
  signedRead: { work: () => documents.signedRead(client, 'd'), postgrest: TICKET, storage: SIGNED },
  signForTicket: {
    work: () => documents.signForTicket(client, { ticketId: 't', organisationId: 'o' }),
    postgrest: TICKET,
    storage: SIGNED,
  },
  requestUpload: {
    work: () => documents.requestUpload(client, request),
    postgrest: TICKET,
    storage: SIGNED,
  },
  upload: {
    work: () => documents.upload(client, grant, new Blob(['x'])),
    postgrest: TICKET.expires_at,
    storage: SIGNED,
  },
  finalise: {
    work: () => documents.finalise(client, 'd', new Blob(['x'])),
    postgrest: TICKET.expires_at,
  },
  removeErased: {
    work: () => documents.removeErased(client, 'o'),
    postgrest: ['o/p/Ana.pdf'],
    storage: [{ name: 'o/p/Ana.pdf' }],
  },
  verifyDigest: {
    work: () => documents.verifyDigest(client, { organisationId: 'o', documentId: 'd' }),
    postgrest: [{ bucket: 'b', object_path: 'o/p/Ana.pdf', size_bytes: 8 }],
    storage: 'a file',
  },
};

const VALUE = 'invalid input syntax for type uuid: "Ana Prueba"';
const FROM_POSTGREST: Readonly<Record<string, Answer>> = {
  null: json(null),
  'an empty body': nothing(200),
  'no content': nothing(204),
  'an empty object': json({}),
  'a list of null': json([null]),
  'a text': json('Ana Prueba'),
  'members of other types': json({ bucket: {}, path: [], sha256: 5, expires_in: 'soon', ticket_id: null }),
  'a page': page(200),
  'a page of a gateway that failed': page(502),
  'a failure without a body': nothing(500),
  'a failure of null': json(null, 400),
  'an error that quotes a value': json({ code: '22P02', message: VALUE, details: VALUE, hint: VALUE }, 400),
  'a function that is not there': json({ code: 'PGRST202', message: 'Ana Prueba', hint: null }, 404),
  'a denial that quotes a value': json({ code: '42501', message: VALUE, details: VALUE, hint: VALUE }, 403),
  'half an answer': broken,
};
const FROM_STORAGE: Readonly<Record<string, Answer>> = {
  null: json(null),
  'an empty body': nothing(200),
  'an empty object': json({}),
  'a list of null': json([null]),
  'a text': json('Ana Prueba'),
  'a page': page(200),
  'a page of a gateway that failed': page(502),
  'a failure of null': json(null, 400),
  'a refusal that quotes a name': json({ statusCode: '400', error: 'x', message: 'Ana Prueba' }, 400),
  'half an answer': broken,
};

/** Of what was thrown, all that an application shows or logs beside the cause. */
async function refusalOf(work: () => Promise<unknown>): Promise<CordonError> {
  const thrown = await work().then(
    (answer) => expect.fail(`answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(CordonError);
  const { message, hint, code } = thrown as CordonError;
  expect(`${message} ${hint} ${code}`).not.toMatch(/Ana|SECRET|html/);
  expect(code).toMatch(/^(42501|ANSWER|STORAGE)$/);
  return thrown as CordonError;
}

describe.each(Object.entries(CALLS))('%s', (name, { work, postgrest, storage }) => {
  // Where no document is found, nothing is the answer.
  const answered = Object.entries(FROM_POSTGREST).filter(
    ([what]) => name !== 'verifyDigest' || !/null|empty body|no content/.test(what),
  );
  test.each(answered)(
    'says that PostgREST answered something else, and repeats nothing of it: %s',
    async (_, answer) => {
      Object.assign(answers, { postgrest: answer, storage: json(storage) });
      await refusalOf(work);
    },
  );

  // What Storage says of an upload is not asked: the database looks for the file.
  const told = Object.entries(FROM_STORAGE).filter(
    ([what]) =>
      storage !== undefined && !(name === 'upload' && /an empty object|a list of null|a text/.test(what)),
  );
  test.each(told)(
    'says that Storage answered something else, and repeats nothing of it: %s',
    async (_, answer) => {
      Object.assign(answers, { postgrest: json(postgrest), storage: answer });
      await refusalOf(work);
    },
  );
});

describe('a redirect leads nowhere, and no key goes along [S-05 S-13 -]', () => {
  /** Who it would lead to: of another origin, where `fetch` leaves out `authorization` and keeps `apikey`. */
  const followed: unknown[] = [];
  const other = createServer(({ headers }, response) => {
    followed.push(headers.apikey);
    json(TICKET)(response);
  });
  beforeAll(() => new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void other.close());

  test.each(Object.entries(CALLS))('%s', async (_, { work, postgrest, storage }) => {
    const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    for (const status of [302, 307]) {
      const elsewhere: Answer = (response) => response.writeHead(status, { location }).end();
      Object.assign(answers, { postgrest: elsewhere, storage: json(storage) });
      await refusalOf(work);
      if (storage === undefined) continue;
      Object.assign(answers, { postgrest: json(postgrest), storage: elsewhere });
      await refusalOf(work);
    }
    expect(followed).toEqual([]);
  });
});

test('a function that is not there, and a token that is over, are told by the code of PostgREST', async () => {
  for (const code of ['PGRST202', 'PGRST303']) {
    answers.postgrest = json({ code, message: 'Ana Prueba', hint: null, details: null }, 404);
    const error = await refusalOf(() => documents.signedRead(client, 'd'));
    expect(error).toMatchObject({ code: 'ANSWER', cause: { code } });
    expect(error.message).toBe(`public.issue_read_ticket could not be asked: ${code}`);
  }
});

test('a digest of which the database says nothing is neither the same nor another', async () => {
  answers.storage = json('a file');
  for (const [verdict, expected] of [
    [true, true],
    [false, false],
    [null, undefined],
    ['false', undefined],
  ] as const) {
    const found = [{ bucket: 'b', object_path: 'p', size_bytes: '"a file"'.length }];
    const both = [json(found), json(verdict)];
    answers.postgrest = (response) => both.shift()?.(response);
    const { work } = CALLS.verifyDigest as Call;
    if (expected === undefined) expect((await refusalOf(work)).code).toBe('ANSWER');
    else expect(await work()).toBe(expected);
  }
});

/** Half of a file, by a connection that closes where a length would have told: nothing fails. */
const half: Answer = (response) => {
  response.socket?.end('HTTP/1.0 200 OK\r\ncontent-type: application/pdf\r\n\r\nhalf');
};

test.each<[string, Answer]>([
  ['a page', page(200)],
  ['half of the file', half],
  ['nothing', nothing(200)],
  ['more than the file', json('a file, and more')],
])('a document is neither confirmed nor rejected where Storage gives %s [S-31 +]', async (_, answer) => {
  const given: Answer[] = [json([{ bucket: 'b', object_path: 'p', size_bytes: '"a file"'.length }])];
  let verdicts = 0;
  answers.postgrest = (response) => {
    const next = given.shift();
    if (!next) verdicts += 1;
    (next ?? json(false))(response);
  };
  answers.storage = answer;
  const { work } = CALLS.verifyDigest as Call;
  expect(await refusalOf(work)).toMatchObject({
    code: 'ANSWER',
    message: expect.stringMatching(/^Storage gave \d+ bytes of a file of which it counted 8$/),
  });
  expect(verdicts).toBe(0);
  answers.storage = json('b file'); // of the same size: the database is asked, and rejects it
  given.push(json([{ bucket: 'b', object_path: 'p', size_bytes: 8 }]));
  expect(await work()).toBe(false);
  expect(verdicts).toBe(1);
});

test('a document that was not uploaded yet is not there to verify [S-31 -]', async () => {
  answers.postgrest = json([{ bucket: 'b', object_path: 'p', size_bytes: null }]);
  await expect((CALLS.verifyDigest as Call).work()).rejects.toMatchObject({ code: 'CD010' });
});

test('only files that were to go count as gone', async () => {
  const pages = [json(['o/p/one', 'o/p/two']), json(['o/p/two']), json(['o/p/two'])];
  answers.postgrest = (response) => pages.shift()?.(response);
  answers.storage = json([{ name: 'o/p/one' }, { name: 'o/p/another' }]);
  await expect(documents.removeErased(client, 'o')).rejects.toMatchObject({
    code: 'STORAGE',
    message: 'Storage took 1 erased files away, and left 1',
  });
});
