import { SessionContextError } from './errors.ts';

/** The roles a caller can act as: one for each realm. `service_role` and owners are not among them, and never will be. */
export const SESSION_ROLES = ['authenticated', 'internal_ops', 'patient', 'anon'] as const;
/** One of `SESSION_ROLES`. */
export type SessionRole = (typeof SESSION_ROLES)[number];

/** Who acts, where, and why. */
export interface SessionContext {
  readonly role: SessionRole;
  /**
   * The payload of a token **that you verified**, as an object: the only source of identity. Left out for `anon` alone.
   * Where it names a `role`, it must be the one above.
   */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Chooses among the caller's live memberships, and grants nothing. Needed by those who have several. */
  readonly organisationId?: string | undefined;
  /** A purpose of `consent_purposes`. */
  readonly purpose?: string | undefined;
  /** Why the caller looks at this record. */
  readonly justification?: string | undefined;
  /**
   * Request headers, for what reads the client's address or `x-organisation-id`. Names are sent in lower case. Without the one that the deployment
   * trusts for addresses, a clinic that lists networks shows no chart; its value is what your own proxy says, never what the client sent.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Asks `public.pre_request()` first, as PostgREST does: a login whose session is over is `SessionEndedError`, where policies alone show no rows
   * without a word, and headers that cannot be are an error. One question more of the database.
   */
  readonly check?: boolean | undefined;
}

/** A token that came in a header is far smaller; what is larger is not a context. */
const MAX_LENGTH = 65_536;

/**
 * Checks a context and says it as settings of a transaction. What the context leaves out is set to the empty text, because a
 * pooled connection may come with a value of somebody else's.
 *
 * @returns pairs of name and value for `set_config(name, value, true)`, in the order to set them; the role comes first.
 * @throws SessionContextError for a context that names no caller or cannot be sent; no value is repeated in its message. [N-11]
 */
export function settingsOf(context: SessionContext): readonly (readonly [string, string])[] {
  if (typeof context !== 'object' || context === null) refuse('a session needs a context');
  const role = SESSION_ROLES.find((each) => each === context.role);
  if (role === undefined)
    refuse('the role is not one that callers have', `One of: ${SESSION_ROLES.join(', ')}.`);
  return [
    ['role', role],
    ['request.jwt.claims', claimsOf(context, role)],
    ['request.headers', headersOf(context.headers)],
    ['app.current_organisation_id', textOf(context.organisationId, 'organisationId')],
    ['app.purpose', textOf(context.purpose, 'purpose')],
    ['app.justification', textOf(context.justification, 'justification')],
    ...CLEARED.map((name) => [name, ''] as const),
    // Temporary tables of an earlier caller would shadow ours: without its name here, pg_temp is searched first.
    ['search_path', 'public, extensions, pg_temp'],
  ];
}

/** Whether the caller's session is asked for. @throws SessionContextError for what is neither yes nor no. */
export function isChecked({ check = false }: SessionContext): boolean {
  if (typeof check !== 'boolean') return refuse('check is neither true nor false');
  return check;
}

/** Nothing of a context stands in these, and something in the database reads them. */
const CLEARED = [
  'app.current_clinic_id', // the other name of the chosen organisation
  'app.pinned_organisation_id', // a pin is for roles that bypass policies
  'request.jwt.claim.sub', // what auth.uid() and its sisters still prefer
  'request.jwt.claim.role',
  'request.jwt.claim.email',
  'request.jwt.claim',
  'request.cookies',
  'request.method',
  'request.path',
] as const;

function claimsOf({ claims }: SessionContext, role: SessionRole): string {
  if (claims === undefined || claims === null) {
    if (role === 'anon') return '';
    return refuse('the context has no claims', 'Pass the payload of a verified token.');
  }
  if (typeof claims !== 'object' || Array.isArray(claims)) {
    refuse('the claims are not an object', 'Pass the payload of a verified token, not the token itself.');
  }
  const text = textOf(json(claims, 'claims'), 'claims');
  // What is sent is looked at: of an object, JSON passes over what it inherits, and asks it for another one (toJSON).
  const sent = JSON.parse(text) as Readonly<Record<string, unknown>> | null;
  if (role !== 'anon' && (typeof sent?.sub !== 'string' || sent.sub === '')) {
    refuse('the claims name no subject', 'Pass the payload of a verified token.');
  }
  if (sent?.role !== undefined && sent.role !== role) {
    refuse('the token is for another role than the session', 'Take the role from the verified token.');
  }
  return text;
}

function headersOf(headers: SessionContext['headers']): string {
  if (headers === undefined) return '';
  // What is iterated has no entries of its own: its headers would be passed over in silence, the chosen organisation among them.
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    refuse('the headers are no plain object', 'Of a Headers or a Map: Object.fromEntries(headers).');
  }
  const entries = Object.entries(headers).map(([name, value]) => {
    if (typeof value !== 'string') refuse('a header is not a text');
    return [name.toLowerCase(), value] as const;
  });
  const names = new Set(entries.map(([name]) => name));
  if (names.size !== entries.length) refuse('a header stands twice in the context');
  // A null prototype keeps a header named __proto__ a header.
  return textOf(json(Object.assign(Object.create(null), Object.fromEntries(entries)), 'headers'), 'headers');
}

function json(value: object, what: string): string {
  try {
    const text: unknown = JSON.stringify(value);
    if (typeof text === 'string') return text;
  } catch {
    // Told below, as where there is nothing to write.
  }
  return refuse(`the ${what} cannot be written as JSON`);
}

/**
 * A part of a context as it is sent.
 *
 * @throws SessionContextError for what is no text, or cannot be sent.
 */
export function textOf(value: string | undefined, what: string): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return refuse(`${what} is not a text`);
  if (value.includes('\0')) return refuse(`${what} holds a NUL byte`);
  if (value.length > MAX_LENGTH) return refuse(`${what} is longer than ${MAX_LENGTH} characters`);
  return value;
}

/** @throws SessionContextError always. */
export function refuse(message: string, hint?: string): never {
  throw new SessionContextError(message, { hint });
}
