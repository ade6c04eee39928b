import pg from 'pg';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { Battery, type Verdict } from '../../scripts/mutation/battery/battery.ts';
import { askInvariant } from '../../scripts/mutation/battery/invariants.ts';
import { askTapFile, readTapFiles } from '../../scripts/mutation/battery/pgtap.ts';
import { Reach } from '../../scripts/mutation/battery/reach.ts';
import { Killers } from '../../scripts/mutation/battery/test-files.ts';
import { KillOrder } from '../../scripts/mutation/kill-order.ts';
import { type Mutant, mutantsOf } from '../../scripts/mutation/mutant.ts';
import { OPERATORS } from '../../scripts/mutation/operators/index.ts';
import { scoreAsJson } from '../../scripts/mutation/report.ts';
import { judgeAll, readMutants } from '../../scripts/mutation/run.ts';
import { scoreOf } from '../../scripts/mutation/score.ts';
import { onlyMatching, sampleOf } from '../../scripts/mutation/select.ts';
import { statementsOf } from '../../scripts/mutation/statements.ts';
import { readSubjects } from '../../scripts/mutation/subjects.ts';
import { connectivesOf, termsOf } from '../../scripts/mutation/terms.ts';
import { tokensOf } from '../../scripts/mutation/tokens.ts';
import { useDatabase } from '../support/database.ts';
import { undone } from '../support/nested.ts';
import { urlOf } from '../support/scratch-server.ts';

const database = useDatabase({ twins: false });
let mutants: readonly Mutant[] = [];

beforeAll(async () => {
  // Of a clone: whoever is connected to the template keeps others from cloning it.
  mutants = await readMutants({ ...inject('server'), template: database().name });
});

describe('the mutants', () => {
  test.each(OPERATORS)('$name finds something to change in the real catalog', ({ name }) => {
    expect(mutants.filter(({ operator }) => operator === name).length).toBeGreaterThan(0);
  });

  test('have keys and statements that no other has', () => {
    expect(new Set(mutants.map(({ key }) => key)).size).toBe(mutants.length);
    expect(new Set(mutants.map(({ sql }) => sql)).size).toBe(mutants.length);
  });

  test('can be made: the server takes the statements of every operator', async () => {
    const some = OPERATORS.flatMap(({ name }) => sampleOf(onlyMatching(mutants, [name]), 8, 1));
    const refused = await database().asSuperuser(
      async (session) => {
        const problems: string[] = [];
        for (const { key, sql } of some) {
          await session
            .undone(() => session.script(sql))
            .catch((error) => problems.push(`${key}: ${error.message}`));
        }
        return problems;
      },
      { rollback: true },
    );
    expect(refused).toEqual([]);
  });

  test('cover a table, a policy and a function that did not exist before', async () => {
    const client = new pg.Client({ connectionString: database().url('superuser') });
    await client.connect();
    try {
      await client.query(`begin;
        create table public.planted (organisation_id uuid, id uuid);
        alter table public.planted enable row level security;
        create policy planted on public.planted for select to patient using (id is not null and organisation_id is null);
        create function authz.planted(a integer) returns boolean language plpgsql as
          $$begin
              if a < 1 then raise exception 'x'; end if;
              perform from public.planted as p where p.id is not null and p.id <> case when a = 2 then p.organisation_id else null end;
              <<pairs>> for a in 1 .. 2 loop continue pairs when a = 1; end loop;
              return a > 2 or a = 1;
            end$$`);
      const planted = mutantsOf(await readSubjects(client), OPERATORS).filter(({ subject }) =>
        /\.planted$/.test(subject),
      );
      expect(planted.map(({ key }) => key)).toEqual(
        expect.arrayContaining([
          'drop-term public.planted planted using: (id IS NOT NULL)',
          'disable-row-security public.planted',
          'negate-if authz.planted a < 1',
          "drop-raise authz.planted raise exception 'x'",
          'constant-result authz.planted true',
          'grant-column public.planted select (id) to internal_ops',
          'drop-term authz.planted p.id is not null',
        ]),
      );
      expect(planted.map(({ key }) => key).filter((key) => /drop-statement .*pairs>>/.test(key))).toEqual([]);
      // Half a condition, whose other half is a CASE, leaves nothing that the server would take.
      expect(planted.map(({ key }) => key).filter((key) => /drop-term .* p\.id <>/.test(key))).toEqual([]);
    } finally {
      await client.end();
    }
  });
});

describe('the runner', () => {
  const plant = (key: string, sql: string): Mutant => ({
    key,
    operator: 'planted',
    subject: 'public.patients',
    sql,
  });
  const immortal = plant('immortal', `comment on table public.patients is 'changed'`);
  const mortal = plant('mortal', 'drop policy provider_fence on public.patients');
  const impossible = plant('impossible', 'drop policy nothing on public.patients');
  // The clock stands still for longer than a statement may take, on a fast machine as on a slow one.
  const endless = plant(
    'endless',
    `set local statement_timeout = '400ms';
     create or replace function authz.now() returns timestamptz language plpgsql stable parallel unsafe set search_path = pg_catalog, pg_temp
     as $$ begin perform pg_sleep(2); return clock_timestamp(); end $$`,
  );
  let verdicts: readonly Verdict[] = [];
  /** As if the test files had been asked as well. */
  const asked = (all: readonly Verdict[]) => all.map(({ asked: _, ...verdict }) => verdict);

  beforeAll(async () => {
    verdicts = await judgeAll([inject('server')], [immortal, mortal, impossible, endless], {
      files: 0,
    });
  });

  test('reports a mutant that nothing notices as a survivor, and tells who killed the other', () => {
    const { survivors, killed, refused } = scoreOf(asked(verdicts), true, []);
    expect(survivors.map(({ mutant }) => mutant.key)).toEqual(['immortal']);
    expect(killed.map(({ mutant, kill }) => [mutant.key, kill?.by])).toEqual([
      ['mortal', expect.any(String)],
      ['endless', expect.any(String)],
    ]);
    expect(refused.map(({ mutant }) => mutant.key)).toEqual(['impossible']);
  });

  test('leaves open what only needed no test files: nothing was shown of it', () => {
    const { survivors, undecided } = scoreOf(verdicts, true, []);
    expect(survivors).toEqual([]);
    expect(undecided.map(({ mutant }) => mutant.key)).toEqual(['immortal']);
  });

  test('asks the others where a question does not end', async () => {
    const { kill } = verdicts.find(({ mutant }) => mutant === endless) ?? {};
    expect(kill).toMatchObject({ by: expect.stringMatching(/^(matrix|row|pgTAP)/) });
  });

  test('leaves every database as it was', async () => {
    const fences = await database().asSuperuser((session) =>
      session.value(
        `select count(*)::integer from pg_policies where tablename = 'patients' and policyname = 'provider_fence'`,
      ),
    );
    expect(fences).toBe(1);
  });

  test('takes the word of no pgTAP file that is red without the mutant by now: it asks the others, and tells of the file', async () => {
    const memory = { order: await KillOrder.read(), reach: await Reach.read(), killers: new Killers() };
    const battery = await Battery.open(inject('server'), 7, memory);
    try {
      const own = urlOf(inject('server').superuser, 'mutation_7');
      // What another session changes for good is like a clock: it stays when the mutant is taken back.
      const lasting: Mutant = {
        key: 'lasting',
        operator: 'planted for good',
        subject: 'authz.secret_in',
        sql: `create extension dblink with schema extensions;
          select extensions.dblink_exec('${own}',
            'create or replace function authz.secret_in(value text) returns text language sql as $$ select null::text $$');
          drop policy provider_fence on public.patients`,
      };
      const file = 'pgTAP authz/secret_in.test.sql';
      memory.order.learn(lasting, file);
      const { kill } = await battery.judge(lasting, { files: 0 });
      expect(kill?.by).toMatch(/./);
      expect(kill?.by).not.toBe(file);
      expect(battery.turnedRed.map(({ by }) => by)).toEqual([file]);
    } finally {
      await battery.close();
    }
  });

  test('prints one JSON object for machines', () => {
    expect(JSON.parse(scoreAsJson(scoreOf(asked(verdicts), true, []), 7))).toMatchObject({
      mutants: 4,
      killed: 2,
      survivors: [{ key: 'immortal', operator: 'planted', subject: 'public.patients' }],
      refused: [{ key: 'impossible' }],
      equivalent: [],
      stale: [],
      seed: 7,
    });
  });

  test('counts a survivor with a reason apart, and finds reasons that are not true', () => {
    const equivalents = [{ reason: 'a comment', keys: ['immortal', 'mort*', 'gone'] }];
    const { survivors, equivalent, stale } = scoreOf(verdicts, true, equivalents);
    expect(survivors).toEqual([]);
    expect(equivalent.map(({ mutant, reason }) => [mutant.key, reason])).toEqual([['immortal', 'a comment']]);
    expect(stale).toEqual([expect.stringMatching(/^mortal: killed by/), 'gone: there is no such mutant']);
    expect(scoreOf(verdicts, false, equivalents).stale).toHaveLength(1);
  });

  test('draws the same sample for the same seed', () => {
    const keys = (seed: number) => sampleOf(mutants, 20, seed).map(({ key }) => key);
    expect(keys(3)).toEqual(keys(3));
    expect(keys(3)).not.toEqual(keys(4));
    expect(keys(3)).toHaveLength(20);
  });
});

describe('reading SQL', () => {
  const termsIn = (text: string) =>
    termsOf(tokensOf(text)).map(({ start, end, joinedBy }) => `${joinedBy} ${text.slice(start, end)}`);

  test('finds conditions by the word that joins them', () => {
    expect(termsIn('((a = 1) AND ((b IS NULL) OR (c > now())))')).toEqual([
      'or (b IS NULL)',
      'or (c > now())',
      'and (a = 1)',
      'and ((b IS NULL) OR (c > now()))',
    ]);
  });

  test('knows that AND binds closer than OR, and that the AND of BETWEEN joins nothing', () => {
    expect(termsIn('if a and b between 1 and 2 or c then')).toEqual([
      'and a',
      'and b between 1 and 2',
      'or a and b between 1 and 2',
      'or c',
    ]);
    expect(connectivesOf(tokensOf('a between 1 and 2'))).toEqual([]);
  });

  test('takes a condition behind WHERE even if it stands alone', () => {
    expect(termsIn('select from t where t.é = 1 order by 1')).toEqual(['and t.é = 1']);
    expect(termsIn('select distinct on (a.b) a.b, a.c from a where a.d')).toEqual(['and a.d']);
  });

  test('takes what is compared with the outcome of a CASE for no condition of its own', () => {
    expect(termsIn('where a and case when b then c else d end <= e and f')).toEqual(['and a', 'and f']);
  });

  test('takes what ON CONFLICT does for no condition, and the one of its index for one', () => {
    expect(termsIn('insert into t values (1) on conflict do nothing')).toEqual([]);
    expect(termsIn('insert into t values (1) on conflict (a) do update set a = 1')).toEqual([]);
    expect(termsIn('insert into t values (1) on conflict on constraint c do nothing')).toEqual([]);
    expect(termsIn('insert into t values (1) on conflict (a) where b do nothing')).toEqual(['and b']);
  });

  test('takes the "=" that gives a value for no comparison', () => {
    const shifted = mutants.filter(({ operator }) => operator === 'shift-comparison').map(({ key }) => key);
    expect(shifted.filter((key) => /diagnostics \w+ ⟨=⟩/.test(key))).toEqual([]);
    expect(
      shifted.filter((key) => /where \w+\.\w+ ⟨=⟩/.test(key)),
      'control',
    ).not.toEqual([]);
  });

  test('tells statements of a body apart, CASE and handlers included', () => {
    const body = `declare v int := 1; begin
      new.a := case when x then 1 else 2 end;
      if v > 1 then raise exception 'é; no'; elsif v is null then perform f(); else return null; end if;
      return new;
    exception when data_exception or raise_exception then null; end`;
    expect(
      statementsOf(tokensOf(body)).map(({ kind, start, end }) => `${kind}: ${body.slice(start, end)}`),
    ).toEqual([
      'act: new.a := case when x then 1 else 2 end',
      'if: v > 1',
      "raise: raise exception 'é; no'",
      'if: v is null',
      'act: perform f()',
      'return: return null',
      'return: return new',
    ]);
  });
});

test('a pgTAP file asked twice in one session answers the same: what it prepared is gone', async () => {
  const file = (await readTapFiles()).find(({ name }) => name === 'pgTAP authz/tg__stamp.test.sql');
  const client = new pg.Client({ connectionString: database().url('superuser') });
  await client.connect();
  try {
    await client.query('begin');
    const answers = [];
    for (let turn = 0; turn < 2 && file; turn += 1) {
      answers.push(await undone(client, () => askTapFile(client, file)));
    }
    expect(answers).toEqual([undefined, undefined]);
  } finally {
    await client.query('rollback');
    await client.end();
  }
});

test('a rule that a changed function answers with an error has noticed it; a rule that somebody cancels has not', async () => {
  const client = new pg.Client({ connectionString: database().url('superuser') });
  await client.connect();
  const ask = (body: string) =>
    undone(client, async () => {
      await client.query(
        `create or replace function governance.subject_graph() returns table (relation text, condition text, via text)
          language plpgsql stable parallel unsafe set search_path = pg_catalog, pg_temp as $$ begin ${body} end $$`,
      );
      return askInvariant(client, 'invariant subjects-stated');
    });
  try {
    await client.query('begin');
    expect(await undone(client, () => askInvariant(client, 'invariant subjects-stated'))).toBeUndefined();
    expect(await ask(`perform format('%I', null);`)).toMatchObject({ by: 'invariant subjects-stated' });
    await expect(ask(`raise sqlstate '57014';`)).rejects.toMatchObject({ code: '57014' });
  } finally {
    await client.query('rollback');
    await client.end();
  }
});
