import { section, table, verdictCells } from '../markdown.ts';
import type { AccessLogReport } from './results.ts';
import { accessLogVerdicts } from './targets.ts';

export const ACCESS_LOG_TITLE = 'The access log';

export function renderAccessLog(report: AccessLogReport): string {
  const number = (value: number) => value.toLocaleString('en');
  return section(
    ACCESS_LOG_TITLE,
    [
      `The drain in one process, in transactions of ${number(report.drain[0]?.batch ?? 0)} records, one seal over ${number(report.seal.rows)} of them
(${report.seal.seconds} s), and questions of one organisation's auditor, by the view
that they are granted, to a log of ${number(report.rows)} records over two years. ${report.server}; everything in memory, nothing synced to disk.`,
      table(['Target', 'Measured', ''], accessLogVerdicts(report).map(verdictCells)),
      table(
        ['Records', 'Seconds', 'Records a second'],
        report.drain.map(({ records, seconds, records_per_second }) => [
          number(records),
          String(seconds),
          number(records_per_second),
        ]),
      ),
      table(
        ['Question', 'Rows', 'Median'],
        report.questions.map(({ title, answered, median_ms }) => [
          title,
          String(answered),
          `${median_ms} ms`,
        ]),
      ),
      report.questions
        .map(
          ({ title, plan }) =>
            `<details><summary>${title}</summary>\n\n\`\`\`\n${plan.filter((line) => !line.includes('never executed')).join('\n')}\n\`\`\`\n\n</details>`,
        )
        .join('\n'),
    ].join('\n\n'),
  );
}
