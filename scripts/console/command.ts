import { Command, CommanderError } from 'commander';
import { explainDenied } from './denied.ts';
import { CordonError } from './errors.ts';
import { printError, say } from './report.ts';

export interface CommandDefinition<Options> {
  /** The npm script's name, as the user types it: `db:migrate`. */
  readonly name: string;
  readonly summary: string;
  /** Positional arguments in commander's notation: `<name>`, `[file...]`. */
  readonly usage?: string;
  /** Commander option flags and their help: `['--json', 'print one JSON object']`. */
  readonly options?: readonly (readonly [flags: string, help: string])[];
  /** Shown under --help: examples, environment variables, exit codes of this command. */
  readonly notes?: string;
  /** Returns the process's exit code; nothing means 0. Throw a CordonError for what a user can mend. */
  readonly run: (options: Options, args: readonly string[]) => Promise<number | undefined> | Promise<void>;
}

const EXIT_CODES =
  'Exit codes: 0 done, 1 findings or a failed migration, 2 misuse or a tool that cannot work.';

/** Runs one npm script: flags, --help, errors without stack traces, exit codes. */
export async function command<Options extends object>(definition: CommandDefinition<Options>): Promise<void> {
  const program = new Command(`npm run ${definition.name} --`)
    .description(definition.summary)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '✗ ')) })
    .showHelpAfterError(`  → npm run ${definition.name} -- --help`)
    .addHelpText('after', `\n${definition.notes ? `${definition.notes}\n\n` : ''}${EXIT_CODES}`);
  if (definition.usage) program.arguments(definition.usage);
  for (const [flags, help] of definition.options ?? []) program.option(flags, help);
  program.action(async (...received: unknown[]) => {
    const args = received
      .slice(0, -2)
      .flat()
      .filter((value): value is string => typeof value === 'string');
    const code = await definition.run(program.opts<Options>(), args);
    if (typeof code === 'number') process.exitCode = code;
  });
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = exitCodeOf(
      explainDenied(error) ?? error,
      program.opts<{ json?: boolean }>().json === true,
    );
  }
}

function exitCodeOf(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
  if (error instanceof CordonError) {
    if (json) say(JSON.stringify({ error: error.explanation, exitCode: error.exitCode }));
    else printError(error);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  printError(
    new CordonError(2, {
      problem: `internal error: ${message}`,
      expected: 'this should not happen',
      remedy: 'run again with CORDON_DEBUG=1 for the stack trace, and report it with that text',
      details: process.env.CORDON_DEBUG && error instanceof Error ? [error.stack ?? ''] : [],
    }),
  );
  return 2;
}
