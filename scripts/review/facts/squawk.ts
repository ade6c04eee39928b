import { createRequire } from 'node:module';
import { $ } from 'zx';
import { misuse } from '../../console/errors.ts';

/** What a linter of statements warns of: locks, rewrites, incompatible changes. */
export interface Caution {
  readonly rule: string;
  /** From 1. */
  readonly line: number;
  readonly level: string;
  readonly message: string;
  readonly help: string | null;
}

const lint = $({ quiet: true, nothrow: true, verbose: false });

/** Squawk's opinion on a migration, with the project's own settings. @throws CommandError (2) where it cannot run. */
export async function squawk(path: string): Promise<readonly Caution[]> {
  const script = createRequire(import.meta.url).resolve('squawk-cli/js/bin/squawk');
  const { stdout, stderr } =
    await lint`${process.execPath} ${script} --config .squawk.toml --reporter json ${path}`;
  try {
    const found = JSON.parse(stdout || '[]') as {
      rule_name: string;
      line: number;
      level: string;
      message: string;
      help: string | null;
    }[];
    return found.map(({ rule_name: rule, line, level, message, help }) => ({
      rule,
      line: line + 1,
      level,
      message,
      help,
    }));
  } catch (cause) {
    throw misuse(
      {
        problem: `squawk could not look at ${path}`,
        expected: 'its report as JSON',
        details: stderr.split('\n').slice(0, 5),
        remedy: 'npm ci, and try `npm run lint`',
      },
      { cause },
    );
  }
}
