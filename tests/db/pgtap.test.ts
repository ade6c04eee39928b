import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { TestDatabase } from '../../testing/test-database.ts';
import { runTap, type TapReport } from '../support/tap.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Files run side by side, each on a clone of its own. */
const AT_ONCE = 2;

const files = (await readdir(FOLDER, { recursive: true }))
  .filter((name) => name.endsWith('.test.sql'))
  .sort();
const reports = await runAll(files);

test('there are pgTAP files to run', () => {
  expect(files.length).toBeGreaterThan(0);
});

for (const file of files) {
  describe(file, () => {
    const report = reports.get(file) as TapReport;
    test('runs every planned assertion and ends well', () => {
      expect(report.problems).toEqual([]);
    });
    for (const { title, state, diagnostics } of report.assertions) {
      test.skipIf(state === 'skipped')(title, () => {
        expect(state, diagnostics.join('\n')).toBe('passed');
      });
    }
  });
}

async function runAll(names: readonly string[]): Promise<Map<string, TapReport>> {
  const reports = new Map<string, TapReport>();
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) reports.set(name, await runOne(name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return reports;
}

async function runOne(name: string): Promise<TapReport> {
  const database = await TestDatabase.clone(inject('server'));
  try {
    return await runTap(database.url('postgres'), await readFile(join(FOLDER, name), 'utf8'));
  } finally {
    await database.drop();
  }
}
