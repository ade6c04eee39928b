import { loadModule } from 'libpg-query';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { codeOf, codeOfRoutine, Program } from '../../scripts/review/programs/program.ts';
import { readReach } from '../../scripts/review/reach/read-reach.ts';
import { parseSql } from '../../scripts/sql/parse.ts';
import { nodesOf } from '../../scripts/sql/walk.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

beforeAll(() => loadModule());

async function programOf(sql: string): Promise<Program> {
  const [{ kind, tree } = { kind: '', tree: {} }] = await parseSql(sql, 'the-program.sql');
  return new Program(() => codeOf(kind, tree), true);
}

/** Functions of the schema m that a program calls. */
const called = ({ ran }: Program) =>
  ran
    .flatMap(({ kind, tree }) => nodesOf({ [kind]: tree }, 'FuncCall').concat(tree.funccall ?? []))
    .map(({ funcname }) => funcname.map((part: { String: { sval: string } }) => part.String.sval).join('.'))
    .filter((name: string) => name.startsWith('m.'));

/** A block in which something is called from every place of its grammar: m.a1(), m.a2() and so on. */
function everywhere(): { readonly body: string; readonly count: number } {
  let count = 0;
  const name = () => {
    count += 1;
    return `m.a${count}`;
  };
  const f = () => `${name()}()`;
  const body = `
    declare
      a text := ${f()}; b constant text not null default ${f()}; c m.row := ${f()}; d m.row%rowtype = ${f()}; e record := ${f()};
      g m.row[] := ${f()}; h m.t.x%type := ${f()}; i integer; "Odd Name" m.row default ${f()};
      k cursor for select ${f()}; l cursor (n integer) for select ${f()}, n; o refcursor; p alias for a;
    begin
      perform ${f()}; a := ${f()}; p = ${f()}; c.x := ${f()}; d.x.y := ${f()}; "Odd Name".z := ${f()}; g[${f()}] := ${f()};
      select ${f()} into strict a, b; insert into m.t values (${f()}) returning ${f()} into d; call m.p(${f()});
      if ${f()} then perform ${f()}; elsif ${f()} then perform ${f()}; else perform ${f()}; end if;
      case ${f()} when ${f()} then perform ${f()}; when 1, ${f()} then null; else perform ${f()}; end case;
      case when ${f()} then perform ${f()}; end case;
      <<r>> loop perform ${f()}; exit r when ${f()}; continue when ${f()}; end loop;
      while ${f()} loop perform ${f()}; end loop;
      for i in ${f()}..${f()} by ${f()} loop perform ${f()}; end loop;
      for i in reverse 2..1 loop perform ${f()}; end loop;
      for e in select ${f()} loop perform ${f()}; end loop;
      for a, b in select ${f()}, 1 loop perform ${f()}; end loop;
      for e in execute ${f()} using ${f()} loop perform ${f()}; end loop;
      for e in l(${f()}) loop perform ${f()}; end loop;
      foreach a slice 1 in array ${f()} loop perform ${f()}; end loop;
      open l(${f()}); open o for select ${f()}; open o for execute ${f()} using ${f()};
      fetch relative ${f()} from o into e; move forward ${f()} in o; close o;
      execute ${f()} into a using ${f()}, ${f()}; execute 'select ' || '${name()}' || '()';
      raise notice '%', ${f()} using detail = ${f()}; assert ${f()}, ${f()};
      get diagnostics i = row_count;
      return next ${f()}; return query select ${f()}; return query execute ${f()} using ${f()};
      begin perform ${f()}; exception when division_by_zero then get stacked diagnostics a = message_text; perform ${f()};
        when others then perform ${f()}; end;
    end`;
  return { body, count };
}

describe('of a block, the review reads', () => {
  test('every call, from wherever in its grammar it is made [S-30 +]', async () => {
    const { body, count } = everywhere();
    const program = await programOf(
      `create function m.f(q m.row, m.row) returns setof text language plpgsql as $f$${body}$f$`,
    );
    expect(program.isUnread).toBe(false);
    const names = Array.from({ length: count }, (_, at) => `m.a${at + 1}`);
    expect(names.filter((name) => !called(program).includes(name))).toEqual([]);
    expect(called(program).filter((name) => !names.includes(name))).toEqual(['m.p']);
  });

  test.each([
    [
      'no word of a comment or of a text',
      `begin /* perform m.a(); */ raise notice 'perform m.a()'; -- m.a()\n end`,
      [],
    ],
    ['a text that it runs', `begin execute $x$ select m.a() $x$; end`, ['m.a']],
    ['fields of a row that it is given', `begin q.x := m.a(); $2.y := 1; end`, ['m.a']],
    [
      'what stands behind its options',
      `\n#variable_conflict use_column\nbegin q.x := m.a(); end; -- the end`,
      ['m.a'],
    ],
    ['what a trigger is told', `begin new.x := m.a(); return new; end`, ['m.a'], '() returns trigger'],
    ['what it gives back', `begin return m.a(); end`, ['m.a'], '() returns m.row'],
    [
      'columns that it gives back',
      `begin for x in select 1 loop y := m.a(); return next; end loop; end`,
      ['m.a'],
      '() returns table (x integer, y m.row)',
    ],
    [
      'letters of more than one byte',
      `declare "ö" m.row := 'ä'; "ü" record := m.a(); begin "ö".x := 'ß'; end`,
      ['m.a'],
    ],
  ] as [string, string, string[], string?][])(
    '%s [S-30 +]',
    async (_, body, calls, head = '(q m.row, m.row) returns void') => {
      const program = await programOf(`create function m.f${head} language plpgsql as $f$${body}$f$`);
      expect(program.isUnread).toBe(false);
      expect(called(program)).toEqual(calls);
    },
  );

  test.each([
    ['a block that is none', `do $$ begin perform m.a() $$`],
    ['a statement that is none', `do $$ begin what m.a(); end $$`],
    ['a language that is neither SQL nor PL/pgSQL', `do language plv8 $$ m.a() $$`],
    ['a function that is none', `create function m.f() returns void language sql as 'selec m.a()'`],
  ])('%s as what it cannot read [S-30 -]', async (_, sql) => {
    expect((await programOf(sql)).isUnread).toBe(true);
  });
});

test('every function of the schema is read, and what most of them call [S-30 +]', async () => {
  const client = new pg.Client({ connectionString: database().url('superuser') });
  await client.connect();
  const { routines } = await readReach(client).finally(() => client.end());
  const ours = routines.filter(({ name }) => /^(public|authz|audit|governance)\./.test(name));
  const programs = ours.map((routine) => ({
    ...routine,
    program: new Program(() => codeOfRoutine(routine), false),
  }));
  expect(programs.length).toBeGreaterThan(300);
  expect(programs.filter(({ program }) => program.isUnread).map(({ name }) => name)).toEqual([]);
  expect(programs.filter(({ program }) => program.ran.length > 0).length).toBeGreaterThan(300);
});
