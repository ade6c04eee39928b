import { type Clinic, idOf } from '../../../testing/ids.ts';
import { EVERYBODY, type Persona, personas, transporters } from '../../../testing/personas.ts';

/** Who walks. Of clinics one each at both; the company and operations are there for both. */
const STAFF = ['clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'] as const;
const CAPABLE = ['finance', 'transport', 'break_glass', 'privacy_officer'] as const;
export type Part = (typeof STAFF)[number] | (typeof CAPABLE)[number] | 'patient' | 'guardian';

const CARRIES: Record<(typeof CAPABLE)[number], string> = {
  finance: 'assistant',
  transport: 'assistant',
  break_glass: 'doctor',
  privacy_officer: 'assistant',
};

/** Somebody of a clinic. */
export function at(clinic: Clinic, part: Part): Persona {
  if (part === 'patient') return clinic === 'a' ? personas.patient : personas.patientOfB;
  if (part === 'guardian') return clinic === 'a' ? personas.guardian : moved(personas.guardian, clinic);
  const letter = clinic.toUpperCase();
  const name =
    part in CARRIES
      ? `${CARRIES[part as keyof typeof CARRIES]} of ${letter} with ${part}`
      : `${part} of ${letter}`;
  const found = EVERYBODY.find((persona) => persona.name === name);
  if (!found) throw new Error(`nobody is ${name}`);
  return found;
}

function moved(persona: Persona, clinic: Clinic): Persona {
  const userId = idOf('portal', clinic, '02');
  const claims = { ...persona.claims, sub: userId, session_id: userId.replace('-8000-', '-9000-') };
  return { ...persona, name: `guardian of ${clinic.toUpperCase()}`, userId, home: clinic, claims };
}

/** The server's key, pinned to an organisation. */
export function server(organisationId: string): Persona {
  return {
    ...personas.servicePinned,
    name: 'the server',
    // As the Storage API deletes; nothing else reads the second.
    settings: { 'app.pinned_organisation_id': organisationId, 'storage.allow_delete_query': 'true' },
  };
}

/** Whoever runs the deployment's commands, and owns what the migrations made. */
export const OWNER: Persona = { name: 'the owner', role: 'service_role', claims: {} };

export const operations = personas.opsAgent;
export const operationsAdmin = personas.opsAdmin;
export const { dispatcher } = transporters;
export const companyAdmin = transporters.admin;
