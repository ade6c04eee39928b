import { existsSync, readFileSync } from 'node:fs';
import { command } from './console/command.ts';
import { misuse } from './console/errors.ts';
import { wholeNumber } from './console/numbers.ts';
import { reviewComment } from './workflows/comment.ts';
import { COMMENT_LIMIT } from './workflows/fit.ts';

await command<{ run?: string; limit?: string }>({
  name: 'review:comment',
  summary: 'Makes the comment of a pull request from the Markdown that db:review has written, and prints it.',
  usage: '<markdown>',
  options: [
    ['--run <url>', 'where the whole report is found'],
    ['--limit <bytes>', `how long it may be; ${COMMENT_LIMIT} when left out, which is what GitHub takes`],
  ],
  notes: [
    'Begins with a marker, by which the workflow finds its comment again. Without the file it says that the review could not be made.',
    'Example: npm run --silent review:comment -- review.md',
  ].join('\n'),
  async run({ run, limit }, [file = '']) {
    const bytes = limit === undefined ? COMMENT_LIMIT : wholeNumber('--limit', limit, 2000);
    const markdown = existsSync(file) ? readText(file) : undefined;
    process.stdout.write(reviewComment(markdown, { limit: bytes, ...(run !== undefined && { run }) }));
  },
});

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    throw misuse(
      {
        problem: `${file} cannot be read as text`,
        expected: 'the file that db:review wrote, or none',
        remedy: 'npm run db:review -- --markdown <file>',
      },
      { cause },
    );
  }
}
