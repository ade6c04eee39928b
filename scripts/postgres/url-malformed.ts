import { type CommandError, misuse } from '../console/errors.ts';

const URL_FORM = 'postgresql://user:password@host:5432/database?sslmode=require';

/** A connection URL that cannot be used. Nothing of it is repeated: it may hold a password. */
export function malformed(why: string): CommandError {
  return misuse({
    problem: `DATABASE_URL is malformed: ${why}`,
    expected: URL_FORM,
    remedy: 'correct DATABASE_URL in the environment or in .env, or unset it to use the embedded server',
  });
}
