import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { leafHash } from '../../scripts/audit/merkle.mjs';
import { useDatabase } from '../support/database.ts';
import { connected, LOG, seal, useFolder, verdictOf } from '../support/trail.ts';

const database = useDatabase();
const folder = useFolder();
const TABLE = 'public.planted_log';

/** An append-only table with a column of every type that can be sealed, as a later migration might create one. */
const PLANT = `
  create table ${TABLE} (
    place integer not null, part text not null, kind text,
    flag boolean, tiny smallint, big bigint, exact numeric, approx double precision, single real,
    said varchar(40), who uuid, address inet, network cidr, raw bytea, said_json jsonb,
    day date, moment timestamptz, wall timestamp,
    words text[], ids uuid[], numbers integer[], flags boolean[], amounts numeric[], bigs bigint[], tinies smallint[],
    created_at timestamptz not null default clock_timestamp(),
    "Odd ""name' " text,
    primary key (place, part) include (created_at)
  );
  alter table ${TABLE} enable row level security;
  create policy definer_select on ${TABLE} for select to cordon_definer using (true);
  grant select on ${TABLE} to cordon_definer;
  create trigger _020_append_only before update or delete on ${TABLE} for each row execute function authz.tg__append_only('planted_log');
  alter table ${TABLE} owner to postgres`;

interface Leaf {
  readonly record_key: string;
  readonly record: string;
  readonly leaf_hash: Buffer;
}
/** Sealed rows as the export gets them, under the settings of whoever asks. */
const records = (settings: readonly string[] = []) =>
  connected(database(), 'postgres', async (client) => {
    for (const setting of settings) await client.query(setting);
    const { rows } = await client.query<Leaf>(
      `select record_key, record, leaf_hash from audit.sealed_records('${TABLE}', 0, 1000000)`,
    );
    return rows;
  });
const rowOf = (record: string) => (JSON.parse(record) as { row: Record<string, unknown> }).row;
const write = (columns: string, values: string) =>
  database().asPostgres((session) => session.rows(`insert into ${TABLE} (${columns}) values ${values}`));
const byPart = async (part: string) => {
  const found = (await records()).find(({ record_key }) => record_key.includes(part));
  if (!found) throw new Error(`no row ${part}`);
  return rowOf(found.record);
};

beforeAll(async () => {
  await database().asSuperuser((session) => session.script(PLANT));
  await write(
    `place, part, flag, tiny, big, exact, approx, single, said, who, address, network, raw, said_json, day, moment, wall,
     words, ids, numbers, flags, amounts, bigs, tinies, "Odd ""name' "`,
    `(1, 'all', true, -1, 9223372036854775807, 1.50, 0.1::double precision + 0.2, 0.1, 'tea', '0190a000-0000-7000-8000-00000000000A',
      '192.0.2.7', '192.0.2.0/24', '\\x00ff', '{"b": {"d": [1.0, null], "c": "x"}, "aa": null}', '2026-02-28',
      '2026-02-28T12:00:00.1+05:30', '2026-02-28 12:00:00', '{a,NULL,"NULL","b,c"}', '{0190a000-0000-7000-8000-00000000000A}', '{1,2}', '{t,f}', '{1.0,NaN}', '{1}', '{1}', 'odd')`,
  );
  await write(
    'place, part, exact, approx, single, day, moment, wall, said_json',
    `(2, 'edges', 'NaN', 'NaN', '-Infinity', 'infinity', 'infinity', '-infinity', 'null'),
     (3, 'more edges', 'Infinity', '-0', 1e30, '0044-03-15 BC', '0044-03-15 12:00:00+00 BC', '0044-03-15 12:00:00 BC', '{"n": 100000000000000000000000000000000.00010}'),
     (4, 'nothing', null, null, null, null, null, null, null)`,
  );
  await seal(database());
});

describe('the canonical text of a row', () => {
  test('writes every type in one way, keys by their bytes, NULL not at all [S-20 +]', async () => {
    const row = await byPart('all');
    const { created_at, ...told } = row;
    expect(created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(told).toEqual({
      place: 1,
      part: 'all',
      flag: true,
      tiny: -1,
      big: '9223372036854775807',
      exact: '1.50',
      approx: '0.30000000000000004',
      single: '0.1',
      said: 'tea',
      who: '0190a000-0000-7000-8000-00000000000a',
      address: '192.0.2.7/32',
      network: '192.0.2.0/24',
      raw: '00ff',
      said_json: { b: { d: [1, null], c: 'x' }, aa: null },
      day: '2026-02-28',
      moment: '2026-02-28T06:30:00.100000Z',
      wall: '2026-02-28T12:00:00.000000',
      words: '{a,NULL,"NULL","b,c"}',
      ids: '{0190a000-0000-7000-8000-00000000000a}',
      numbers: '{1,2}',
      flags: '{t,f}',
      amounts: '{1.0,NaN}',
      bigs: '{1}',
      tinies: '{1}',
      'Odd "name\' ': 'odd',
    });
    const keys = Object.keys(row);
    expect(keys).toEqual([...keys].sort());
    expect(Object.keys(await byPart('nothing'))).toEqual(['created_at', 'part', 'place']);
  });

  test('tells apart what JSON has no number for, times without end or before Christ, and the null of jsonb from none [S-20 +]', async () => {
    expect(await byPart('"edges"').catch(() => byPart('edges'))).toMatchObject({
      exact: 'NaN',
      approx: 'NaN',
      single: '-Infinity',
      day: 'infinity',
      moment: 'infinity',
      wall: '-infinity',
      said_json: null,
    });
    const more = await byPart('more edges');
    expect(more).toMatchObject({
      exact: 'Infinity',
      approx: '-0',
      single: '1e+30',
      day: '0044-03-15 BC',
      moment: '0044-03-15T12:00:00.000000Z BC',
      wall: '0044-03-15T12:00:00.000000 BC',
    });
    expect((await records()).map(({ record }) => record).join()).toContain(
      '100000000000000000000000000000000.00010',
    );
    expect(Object.keys(await byPart('nothing'))).not.toContain('said_json');
  });

  test.each([
    ['time zone', [`set timezone = 'Asia/Kolkata'`]],
    ['a time zone with daylight saving', [`set timezone = 'America/Sao_Paulo'`]],
    ['date style', [`set datestyle = 'German, DMY'`, `set intervalstyle = 'sql_standard'`]],
    ['digits of floats', ['set extra_float_digits = -15']],
    [
      'bytea and quoting',
      [
        `set bytea_output = 'escape'`,
        'set quote_all_identifiers = on',
        'set standard_conforming_strings = off',
      ],
    ],
    [
      'search path',
      [
        `create schema if not exists decoy; create or replace function decoy.to_char(timestamp, text) returns text language sql as 'select ''x''';
      set search_path = decoy, pg_catalog`,
      ],
    ],
    ['locale', [`set lc_numeric = 'C'; set lc_time = 'C'; set lc_monetary = 'C'`]],
    [
      'how plans are made',
      ['set enable_hashjoin = off; set enable_mergejoin = off; set jit = off; set enable_seqscan = off'],
    ],
  ])('does not depend on the %s of whoever asks [S-20 -]', async (_, settings) => {
    const before = await records();
    expect(await records(settings)).toEqual(before);
    for (const { record, leaf_hash } of before) expect(leafHash(record).equals(leaf_hash)).toBe(true);
  });

  test('is the same whoever seals under whichever settings: the leaf is what the row gives afterwards [S-20 -]', async () => {
    await connected(database(), 'postgres', async (client) => {
      await client.query(
        `set timezone = 'Asia/Kolkata'; set datestyle = 'SQL, MDY'; set extra_float_digits = -15; set bytea_output = 'escape'`,
      );
      await client.query(
        `insert into ${TABLE} (place, part, approx, moment, raw) values (5, 'elsewhere', 0.1::double precision + 0.2, '2026-06-01 12:00:00.000001+00', '\\x01')`,
      );
      await client.query('select seal_records()');
    });
    expect(await byPart('elsewhere')).toMatchObject({
      approx: '0.30000000000000004',
      moment: '2026-06-01T12:00:00.000001Z',
    });
    expect(await verdictOf(database(), folder.path())).toMatchObject({ count: 0 });
  });

  test('gives back whatever text, bytes and JSON somebody wrote: nothing of it can be taken for something else [S-20 -]', async () => {
    const hostile = [
      `"}}', "place":2`,
      '\u2028\u2029\u0085\r\n\t\b\f',
      "\\ \\\\ \\u0041 ' '' \" $(x)",
      '🜁 é é ‮',
      '\u0001\u001f\u007f',
      '',
      'NULL',
      '{}',
    ];
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).map((value) => value.replaceAll('\0', ''));
    let place = 100;
    const written = new Map<number, { kind: string; said_json: string; words: string[]; raw: string }>();
    await connected(database(), 'postgres', async (client) => {
      const put = async (kind: string, json: unknown, words: string[], raw: string) => {
        place += 1;
        await client.query(
          `insert into ${TABLE} (place, part, kind, said_json, words, raw) values ($1, $2, $3, $4, $5, decode($6, 'hex'))`,
          [place, kind, kind, JSON.stringify(json), words, raw],
        );
        written.set(place, { kind, said_json: JSON.stringify(json), words, raw });
      };
      for (const value of hostile)
        await put(value, { [value]: [value, null] }, [value], Buffer.from(value).toString('hex'));
      await fc.assert(
        fc.asyncProperty(text, text, fc.uint8Array({ maxLength: 30 }), (kind, other, raw) =>
          put(kind, [other, { [other]: kind }], [kind, other], Buffer.from(raw).toString('hex')),
        ),
        { numRuns: 120 },
      );
    });
    await seal(database());
    const found = (await records())
      .map(({ record }) => rowOf(record))
      .filter(({ place }) => Number(place) > 100);
    expect(found).toHaveLength(written.size);
    for (const row of found) {
      const put = written.get(Number(row.place));
      expect(row).toMatchObject({ kind: put?.kind, raw: put?.raw });
      expect(row.said_json).toEqual(JSON.parse(put?.said_json ?? ''));
    }
    expect(await verdictOf(database(), folder.path())).toMatchObject({ count: 0 });
  });

  test('holds a megabyte of JSON, whose keys may come in any order [S-20 +]', async () => {
    const big = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, n) => [`key ${n}`, `${'v'.repeat(30)} ${n}`]),
    );
    const turned = Object.fromEntries(Object.entries(big).reverse());
    await connected(database(), 'postgres', async (client) => {
      await client.query(
        `insert into ${TABLE} (place, part, said_json) values (50, 'big', $1), (51, 'turned', $2)`,
        [JSON.stringify(big), JSON.stringify(turned)],
      );
    });
    await seal(database());
    const [first, second] = [await byPart('big'), await byPart('turned')];
    expect(JSON.stringify(first.said_json).length).toBeGreaterThan(900_000);
    expect(JSON.stringify(first.said_json)).toBe(JSON.stringify(second.said_json));
    expect(await verdictOf(database(), folder.path())).toMatchObject({ count: 0 });
  });

  test('stays what it was when a column is added, and not once an old row says something there [S-20 -]', async () => {
    const before = await records();
    await database().asSuperuser((session) => session.script(`alter table ${TABLE} add column added text`));
    expect(await records()).toEqual(before);
    await database().asSuperuser((session) =>
      session.script(
        `alter table ${TABLE} disable trigger user; update ${TABLE} set added = 'later' where place = 1; alter table ${TABLE} enable trigger user`,
      ),
    );
    const { findings } = await verdictOf(database(), folder.path());
    expect(findings).toMatchObject([
      { table: TABLE, key: '{1,all}', what: expect.stringContaining('the row was changed') },
    ]);
    await database().asSuperuser((session) =>
      session.script(
        `alter table ${TABLE} disable trigger user; update ${TABLE} set added = null where place = 1; alter table ${TABLE} enable trigger user`,
      ),
    );
    expect(await verdictOf(database(), folder.path())).toMatchObject({ count: 0 });
  });

  test('is refused to what has none: a type that settings write in several ways, a table without a key [S-20 -]', async () => {
    for (const change of [
      `alter table ${TABLE} add column lasts interval`,
      `alter table ${TABLE} drop constraint planted_log_pkey`,
      `alter table ${TABLE} drop constraint planted_log_pkey; alter table ${TABLE} add column due date not null default current_date + floor(random() * 1000000)::integer, add primary key (due)`,
    ]) {
      await database().asSuperuser(
        async (session) => {
          await session.script(change);
          expect(await session.attempt('select seal_records()')).toMatchObject({ ok: false, code: 'CD019' });
        },
        { rollback: true },
      );
    }
    await database().asSuperuser(async (session) => {
      expect(await session.attempt('select seal_records()')).toMatchObject({ ok: true });
    });
  });

  test('of every table in the trail is known: what carries the trigger is sealed [S-20 +]', async () => {
    const names = await database().asPostgres((session) =>
      session.rows<{ name: string }>('select audit.sealed_tables() as name'),
    );
    const sealed = names.map(({ name }) => name);
    expect(sealed).toEqual(expect.arrayContaining([LOG, TABLE, 'public.signed_form_evidence']));
    expect(sealed).not.toContain('public.cases');
  });
});
