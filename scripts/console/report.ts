import Table from 'cli-table3';
import pc from 'picocolors';
import { type CommandError, misuse } from './errors.ts';
import { visibleLines } from './visible.ts';

export { progress } from './progress.ts';

/** Colour only where a person looks: the stream is a terminal and NO_COLOR is unset (picocolors decides the rest). */
function coloursFor(stream: NodeJS.WriteStream) {
  return pc.createColors(stream.isTTY === true && pc.isColorSupported);
}

const closed = new AbortController();
/** Aborted once nobody reads standard output any more: whoever writes to it for as long as it runs has nobody left to write for. */
export const unread = closed.signal;

// A reader that has seen enough (`| head -1`) closes the pipe; that is no error of ours, and no reason to stop in the middle of a migration.
// What the work comes to stands in the exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') {
      if (stream === process.stdout) closed.abort();
      return;
    }
    // Of progress nothing depends on being read; of a result, everything: half of it must not pass for the whole.
    if (stream === process.stderr) return;
    printError(
      misuse({
        problem: `the result could not be written to its end (${error.code ?? error.message})`,
        expected: 'standard output that takes all of it',
        remedy: 'make room, or send it elsewhere, and run the command again: what it did is done',
      }),
    );
    process.exit(2);
  });
}

export const out = coloursFor(process.stdout);
const err = coloursFor(process.stderr);

/** Prints one line of the result to standard output. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Renders rows under a header, without ANSI codes unless standard output is a terminal. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const grid = new Table({
    head: header.map((title) => out.bold(title)),
    style: { head: [], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: ' ',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });
  for (const row of rows) grid.push([...row]);
  // A last cell is as wide as its column: nobody reads the spaces.
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Writes an error as a person reads it: problem, what was expected, where, and how to mend it. */
export function printError(error: CommandError): void {
  // What a server says repeats names, and whoever made the object chose the name.
  const { problem, expected, remedy, details } = error.explanation;
  const lines = [`${err.red('✗')} ${err.bold(visibleLines(problem))}`];
  if (expected) lines.push(`  expected  ${visibleLines(expected)}`);
  for (const detail of details ?? []) lines.push(`  ${visibleLines(detail)}`);
  if (remedy) lines.push(`  ${err.green('→')} ${visibleLines(remedy)}`);
  process.stderr.write(`${lines.join('\n')}\n`);
}
