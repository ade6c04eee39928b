import { readFile, stat } from 'node:fs/promises';

/** What we read of vitest's JSON report. */
export interface TestReport {
  readonly success: boolean;
  readonly testResults: readonly TestFile[];
}

interface TestFile {
  readonly name: string;
  readonly status: 'passed' | 'failed';
  readonly assertionResults: readonly TestResult[];
}

interface TestResult {
  readonly title: string;
  readonly fullName: string;
  readonly status: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts a report. A file that fails without a failed test of its own (it does not load, a hook dies) counts as one
 * failure, since its tests have not shown anything.
 */
export function countTests(report: TestReport): Counts {
  const results = report.testResults.flatMap((file) => file.assertionResults);
  const deadFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
  );
  const passed = results.filter((result) => result.status === 'passed').length;
  const failed = results.filter((result) => result.status === 'failed').length;
  return { passed, failed: failed + deadFiles.length, skipped: results.length - passed - failed };
}

/** The plain last line of `npm test`. */
export function countsLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Reads a report, or nothing if there is none or it is not one. */
export async function readTestReport(path: string): Promise<TestReport | undefined> {
  try {
    const report = JSON.parse(await readFile(path, 'utf8')) as TestReport;
    return Array.isArray(report.testResults) ? report : undefined;
  } catch {
    return undefined;
  }
}

/** When a file was last written, in milliseconds; 0 if it does not exist. */
export async function modifiedAt(path: string): Promise<number> {
  return stat(path).then(
    (stats) => stats.mtimeMs,
    () => 0,
  );
}
