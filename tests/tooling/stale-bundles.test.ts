import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUNDLE_PREFIX, removeStaleBundles } from '../support/stale-bundles.ts';

let parent = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'cordon-bundles-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const put = (name: string, hoursOld = 0) => {
  const folder = join(parent, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'db-url.mjs'), '');
  const then = new Date(Date.now() - hoursOld * 3_600_000);
  utimesSync(folder, then, then);
};

test('bundles of a run that was killed are removed by the next, those of a run that goes on and what is none of ours are left', () => {
  const gone = spawnSync(process.execPath, ['--version']).pid;
  put(`${BUNDLE_PREFIX}${gone}-aB3xYz`);
  put(`${BUNDLE_PREFIX}${process.pid}-aB3xYz`, 48);
  put(`${BUNDLE_PREFIX}jdbCFg`, 48);
  put(`${BUNDLE_PREFIX}kSd92Q`, 1);
  put('.cordon-else', 48);
  put('pg', 48);
  removeStaleBundles(parent);
  expect(readdirSync(parent).sort()).toEqual(
    [`${BUNDLE_PREFIX}${process.pid}-aB3xYz`, `${BUNDLE_PREFIX}kSd92Q`, '.cordon-else', 'pg'].sort(),
  );
});
