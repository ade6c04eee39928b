import type { Difference } from '../../catalog/differences.ts';
import { kindOf } from '../../catalog/snapshot.ts';

/** A change of what applications compile against. */
export interface ShapeChange {
  readonly sentence: string;
  /** Whether code that compiled before may fail, or read something else. */
  readonly breaks: boolean;
}

const SHAPES: readonly string[] = ['table', 'view', 'column', 'type', 'domain', 'function'];

/** What changes in the types that downstream applications import: relations, columns, functions of the schema public. */
export function shapeChanges(differences: readonly Difference[]): ShapeChange[] {
  const whole = new Set(
    differences
      .filter(({ key, change }) => change !== 'changed' && /^(table|view) /.test(key))
      .map(({ key }) => key.replace(/^\w+ /, '')),
  );
  return differences.flatMap(({ key, change, before = '', after = '' }): ShapeChange[] => {
    const kind = kindOf(key);
    const name = key.slice(kind.length + 1);
    if (!SHAPES.includes(kind) || !name.startsWith('public.')) return [];
    if (kind === 'column' && whole.has(name.replace(/\.[^.]+$/, ''))) return [];
    if (change === 'added')
      return [
        {
          sentence: `${kind} ${name} is new${kind === 'column' ? `: ${after}` : ''}`,
          breaks: isObligatory(kind, after),
        },
      ];
    if (change === 'removed') return [{ sentence: `${kind} ${name} is gone`, breaks: true }];
    if (kind === 'column' || kind === 'type' || kind === 'domain')
      return [{ sentence: `${kind} ${name}: ${before} becomes ${after}`, breaks: true }];
    const [was, is] = [signatureOf(before), signatureOf(after)];
    return kind === 'function' && was !== is
      ? [{ sentence: `function ${name}: ${was} becomes ${is}`, breaks: !isOnlyMoreLenient(was, is) }]
      : [];
  });
}

/** A column that whoever inserts has to name from now on. */
function isObligatory(kind: string, definition: string): boolean {
  return kind === 'column' && / not null/.test(definition) && !/ (default|generated) /.test(definition);
}

/** Whether nothing differs but that arguments may be left out which had to be given: PostgreSQL lets no default be taken away. */
function isOnlyMoreLenient(was: string, is: string): boolean {
  const named = (signature: string) => signature.replaceAll(/ DEFAULT [^,()]+(?=[,)])/g, '');
  const defaults = (signature: string) => signature.match(/\w+ [^,(]+ DEFAULT [^,()]+(?=[,)])/g) ?? [];
  const stays = new Set(defaults(is));
  return named(was) === named(is) && defaults(was).every((argument) => stays.has(argument));
}

/** Names of arguments and what comes back. */
function signatureOf(definition: string): string {
  const [, head = '', returns = ''] = /FUNCTION (.*)\n RETURNS (.*)/.exec(definition) ?? [];
  return `${head} returns ${returns}`;
}
