import { SESSION_ROLES, type SessionContext } from '../client/context.ts';
import type { Persona } from './personas.ts';

/** What the proxy of the seed's deployment adds to a request from a clinic's own network. */
export const FROM_THE_CLINIC = { 'x-forwarded-for': '192.0.2.10' } as const;

/**
 * What `withSession` takes for a persona: role, claims, the clinic that they have chosen, and the clinic's own network.
 *
 * @param more what the context says beside or instead; its headers stand beside those of the network.
 * @throws TypeError for the server's key (`personas.service`), which no session takes.
 * @example
 * await withSession(pool, contextOf(personas.doctor, { purpose: 'treatment' }), (session) => session.query('select …'));
 */
export function contextOf(persona: Persona, more: Partial<SessionContext> = {}): SessionContext {
  const role = SESSION_ROLES.find((each) => each === persona.role);
  if (!role) {
    throw new TypeError(
      `${persona.name} acts as ${persona.role}, which no session takes: give withSession a caller, or ask database.as`,
    );
  }
  const organisationId = persona.settings?.['app.current_clinic_id'];
  return {
    role,
    claims: persona.claims,
    ...(organisationId && { organisationId }),
    ...more,
    headers: { ...(isPlaced(more.headers) ? {} : FROM_THE_CLINIC), ...more.headers },
  };
}

/** Whether it says where the caller is by itself, however the name is spelt. */
function isPlaced(headers: SessionContext['headers']): boolean {
  const names = Object.keys(headers ?? {}).map((name) => name.toLowerCase());
  return Object.keys(FROM_THE_CLINIC).some((name) => names.includes(name));
}
