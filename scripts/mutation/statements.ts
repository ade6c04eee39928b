import type { Token } from './tokens.ts';

/** One stretch of a PL/pgSQL body. */
export interface Statement {
  /** `if` and `elsif` span their condition; every other kind the whole statement, semicolon left out. */
  readonly kind: 'if' | 'return' | 'raise' | 'act';
  readonly start: number;
  readonly end: number;
}

/** Reads the statements of a PL/pgSQL body. Declarations and the conditions of handlers and loops are left out. */
export function statementsOf(tokens: readonly Token[]): readonly Statement[] {
  const statements: Statement[] = [];
  const first = tokens.findIndex(({ word }) => word === 'begin');
  let index = first;
  const until = (...ends: string[]): number => {
    let cases = 0;
    let at = index;
    for (; at < tokens.length; at += 1) {
      const { word, depth } = tokens[at] as Token;
      if (depth > 0) continue;
      if (cases === 0 && ends.includes(word)) break;
      if (word === 'case') cases += 1;
      if (word === 'end' && cases > 0) cases -= 1;
    }
    return at;
  };
  const record = (kind: Statement['kind'], from: number, to: number) => {
    const [opening, closing] = [tokens[from], tokens[to - 1]];
    if (opening && closing) statements.push({ kind, start: opening.start, end: closing.end });
  };
  while (index >= 0 && index < tokens.length) {
    const { word, text } = tokens[index] as Token;
    if (word === 'begin' || word === 'else' || word === 'exception' || word === 'loop' || word === ';') {
      index += 1;
    } else if (text.startsWith('<')) {
      // <<label>>: it goes with the block or loop behind it.
      index = until('begin', 'declare', 'for', 'foreach', 'loop', 'while');
    } else if (word === 'declare') {
      index = until('begin');
    } else if (word === 'if' || word === 'elsif') {
      const end = until('then');
      record('if', index + 1, end);
      index = end + 1;
    } else if (word === 'when') {
      index = until('then') + 1;
    } else if (word === 'while' || word === 'for') {
      index = until('loop') + 1;
    } else {
      const end = until(';');
      if (word === 'return' || word === 'raise') record(word, index, end);
      else if (word !== 'end' && word !== 'null') record('act', index, end);
      index = end + 1;
    }
  }
  return statements;
}
