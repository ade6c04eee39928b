import { Command, CommanderError, type Option } from 'commander';
import { explainDenied } from './denied.ts';
import { misuse } from './errors.ts';
import { tellError } from './tell-error.ts';

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
  /** Returns the process's exit code; nothing means 0. Throw a CommandError for what a user can mend. */
  readonly run: (options: Options, args: readonly string[]) => Promise<number | undefined> | Promise<void>;
}

const EXIT_CODES = 'Exit codes: 0 done, 1 found something, 2 misuse or a tool that cannot work.';

/** Runs one npm script: flags, --help, errors without stack traces, exit codes. */
export async function command<Options extends object>(definition: CommandDefinition<Options>): Promise<void> {
  const program = new Command(`npm run ${definition.name} --`)
    .description(definition.summary)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} }) // what it refuses is told below, as every other error is
    .addHelpText('after', `\n${definition.notes ? `${definition.notes}\n\n` : ''}${EXIT_CODES}`);
  if (definition.usage) program.arguments(definition.usage);
  for (const [flags, help] of definition.options ?? []) program.option(flags, help);
  for (const option of program.options) expectOneValue(program, option);
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
    if (error instanceof CommanderError && error.exitCode === 0) return; // --help
    // Asked of the arguments: commander has read none where it stumbles over one.
    const isJson = process.argv.includes('--json') && program.options.some(({ long }) => long === '--json');
    process.exitCode = tellError(explain(error, definition.name), isJson);
  }
}

/**
 * Of two values the last counts, and nobody is told that the first was passed over: a receipt that was not compared, a page that was not written. An
 * empty one is a variable that was not set, and would be taken for none at all: everything is done, where a part was meant.
 */
function expectOneValue(program: Command, option: Option): void {
  const { required, optional, variadic, long } = option;
  if (!(required || optional)) return;
  let isGiven = false;
  program.on(`option:${option.name()}`, (value: unknown) => {
    if (value === '')
      throw misuse({
        problem: `${long} is given an empty value`,
        expected: 'a value',
        remedy: 'give one, or leave the option out',
      });
    if (isGiven && !variadic)
      throw misuse({
        problem: `${long} is given twice`,
        expected: 'one value',
        remedy: 'leave one of them out',
      });
    isGiven = true;
  });
}

function explain(error: unknown, name: string): unknown {
  if (!(error instanceof CommanderError)) return explainDenied(error) ?? error;
  const [problem = '', ...details] = error.message.replace(/^error: /, '').split('\n');
  // npm keeps the options that stand before `--` to itself, and passes their values on.
  const isPassedOn = error.code === 'commander.excessArguments';
  const remedy = isPassedOn
    ? `options stand behind \`--\`: npm run ${name} -- --help`
    : `npm run ${name} -- --help`;
  return misuse({ problem, details, remedy }, { cause: error });
}
