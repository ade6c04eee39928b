/**
 * What a command may end with besides success.
 *
 * Exit code 1: the tool worked and found something (a failed migration, stale types, an open requirement).
 * Exit code 2: the tool was misused or could not work (bad flag, unreachable server, missing binary).
 */
export type ExitCode = 1 | 2;

export interface Explanation {
  /** One line: what is wrong, naming the file, object or setting. */
  readonly problem: string;
  /** What was expected instead. */
  readonly expected?: string;
  /** How to mend it: a command or an edit. */
  readonly remedy?: string;
  /** Further lines: locations, statements, object names. Never row values. */
  readonly details?: readonly string[];
}

/** An error a user can act on. It is printed without a stack trace. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly explanation: Explanation;

  constructor(exitCode: ExitCode, explanation: Explanation, options?: ErrorOptions) {
    super(explanation.problem, options);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.explanation = explanation;
  }
}

/** The command worked and found something wrong: exit code 1. */
export function finding(explanation: Explanation, options?: ErrorOptions): CommandError {
  return new CommandError(1, explanation, options);
}

/** The command was misused or a tool it needs is broken: exit code 2. */
export function misuse(explanation: Explanation, options?: ErrorOptions): CommandError {
  return new CommandError(2, explanation, options);
}

/** What reads a file and is told of a mistake in it by something that does not know the file: it is told with it. */
export function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CommandError) || error.explanation.problem.includes(file)) throw error;
    const { explanation, exitCode, cause } = error;
    throw new CommandError(
      exitCode,
      { ...explanation, problem: `${file}: ${explanation.problem}` },
      { cause },
    );
  }
}
