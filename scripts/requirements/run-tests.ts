import { mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $ } from 'zx';
import { misuse } from '../console/errors.ts';
import { changedSince } from './sources.ts';
import { modifiedAt, readTestReport, type TestReport } from './test-report.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The report of the last complete run: what `npm run requirements` reads. */
const LAST_REPORT = join(ROOT, '.cordon', 'test-report.json');
/** A run of chosen files or titles proves nothing about the rest, so its report stands apart. */
const PARTIAL_REPORT = join(ROOT, '.cordon', 'test-report.partial.json');

export interface TestRun {
  readonly report: TestReport;
  readonly exitCode: number;
}

/**
 * Runs vitest, pgTAP included.
 *
 * @param args vitest's own arguments: file filters, `-t <title>`, `--project <name>`. None runs everything.
 * @param output where vitest's own output goes.
 * @throws CommandError (exit code 2) if vitest ends without a report.
 */
export async function runTests(
  args: readonly string[],
  output: 'stdout' | 'stderr' = 'stdout',
): Promise<TestRun> {
  const reportFile = args.length === 0 ? LAST_REPORT : PARTIAL_REPORT;
  await mkdir(dirname(reportFile), { recursive: true });
  await rm(reportFile, { force: true });
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const { exitCode } = await $({
    cwd: ROOT,
    nothrow: true,
    // Colours for whoever looks; beside a command's own result, nobody may.
    ...(output === 'stderr' && !process.stderr.isTTY && { env: { ...process.env, NO_COLOR: '1' } }),
    stdio: ['inherit', output === 'stdout' ? 'inherit' : 2, 'inherit'],
  })`${process.execPath} ${vitest} run --reporter=default --reporter=json --outputFile.json=${reportFile} ${args}`;
  const report = await readTestReport(reportFile);
  if (!report) {
    throw misuse({
      problem: `vitest ended with exit code ${exitCode} and wrote no report`,
      expected: `a report at ${reportFile}`,
      remedy: 'read its output above; the tests did not run',
    });
  }
  return { report, exitCode: exitCode ?? 2 };
}

/** The last complete report, if nothing that it depends on has changed since. */
export async function freshReport(): Promise<TestReport | undefined> {
  const writtenAt = await modifiedAt(LAST_REPORT);
  if (writtenAt === 0 || (await changedSince(ROOT, writtenAt))) return undefined;
  return readTestReport(LAST_REPORT);
}
