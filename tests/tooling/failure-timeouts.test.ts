import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../scripts/migrate/apply.ts';
import { push } from '../../scripts/migrate/push.ts';
import { type ScratchCluster, startScratchCluster } from '../../scripts/postgres/cluster.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import { refusal } from '../support/refusal.ts';
import { hasTable, makeProject, type Project, rowsOf } from './migrate-fixtures.ts';

let cluster: ScratchCluster;
let project: Project;
let url: string;
let databases = 0;

beforeAll(async () => {
  cluster = await startScratchCluster();
});
afterAll(() => cluster.remove());
beforeEach(async () => {
  databases += 1;
  await createDatabase(cluster, `t${databases}`);
  url = cluster.url(`t${databases}`);
  project = makeProject({
    '20260101000000_create_people':
      'create table public.people (id int primary key);\ncreate sequence public.tries;\ninsert into public.people values (1);',
  });
  await migrate(url, { directory: project.directory });
});
afterEach(() => project.remove());

const RUNNERS = [
  ['dbmate', migrate],
  ['the Supabase CLI', push],
] as const;
const tries = () => rowsOf(url, 'select last_value::int as count from public.tries');

test.each(RUNNERS)(
  'a statement that took too long for the login is told with the timeout, and not tried again, by %s',
  async (_, apply) => {
    project.add('20260102000000_fill', "select nextval('public.tries');\nselect pg_sleep(60);");
    await rowsOf(url, `alter database t${databases} set statement_timeout = '500ms'`);
    const { exitCode, problem, remedy, text } = await refusal(() =>
      apply(url, { directory: project.directory }),
    );
    expect(exitCode).toBe(1);
    expect(problem).toMatch(/20260102000000_fill\.sql was cut short by the server \(SQLSTATE 57014\)/);
    expect(remedy).toMatch(/alter role <login> set statement_timeout = 0/);
    expect(text).toMatch(/statement timeout/);
    expect(text).not.toMatch(/another session/);
    expect(await tries()).toEqual([{ count: 1 }]);
  },
);

test('what another session is in the way of is looked for briefly, not for as long again', async () => {
  project.add(
    '20260102000000_blocked',
    "set local lock_timeout = '8s';\nselect nextval('public.tries');\ndrop table public.people;",
  );
  await withClient(url, async (holder) => {
    await holder.query('begin; lock table public.people');
    const began = performance.now();
    const { problem, remedy } = await refusal(() => migrate(url, { directory: project.directory }));
    expect(problem).toMatch(/:8 canceling statement due to lock timeout \(SQLSTATE 55P03\)/);
    expect(remedy).toMatch(/another session was in its way/);
    expect(performance.now() - began).toBeLessThan(15_500);
  });
});

test('where the other session has gone meanwhile, what the runner said of it is told', async () => {
  project.add(
    '20260102000000_blocked',
    "do $$ begin if nextval('public.tries') = 1 then raise exception 'busy' using errcode = '55P03'; end if; end $$;",
  );
  const { problem, remedy } = await refusal(() => migrate(url, { directory: project.directory }));
  expect(problem).toMatch(/_blocked\.sql met another session \(SQLSTATE 55P03\)/);
  expect(remedy).toMatch(/another session was in its way/);
});

test('a failure is told as one where the ledger cannot be completed after it, and not as a lost connection', async () => {
  project.add(
    '20260102000000_close_ledger',
    `create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'closed'; end $$;
create trigger refuse before update on supabase_migrations.schema_migrations for each row execute function public.refuse();`,
  );
  const path = project.add('20260103000000_broken', 'select 1 / 0;');
  const { exitCode, problem, text } = await refusal(() => migrate(url, { directory: project.directory }));
  expect(exitCode).toBe(1);
  expect(problem).toBe(`${path}:6 division by zero (SQLSTATE 22012)`);
  expect(text).toMatch(/applied {4}20260102000000_close_ledger\.sql/);
  expect(await hasTable(url, 'public.people')).toBe(true);
});
