import { scanSync } from 'libpg-query';
import type { Routine } from '../reach/reach.ts';

/**
 * A routine's text without what changes nothing: comments, blanks, line ends. The scanner is PostgreSQL's own, so that what
 * stands in a literal counts. Of any language but SQL and PL/pgSQL every character counts.
 */
export function tokensOf({ body, language }: Pick<Routine, 'body' | 'language'>): string {
  if (!/^(sql|plpgsql)$/.test(language)) return body;
  try {
    const bytes = Buffer.from(body, 'utf8');
    return scanSync(body)
      .tokens.filter(({ tokenName }) => !/COMMENT/.test(tokenName))
      .map(({ start, end }) => bytes.subarray(start, end).toString('utf8'))
      .join(' ');
  } catch {
    return body; // what cannot be scanned counts letter by letter
  }
}
