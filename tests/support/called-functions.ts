import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { TestDatabase } from './test-database.ts';

/**
 * For `npm run mutation`: writes down which functions the tests of a database called, before the database is dropped, so
 * that a changed function is held only against the test files that call it. Does nothing where no folder is named.
 *
 * A file of its own a database: one qualified name a line, or `?` where somebody was still connected, whose calls the
 * server has not counted yet.
 */
const FOLDER = process.env.CORDON_CALLED_FUNCTIONS;
const PATCHED = Symbol.for('cordon.called-functions');

if (FOLDER !== undefined && !(PATCHED in TestDatabase)) {
  Object.defineProperty(TestDatabase, PATCHED, { value: true });
  const { drop } = TestDatabase.prototype;
  TestDatabase.prototype.drop = async function () {
    if (existsSync(FOLDER)) {
      const calls = await calledIn(this).catch(() => ['?']);
      await writeFile(join(FOLDER, randomUUID()), calls.join('\n'));
    }
    return drop.call(this);
  };
}

async function calledIn(database: TestDatabase): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: database.url('superuser') });
  await client.connect();
  try {
    const others = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;
    // A session's calls are counted when it ends. Ours wait for their next use; a pool that is ending needs a moment.
    await client.query(
      `select pg_terminate_backend(pid, 5000) ${others} and application_name like 'cordon test %'`,
    );
    for (let tries = 0; tries < 100; tries++) {
      const { rowCount } = await client.query(`select ${others}`);
      if (rowCount === 0) {
        const { rows } = await client.query<{ name: string }>(
          `select schemaname || '.' || funcname as name from pg_stat_user_functions where calls > 0`,
        );
        return rows.map(({ name }) => name);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return ['?'];
  } finally {
    await client.end();
  }
}
