import { styleText } from 'node:util';

/** Prints one line about work under way to standard error, so that it never mixes with --json. */
export function progress(line: string): void {
  const isColoured = process.stderr.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  process.stderr.write(`${isColoured ? styleText('dim', '·') : '·'} ${line}\n`);
}
