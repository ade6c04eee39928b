import type { DB } from 'cordon';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { type SessionContext, withSession } from '../../client/index.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, useDriver, visiting } from '../support/sessions.ts';

const database = useDatabase();

describe('what cannot be a context is refused before a connection is taken', () => {
  const pool = { connect: () => expect.fail('a connection was taken'), totalCount: 0 } as unknown as pg.Pool;
  const claims = personas.doctor.claims;
  const refused = async (context: unknown) =>
    expect(withSession(pool, context as SessionContext, async () => 'in')).rejects.toMatchObject({
      name: 'SessionContextError',
      code: 'CONTEXT',
    });

  test.each([
    'service_role',
    'postgres',
    'none',
    'Authenticated',
    'authenticated; reset role',
    'authenticated"',
    '',
    'toString',
    '__proto__',
    undefined,
    null,
    0,
    ['authenticated'],
    Object.assign(Object.create(null), { toString: (): string => 'authenticated' }),
  ])('the role %j [N-09 N-11 -]', async (role) => {
    await refused({ role, claims });
  });

  test.each([
    ['none', undefined],
    ['null', null],
    ['the token itself', 'eyJhbGciOi.eyJzdWIi.c2ln'],
    ['a list', [claims]],
    ['no subject', {}],
    ['an empty subject', { ...claims, sub: '' }],
    ['a subject that is no text', { ...claims, sub: [claims.sub] }],
    ['those of another realm', { ...claims, role: 'patient' }],
    ['those of the service', { ...claims, role: 'service_role' }],
    ['what JSON cannot say', { ...claims, big: 1n }],
    ['what JSON passes over', Object.create(claims)],
    ['what says nothing as JSON', { ...claims, toJSON: () => undefined }],
    ['what names another role as JSON', { ...claims, toJSON: () => ({ ...claims, role: 'internal_ops' }) }],
    ['what is a text as JSON', { ...claims, toJSON: () => 'a token' }],
    ['more than any token holds', { ...claims, pad: 'x'.repeat(70_000) }],
  ])('claims: %s [N-11 -]', async (_, given) => {
    await refused({ role: 'authenticated', claims: given });
  });

  test.each([
    ['a NUL byte in the organisation', { organisationId: `${CLINIC_A}\0` }],
    ['headers that are null', { headers: null }],
    ['headers of the web', { headers: new Headers({ 'x-organisation-id': CLINIC_A }) }],
    ['headers in a map', { headers: new Map([['x-organisation-id', CLINIC_A]]) }],
    ['an organisation that is no text', { organisationId: [CLINIC_A] }],
    ['a NUL byte in the justification', { justification: 'a\0b' }],
    ['a purpose that is no text', { purpose: 1 }],
    ['a header that is no text', { headers: { 'x-organisation-id': 1 } }],
    [
      'a header in two spellings',
      { headers: { 'x-organisation-id': CLINIC_A, 'X-Organisation-Id': CLINIC_B } },
    ],
    ['a justification without end', { justification: 'x'.repeat(70_000) }],
  ])('%s [N-11 -]', async (_, more) => {
    await refused({ ...contextOf(personas.doctor), ...more });
  });

  test.each([null, undefined, 'doctor', 1])('%j for a context [N-11 -]', async (context) => {
    await refused(context);
  });

  test('and its error repeats no value [N-11 -]', async () => {
    const error = await withSession(
      pool,
      { role: 'authenticated', claims: { sub: '', email: 'ana@example.org' } },
      async () => 'in',
    ).catch((caught: unknown) => caught);
    expect(
      JSON.stringify(Object.getOwnPropertyNames(error).map((name) => (error as never)[name])),
    ).not.toContain('ana@example.org');
  });
});

describe('what a session is opened on', () => {
  test.each([
    ['a client', () => new pg.Client()],
    ['nothing', () => undefined],
    ['a text', () => 'postgres://'],
  ])('not %s [N-11 -]', async (_, make) => {
    await expect(withSession(make() as unknown as pg.Pool, visiting, async () => 'in')).rejects.toMatchObject(
      {
        name: 'SessionMisuseError',
      },
    );
  });

  const driver = useDriver('kysely', database);

  test('not a transaction that has begun [N-11 -]', async () => {
    await driver()
      .db.transaction()
      .execute(async (transaction) => {
        await expect(withSession<DB, string>(transaction, visiting, async () => 'in')).rejects.toMatchObject({
          name: 'SessionMisuseError',
        });
      });
  });

  test('a transaction that raw SQL ended inside a text of several statements is found at the end [N-11 -]', async () => {
    const { CompiledQuery } = await import('kysely');
    const attempt = withSession(driver().db, visiting, (session) =>
      session.executeQuery(CompiledQuery.raw('select 1; commit')),
    );
    await expect(attempt).rejects.toMatchObject({ name: 'SessionMisuseError' });
  });

  test('over pg values that are no list are refused, a callback among them, and the session goes on [N-11 -, N-11 +]', async () => {
    const seen = await withSession(driver().pool, visiting, async (session) => {
      for (const values of [() => {}, 'a', { 0: 'a', length: 1 }]) {
        await expect(session.query('select $1', values as never)).rejects.toMatchObject({
          name: 'SessionMisuseError',
          hint: expect.stringMatching(/array/),
        });
      }
      return (await session.query('select $1::text as given', ['a'])).rows;
    });
    expect(seen).toEqual([{ given: 'a' }]);
  });

  test('over pg a query that is an object of a class is sent with what it inherits, and values of it that are no list are refused [N-11 +, N-11 -]', async () => {
    // As templates of SQL are made: getters, and nothing of their own.
    class Template {
      readonly #values: unknown;
      constructor(values: unknown) {
        this.#values = values;
      }
      get text() {
        return 'select $1::int as given';
      }
      get values() {
        return this.#values as unknown[];
      }
      get rowMode() {
        return 'array';
      }
    }
    const seen = await withSession(driver().pool, visiting, async (session) => {
      for (const values of [() => {}, 'a', { 0: 'a', length: 1 }])
        await expect(session.query(new Template(values))).rejects.toMatchObject({ code: 'SESSION' });
      const { rows } = await session.query(new Template([5]));
      // What is given beside it counts before its own.
      return [rows, (await session.query(new Template([5]), [6])).rows];
    });
    expect(seen).toEqual([[[5]], [[6]]]);
  });

  test('over pg a query that submits itself or calls back is refused, and what is sent is the text that was looked at [N-11 -]', async () => {
    let looks = 0;
    const seen = await withSession(driver().pool, visiting, async (session) => {
      for (const more of [
        { submit: () => {} },
        { callback: () => {} },
        Object.create({ submit: () => {} }),
      ]) {
        await expect(session.query(Object.assign(more, { text: 'select 1' }))).rejects.toMatchObject({
          name: 'SessionMisuseError',
          hint: expect.stringMatching(/await/i),
        });
      }
      const changing = {
        name: '',
        get text() {
          return looks++ === 0 ? 'select 2 as given' : 'commit';
        },
      };
      return (await session.query(changing)).rows;
    });
    expect(seen).toEqual([{ given: 2 }]);
  });

  test.each([
    'copy (select full_name from public.patients) to stdout',
    'COPY work from stdin',
    '/* many /* rows */ */ copy work from stdin',
  ])(
    'over pg nothing is copied, for which the session would wait for ever, and the session goes on: %s [N-11 -, N-11 +]',
    async (text) => {
      const seen = await withSession(driver().pool, visiting, async (session) => {
        await session.query('create temporary table work (copy text) on commit drop');
        await expect(session.query(text)).rejects.toMatchObject({
          code: 'SESSION',
          hint: expect.stringMatching(/unnest/),
        });
        // The control: what is only called so is none.
        await session.query('insert into work select * from unnest($1::text[])', [['a', 'b']]);
        return (await session.query('select copy from work order by 1')).rows;
      });
      expect(seen).toEqual([{ copy: 'a' }, { copy: 'b' }]);
    },
  );

  test('over pg a query that asks for its rows by pages gets all of them, and its error ends it [N-11 +, N-11 -]', async () => {
    const paged = (text: string) =>
      withSession(driver().pool, visiting, (session) =>
        session.query({ text, rows: 1 } as pg.QueryConfig).then(({ rows }) => rows),
      );
    expect(await paged('select * from generate_series(1, 3) as n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await expect(paged('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
    expect(await paged('select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('over pg a text of several statements is not even read [N-11 -]', async () => {
    const attempt = withSession(driver().pool, visiting, (session) => session.query('select 1; commit'));
    await expect(attempt).rejects.toMatchObject({ code: '42601' });
  });
});
