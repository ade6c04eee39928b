import type { Reach } from '../reach/reach.ts';

/** Tables of the platform whose rows decide: who somebody is, and which files are public. */
const OF_THE_PLATFORM: readonly string[] = ['auth.users', 'auth.sessions', 'storage.buckets'];

/**
 * Tables whose rows decide who may do what: what the functions that policies ask read, through whatever they call and through views.
 * Who writes a row there grants or takes something as a policy does.
 */
export function decidingTables({ relations, routines }: Reach): ReadonlySet<string> {
  const texts = new Map<string, string>();
  const add = (name: string, text: string) => texts.set(name, `${texts.get(name) ?? ''} ${text}`);
  for (const { name, body } of routines) add(name.slice(0, name.indexOf('(')), body);
  for (const { name, definition } of relations) add(name, definition ?? '');
  const kinds = new Map(relations.map(({ name, kind }) => [name, kind]));
  const waiting = routines
    .filter(({ askedBy }) => askedBy.some((asker) => asker.startsWith('policy ')))
    .map(({ name }) => name.slice(0, name.indexOf('(')));
  const seen = new Set(waiting);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const word of texts.get(name)?.match(/\b[a-z_]\w*\.[a-z_]\w*\b/g) ?? []) {
      if (seen.has(word) || !texts.has(word)) continue;
      seen.add(word);
      waiting.push(word);
    }
  }
  const found = [...seen].filter((name) => kinds.get(name) === 'table');
  return new Set([...found, ...OF_THE_PLATFORM.filter((name) => kinds.has(name))]);
}
