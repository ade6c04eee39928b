import { describe, expect, test } from 'vitest';
import type { Migration } from '../../../scripts/migrate/history.ts';
import { lineOf, statementPlaces } from '../../../scripts/review/facts/places.ts';

const UP = `-- Why: to try
create table public.beds (id uuid not null);

create policy "odd | name" on public.beds for select to anon using (true);
alter table public.beds add column floor integer;
create function authz.holds(roles text[]) returns boolean language sql as 'select true';
`;

const MIGRATION: Migration = {
  version: '20260101000000',
  name: 'try',
  fileName: '20260101000000_try.sql',
  path: 'migrations/20260101000000_try.sql',
  sql: `-- migrate:up\n${UP}\n-- migrate:down\n`,
  up: UP,
  checksum: '',
};

describe('the line on which a migration speaks of something', () => {
  test.each([
    ['public.beds is a new table', 3],
    ['policy odd | name on public.beds', 5],
    ['public.beds (floor)', 6],
    ['authz.holds(text[]), which a policy asks', 7],
  ])('%s: line %i of the file [S-30 +]', async (text, line) => {
    expect(lineOf(await statementPlaces(MIGRATION), text)?.line).toBe(line);
  });

  test('what no statement names has no line; a part of a longer name is not that name [S-30 -]', async () => {
    const places = await statementPlaces(MIGRATION);

    expect(lineOf(places, 'public.patients')).toBeUndefined();
    expect(lineOf(places, 'public.bedsteads')).toBeUndefined();
  });
});
