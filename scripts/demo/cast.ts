import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas, transporters } from '../../testing/personas.ts';

/** Somebody of the seed, with the token and the request that an application would have verified. */
export interface Player {
  readonly title: string;
  readonly role: 'authenticated' | 'patient' | 'internal_ops';
  readonly claims: Readonly<Record<string, unknown>>;
  readonly organisationId?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The front desk's network, which Clínica Aurora has listed. */
const DESK = '192.0.2.10';

function player(title: string, { role, claims, home }: Persona, address = DESK): Player {
  if (role === 'anon' || role === 'service_role') throw new Error(`${title} is nobody who signs in`);
  const organisationId = home === undefined ? undefined : home === 'a' ? CLINIC_A : CLINIC_B;
  return {
    title,
    role,
    claims,
    headers: { 'x-forwarded-for': address, 'user-agent': 'cordon-demo/1.0' },
    // Only staff choose where they act; a choice grants nothing.
    ...(role === 'authenticated' && organisationId && { organisationId }),
  };
}

export const CAST = {
  admin: player('Aurora · clinic admin', personas.clinicAdmin),
  doctor: player('Aurora · doctor', personas.doctor),
  doctorInCafe: player('Aurora · doctor, in a café', personas.doctor, '203.0.113.80'),
  nurse: player('Aurora · nurse', personas.nurse),
  reception: player('Aurora · reception', personas.receptionist),
  finance: player('Aurora · finance', personas.finance),
  examiner: player('Aurora · auditor', personas.auditor),
  officer: player('Aurora · privacy officer', personas.privacyOfficer),
  ana: player('Ana, on the portal', personas.patient, '198.51.100.7'),
  doctorOfAndaman: player('Andaman · doctor', personas.doctorOfB, '198.51.100.99'),
  dispatcher: player('Litoral · dispatcher', transporters.dispatcher, '198.51.100.50'),
  agent: player('Operations · agent', personas.opsAgent, '198.51.100.20'),
  auditor: player('Operations · auditor', personas.opsAuditor, '198.51.100.21'),
} as const;

// The first of a login's titles: the doctor, wherever they sit.
const TITLES = new Map(
  (Object.values(CAST) as Player[]).reverse().map(({ claims, title }) => [String(claims.sub), title]),
);

/** Who of the cast a login is; undefined for anybody else. */
export function titleOf(userId: string | null): string | undefined {
  return TITLES.get(String(userId));
}

/** What the day is about. */
export const PROPS = {
  clinic: CLINIC_A,
  ana: idOf('patient', 'a', '01'),
  bruno: idOf('patient', 'a', '02'),
  bed: idOf('bed', 'a', '01'),
  otherBed: idOf('bed', 'a', '03'),
  caseOfAna: idOf('case', 'a', '01'),
  caseOfBruno: idOf('case', 'a', '02'),
  record: idOf('record', 'a', '01'),
  psychiatricRecord: idOf('record', 'a', '02'),
  transfer: idOf('transfer', 'a', '01'),
  disclosureForm: idOf('form', 'a', '01'),
  invoice: idOf('invoice', 'a', '02'),
  vehicle: idOf('vehicle', 'c', '01'),
  driver: idOf('crew', 'c', '01'),
  litoral: idOf('organisation', 'c'),
  andaman: CLINIC_B,
} as const;
