import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Head } from '../../scripts/audit/section.mjs';
import type { TestDatabase } from '../../testing/test-database.ts';
import { runScript } from '../support/commands.ts';
import { happen, headOf, LOG, seal, tamper, useFolder, withTrail } from '../support/trail.ts';

// The head that was kept is all that tells a trail which a superuser sealed anew: nothing may write over it unread. [S-20]
const folder = useFolder();

const keep = (database: TestDatabase, file: string, ...args: string[]) =>
  runScript('audit-seal.ts', ['--keep', file, ...args], { env: { DATABASE_URL: database.url('postgres') } });
const written = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Head;
const saved = (head: unknown) => {
  const file = folder.path();
  writeFileSync(file, `${JSON.stringify(head)}\n`);
  return file;
};

test('a head that the trail continues is replaced by the next one, as often as one likes [S-20 +]', async () => {
  await withTrail(async (database, kept) => {
    const file = saved(kept);
    expect(await keep(database, file)).toMatchObject({ code: 0, stderr: '' });
    expect(written(file)).toEqual(await headOf(database));
    await happen(database);
    expect(await keep(database, file)).toMatchObject({ code: 0 });
    expect(written(file).seal).toBeGreaterThan(kept.seal + 1);
    expect(await keep(database, file), 'nothing new').toMatchObject({ code: 0 });
    const fresh = folder.path();
    expect(await keep(database, fresh), 'the first one').toMatchObject({ code: 0 });
    expect(written(fresh)).toEqual(written(file));
  });
});

test('a trail that was sealed anew does not write its own head over the one that tells [S-20 -]', async () => {
  await withTrail(async (database) => {
    const file = saved(await headOf(database));
    const before = readFileSync(file, 'utf8');
    await tamper(
      database,
      `update ${LOG} set actor_realm = 'patient' where id = (select id from ${LOG} order by id limit 1);
       truncate audit.seals, audit.leaves, audit.nodes`,
    );
    await seal(database);
    // As long as the one that was kept, and longer.
    await happen(database, 2);
    for (const round of [1, 2]) {
      const refused = await keep(database, file);
      expect(refused, `round ${round}`).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toContain(`✗ this is not the trail whose head stands in ${file}`);
      expect(refused.stderr).toContain('stays as it is');
      expect(readFileSync(file, 'utf8')).toBe(before);
      await happen(database);
    }
    expect(JSON.parse((await keep(database, file, '--json')).stdout)).toMatchObject({ exitCode: 1 });
  });
});

test('neither does one whose seals were taken off, or one that names a table otherwise than it was kept [S-20 -]', async () => {
  await withTrail(async (database) => {
    const head = await headOf(database);
    const tree = head.trees[LOG] as Head['trees'][string];
    for (const [what, kept] of [
      ['a seal that is not there', { ...head, seal: head.seal + 9 }],
      ['another root', { ...head, trees: { ...head.trees, [LOG]: { ...tree, root: '0'.repeat(64) } } }],
      [
        'a longer tree',
        { ...head, trees: { ...head.trees, [LOG]: { ...tree, tree_size: tree.tree_size + 1 } } },
      ],
      ['a table that nothing seals', { ...head, trees: { ...head.trees, 'public.none': tree } }],
    ] as const) {
      const file = saved(kept);
      expect(await keep(database, file), what).toMatchObject({ code: 1 });
      expect(written(file), what).toEqual(kept);
    }
  });
});

test('a seal changed behind the head that was kept is found before a newer head hides it [S-20 -]', async () => {
  await withTrail(async (database, kept) => {
    const file = saved(kept);
    await tamper(
      database,
      `update audit.seals set sealed_by = 'somebody else' where seal = ${kept.seal + 1}`,
    );
    const refused = await keep(database, file);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain(`seal ${kept.seal + 1}`);
    expect(written(file)).toEqual(kept);
  });
});

test('a file that holds something else is not written over, and nothing is sealed [S-20 -]', async () => {
  await withTrail(async (database) => {
    await happen(database);
    const before = await headOf(database);
    for (const text of ['', 'a letter\n', '{"format":"cordon.head.1"}\n']) {
      const file = folder.path();
      writeFileSync(file, text);
      const refused = await keep(database, file);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(`✗ ${file} is there, and holds no head`);
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
    expect(await headOf(database)).toEqual(before);
    if (existsSync('/dev/null')) expect(await keep(database, '/dev/null')).toMatchObject({ code: 0 });
  });
});
