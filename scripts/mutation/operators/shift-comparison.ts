import type { Draft, Operator } from '../mutant.ts';
import type { Site } from '../sites.ts';
import { statementsOf } from '../statements.ts';
import { replaced, type Token } from '../tokens.ts';
import { around } from './swap-connective.ts';

/** The neighbour of each comparison: off by one, or turned around. */
const NEIGHBOURS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '=': '<>',
  '<>': '=',
  '!=': '=',
};

/** Behind these, "=" gives a value. */
const SETS = new Set(['set', 'diagnostics']);

/** Shifts a comparison by one, or turns it around; IS NULL and IS NOT NULL included. */
export const shiftComparison: Operator = {
  name: 'shift-comparison',
  about: 'shift a comparison by one, or turn it around',
  mutate: ({ sites }) =>
    sites.flatMap((site) => site.tokens.flatMap((token, index) => shifted(site, token, index))),
};

function shifted(site: Site, token: Token, index: number): readonly Draft[] {
  const by = replacement(site.tokens, index);
  if (by === undefined || (token.text === '=' && assigns(site, index))) return [];
  return [
    {
      subject: site.subject,
      calls: site.calls,
      undo: site.undo,
      what: `${site.place}${around(site.text, token)}`,
      sql: site.install(replaced(site.text, token, by)),
      role: site.role,
    },
  ];
}

function replacement(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index] as Token;
  const next = tokens[index + 1]?.word;
  if (token.word === 'is') {
    if (next === 'null') return 'is not';
    if (next === 'distinct') return 'is not';
  }
  // `is not null` loses its NOT, `is not distinct from` too.
  if (token.word === 'not' && tokens[index - 1]?.word === 'is') return '';
  return NEIGHBOURS[token.text];
}

/** Whether "=" sets something: in `update … set`, in `get diagnostics`, and in `raise … using`. */
function assigns(site: Site, index: number): boolean {
  if (site.kind !== 'function') return false;
  const token = site.tokens[index] as Token;
  const raises = statementsOf(site.tokens).filter(({ kind }) => kind === 'raise');
  if (raises.some(({ start, end }) => start <= token.start && token.end <= end)) return true;
  const before = site.tokens.slice(0, index).filter(({ depth }) => depth === token.depth);
  const last = before.findLast(
    ({ word }) => SETS.has(word) || word === 'where' || word === ';' || word === 'from',
  );
  return last !== undefined && SETS.has(last.word);
}
