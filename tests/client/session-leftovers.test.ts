import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../client/context.ts';
import { mayLast, refuseControl } from '../../client/control.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { CLINICS, contextOf, DRIVERS, KEPT, useCleanDriver, visiting } from '../support/sessions.ts';

const database = useDatabase();

describe.each(DRIVERS)('a session over %s', (kind) => {
  const driver = useCleanDriver(kind, database);

  test('settings that somebody left on the connection reach no caller [N-11 N-23 -]', async () => {
    const pollution = settingsOf(contextOf(personas.doctorOfB, { organisationId: CLINIC_B }));
    const names = pollution.map(([name]) => name).filter((name) => name !== 'role' && name !== 'search_path');
    const pollute = async (value: (name: string) => string) => {
      for (const name of names) await driver().bare('select set_config($1, $2, false)', [name, value(name)]);
    };
    const values = new Map(pollution);
    await pollute((name) => values.get(name) || CLINIC_B);
    await driver().bare('set role authenticated');
    await driver().bare("set default_transaction_isolation = 'repeatable read'");
    try {
      // The control: whoever took the connection as it is would be somebody.
      expect(await driver().bare('select current_user as role')).toEqual([{ role: 'authenticated' }]);
      const seen = await driver().session({ role: 'anon' }, (query) =>
        query('select current_setting(name, true) as value from unnest($1::text[]) as name', [names]),
      );
      expect(new Set(seen.map(({ value }) => value))).toEqual(new Set(['']));
      expect(await driver().session(contextOf(personas.doctor), (query) => query(CLINICS))).toEqual([
        { clinic: CLINIC_A },
      ]);
      expect(await driver().session(contextOf(personas.dualUndecided), (query) => query(CLINICS))).toEqual(
        [],
      );
    } finally {
      await driver().bare('reset role');
      await driver().bare('reset default_transaction_isolation');
      await pollute(() => '');
    }
  });

  const SHOWN = `select current_setting('timezone') as zone, '01/02/2026'::date::text as day, coalesce(current_setting('app.left', true), '') as own`;

  test.each<[string, readonly string[]]>([
    [
      'a function',
      [
        "select set_config('timezone', 'Pacific/Kiritimati', false), set_config('datestyle', 'SQL, DMY', false), set_config('app.left', 'a secret', false)",
      ],
    ],
    ['its name in quotes', [`select pg_catalog . "set_config"('datestyle', 'SQL, DMY', 'f')`]],
    [
      'a local one beside it',
      ["select set_config('a.b', '1', true), set_config('app.left', ', true)', false)"],
    ],
    ['a parameter that says so', ["select set_config('timezone', 'Pacific/Kiritimati', 1 > 2)"]],
    ['a block', ["do $$ begin set timezone = 'Pacific/Kiritimati'; end $$"]],
    ['a block that hides the word', ["do $$ begin execute 'se' || 't datestyle = DMY'; end $$"]],
    ['the view that shows them', ["update pg_settings set setting = 'SQL, DMY' where name = 'DateStyle'"]],
    ['no blank', ['set/**/timezone = 3']],
    [
      'a comment that ends with its line',
      ["do -- a line that a carriage return ends\r$$ begin set timezone = 'Asia/Tokyo'; end $$"],
    ],
    [
      'a prepared statement',
      ["prepare left_zone as select set_config('timezone', 'Asia/Tokyo', false)", 'execute left_zone'],
    ],
  ])('a setting that outlives its transaction is no next caller’s, made by %s [N-11 -]', async (_, texts) => {
    const before = await driver().session(visiting, (query) => query(SHOWN));
    expect(before).toMatchObject([{ day: '2026-01-02', own: '' }]);
    const inside = await driver().session(contextOf(personas.doctorOfB), async (query) => {
      for (const text of texts) await query(text);
      return query(SHOWN);
    });
    expect(inside).not.toEqual(before);
    expect(await driver().session(visiting, (query) => query(SHOWN))).toEqual(before);
  });

  test.each([
    'explain analyze execute kept_zone',
    'EXPLAIN (ANALYZE, COSTS OFF) /* it runs */ EXECUTE kept_zone',
  ])(
    'what was prepared on the connection before sets nothing for longer than the session that runs it: %s [N-11 -]',
    async (text) => {
      const before = await driver().session(visiting, (query) => query(SHOWN));
      // Nobody's, so that the connection keeps it.
      await driver().bare("prepare kept_zone as select set_config('timezone', 'Asia/Tokyo', false)");
      try {
        const inside = await driver().session(contextOf(personas.doctorOfB), async (query) => {
          await query(text);
          return query(SHOWN);
        });
        // The control: it does set it.
        expect(inside).toMatchObject([{ zone: 'Asia/Tokyo' }]);
        expect(await driver().session(visiting, (query) => query(SHOWN))).toEqual(before);
      } finally {
        await driver()
          .bare('deallocate kept_zone')
          .catch(() => {});
        await driver().bare('reset timezone');
      }
    },
  );

  test.each([
    ['a cursor', 'declare kept cursor with hold for select full_name from public.patients'],
    [
      'a temporary table',
      'create temporary table if not exists kept as select full_name from public.patients',
    ],
    [
      'one behind a comment in a comment',
      'create /* /* */ */ temporary table kept as select full_name from public.patients',
    ],
    ['one that is made by select', 'select full_name into temp kept from public.patients'],
    ['one that is named by its schema', 'create table pg_temp.kept as select full_name from public.patients'],
    ['one that only says to go', 'create temp table kept as select 1 as one /* on commit drop */'],
    ['a temporary view', 'create or replace temp view kept as select 1 as one'],
    ['a lock of the connection', 'select pg_advisory_lock(20261130)'],
    ['a channel', 'listen kept'],
  ])('%s that outlives its transaction is no next caller’s [N-11 -]', async (_, text) => {
    await driver().session(contextOf(personas.doctorOfB), async (query) => {
      await query(text);
      expect(await query(KEPT)).toEqual([{ kept: text.startsWith('listen') ? 0 : 1 }]);
    });
    for (let each = 0; each < 2; each += 1)
      expect(await driver().session(visiting, (query) => query(KEPT))).toEqual([{ kept: 0 }]);
  });

  test('what is set for the transaction alone costs neither a round trip nor the connection [N-11 +]', async () => {
    const serve = async (texts: readonly string[]) => {
      const client = await driver().pool.connect();
      const { processID } = client as unknown as { processID: number };
      client.release();
      const query = client.query;
      let sent = 0;
      client.query = ((...given: Parameters<typeof query>) => {
        sent += 1;
        return query.apply(client, given);
      }) as typeof query;
      try {
        await driver().session(visiting, async (ask) => {
          for (const text of texts) await ask(text);
        });
      } finally {
        client.query = query;
      }
      const [row] = await driver().bare('select pg_backend_pid() as pid');
      return { trips: sent - texts.length, isSame: row?.pid === processID };
    };
    const plain = await serve(['select 1']);
    expect(plain).toEqual({ trips: 4, isSame: true });
    expect(
      await serve([
        "set local timezone = 'Asia/Tokyo'",
        "select set_config('app.left', 'this', true), set_config('datestyle'::text, 'ISO', true)",
        'update public.patients set language = language where false',
        "select 'set', 'do' where 'a' in ('setting', 'execution')",
        'create temporary table work on commit drop as select 1 as temp',
        'select temp, pg_advisory_xact_lock(1) from work',
        'explain select 1',
      ]),
    ).toEqual(plain);
    // The control: what is not counts against one of the two.
    expect(await serve(["select set_config('app.left', 'this', false)"])).not.toEqual(plain);
  });

  test("a temporary table that an earlier caller left does not stand in a table's place [N-11 -]", async () => {
    await driver().bare('create temporary table patients (organisation_id uuid, full_name text)');
    try {
      const rows = await driver().session(contextOf(personas.doctor), (query) =>
        query(`select 'patients'::regclass = 'public.patients'::regclass as ours`),
      );
      expect(rows).toEqual([{ ours: true }]);
    } finally {
      await driver().bare('discard temp');
    }
  });

  test('a transaction that somebody left open with a write in it is not joined [N-11 -]', async () => {
    await driver().bare('begin');
    await driver().bare('select pg_current_xact_id()');
    await expect(driver().session(visiting, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a transaction that somebody left open with an older view of the data is not joined [N-11 -]', async () => {
    await driver().bare('begin isolation level repeatable read');
    await driver().bare('select from pg_class limit 1');
    await expect(driver().session(visiting, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });

  test('a transaction that failed and was left open is not joined, and does not stay [N-11 -]', async () => {
    const client = await driver().pool.connect();
    await client.query('begin');
    await client.query('select 1 / 0').catch(() => {});
    client.release();
    await expect(driver().session(visiting, (query) => query(CLINICS))).rejects.toMatchObject({
      name: 'SessionMisuseError',
    });
    expect(await driver().session(visiting, (query) => query(CLINICS))).toEqual([{ clinic: CLINIC_A }]);
  });
});

test.each([';/*', '/*', '/**/', '-- a\n'])(
  'what stands before a statement costs no time, however much: %s [N-11 +]',
  (part) => {
    const began = performance.now();
    expect(() => refuseControl(`${part.repeat(40_000)} select 1`)).not.toThrow();
    expect(performance.now() - began).toBeLessThan(1_000);
  },
);

test.each([';/*', 'create/*'])('comments that do not end cost no time, however many: %s [N-11 +]', (part) => {
  const began = performance.now();
  expect(mayLast(part.repeat(40_000))).toBe(true);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test.each([
  ';--',
  ";--'set",
  '; -- \n',
  ';/**/',
  "'",
  'begin/**/',
  'with/**/',
  'create/**/',
  'create temp ',
  'set_config(',
  "set_config('a','",
])('a text of a million characters costs no time, whatever it is made of: %s [N-11 +]', (part) => {
  for (const end of ['', '\n', ' on commit drop']) {
    const text = part.repeat(1_000_000 / part.length) + end;
    const began = performance.now();
    mayLast(text);
    expect(performance.now() - began).toBeLessThan(10_000);
  }
});

test.each([
  ['-- a\rset timezone = 3', true],
  ['select 1;-- a\n/* b */ set timezone = 3', true],
  [';set timezone = 3', true],
  ["select '--'; set timezone = 3", true],
  ["select ';-- set timezone = 3'", false],
  ['select 1 -- set timezone = 3', false],
  ['/* ; */ set local timezone = 3', false],
  ['create /* a */ local -- b\n temp table work (a int)', true],
  ['create temp table work (a int) on commit drop', false],
  ['create temp table work (a int) on commit drop; create temp table kept (a int)', true],
  ['declare kept cursor with -- a\n hold for select 1', true],
  ['select 1; listen kept', true],
])('comments hide nothing that lasts, and are nothing that lasts: %j [N-11 +]', (text, lasts) => {
  expect(mayLast(text)).toBe(lasts);
});

test('a comment that a carriage return ends hides no statement from a session [N-11 -]', () => {
  expect(() => refuseControl('-- a\rcommit')).toThrow(
    expect.objectContaining({ name: 'SessionMisuseError' }),
  );
  expect(() => refuseControl('-- a\rselect 1')).not.toThrow();
});
