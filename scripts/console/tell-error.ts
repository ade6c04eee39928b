import { CommandError } from './errors.ts';
import { printError, say } from './report.ts';

/**
 * Tells whatever ended a command: under --json as one object, else as a person reads it.
 *
 * @returns the exit code.
 */
export function tellError(error: unknown, json: boolean): number {
  const told = error instanceof CommandError ? error : unexpected(error);
  if (json) say(JSON.stringify({ error: told.explanation, exitCode: told.exitCode }));
  else printError(told);
  return told.exitCode;
}

function unexpected(error: unknown): CommandError {
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError(2, {
    problem: `internal error: ${message}`,
    expected: 'this should not happen',
    remedy: 'run again with CORDON_DEBUG=1 for the stack trace, and report it with that text',
    details: process.env.CORDON_DEBUG && error instanceof Error ? [error.stack ?? ''] : [],
  });
}
