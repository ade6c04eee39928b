import type { Command } from '../reach/reach.ts';

const REALMS: Readonly<Record<string, string>> = {
  authenticated: 'clinic staff',
  patient: 'patients',
  internal_ops: 'operations',
  anon: 'whoever has not signed in',
  service_role: 'the service role',
  authenticator: 'the login of requests',
  cordon_definer: 'our definer functions',
  cordon_insights: 'Smart Insights',
  PUBLIC: 'everybody (PUBLIC)',
  '': 'everybody',
};

/** How a realm is called in a sentence; any other role by its name. */
export function nameOfRealm(role: string): string {
  return REALMS[role] ?? `the role ${role}`;
}

export const VERBS: Readonly<Record<Command, string>> = {
  SELECT: 'read',
  INSERT: 'add to',
  UPDATE: 'change',
  DELETE: 'delete from',
};

const FEW = 6;

/** ` (mrn, full_name)`; nothing where it is all of them, a count where there are many. */
export function tellColumns(columns: readonly string[], all: readonly string[]): string {
  if (columns.length === 0 || columns.length === all.length) return '';
  return columns.length > FEW ? ` (${columns.length} of ${all.length} columns)` : ` (${columns.join(', ')})`;
}

/** `a`, `a and b`, `a, b and c` */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
