import { command } from './console/command.ts';
import { type DriftOutcome, driftIssue } from './workflows/drift-issue.ts';
import { readReport } from './workflows/read-report.ts';

await command<{ run?: string }>({
  name: 'drift:issue',
  summary: 'Makes the text of an issue from what db:drift --json has printed, and prints it.',
  usage: '<report>',
  options: [['--run <url>', 'the run that compared']],
  notes: [
    'Sentences and counts alone: definitions and values of settings stay away.',
    'Example: npm run --silent db:drift -- --json > drift.json; npm run --silent drift:issue -- drift.json',
  ].join('\n'),
  async run({ run }, [file = '']) {
    process.stdout.write(driftIssue(readReport(file, 'db:drift', isOutcome), run));
  },
});

function isOutcome(value: object): value is DriftOutcome {
  return 'error' in value || ('drifts' in value && Array.isArray(value.drifts));
}
