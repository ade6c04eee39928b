import { parseSync } from 'libpg-query';
import type { ParsedStatement, Tree } from '../../sql/parse.ts';
import { HOLE, type Text } from './texts.ts';

export type Statement = Pick<ParsedStatement, 'kind' | 'tree'>;

export function asStatement(node: Tree): Statement {
  const [kind = '', tree = {}] = Object.entries<Tree>(node)[0] ?? [];
  return { kind, tree };
}

/** Undefined where the grammar does not take it. */
export function statementsIn(sql: string): readonly Statement[] | undefined {
  try {
    return sql.trim() === '' ? [] : (parseSync(sql).stmts ?? []).map(({ stmt }) => asStatement(stmt ?? {}));
  } catch {
    return undefined;
  }
}

/** Whatever may stand in a hole, the words around it mostly tell what is written. */
export function statementsWith({ text, isRaw }: Text): readonly Statement[] | undefined {
  const fillings = isRaw ? [HOLE, `${HOLE} = ${HOLE}`, `(${HOLE})`, ' '] : [HOLE];
  for (const filling of fillings) {
    const found = statementsIn(text.replaceAll(HOLE, filling));
    if (found) return found;
  }
  return undefined;
}
