import { describe, expect, test } from 'vitest';
import type { Migration } from '../../../scripts/migrate/history.ts';
import { changedRows } from '../../../scripts/review/facts/losses.ts';
import type { Reach } from '../../../scripts/review/reach/reach.ts';

const told = (up: string, routines: readonly object[] = []) =>
  changedRows({ up, path: 'x.sql' } as Migration, { relations: [], routines } as unknown as Reach);

const MATCHED = 'merge into public.beds as b using public.wards as w on b.ward = w.id when matched then';

describe('a report of the rows that a migration deletes or changes names those', () => {
  test.each([
    [
      'of a statement',
      'delete from public.beds; update public.wards set label = label; truncate public.cases, public.visits',
      [
        'deletes rows of public.beds',
        'changes rows of public.wards',
        'empties public.cases',
        'empties public.visits',
      ],
    ],
    ['that MERGE deletes', `${MATCHED} delete`, ['deletes rows of public.beds']],
    [
      'that MERGE changes and deletes',
      `${MATCHED} update set label = 'a' when not matched by source then delete`,
      ['changes rows of public.beds', 'deletes rows of public.beds'],
    ],
    [
      'behind WITH',
      'with gone as (delete from public.beds returning id) insert into public.kept select id from gone',
      ['deletes rows of public.beds'],
    ],
    [
      'that an INSERT meets',
      'insert into public.beds values (1) on conflict (id) do update set label = excluded.label',
      ['changes rows of public.beds'],
    ],
    [
      'that EXPLAIN runs',
      'explain (analyze, costs off) delete from public.beds',
      ['deletes rows of public.beds'],
    ],
    ['that are prepared', 'prepare p as delete from public.beds', ['deletes rows of public.beds']],
    [
      'in a block',
      'do $$ begin if true then delete from public.beds; end if; update public.wards set label = label; end $$',
      ['deletes rows of public.beds', 'changes rows of public.wards'],
    ],
    [
      'in a text that a block runs',
      `do $$ begin execute format('truncate public.%I', 'beds'); end $$`,
      ['empties public.beds'],
    ],
    [
      'of a table that only shows then',
      `do $$ declare t text; begin for t in select relname from pg_class loop execute format('delete from public.%I', t); end loop; end $$`,
      ['deletes rows of a table that only shows when it runs'],
    ],
    [
      'in a text that nobody can read',
      `do $$ begin execute (select body from public.notes); end $$`,
      ['runs what nobody can read beforehand: it may change or delete any rows'],
    ],
    [
      'in a function that it makes and calls',
      `create function public.f() returns void language sql as 'delete from public.beds'; select public.f()`,
      ['deletes rows of public.beds'],
    ],
    [
      'in a trigger that it makes and fires',
      `create function public.f() returns trigger language plpgsql as $$ begin delete from public.beds; return null; end $$;
      create trigger t after insert on public.wards for each row execute function public.f(); insert into public.wards values (1)`,
      ['deletes rows of public.beds'],
    ],
  ])('%s [S-30 +]', async (_claim, sql, lines) => expect(await told(sql)).toEqual(lines));

  test('in a function that stood before and is called [S-30 +]', async () => {
    const routine = {
      name: 'public.empty_beds()',
      signature: '() returns ',
      language: 'sql',
      body: 'delete from public.beds',
      isTrigger: false,
    };
    expect(await told('select public.empty_beds()', [routine])).toEqual(['deletes rows of public.beds']);
    expect(await told('select 1', [routine]), 'and nothing where nobody calls it').toEqual([]);
  });

  test.each([
    [
      'what is only added',
      'insert into public.beds values (1) on conflict do nothing; copy public.beds from stdin',
    ],
    [
      'what MERGE only adds',
      'merge into public.beds as b using public.wards as w on b.ward = w.id when not matched then insert values (1)',
    ],
    [
      'what is only explained',
      'explain delete from public.beds; explain (analyze off) delete from public.beds',
    ],
    [
      'what a function will do one day',
      `create function public.f() returns void language sql as 'delete from public.beds';
      create function public.g() returns void language sql begin atomic delete from public.beds; end`,
    ],
    ['what a block only speaks of', `do $$ begin raise notice 'delete from public.beds'; end $$`],
  ])('and not %s [S-30 -]', async (_claim, sql) => expect(await told(sql)).toEqual([]));
});
