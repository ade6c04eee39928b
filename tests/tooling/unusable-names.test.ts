import { describe, expect, test } from 'vitest';
import { factsOf } from '../../scripts/compose/header.ts';
import type { Migration } from '../../scripts/migrate/history.ts';
import { escapeIdentifier } from '../../scripts/postgres/quote.ts';
import { changedRows } from '../../scripts/review/facts/losses.ts';
import type { Reach } from '../../scripts/review/reach/reach.ts';
import { decidingWrites } from '../../scripts/review/verdicts/deciding-writes.ts';

const FILE = 'migrations/20990101000000_create_odd_names.sql';
const ODD = 'create table public."My Table" (id bigint)';
const NAMES = ['Beds2', 'a b', 'a-b', '😀', 'a.b', 'a"b', 'a(b'];
const REFUSED = { exitCode: 2, message: `${FILE}: not a usable SQL name: "My Table"` };

/** A history in which the rows of these tables decide who reads the first. */
function deciding(...tables: string[]): Reach {
  const policies = [
    { using: tables.map((name) => `exists (select from ${name})`).join(' or '), check: null },
  ];
  const relations = ['public.beds', ...tables].map((name) => ({
    ...{ name, kind: 'table', definition: null, shows: [], parents: [] },
    policies: name === 'public.beds' ? policies : [],
  }));
  return { routines: [], relations, triggers: [], privileges: [] } as unknown as Reach;
}

describe('a name that nothing of ours may have', () => {
  test('is told with the file it stands in, by what writes and checks headers [S-30 -]', async () => {
    await expect(factsOf(`${ODD};`, FILE)).rejects.toMatchObject(REFUSED);
    await expect(factsOf('create table public.my_table (id bigint);', FILE), 'control').resolves.toContain(
      '-- Access: none',
    );
  });

  test('is told in quotes by whatever tells of a table that somebody else made [S-30 +]', async () => {
    await expect(factsOf('drop table public."My Table";', FILE)).resolves.toContain(
      '--   ACCESS EXCLUSIVE public."My Table"',
    );
  });

  test.each(NAMES)(
    'stops no review, and hides no write from it: %s [S-26 S-30 +, S-26 S-30 -]',
    async (name) => {
      const table = `public.${escapeIdentifier(name)}`;
      const migration = { up: `${ODD}; delete from ${table}; truncate ${table}`, path: FILE } as Migration;
      await expect(decidingWrites(migration, deciding('public.members'))).resolves.toEqual([]);
      expect(await changedRows(migration, { routines: [], relations: [] })).toEqual([
        `deletes rows of ${table}`,
        `empties ${table}`,
      ]);
      for (const up of [
        migration.up,
        `do $$ begin insert into ${table} values (1); end $$`,
        `update ${escapeIdentifier(name)} set id = 1`,
      ]) {
        const found = await decidingWrites({ up, path: FILE }, deciding(table));
        expect(found.map(({ about }) => about)).toEqual([table]);
      }
    },
  );
});
