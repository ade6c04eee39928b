import type { Reach } from '../review/reach/reach.ts';
import { askersOf } from '../review/verdicts/routines.ts';

/** Tables that decide about operations themselves, whoever may write them. */
const ABOUT_THEM: readonly string[] = ['public.ops_members', 'governance.schema_changes'];

/** What operations write or alone may call: tables by name, and functions also as an asker is told. */
export function heldByOperations({ relations, routines }: Reach): ReadonlySet<string> {
  const written = relations
    .filter(
      ({ held }) => (held.internal_ops?.INSERT.length ?? 0) + (held.internal_ops?.UPDATE.length ?? 0) > 0,
    )
    .map(({ name }) => name);
  const called = routines
    .filter(({ callers }) => callers.includes('internal_ops') && !callers.includes('authenticated'))
    .map(({ name }) => name);
  return new Set([...ABOUT_THEM, ...written, ...called, ...called.map((name) => `function ${name}`)]);
}

/** Whether what asks a function is theirs: a policy of theirs, a function that they alone call, a trigger on what they write. */
export function isAskedByThem(asker: string, theirs: ReadonlySet<string>): boolean {
  const guarded = /^trigger .+ on (\S+)$/.exec(asker)?.[1] ?? '';
  return /^policy internal_ops\w* on /.test(asker) || theirs.has(asker) || theirs.has(guarded);
}

/** Functions that decide for operations, whether they hold a right on them or not: `function authz.tg__tenant()`. */
export function functionsOfTheirs(reach: Reach): readonly string[] {
  const theirs = heldByOperations(reach);
  const asked = askersOf(reach);
  return reach.routines
    .filter(({ name }) => asked(name).some((asker) => isAskedByThem(asker, theirs)))
    .map(({ name }) => `function ${name}`);
}
