import pg from 'pg';
import { type CommandError, finding } from '../console/errors.ts';
import type { SourceObject } from './gather.ts';

/**
 * Says why a source could not be applied to the replayed history, and what the engineer should do about it.
 *
 * @param cause what the client threw; anything but a server error comes back as it is.
 */
export function explainSourceFailure(
  { key, file }: Pick<SourceObject, 'key' | 'file'>,
  sql: string,
  cause: unknown,
): CommandError | unknown {
  if (!(cause instanceof pg.DatabaseError)) return cause;
  const { expected, remedy } = ADVICE[cause.code ?? ''] ?? {
    expected: 'a source that PostgreSQL accepts on top of the history',
    remedy: 'mend the source',
  };
  return finding(
    {
      problem: `${file}: ${key} cannot be applied: ${cause.message} (SQLSTATE ${cause.code ?? 'unknown'})`,
      expected,
      remedy,
      details: [
        ...(cause.detail ? [`detail     ${cause.detail}`] : []),
        ...(cause.hint ? [`hint       ${cause.hint}`] : []),
        ...(cause.position ? [`near       ${lineAt(sql, Number(cause.position))}`] : []),
      ],
    },
    { cause },
  );
}

const MISSING = {
  expected: 'tables, columns and roles that the history creates before the sources use them',
  remedy:
    'write the DDL first: `npm run db:new -- <verb_object> --empty`, then `npm run db:new -- --amend` composes the rest of that file',
};

const ADVICE: Readonly<Record<string, { expected: string; remedy: string }>> = {
  '42P13': {
    expected: 'a changed function that keeps its return type, argument names and defaults',
    remedy:
      'give the function a new name or other argument types (the old one is then dropped last), or drop it by hand: `npm run db:new -- <verb_object> --empty`, `drop function …;`, then `npm run db:new -- --amend`',
  },
  '2BP01': {
    expected: 'an object without a source that nothing uses any more',
    remedy:
      'restore its source, or change what depends on it by hand: `npm run db:new -- <verb_object> --empty`, then `npm run db:new -- --amend`',
  },
  '42P01': MISSING,
  '42703': MISSING,
  '42704': MISSING,
  '3F000': MISSING,
  '42883': MISSING,
};

function lineAt(sql: string, position: number): string {
  const before = [...sql]
    .slice(0, position - 1)
    .join('')
    .split('\n').length;
  return sql.split('\n')[before - 1]?.trim() ?? '';
}
