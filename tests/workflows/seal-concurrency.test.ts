import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { useDatabase } from '../support/database.ts';
import { LOG, seal, useFolder, verdictOf } from '../support/trail.ts';

const database = useDatabase();
const folder = useFolder();

const ROUNDS = 60;
const clients: pg.Client[] = [];
beforeAll(async () => {
  for (let n = 0; n < 5; n++) {
    const client = new pg.Client({ connectionString: database().url('postgres') });
    await client.connect();
    clients.push(client);
  }
});
afterAll(() => Promise.all(clients.map((client) => client.end())));
const at = (place: number) => clients[place] as pg.Client;

/** A case of the writer's own changes, so that writers wait for nobody but the seal. */
const change = (client: pg.Client, part: string) =>
  client.query(
    `select set_config('app.pinned_organisation_id', '${CLINIC_A}', true);
     update public.cases set priority = case priority when 'urgent' then 'critical' else 'urgent' end where organisation_id = '${CLINIC_A}' and id = '${idOf('case', 'a', part)}'`,
  );
const value = async (client: pg.Client, text: string) =>
  Number(Object.values((await client.query(text)).rows[0] ?? {})[0]);
const logged = () => value(at(4), `select count(*) from ${LOG}`);
const sealed = () => value(at(4), `select max(tree_size) from audit.seals where table_name = '${LOG}'`);

describe('seals and writers', () => {
  test(`writers commit around ${ROUNDS} seals: every row stands under exactly one, and none looks backdated [S-20 +]`, async () => {
    let writing = true;
    const write = async (client: pg.Client, part: string, hold: number) => {
      for (let round = 0; writing; round++) {
        await client.query('begin');
        await change(client, part);
        await new Promise((resolve) => setTimeout(resolve, (round % 4) * hold));
        await client.query(round % 5 === 0 ? 'rollback' : 'commit');
      }
    };
    const writers = [write(at(0), '01', 1), write(at(1), '02', 3)];
    for (let round = 0; round < ROUNDS; round++) {
      const before = await logged();
      await at(2).query('select seal_records()');
      // Whatever was committed before it began stands under it.
      expect(await sealed()).toBeGreaterThanOrEqual(before);
    }
    writing = false;
    await Promise.all(writers);
    await seal(database());
    expect(await sealed()).toBe(await logged());
    expect(await logged()).toBeGreaterThan(60 + ROUNDS);
    expect(await verdictOf(database(), folder.path())).toMatchObject({ count: 0, unsealed: 0 });
  }, 120_000);

  test('two at once take turns: what is new is sealed once, round after round [S-20 -]', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await at(0).query('begin');
      await change(at(0), '01');
      await at(0).query('commit');
      const answers = await Promise.all(
        [at(2), at(3)].map((client) => client.query('select seal_records()')),
      );
      expect(answers.map(({ rowCount }) => rowCount).sort()).toEqual([0, 1]);
    }
    expect(await sealed()).toBe(await logged());
    expect(
      await value(
        at(4),
        'select count(*) from (select record_key from audit.leaves group by table_name, record_key having count(*) > 1) as twice',
      ),
    ).toBe(0);
    expect(await verdictOf(database(), folder.path())).toMatchObject({ count: 0 });
  }, 120_000);

  test('a seal that is taken back leaves nothing, and the next one seals the same [S-20 -]', async () => {
    await change(at(0), '01');
    const before = await sealed();
    await at(2).query('begin');
    const first = (await at(2).query('select seal ->> $$root$$ as root from seal_records() as seal')).rows;
    expect(first).toHaveLength(1);
    await at(2).query('rollback');
    expect(await sealed()).toBe(before);
    expect((await at(3).query('select seal ->> $$root$$ as root from seal_records() as seal')).rows).toEqual(
      first,
    );
    // As after a crash: the connection ends in the midst of it.
    await change(at(0), '01');
    const doomed = new pg.Client({ connectionString: database().url('postgres') });
    doomed.on('error', () => {});
    await doomed.connect();
    await doomed.query('begin');
    await doomed.query('select seal_records()');
    const pid = (await doomed.query('select pg_backend_pid() as pid')).rows[0].pid;
    await database().asSuperuser((session) => session.rows('select pg_terminate_backend($1)', [pid]));
    expect(await seal(database())).toMatchObject([{ table: LOG, row_count: 1 }]);
    await doomed.end().catch(() => {});
  });

  test('a row that commits after a seal stands in the next; while its writer lingers nothing is sealed, CD018, and others go on writing [S-20 -]', async () => {
    await at(0).query('begin');
    await change(at(0), '01');
    const before = await sealed();
    const refused = at(2)
      .query('select seal_records()')
      .then(
        () => undefined,
        (error: pg.DatabaseError) => error,
      );
    expect(await refused).toMatchObject({ code: 'CD018', detail: LOG });
    await at(1).query('begin');
    await change(at(1), '02');
    await at(1).query('commit');
    expect(await sealed()).toBe(before);
    await at(0).query('commit');
    expect(await seal(database())).toMatchObject([{ table: LOG, row_count: 2 }]);
    expect(await verdictOf(database(), folder.path())).toMatchObject({ count: 0, unsealed: 0 });
  });

  test('the wait for writers is over once it is sure of them: they write on while the rows are hashed [S-20 +]', async () => {
    await change(at(0), '01');
    await at(2).query('begin');
    await at(2).query('select seal_records()');
    // The seal is not committed, and holds no writer up.
    await at(1).query(`begin; set local lock_timeout = '500ms'`);
    await change(at(1), '02');
    await at(1).query('commit');
    await at(2).query('commit');
    expect(await seal(database())).toMatchObject([{ row_count: 1 }]);
  });

  test('an older snapshot seals nothing: CD007 [S-20 -]', async () => {
    await at(2).query('begin isolation level repeatable read');
    await expect(at(2).query('select seal_records()')).rejects.toMatchObject({ code: 'CD007' });
    await at(2).query('rollback');
    await at(2).query('begin');
    await at(2).query('select seal_records()');
    await at(2).query('commit');
  });
});
