import { describe, expect, test } from 'vitest';
import { factsOf } from '../../scripts/compose/header.ts';
import { joinMigration, splitMigration } from '../../scripts/compose/migration-text.ts';

const access = async (sql: string) =>
  (await factsOf(sql, 'x.sql')).filter((line) => !/Locks|^-- {3}[A-Z ]{5,}/.test(line));
const locks = async (sql: string) => {
  const facts = await factsOf(sql, 'x.sql');
  return facts.slice(facts.findIndex((line) => line.startsWith('-- Locks:')));
};

const ACCESS: readonly [claim: string, sql: string, lines: readonly string[]][] = [
  ['nothing', 'create table public.beds (ward text);', ['-- Access: none']],
  [
    'a grant to each grantee',
    'grant select, insert (a, b) on public.beds to nurse, public;',
    [
      '-- Access: +2 grants',
      '--   + nurse may select, insert (a, b) on public.beds',
      '--   + everyone (PUBLIC) may select, insert (a, b) on public.beds',
    ],
  ],
  [
    'a long list of columns, counted',
    'grant update (a, b, c, d, e, f, g) on public.beds to nurse;',
    ['-- Access: +1 grant', '--   + nurse may update (7 columns) on public.beds'],
  ],
  [
    'a revoke',
    'revoke all on public.beds from anon;',
    ['-- Access: -1 grant', '--   - anon loses every right on public.beds'],
  ],
  [
    'schemas and functions',
    'grant usage on schema authz to nurse; grant execute on function authz.f(int, text[]) to nurse;',
    [
      '-- Access: +2 grants',
      '--   + nurse may use schema authz',
      '--   + nurse may execute function authz.f(integer, text[])',
    ],
  ],
  [
    'a membership',
    'grant patient to authenticator;',
    ['-- Access: +1 grant', '--   + authenticator becomes a member of patient'],
  ],
  [
    'policies, the open one told as such',
    'create policy a on public.beds for select to nurse using (true); create policy b on public.beds as restrictive to anon using (false);',
    [
      '-- Access: +2 policies',
      '--   + policy a on public.beds: select to nurse, WITHOUT a condition',
      '--   + policy b on public.beds: restrictive, all to anon',
    ],
  ],
  [
    'a policy altered, one dropped, one dropped and created anew',
    'alter policy a on public.beds using (x); drop policy b on public.beds; drop policy c on public.beds; create policy c on public.beds using (x);',
    [
      '-- Access: -1 policy, 2 changed',
      '--   ~ policy a on public.beds',
      '--   - policy b on public.beds',
      '--   ~ policy c on public.beds: all to everyone (PUBLIC)',
    ],
  ],
  [
    'row security switched off',
    'alter table public.beds disable row level security;',
    ['-- Access: 1 changed', '--   ~ public.beds: row level security DISABLED'],
  ],
  [
    'what runs with the rights of an owner',
    "create function authz.f() returns int security definer language sql as 'select 1'; create view public.v as select 1;",
    [
      '-- Access: 1 definer function, 1 definer view',
      '--   ~ authz.f is written, and runs with the rights of its owner',
      '--   ~ public.v is written, and shows what its owner may see',
    ],
  ],
  [
    'a view that its reader sees through',
    'create view public.v with (security_invoker = true) as select 1;',
    ['-- Access: none'],
  ],
  [
    'a DO block, which it cannot read',
    'do $$ begin grant select on public.beds to anon; end $$;',
    ['-- Access: 1 DO block', '--   ~ a DO block: read it, its statements are not listed'],
  ],
  [
    'nothing that the same file takes back, nor a revoke on what it creates',
    "grant create on schema authz to o; create function authz.f() returns int language sql as 'select 1'; revoke all on function authz.f() from public; revoke create on schema authz from o;",
    ['-- Access: none'],
  ],
];

const LOCKS: readonly [claim: string, sql: string, lines: readonly string[]][] = [
  [
    'no table of its own',
    'create table public.a (); alter table public.a enable row level security;',
    ['-- Locks: none on existing tables'],
  ],
  [
    'the strongest lock of each table, strongest first',
    'create index i on public.b (x); create trigger t before insert on public.a for each row execute function f(); alter table public.b add column y int;',
    [
      '-- Locks: 2 existing tables, until the migration commits',
      '--   ACCESS EXCLUSIVE public.b',
      '--   SHARE ROW EXCLUSIVE public.a',
    ],
  ],
  [
    'both sides of a new foreign key',
    'create table public.a (b uuid references public.b (id)); alter table public.c add constraint f foreign key (b) references public.d (id);',
    [
      '-- Locks: 3 existing tables, until the migration commits',
      '--   SHARE ROW EXCLUSIVE public.b',
      '--   SHARE ROW EXCLUSIVE public.c',
      '--   SHARE ROW EXCLUSIVE public.d',
    ],
  ],
  [
    'a write',
    'update public.a set x = 1; insert into public.b values (1);',
    [
      '-- Locks: 2 existing tables, until the migration commits',
      '--   ROW EXCLUSIVE public.a',
      '--   ROW EXCLUSIVE public.b',
    ],
  ],
  [
    'a write behind WITH, and what is only explained or prepared',
    'with d as (delete from public.a returning 1) select count(*) from d; explain analyze delete from public.b; prepare p as update public.c set x = 1; copy public.d from stdin;',
    [
      '-- Locks: 4 existing tables, until the migration commits',
      '--   ROW EXCLUSIVE public.a',
      '--   ROW EXCLUSIVE public.b',
      '--   ROW EXCLUSIVE public.c',
      '--   ROW EXCLUSIVE public.d',
    ],
  ],
  [
    'what LOCK names, unless it stops nobody',
    'lock table public.a, public.b in access exclusive mode; lock table public.c in exclusive mode; lock public.d in row share mode;',
    [
      '-- Locks: 3 existing tables, until the migration commits',
      '--   ACCESS EXCLUSIVE public.a',
      '--   ACCESS EXCLUSIVE public.b',
      '--   EXCLUSIVE public.c',
    ],
  ],
  [
    'the table of an index that is dropped or built anew, and nothing of an index that is only renamed',
    'drop index public.i; reindex index public.j; reindex table public.a; alter index public.k rename to l; alter index public.k set (fillfactor = 50);',
    [
      '-- Locks: 3 existing tables, until the migration commits',
      '--   ACCESS EXCLUSIVE every index of public.a',
      '--   ACCESS EXCLUSIVE the index public.j',
      '--   ACCESS EXCLUSIVE the table of public.i',
      '--   SHARE public.a',
      '--   SHARE the table of public.j',
    ],
  ],
  [
    'nothing of an index that the migration itself made',
    'create table public.a (x int); create index i on public.a (x); drop index public.i; lock table public.a;',
    ['-- Locks: none on existing tables'],
  ],
  [
    'rules, views that are filled anew, clusters and statistics',
    `create rule r as on delete to public.a do instead delete from public.z; refresh materialized view public.b; refresh materialized view concurrently public.c;
      cluster public.d using i; analyze public.e; create statistics public.s on x, y from public.f; alter table public.g set schema authz;`,
    [
      '-- Locks: 7 existing tables, until the migration commits',
      '--   ACCESS EXCLUSIVE public.a',
      '--   ACCESS EXCLUSIVE public.b',
      '--   ACCESS EXCLUSIVE public.d',
      '--   ACCESS EXCLUSIVE public.g',
      '--   EXCLUSIVE public.c',
      '--   SHARE UPDATE EXCLUSIVE public.e',
      '--   SHARE UPDATE EXCLUSIVE public.f',
    ],
  ],
  [
    'both sides of a partition and of inheritance',
    `alter table public.a attach partition public.b for values in (1); alter table public.c detach partition public.d; alter table public.e inherit public.f;
      create table public.g partition of public.h for values in (1); create table public.i () inherits (public.j);`,
    [
      '-- Locks: 8 existing tables, until the migration commits',
      '--   ACCESS EXCLUSIVE public.b',
      '--   ACCESS EXCLUSIVE public.c',
      '--   ACCESS EXCLUSIVE public.d',
      '--   ACCESS EXCLUSIVE public.e',
      '--   ACCESS EXCLUSIVE public.h',
      '--   SHARE UPDATE EXCLUSIVE public.a',
      '--   SHARE UPDATE EXCLUSIVE public.f',
      '--   SHARE UPDATE EXCLUSIVE public.j',
    ],
  ],
  [
    'what it cannot list: a block',
    'do $$ begin delete from public.a; end $$;',
    ['-- Locks: none on existing tables but those of a DO block: read it, they are not listed'],
  ],
  [
    'what it can list beside a block',
    'delete from public.b; do $$ begin delete from public.a; end $$;',
    [
      '-- Locks: 1 existing table, until the migration commits, and those of a DO block: read it, they are not listed',
      '--   ROW EXCLUSIVE public.b',
    ],
  ],
  [
    'nothing of what a function or a rule will do one day',
    'create function public.f() returns void language sql begin atomic delete from public.a; end;',
    ['-- Locks: none on existing tables'],
  ],
];

describe('the header of a migration tells of access', () => {
  test.each(ACCESS)('%s', async (_claim, sql, lines) => expect(await access(sql)).toEqual(lines));

  test('on one line each, whatever a name holds', async () => {
    const facts = await factsOf('create policy "a\n-- migrate:down" on public.beds using (true);', 'x.sql');
    expect(facts.filter((line) => /^--\s*migrate/.test(line))).toEqual([]);
    expect(facts.join('\n').split('\n')).toEqual(facts);
  });
});

describe('the header of a migration tells of locks', () => {
  test.each(LOCKS)('%s', async (_claim, sql, lines) => expect(await locks(sql)).toEqual(lines));
});

test('a migration taken apart and joined is the same text, with all that a person wrote into its header', async () => {
  const text = await joinMigration(
    {
      why: ['-- Why: beds.', '--   More on it.', '-- Breaking: nothing.'],
      hand: "set local lock_timeout = '5s';\n\n-- public.beds: a bed.\ncreate table public.beds ();\n",
      composed: 'create policy a on public.beds using (false);\n',
    },
    'x.sql',
  );
  expect(text).toMatch(
    /^-- migrate:up\n-- Why: beds\.\n-- {3}More on it\.\n-- Breaking: nothing\.\n-- Access: \+1 policy\n/,
  );
  expect(text).toMatch(/\n\n-- migrate:down\n$/);
  const parts = splitMigration(text);
  expect(parts.facts).toEqual([
    '-- Access: +1 policy',
    '--   + policy a on public.beds: all to everyone (PUBLIC)',
    '-- Locks: none on existing tables',
  ]);
  expect(await joinMigration(parts, 'x.sql')).toBe(text);
});
