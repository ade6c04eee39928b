import { sqlTokens } from '../../sql/tokens.ts';
import type { Routine } from '../reach/reach.ts';

/**
 * A routine's text without what changes nothing: comments, blanks, line ends. What stands in a literal counts. Of any language but SQL and
 * PL/pgSQL every character counts.
 */
export function normalised({ body, language }: Pick<Routine, 'body' | 'language'>): string {
  if (!/^(sql|plpgsql)$/.test(language)) return body;
  try {
    return sqlTokens(body)
      .map(({ text }) => text)
      .join(' ');
  } catch {
    return body; // what cannot be scanned counts letter by letter
  }
}
