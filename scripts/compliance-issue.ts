import { command } from './console/command.ts';
import { complianceIssue, type RecordedReport } from './workflows/compliance-issue.ts';
import { readReport } from './workflows/read-report.ts';

await command<{ run?: string }>({
  name: 'compliance:issue',
  summary: 'Makes the text of an issue from what compliance --json has printed, and prints it.',
  usage: '<report>',
  options: [['--run <url>', 'the run that looked']],
  notes: [
    'Requirements, verdicts and reasons alone: queries and what they found stay in the report.',
    'Example: npm run --silent compliance -- --json > compliance.json; npm run --silent compliance:issue -- compliance.json',
  ].join('\n'),
  async run({ run }, [file = '']) {
    process.stdout.write(complianceIssue(readReport(file, 'compliance', isReport), run));
  },
});

function isReport(value: object): value is RecordedReport {
  return 'lines' in value && Array.isArray(value.lines) && 'counts' in value;
}
