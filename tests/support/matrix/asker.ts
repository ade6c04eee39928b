import type { Persona } from '../../../testing/personas.ts';
import type { Asker } from './expected.ts';

const REALM_OF = {
  authenticated: 'provider',
  patient: 'patient',
  internal_ops: 'internal_ops',
  anon: 'anon',
  service_role: 'service',
} as const;

/** A persona as the rules see it: the realm of its token, and what live rows add. */
export function askerOf({ role, live }: Persona): Asker {
  const realm = REALM_OF[role];
  switch (live?.realm) {
    case 'provider':
      return { realm, role: live.role, capabilities: live.capabilities };
    case 'internal_ops':
      return { realm, role: live.role };
    case 'patient':
      return { realm, hasAccount: true };
    case 'service':
      return { realm, isPinned: live.pinned };
    default:
      return { realm };
  }
}
