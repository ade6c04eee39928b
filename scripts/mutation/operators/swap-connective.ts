import type { Operator } from '../mutant.ts';
import { connectivesOf } from '../terms.ts';
import { replaced, type Token } from '../tokens.ts';

/** Makes an AND an OR, and the reverse. */
export const swapConnective: Operator = {
  name: 'swap-connective',
  about: 'make an AND an OR, or the reverse',
  mutate: ({ sites }) =>
    sites.flatMap((site) =>
      connectivesOf(site.tokens).map((token) => ({
        subject: site.subject,
        calls: site.calls,
        undo: site.undo,
        what: `${site.place}${around(site.text, token)}`,
        sql: site.install(replaced(site.text, token, token.word === 'and' ? 'or' : 'and')),
        role: site.role,
      })),
    ),
};

/** A word with what stands next to it, which tells a reader which one it is. */
export function around(text: string, { start, end }: Token): string {
  const squeeze = (part: string) => part.replaceAll(/\s+/g, ' ');
  return `${squeeze(text.slice(0, start)).slice(-32)}⟨${text.slice(start, end)}⟩${squeeze(text.slice(end)).slice(0, 32)}`;
}
