import { sqlTokens } from '../sql/tokens.ts';

/**
 * Turns the text of CREATE POLICY into that of ALTER POLICY: the same roles and expressions, without what only a new
 * policy can say (`as restrictive`, `for select`). The tokens are PostgreSQL's own, so that no text in an expression counts.
 *
 * @param sql one CREATE POLICY statement without its semicolon; the parser must have been loaded.
 */
export function alterPolicy(sql: string): string {
  const tokens = sqlTokens(sql);
  const words = tokens.map(({ text }) => text.toLowerCase());
  const expressions = words.findIndex((word) => word === 'using' || word === 'with');
  const head = expressions === -1 ? words.length : expressions;
  let text = 'alter';
  let position = tokens[0]?.end ?? 0;
  // create policy <name> on <schema> . <table>: the clauses stand behind it, up to the first expression.
  for (let index = 4; index < head; index += 1) {
    if (words[index] !== 'as' && words[index] !== 'for') continue;
    text += sql.slice(position, tokens[index]?.start);
    position = tokens[index + 2]?.start ?? sql.length;
    index += 1;
  }
  return `${(text + sql.slice(position)).trimEnd()};`;
}
