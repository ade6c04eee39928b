import { type AuthSettings, createAuth } from '../../client/auth.ts';
import { type RLSContext, type SessionContext, type SessionPool, withSession } from '../../client/index.ts';
import { pinOrganisation } from '../../client/kysely.ts';
import type { PrismaSessionOptions } from '../../client/prisma.ts';
import {
  type ActOptions,
  contextOf,
  type Persona,
  personas,
  type TestServerOptions,
} from '../../testing/index.ts';

/**
 * What may be left out may also be undefined, under `exactOptionalPropertyTypes` too, as of a request that may have said it. The compiler is the test; nothing
 * here runs.
 */
interface Said {
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly text: string | undefined;
  readonly yes: boolean | undefined;
  readonly texts: Readonly<Record<string, string>> | undefined;
  readonly count: number | undefined;
}

export function contexts(pool: SessionPool, { claims, text, yes, texts, count }: Said) {
  const context: SessionContext = {
    role: 'authenticated',
    claims,
    organisationId: text,
    purpose: text,
    justification: text,
    headers: texts,
    check: yes,
  };
  const settings: AuthSettings = { url: 'http://localhost', key: 'key', cookieName: text };
  const auth = createAuth(settings, { cookies: text, append: () => {}, signal: undefined, headers: texts });
  const prisma: PrismaSessionOptions = { maxWait: count, timeout: count };
  const said: RLSContext = {
    userId: 'a',
    clinicId: 'a',
    userRole: 'doctor',
    justification: text,
    ipAddress: text,
  };
  const acting: ActOptions = { commit: yes, headers: texts, settings: texts, claims };
  const persona: Persona = {
    name: 'mine',
    role: 'authenticated',
    claims: {},
    userId: text,
    home: undefined,
    settings: texts,
  };
  const server: TestServerOptions = { url: text, version: text, allowRemote: yes, prepare: undefined };
  const session = withSession(pool, contextOf(personas.doctor, { purpose: text }), async () => 1);
  return {
    context,
    auth,
    prisma,
    said,
    acting,
    persona,
    server,
    session,
    pin: pinOrganisation('a', { tables: undefined }),
  };
}

// @ts-expect-error what is asked for may not: a session needs a role
export const nobody: SessionContext = { role: undefined };
