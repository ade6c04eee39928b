import type { DB } from 'cordon';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { expect, test } from 'vitest';
import { withSession } from '../../../client/index.ts';
import { CLINIC_A, CLINIC_B, type CordonMatchers, matchers, personas } from '../../../testing/index.ts';
import { useDatabase } from '../../support/database.ts';
import { contextOf } from '../../support/sessions.ts';

declare module 'vitest' {
  interface Matchers<T> extends CordonMatchers<T> {}
}
expect.extend(matchers);

const database = useDatabase();
const attempt = (text: string) => database().as(personas.receptionist, (session) => session.attempt(text));
const PATIENTS = 'select id, full_name from public.patients';
const RENAME_FOREIGN = `update public.patients set language = 'pt' where organisation_id = 'b0000000-0000-7000-8000-000000000001'`;

test('toBeDenied takes a refusal, whether told or thrown, and nothing else', async () => {
  await expect(attempt('delete from public.patients')).toBeDenied();
  await expect(
    database().as(personas.receptionist, (session) => session.rows('delete from public.patients')),
  ).toBeDenied();
  await expect(() => attempt('delete from public.patients')).toBeDenied();
  await expect(attempt(PATIENTS)).not.toBeDenied();
  await expect(attempt(RENAME_FOREIGN)).not.toBeDenied();
  await expect(attempt('select nothing')).not.toBeDenied();
  await expect(attempt('select nothing')).toBeDenied('42703');
  await expect(expect(attempt(RENAME_FOREIGN)).toBeDenied()).rejects.toThrow(
    'expected the statement to be refused with 42501; it went through, with 0 rows (policies hide rows without an error: toSee(0), toAffect(0))',
  );
});

test('toSee takes so many rows, or these and no others in any order', async () => {
  const rows = await database().as(personas.receptionist, (session) => session.rows(PATIENTS));
  expect(rows.length).toBeGreaterThan(1);
  await expect(rows).toSee(rows.length);
  await expect(attempt('select id from public.organisations')).toSee([{ id: CLINIC_A }]);
  await expect(attempt(PATIENTS)).toSee([...rows].reverse().map(({ id }) => ({ id })));
  await expect(attempt(PATIENTS)).not.toSee(rows.slice(1));
  await expect(attempt(PATIENTS)).not.toSee([...rows, { id: 'another' }]);
  await expect(attempt(PATIENTS)).not.toSee([...rows.slice(1), rows[1] ?? {}]);
  const failed = await expect(attempt(PATIENTS))
    .toSee(0)
    .catch((error: Error) => error);
  expect((failed as Error).message).toBe(
    `expected the statement to see 0 rows; it went through, with ${rows.length} rows`,
  );
});

test('what supabase-js answers is told as what it is: it throws nothing', async () => {
  const answer = (more: object) => ({ data: null, error: null, count: null, status: 200, ...more });
  const denied = answer({ error: { code: '42501', message: 'denied' }, status: 403 });
  await expect(denied).toBeDenied();
  await expect(Promise.resolve(denied)).toBeDenied();
  await expect(answer({ error: { code: 'PGRST202' }, status: 404 })).not.toBeDenied();
  await expect(expect(denied).toSee(0)).rejects.toThrow(/^expected a statement that goes through/);
  await expect(answer({ data: [{ id: CLINIC_A }] })).toSee([{ id: CLINIC_A }]);
  await expect(answer({ data: [{ id: CLINIC_A }] })).not.toBeDenied();
  await expect(answer({ data: { id: CLINIC_A } })).toSee(1);
  await expect(answer({ data: [] })).toSee(0);
  await expect(answer({ count: 3, status: 204 })).toAffect(3);
  await expect(answer({ count: 0, status: 204 })).toAffect(0);
  await expect(answer({ data: [{ id: 1 }, { id: 2 }], status: 200 })).toAffect(2);
  // An upsert that only updates is a 200.
  for (const status of [200, 201, 204]) {
    await expect(expect(answer({ status })).toAffect(0)).rejects.toThrow(/count: 'exact'/);
    await expect(expect(answer({ status })).toSee(0)).rejects.toThrow(/count: 'exact'/);
    await expect(answer({ status })).not.toBeDenied();
    await expect(expect(answer({ status })).toBeDenied()).rejects.toThrow(/nobody counted its rows$/);
  }
});

test('toAffect tells a write that policies hide every row from', async () => {
  await expect(attempt(RENAME_FOREIGN)).toAffect(0);
  await expect(attempt(RENAME_FOREIGN)).not.toAffect(1);
  await expect(
    attempt(`update public.patients set language = 'pt' where mrn = (select min(mrn) from public.patients)`),
  ).toAffect(1);
});

test.each(['select nothing', 'delete from public.patients'])(
  'a statement that failed has seen and changed nothing that could be compared, under not either: %s',
  async (text) => {
    for (const compared of [
      () => expect(attempt(text)).not.toSee(0),
      () => expect(attempt(text)).not.toSee([{ id: CLINIC_A }]),
      () => expect(attempt(text)).not.toAffect(0),
      () => expect(attempt(text)).toSee(0),
      () => expect(attempt(text)).toAffect(0),
    ])
      await expect(compared()).rejects.toThrow(/^expected a statement that goes through; it failed with 42/);
  },
);

test('toSee finds a row for each that is wanted, whichever is named more closely', async () => {
  const seen = [
    { a: 1, b: 1 },
    { a: 1, b: 2 },
  ];
  await expect(seen).toSee([{ a: 1 }, { a: 1, b: 1 }]);
  await expect(seen).toSee([{ a: 1, b: 1 }, { a: 1 }]);
  await expect(seen).toSee([{}, { b: 2 }]);
  await expect(seen).not.toSee([{ b: 1 }, { a: 1, b: 1 }]);
  await expect([{ n: 1 }, { n: 2 }, { n: 3 }]).not.toSee([{}, { n: 1 }, { n: 1 }]);
  const chain = [
    { a: 1, b: 1, c: 1 },
    { a: 1, b: 1, c: 2 },
    { a: 1, b: 2, c: 2 },
  ];
  await expect(chain).toSee([{ a: 1 }, { b: 1 }, { c: 1 }]);
  const many = Array.from({ length: 500 }, () => ({ same: true }));
  await expect(many).toSee([...many]);
});

test('toSee compares values as they are: jsonb in any order of keys, bigint, bytes and times', async () => {
  const [row] = await database().asPostgres((session) =>
    session.rows(
      `select '{"b": 1, "a": [1, {"d": 2, "c": 3}]}'::jsonb as json, '\\x01'::bytea as bytes, 'epoch'::timestamptz as at`,
    ),
  );
  const seen = [{ ...row, big: 1n }];
  await expect(seen).toSee([{ json: { a: [1, { c: 3, d: 2 }], b: 1 }, big: 1n, bytes: Buffer.from([1]) }]);
  await expect(seen).toSee([{ at: new Date(0) }]);
  await expect(seen).toSee([{ at: '1970-01-01T00:00:00.000Z' }]);
  await expect(seen).not.toSee([{ big: 2n }]);
  await expect(seen).not.toSee([{ json: { a: [{ c: 3, d: 2 }, 1], b: 1 } }]);
});

test('toSee does not take a write for one that saw no row: what changed rows and gave none back is told so, under not either', async () => {
  const rename = "update public.patients set language = 'pt'";
  for (const compared of [
    () => expect(attempt(rename)).toSee(0),
    () => expect(attempt(rename)).toSee([]),
    () => expect(attempt(rename)).not.toSee(1),
    () => expect(database().as(personas.receptionist, (session) => session.affected(rename))).toSee(0),
  ])
    await expect(compared()).rejects.toThrow(/changed \d+ and gave none back: ask toAffect/);
  await expect(attempt(`${rename} returning id`)).not.toSee(0);
  await expect(attempt(`${rename} where false`)).toSee(0);
});

test('toAffect counts what Kysely says that a write changed, and not its answer as a row', async () => {
  const pool = new pg.Pool({ connectionString: database().url('authenticator'), max: 1 });
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  const as = <T>(fn: (session: Transaction<DB>) => Promise<T>) =>
    withSession(db, contextOf(personas.receptionist), fn);
  const renamed = (session: Transaction<DB>, clinic: string) =>
    session.updateTable('patients').set({ language: 'pt' }).where('organisation_id', '=', clinic);
  try {
    const all = await as((session) => session.selectFrom('patients').select('id').execute());
    expect(all.length).toBeGreaterThan(1);
    await expect(as((session) => renamed(session, CLINIC_A).execute())).toAffect(all.length);
    await expect(as((session) => renamed(session, CLINIC_A).executeTakeFirst())).toAffect(all.length);
    await expect(as((session) => renamed(session, CLINIC_B).execute())).toAffect(0);
    await expect(as((session) => renamed(session, CLINIC_B).execute())).not.toAffect(1);
    await expect(as((session) => renamed(session, CLINIC_A).returning('id').execute())).toAffect(all.length);
    await expect(
      as((session) =>
        session
          .insertInto('patients')
          .values({ organisation_id: CLINIC_A, mrn: 'M-1', full_name: 'Somebody' })
          .execute(),
      ),
    ).toAffect(1);
    await expect(expect(as((session) => renamed(session, CLINIC_A).execute())).toSee(1)).rejects.toThrow(
      /ask toAffect/,
    );
  } finally {
    await db.destroy();
  }
});

test('toSee finds no column that is not there, not even one that is wanted to be nothing', async () => {
  await expect([{ id: 1 }]).not.toSee([{ name: undefined }]);
  await expect([{ id: 1 }]).not.toSee([{ toString: Object.prototype.toString }]);
  await expect([{ id: 1, name: undefined }]).toSee([{ name: undefined }]);
});

test('what no query gave is refused, instead of passing', async () => {
  await expect(expect(undefined).toBeDenied()).rejects.toThrow(/expected what a query gave/);
  await expect(expect({}).not.toBeDenied()).rejects.toThrow(/expected what a query gave/);
});
