import type { Operator } from '../mutant.ts';
import type { Site } from '../sites.ts';
import { type Term, termsOf } from '../terms.ts';
import { replaced } from '../tokens.ts';

/** Leaves out one condition: what stood beside AND becomes true, what stood beside OR false. */
export const dropTerm: Operator = {
  name: 'drop-term',
  about: 'leave out one condition of a policy, a view or a function',
  mutate: ({ sites }) =>
    sites.flatMap((site) =>
      termsOf(site.tokens)
        .filter((term) => !isGuard(site, term) && !isNothing(site, term))
        .map((term) => draftOf(site, term)),
    ),
};

/** Leaves out what says for whom a branch of a policy is. */
export const dropGuard: Operator = {
  name: 'drop-guard',
  about: "leave out a branch's audience",
  mutate: ({ sites }) =>
    sites.flatMap((site) =>
      termsOf(site.tokens)
        .filter((term) => isGuard(site, term))
        .map((term) => draftOf(site, term)),
    ),
};

/** What is true anyway, or false, is not missed: `where true` of a view. */
function isNothing({ text }: Site, { start, end, joinedBy }: Term): boolean {
  return text.slice(start, end).replaceAll(/[()\s]/g, '') === (joinedBy === 'and' ? 'true' : 'false');
}

function isGuard(site: Site, { start, end, joinedBy }: Term): boolean {
  return (
    site.kind === 'policy' &&
    joinedBy === 'and' &&
    /^\( SELECT authz\.holds\w*\(/.test(site.text.slice(start, end))
  );
}

function draftOf(site: Site, term: Term) {
  return {
    subject: site.subject,
    calls: site.calls,
    undo: site.undo,
    what: `${site.place}${site.text.slice(term.start, term.end)}`,
    sql: site.install(replaced(site.text, term, term.joinedBy === 'and' ? 'true' : 'false')),
    role: site.role,
  };
}
