import { type CordonError, misuse } from './errors.ts';

/** SQLSTATE of what a login may not do. The message names the object, and never a value. */
const DENIED = '42501';

/** What a user is told where the server refused their login something that the command needs; undefined for every other error. */
export function explainDenied(error: unknown): CordonError | undefined {
  // Not by class: a command that needs no database loads no driver.
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== DENIED) return undefined;
  return misuse(
    {
      problem: `the login may not do that: ${error.message}`,
      expected: 'the role that migrates (on Supabase it is postgres), or what --help names',
      remedy: 'name another login in DATABASE_URL',
    },
    { cause: error },
  );
}
