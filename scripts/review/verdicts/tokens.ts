import { scanSync } from 'libpg-query';
import type { Routine } from '../reach/reach.ts';

/**
 * A routine's text without what changes nothing: comments, blanks, line ends. The scanner is PostgreSQL's own, so that what
 * stands in a literal counts. Settings, volatility and rights are compared apart.
 */
export function tokensOf({ definition, language }: Pick<Routine, 'definition' | 'language'>): string {
  const body = /^AS (\$[\w]*\$)\n?([\s\S]*)\1\s*$/m.exec(definition);
  const text = body?.[2];
  // Only SQL and PL/pgSQL are scanned as such; of any other language every character counts.
  if (text === undefined || !/^(sql|plpgsql)$/.test(language)) return definition;
  const signature = /^[\s\S]*?\n RETURNS .*$/m.exec(definition)?.[0] ?? '';
  return `${signature} ${scan(text)}`;
}

function scan(text: string): string {
  try {
    const bytes = Buffer.from(text, 'utf8');
    return scanSync(text)
      .tokens.filter(({ tokenName }) => !/COMMENT/.test(tokenName))
      .map(({ start, end }) => bytes.subarray(start, end).toString('utf8'))
      .join(' ');
  } catch {
    return text; // what cannot be scanned counts letter by letter
  }
}
