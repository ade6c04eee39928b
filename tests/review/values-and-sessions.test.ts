import { describe, expect, test } from 'vitest';
import { useChanges } from './change-fixtures.ts';

const changes = useChanges();

const of = changes.findings;

describe('levels-kept stops', () => {
  test('a lower level for a table [N-06 -]', async () => {
    const sql = `update governance.classification set level = 'INTERNAL' where table_name = 'patient_clinical';`;
    expect(await of('levels-kept', sql)).toEqual([
      'public.patient_clinical  is INTERNAL, and was CONFIDENTIAL',
    ]);
  });

  test('a column that moves to a table of a lower level [N-06 N-07 -]', async () => {
    const sql = `alter table public.patient_clinical drop column allergies cascade; alter table public.beds add column allergies text;`;
    expect(await of('levels-kept', sql)).toEqual([
      expect.stringMatching(
        /^public\.beds\.allergies {2}moves from public\.patient_clinical, which is CONFIDENTIAL/,
      ),
    ]);
  });

  test('values that a migration copies to a table of a lower level [N-06 -]', async () => {
    const sql = `
      update public.patients as p set mrn = i.phone from public.patient_identity as i where i.id = p.id and false;
      insert into public.patients (organisation_id, id, mrn, full_name)
        select organisation_id, id, phone, 'x' from public.patient_identity where false;
      update public.patient_identity as i set phone = p.mrn from public.patients as p where i.id = p.id and false;`;
    expect((await of('levels-kept', sql)).map((line) => line.replace(/^.*sql:\d+ {2}/, ''))).toEqual(
      Array(2).fill(
        'writes public.patients, which is INTERNAL, from what public.patient_identity holds, which is CONFIDENTIAL',
      ),
    );
  });

  test('values that come there by WITH, by a block, by a function, or with a table made of them [N-06 -]', async () => {
    const values = 'organisation_id, id, phone, phone from public.patient_identity where false';
    const sql = `
      with gone as (insert into public.patients (organisation_id, id, mrn, full_name) select ${values} returning 1) select count(*) from gone;
      do $$ begin insert into public.patients (organisation_id, id, mrn, full_name) select ${values}; end $$;
      create function public.x() returns void language sql as $$ insert into public.patients (organisation_id, id, mrn, full_name) select ${values} $$;
      select public.x();
      create table public.numbers as select ${values.replace('phone, phone', 'phone')};`;
    expect((await of('levels-kept', sql)).map((line) => line.replace(/^.*sql:\d+ {2}/, ''))).toEqual([
      ...Array(3).fill(
        'writes public.patients, which is INTERNAL, from what public.patient_identity holds, which is CONFIDENTIAL',
      ),
      'writes public.numbers, which is not classified, from what public.patient_identity holds, which is CONFIDENTIAL',
    ]);
  });

  test('values that come there by way of a variable, of a loop, of a cursor, or of a text that is run [N-06 -]', async () => {
    const blocks = [
      `declare v text; w text; begin select phone into v from public.patient_identity where false; w := lower(v); update public.patients set mrn = w where false`,
      `declare v text := (select min(phone) from public.patient_identity where false); begin update public.patients set mrn = v where false`,
      `declare r record; begin for r in select phone as said from public.patient_identity where false loop update public.patients set mrn = r.said where false; end loop`,
      `declare c cursor for select phone from public.patient_identity where false; v text; begin open c; fetch c into v; update public.patients set mrn = v where false`,
      `declare v text; begin execute format('select phone from public.%I where false', 'patient_identity') into v; update public.patients set mrn = v where false`,
      `declare v text; begin update public.patient_identity set phone = phone where false returning phone into v; update public.patients set mrn = v where false`,
    ];
    const sql = blocks.map((block) => `do $$ ${block}; end $$;`).join('\n');
    expect((await of('levels-kept', sql)).map((line) => line.replace(/^.*sql:\d+ {2}/, ''))).toEqual(
      Array(blocks.length).fill(
        'writes public.patients, which is INTERNAL, from what public.patient_identity holds, which is CONFIDENTIAL',
      ),
    );
  });

  test('no value that a variable holds of the same level, or beside what is written [N-06 +]', async () => {
    const sql = `
      do $$ declare v text; w text; begin select phone into v from public.patient_identity where false;
        select mrn into w from public.patients where false; update public.patients set mrn = w where false;
        update public.patient_identity set phone = v where false; end $$;`;
    expect(await of('levels-kept', sql)).toEqual([]);
  });

  test('nothing that is copied within its level, or to a table that is gone at the end [N-06 +]', async () => {
    const sql = `
      do $$ begin update public.patient_identity as i set phone = p.mrn from public.patients as p where i.id = p.id and false; end $$;
      create table public.kept as select id, phone from public.patient_identity; drop table public.kept;`;
    expect(await of('levels-kept', sql)).toEqual([]);
  });

  test('neither a higher level, nor a column that moves to one [N-06 +]', async () => {
    const sql = `update governance.classification set level = 'HIGHLY_RESTRICTED' where table_name = 'beds';
      alter table public.beds drop column label cascade; alter table public.patient_clinical add column label text;`;
    expect(await of('levels-kept', sql)).toEqual([]);
  });
});

describe('session-left-clean stops', () => {
  test('what would be there for the next migration, or ends this one [S-26 -]', async () => {
    const sql = `
      set statement_timeout = '1h';
      create temporary table kept (id integer);
      create view pg_temp.pg_class as select 1 as oid;
      create function pg_temp.f() returns integer language sql as 'select 1';
      select pg_temp.f();`;
    expect((await of('session-left-clean', sql)).map((line) => line.replace(/^.*sql:\d+ {2}/, ''))).toEqual([
      'sets something beyond its transaction',
      'makes or uses a temporary object',
      'makes or uses a temporary object',
      'makes or uses a temporary object',
      'makes or uses a temporary object',
    ]);
  });

  test('the same by a call, in a block, and in a function that the migration calls [S-26 -]', async () => {
    const sql = `
      select set_config('work_mem', '64MB', false);
      do $$ begin perform set_config('work_mem', '64MB', false); end $$;
      do $$ begin set work_mem = '64MB'; end $$;
      do $$ begin create temp table kept (id integer); end $$;
      create function public.x() returns void language plpgsql as $$ begin perform pg_catalog.set_config('work_mem', '64MB', false); end $$;
      select public.x();`;
    expect((await of('session-left-clean', sql)).map((line) => line.replace(/^.*sql:\d+ {2}/, ''))).toEqual([
      'sets something beyond its transaction',
      'sets something beyond its transaction',
      'sets something beyond its transaction',
      'makes or uses a temporary object',
      'sets something beyond its transaction',
    ]);
  });

  test('the same in a text that a block runs, and what a session has learnt that is thrown away [S-26 -]', async () => {
    const sql = `
      do $$ begin execute 'set work_mem = ' || quote_literal('64MB'); end $$;
      do $$ declare s text := 'create temp table kept (id integer)'; begin execute s; end $$;
      do $$ begin execute format('select %s(%L, %L, false)', 'set_config', 'work_mem', '64MB'); end $$;
      discard plans;`;
    expect((await of('session-left-clean', sql)).map((line) => line.replace(/^.*sql:\d+ {2}/, ''))).toEqual([
      'sets something beyond its transaction',
      'makes or uses a temporary object',
      'sets something beyond its transaction',
      'sets something beyond its transaction',
    ]);
  });

  test('what is kept for later: prepared statements, and with them what they copy, cursors, channels, locks of the session [S-26 N-06 -]', async () => {
    const sql = `
      prepare p as select id, phone from public.patient_identity where false;
      create table public.numbers as execute p;
      do $$ begin prepare q as select 1; end $$;
      declare c cursor with hold for select 1;
      listen news;
      select pg_advisory_lock(1);
      do $$ begin perform pg_catalog.pg_try_advisory_lock_shared(2); end $$;`;
    expect((await of('session-left-clean', sql)).map((line) => line.replace(/^.*sql:\d+ {2}/, ''))).toEqual([
      'prepares or executes a statement, which outlives its transaction and hides what it reads',
      'prepares or executes a statement, which outlives its transaction and hides what it reads',
      'prepares or executes a statement, which outlives its transaction and hides what it reads',
      'opens a cursor that outlives its transaction',
      'listens beyond its transaction',
      'takes a lock that outlives its transaction',
      'takes a lock that outlives its transaction',
    ]);
  });

  test('neither a cursor nor a lock that ends with its transaction [S-26 +]', async () => {
    const sql = `declare c cursor for select 1; select pg_advisory_xact_lock(1); notify news;
      do $$ begin execute 'select 1'; perform pg_advisory_xact_lock_shared(2); end $$;`;
    expect(await of('session-left-clean', sql)).toEqual([]);
  });

  test('nothing that a text sets for its transaction, or that a block only speaks of [S-26 +]', async () => {
    const sql = `
      do $$ begin execute 'set local work_mem = ' || quote_literal('64MB'); raise notice 'set work_mem; create temp table x ()';
        comment on table public.beds is 'create temp table x (); perform set_config(1, 2, false)'; end $$;`;
    expect(await of('session-left-clean', sql)).toEqual([]);
  });

  test('nothing that a block sets for its transaction, or a row [S-26 +]', async () => {
    const sql = `select set_config('work_mem', '64MB', true);
      do $$ begin set local work_mem = '64MB'; perform set_config('work_mem', '64MB', true); set constraints all immediate;
        update public.consent_purposes set description = description where false; end $$;`;
    expect(await of('session-left-clean', sql)).toEqual([]);
  });

  test('neither settings of this transaction, nor functions whose path ends in pg_temp [S-26 +]', async () => {
    const sql = `set local work_mem = '64MB';
      create function authz.f() returns integer language sql set search_path = pg_catalog, pg_temp as 'select 1';
      alter function authz.f() set search_path = pg_catalog, pg_temp;`;
    expect(await of('session-left-clean', sql)).toEqual([]);
  });
});

describe('passwords-elsewhere stops', () => {
  const lines = async (sql: string) =>
    (await of('passwords-elsewhere', sql)).map((line) => line.replace(/^.*sql:\d+ {2}/, ''));

  test('a password, and until when one is good, in a block and in a text that it runs too, and prints none [S-30 -]', async () => {
    const sql = `
      alter role patient password 'known-to-all';
      alter role patient valid until 'infinity';
      create role cordon_visitor login encrypted password 'known-to-all' valid until '2030-01-01';
      do $$ begin alter role patient password 'known-to-all'; end $$;
      do $$ begin execute format('alter role %I with password %L', 'patient', 'known-' || 'to-all'); end $$;`;
    try {
      const found = await changes.explained('passwords-elsewhere', sql);
      expect(found.map(({ problem }) => problem)).toEqual([
        'sets the password of the role patient',
        'sets until when the password of the role patient is good',
        'sets the password of the role cordon_visitor',
        'sets until when the password of the role cordon_visitor is good',
        'sets the password of the role patient',
        'sets the password of the role patient',
      ]);
      expect(JSON.stringify(found)).not.toContain('known');
    } finally {
      await changes.takeBack(`alter role patient password null; drop role if exists cordon_visitor`);
    }
  });

  test.each<readonly [string, string]>([
    ['alter role patient encrypted password $p$known-to-all$p$', 'sets the password of the role patient'],
    ...[
      `create subscription s connection 'host=there user=me password=known-to-all' publication p with (connect = false)`,
      `alter subscription s connection 'postgresql://me:known-to-all@there/x'`,
      `execute 'create subscription s connection ' || quote_literal('host=there password = ''known to all''') || ' publication p'`,
    ].map((sql) => [sql, 'writes down the password of the subscription s'] as const),
    ...[
      `perform dblink_connect('c', 'host=there password=known-to-all')`,
      `perform * from extensions.dblink('postgres://me:known-to-all@there/x', 'select 1') as t (one integer)`,
      `where_to := 'host=there sslpassword=known-to-all'; perform dblink_exec(where_to, 'select 1')`,
    ].map((sql) => [sql, 'writes down a password with which dblink connects'] as const),
  ])('a password in what says where to connect, and prints none: %s [S-30 -]', async (sql, problem) => {
    const block = `do $$ declare where_to text; begin if false then ${sql}; end if; end $$;`;
    const found = await changes.explained('passwords-elsewhere', block);
    expect(found.map((one) => one.problem)).toEqual([problem]);
    expect(JSON.stringify(found)).not.toContain('known');
  });

  test('nothing that connects without one, is told it when it runs, or only speaks of one [S-30 +]', async () => {
    const sql = `do $$ declare where_to text; begin if false then
      create subscription s connection 'host=there user=me passfile=/run/pass' publication p with (connect = false);
      alter subscription s connection 'postgresql://me@there:5432/x?sslmode=verify-full';
      perform dblink_connect('c', 'host=there user=me password=' || current_setting('app.there'));
      perform dblink_connect(format('host=there password=%s', current_setting('app.there')));
      perform dblink_connect(format('postgresql://me:%s@there/x', current_setting('app.there')));
      perform dblink('host=there', 'select 1');
      raise notice 'dblink_connect(password=x)';
    end if; end $$;
    comment on table public.beds is 'host=there password=is-kept-elsewhere';`;
    expect(await lines(sql)).toEqual([]);
  });

  test('no role that is made or altered without one, and no word of one in a block [S-30 +]', async () => {
    const sql = `
      create role cordon_visitor nologin password null; alter role cordon_visitor noinherit password null; drop role cordon_visitor;
      do $$ begin raise notice 'alter role patient password x'; end $$;`;
    expect(await lines(sql)).toEqual([]);
  });
});

test.each([
  ['passwords-elsewhere', `alter role patient password 'x'`],
  ['session-left-clean', 'prepare p as select 1'],
  [
    'levels-kept',
    'update public.patients as p set mrn = i.phone from public.patient_identity as i where i.id = p.id and false',
  ],
])('%s names the line of the file on which the statement begins [S-30 -]', async (guard, statement) => {
  const change = await changes.make(`select 1;\n${statement};`);
  const [step] = change.steps;
  const line = (step?.migration.up ?? '').split('\n').findIndex((text) => text.startsWith(statement)) + 2;
  const found = await changes.explained(guard, `select 1;\n${statement};`);
  await changes.takeBack('alter role patient password null');
  expect(found.map(({ where }) => where.split(':').at(-1))).toEqual([String(line)]);
});
