import { readFileSync } from 'node:fs';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { type DriftOutcome, driftIssue } from './workflows/issue.ts';

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
    process.stdout.write(driftIssue(read(file), run));
  },
});

function read(file: string): DriftOutcome {
  try {
    const outcome = JSON.parse(readFileSync(file, 'utf8')) as Partial<DriftOutcome> | null;
    if (outcome && ('error' in outcome || ('drifts' in outcome && Array.isArray(outcome.drifts)))) {
      return outcome as DriftOutcome;
    }
  } catch (error) {
    throw misuse(
      { problem: `${file} cannot be read`, expected: 'what `npm run --silent db:drift -- --json` printed' },
      { cause: error },
    );
  }
  throw misuse({
    problem: `${file} is no report`,
    expected: 'what `npm run --silent db:drift -- --json` printed',
  });
}
