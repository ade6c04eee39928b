import {
  CAPABILITIES,
  type Capability,
  type OpsRole,
  PROVIDER_ROLES,
  type ProviderRole,
} from '../policies/vocabulary.ts';
import { CLINIC_A, CLINIC_B, type Clinic, idOf, NOBODY, sessionOf } from './ids.ts';

/** Somebody, or something, that reaches the database. */
export interface Persona {
  readonly name: string;
  /** The Postgres role that the token names. */
  readonly role: 'authenticated' | 'patient' | 'internal_ops' | 'anon' | 'service_role';
  readonly userId?: string | undefined;
  /** Where the persona belongs, or would if their access were live. */
  readonly home?: Clinic | undefined;
  /** What live rows give them; absent where nothing is live. */
  readonly live?: Live | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** What a persona's live rows amount to: the question that the rules answer. */
type Live =
  | { readonly realm: 'provider'; readonly role: ProviderRole; readonly capabilities: readonly Capability[] }
  | { readonly realm: 'internal_ops'; readonly role: OpsRole }
  | { readonly realm: 'patient'; readonly patientId: string }
  | { readonly realm: 'anon' }
  | { readonly realm: 'service'; readonly pinned: boolean };

/** Parts of staff ids that carry one capability, and the role beneath it. */
const CAPABILITY_PARTS = {
  finance: ['11', 'assistant'],
  transport: ['12', 'assistant'],
  break_glass: ['13', 'doctor'],
  privacy_officer: ['14', 'assistant'],
  insights_admin: ['15', 'assistant'],
  auditor: ['16', 'assistant'],
} as const satisfies Record<Capability, readonly [string, ProviderRole]>;

function staffOf(clinic: Clinic, role: ProviderRole): Persona {
  const part = `0${PROVIDER_ROLES.indexOf(role) + 1}`;
  const live = { realm: 'provider', role, capabilities: [] } as const;
  return member(`${role} of ${clinic.toUpperCase()}`, clinic, part, live);
}

function capableOf(clinic: Clinic, capability: Capability): Persona {
  const [part, role] = CAPABILITY_PARTS[capability];
  const live = { realm: 'provider', role, capabilities: [capability] } as const;
  return member(`${role} of ${clinic.toUpperCase()} with ${capability}`, clinic, part, live);
}

function member(name: string, clinic: Clinic, part: string, live?: Live): Persona {
  const persona = login(name, 'authenticated', idOf('staff', clinic, part));
  return { ...persona, home: clinic, ...(live && { live }) };
}

function login(name: string, role: Persona['role'], userId: string): Persona {
  return { name, role, userId, claims: claimsOf(role, userId) };
}

/** A token's claims as Supabase Auth issues them, as far as the database can see. */
function claimsOf(role: string, userId: string): Persona['claims'] {
  return {
    sub: userId,
    role,
    session_id: sessionOf(userId),
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: 1_780_000_000 }],
    is_anonymous: false,
    app_metadata: {},
    user_metadata: {},
  };
}

function portalOf(name: string, clinic: Clinic, part: string, isLive: boolean): Persona {
  const persona = login(`${name} of ${clinic.toUpperCase()}`, 'patient', idOf('portal', clinic, part));
  const live = { realm: 'patient', patientId: idOf('patient', clinic, part) } as const;
  return { ...persona, home: clinic, ...(isLive && { live }) };
}

function operatorOf(name: string, part: string, role?: OpsRole): Persona {
  const persona = login(name, 'internal_ops', idOf('staff', 'f', part));
  return role ? { ...persona, live: { realm: 'internal_ops', role } } : persona;
}

function changed(name: string, persona: Persona, claims: Record<string, unknown>): Persona {
  const { live: _, ...rest } = persona;
  return { ...rest, name, claims: { ...persona.claims, ...claims } };
}

function service(name: string, pinned?: string): Persona {
  return {
    name,
    role: 'service_role',
    home: 'a',
    live: { realm: 'service', pinned: pinned !== undefined },
    claims: { role: 'service_role' },
    ...(pinned && { settings: { 'app.pinned_organisation_id': pinned } }),
  };
}

const doctor = staffOf('a', 'doctor');
const dual = login('dual member', 'authenticated', idOf('staff', 'e', '01'));
const receptionist = { realm: 'provider', role: 'receptionist', capabilities: [] } as const;

/** Those that tests call by name. */
export const personas = {
  clinicAdmin: staffOf('a', 'clinic_admin'),
  doctor,
  nurse: staffOf('a', 'nurse'),
  assistant: staffOf('a', 'assistant'),
  receptionist: staffOf('a', 'receptionist'),
  finance: capableOf('a', 'finance'),
  breakGlass: capableOf('a', 'break_glass'),
  privacyOfficer: capableOf('a', 'privacy_officer'),
  auditor: capableOf('a', 'auditor'),
  auditorOfB: capableOf('b', 'auditor'),
  insightsAdmin: capableOf('a', 'insights_admin'),
  insightsAdminOfB: capableOf('b', 'insights_admin'),
  clinicAdminOfB: staffOf('b', 'clinic_admin'),
  doctorOfB: staffOf('b', 'doctor'),
  receptionistOfB: staffOf('b', 'receptionist'),

  /** Receptionist at A, clinic_admin at B, and acting at A. */
  dual: {
    ...dual,
    name: 'dual member acting in A',
    home: 'a',
    live: receptionist,
    settings: { 'app.current_clinic_id': CLINIC_A },
  },
  /** The same person acting at B. */
  dualInB: {
    ...dual,
    name: 'dual member acting in B',
    home: 'b',
    live: { realm: 'provider', role: 'clinic_admin', capabilities: [] },
    settings: { 'app.current_clinic_id': CLINIC_B },
  },
  /** The same person, who has not said where they act. */
  dualUndecided: { ...dual, name: 'dual member without a choice', home: 'a' },

  stranger: { ...login('stranger with a valid login', 'authenticated', idOf('staff', 'e', '02')), home: 'a' },
  revoked: member('revoked nurse of A', 'a', '21'),
  expired: member('expired nurse of A', 'a', '22'),
  ofClosedClinic: {
    ...login('doctor of a closed clinic', 'authenticated', idOf('staff', 'd', '02')),
    home: 'a',
  },
  signedOut: changed('doctor of A whose session was revoked', doctor, { session_id: NOBODY }),
  sessionless: changed('doctor of A with a token without session', doctor, { session_id: undefined }),
  anonymousSignIn: changed('anonymous sign-in as doctor of A', doctor, { is_anonymous: true }),
  recovering: changed('doctor of A with a recovery link', doctor, {
    amr: [{ method: 'recovery', timestamp: 1_780_000_000 }],
  }),

  patient: portalOf('patient', 'a', '01', true),
  guardian: portalOf('guardian', 'a', '02', true),
  formerProxy: portalOf('revoked proxy', 'a', '03', false),
  patientOfB: portalOf('patient', 'b', '01', true),

  opsAdmin: operatorOf('operations admin', '01', 'admin'),
  opsAgent: operatorOf('operations agent', '02', 'ops_agent'),
  opsAuditor: operatorOf('operations auditor', '03', 'auditor'),
  formerOperator: operatorOf('former operations agent', '04'),

  anon: {
    name: 'nobody signed in',
    role: 'anon',
    home: 'a',
    live: { realm: 'anon' },
    claims: { role: 'anon' },
  },
  service: service('unpinned service role'),
  servicePinned: service('service role pinned to A', CLINIC_A),
} as const satisfies Record<string, Persona>;

/** Staff of the transport company. The matrix asks each clinic about its own vehicles; these are for who drives for both. */
export const transporters = {
  dispatcher: login('dispatcher of C', 'authenticated', idOf('staff', 'c', '12')),
  admin: login('clinic_admin of C', 'authenticated', idOf('staff', 'c', '01')),
} as const satisfies Record<string, Persona>;

/**
 * The same person through the application of a third party that they let in (Supabase's OAuth server): it opens nothing, and reads
 * and writes what they may where `authz.deployment_settings.allow_oauth_clients` says so; it neither signs nor breaks the glass nor says who belongs.
 *
 * @example throughClient(personas.doctor)
 */
export function throughClient(persona: Persona): Persona {
  const claims = { ...persona.claims, client_id: 'c11e0000-0000-4000-8000-000000000001' };
  return { ...persona, name: `client app of ${persona.name}`, claims };
}

/** Everybody the access matrix asks about: each role and capability of both clinics, and all of the above. */
export const EVERYBODY: readonly Persona[] = unique([
  ...(['a', 'b'] as const).flatMap((clinic) => [
    ...PROVIDER_ROLES.map((role) => staffOf(clinic, role)),
    ...CAPABILITIES.map((capability) => capableOf(clinic, capability)),
  ]),
  ...Object.values(personas),
]);

function unique(list: readonly Persona[]): readonly Persona[] {
  return [...new Map(list.map((persona) => [persona.name, persona])).values()];
}

/** The other clinic. */
export function otherClinic(clinic: Clinic): Clinic {
  return clinic === 'a' ? 'b' : 'a';
}
