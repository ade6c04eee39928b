import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { joinMigration } from '../../scripts/compose/migration-text.ts';
import { type Migration, readMigrations } from '../../scripts/migrate/history.ts';
import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { withClient } from '../../scripts/postgres/connect.ts';
import { createDatabase } from '../../scripts/postgres/databases.ts';
import type { Change, JudgedStep, ReviewFinding } from '../../scripts/review/guards/guard.ts';
import { GUARDS } from '../../scripts/review/guards/index.ts';
import { examineAt, type Start, stepOn } from '../../scripts/review/history/step.ts';
import { wideningLines } from '../../scripts/review/naming.ts';
import { judge } from '../../scripts/review/verdicts/judge.ts';
import { loadProjectSources } from '../../scripts/sources/project-sources.ts';
import type { Sources } from '../../scripts/sources/sources.ts';
import { useCluster } from '../tooling/catalog-fixtures.ts';

interface ChangeOptions {
  /** Lines of the header beside the reason: `-- Side: operations`. */
  readonly header?: readonly string[];
  /** What the header names as widened: the truth when left out. */
  readonly names?: readonly string[];
}

/** Changes on top of this project's own history: one migration with these statements. */
export interface ChangeMaker {
  /** The change itself, applied in a database of its own. */
  make(sql: string, options?: ChangeOptions): Promise<Change>;
  /** What stops it: `where  problem`, each on a line. @param guard - which one to ask. */
  findings(guard: string, sql: string, options?: ChangeOptions): Promise<string[]>;
  /** The same with everything that a finding tells. */
  explained(
    guard: string,
    sql: string,
    options?: ChangeOptions,
  ): Promise<readonly Omit<ReviewFinding, 'guard'>[]>;
  /** Takes back what clones share, such as a membership. */
  takeBack(sql: string): Promise<void>;
}

const TEMPLATE = 'history';

/** Starts a server and replays the history once; each change gets a clone. */
export function useChanges(): ChangeMaker {
  const cluster = useCluster({ content: landedHistory() });
  const folder = mkdtempSync(join(tmpdir(), 'cordon-change-'));
  let start: Start;
  let sources: Sources;
  beforeAll(async () => {
    await replay(cluster(), TEMPLATE);
    sources = await loadProjectSources();
    start = await examineAt(cluster().url(TEMPLATE));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (text: string): Migration => {
    const path = join(folder, '20991231235959_change_something.sql');
    writeFileSync(path, text);
    const [migration] = readMigrations(folder);
    if (!migration) throw new Error('the change was not read');
    return migration;
  };
  const walk = async (migration: Migration) => {
    const name = `change_${randomUUID().replaceAll('-', '')}`;
    await createDatabase(cluster(), name, { template: TEMPLATE });
    return stepOn(cluster().url(name), [migration], undefined, start);
  };
  const make = async (sql: string, { header = [], names }: ChangeOptions = {}): Promise<Change> => {
    const text = (widenings: readonly string[]) =>
      joinMigration(
        {
          why: ['-- Why: a test', ...header],
          hand: `set local lock_timeout = '5s';\n\n${sql}\n`,
          composed: '',
          widenings,
        },
        'the change',
      );
    const walked = await walk(write(await text([])));
    const [step] = walked.steps;
    if (!step) throw new Error('nothing was applied');
    const verdicts = await judge(step.migration, step.before.reach, step.after.reach);
    const migration = write(
      await text(names?.map((name) => `--   widens: ${name}`) ?? wideningLines(verdicts)),
    );
    const judged: JudgedStep = { ...step, migration, verdicts };
    const migrations = readMigrations();
    return {
      base: { ref: 'main', commit: createHash('sha1').digest('hex'), migrations, seed: 'seed' },
      head: [...migrations, migration],
      steps: [judged],
      start: walked.start,
      end: walked.end,
      sources,
      url: walked.url,
    };
  };
  const explained: ChangeMaker['explained'] = async (name, sql, options) => {
    const guard = GUARDS.find((known) => known.name === name);
    if (!guard) throw new Error(`no guard ${name}`);
    return guard.check(await make(sql, options));
  };
  return {
    make,
    explained,
    findings: async (...args) => (await explained(...args)).map(inALine),
    async takeBack(sql) {
      await withClient(cluster().url(TEMPLATE), (client) => client.query(sql));
    },
  };
}

export function inALine({ where, problem }: Pick<ReviewFinding, 'where' | 'problem'>): string {
  return `${where.replace(/^.*\/(?=\d{14}_)/, '')}  ${problem}`;
}
