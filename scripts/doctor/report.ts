import { counted } from '../console/counted.ts';
import { out, say, table } from '../console/report.ts';
import { visible } from '../console/visible.ts';
import type { Sight, State } from './check.ts';
import { CHECKS } from './checks/index.ts';

/** Prints what was seen as a person reads it: the sum, a table, and below it how to mend or where to look. */
export function printSights(sights: readonly Sight[], where: string): void {
  const count = (state: State) => sights.filter((sight) => sight.state === state).length;
  say(
    `${out.bold(counted(count('fault'), 'fault'))}, ${count('unseen')} unseen, ${count('ok')} ok at ${where}`,
  );
  say();
  say(
    table(
      ['State', 'Check', 'What', 'Found', 'Expected'],
      sights.map(({ state, check, object, found, expected }) => [
        coloured(state),
        check,
        visible(object),
        visible(found),
        expected,
      ]),
    ),
  );
  for (const { name, why, remedy } of CHECKS) {
    const states = sights
      .filter(({ check, state }) => check === name && state !== 'ok')
      .map(({ state }) => state);
    if (states.length === 0) continue;
    say();
    say(`${coloured(states.includes('fault') ? 'fault' : 'unseen')}  ${out.bold(name)}`);
    say(`  ${out.dim(why)}`);
    say(`  ${out.green('→')} ${remedy}`);
  }
}

function coloured(state: State): string {
  return { fault: out.red, unseen: out.yellow, ok: out.green }[state](state);
}
