import { misuse } from '../console/errors.ts';
import type { ScanRule } from './rule.ts';
import { RULES } from './rules/index.ts';

/**
 * The rules of these names, all of them when there are none.
 *
 * @throws CommandError (exit code 2) for a name that no rule has.
 */
export function selectRules(names: readonly string[]): readonly ScanRule[] {
  const unknown = names.filter((name) => !RULES.some((rule) => rule.name === name));
  if (unknown.length > 0) {
    throw misuse({
      problem: `there is no rule ${unknown.map((name) => JSON.stringify(name)).join(', ')}`,
      expected: `one of ${RULES.map(({ name }) => name).join(', ')}`,
      remedy: '`npm run db:scan -- --list` tells what each looks at',
    });
  }
  return names.length === 0 ? RULES : RULES.filter(({ name }) => names.includes(name));
}
