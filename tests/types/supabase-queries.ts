import { createClient } from '@supabase/supabase-js';
import type { Database } from 'cordon/supabase';
import { type AuthSettings, createAuth } from '../../client/auth.ts';

/** Queries over the Supabase API. The compiler is the test; nothing here runs. */

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

const client = () => createClient<Database>('http://localhost', 'key');

export async function latestPatients() {
  const { data } = await client()
    .from('patients')
    .select('id, full_name, status')
    .order('id', { ascending: false })
    .limit(50);
  type Found = { id: string; full_name: string; status: 'active' | 'inactive' };
  holds<Equal<typeof data, Found[] | null>>();
  return data;
}

/** Side tables are one to one, so that embedding yields an object, not a list. */
export async function withClinical() {
  const { data } = await client().from('patients').select('mrn, patient_clinical(allergies)').single();
  holds<Equal<NonNullable<typeof data>['patient_clinical'], { allergies: string | null } | null>>();
  return data;
}

/** By headers: each request of PostgREST is a transaction of its own, and `set_context` chooses for the rest of one. */
export async function chooseOrganisation(settings: AuthSettings, cookies: string, organisationId: string) {
  const { supabase } = createAuth<Database>(settings, {
    cookies,
    append: () => {},
    headers: { 'x-organisation-id': organisationId, 'x-purpose': 'scheduling' },
  });
  const { data } = await supabase.from('patients').select('id');
  holds<Equal<typeof data, { id: string }[] | null>>();
  return data;
}

/** Within a case, or none: what a function takes NULL for is an argument that may be left out. */
export async function admit(patientId: string, bedId: string, caseId?: string) {
  await client().rpc('admit_patient', { patient_id: patientId, bed_id: bedId });
  return client().rpc('admit_patient', {
    patient_id: patientId,
    bed_id: bedId,
    ...(caseId && { case_id: caseId }),
  });
}

/** What a function may leave out is null to whoever reads it: operations have no name, and what is lost was not counted. */
export async function sawIt(patientId: string) {
  const { data } = await client().rpc('who_saw_record', { patient_id: patientId });
  type Line = NonNullable<typeof data>[number];
  holds<Equal<Line['display_name'], string | null>>();
  holds<Equal<Line['purpose'], string | null>>();
  holds<Equal<Line['role'], string | null>>();
  holds<Equal<Line['occurred_at'], string>>();
  holds<Equal<Line['in_emergency'], boolean>>();
  const { data: lost } = await client().rpc('access_log_exceptions', {});
  holds<Equal<NonNullable<typeof lost>[number]['from_lsn'], string | null>>();
  holds<Equal<NonNullable<typeof lost>[number]['records'], number | null>>();
  holds<Equal<NonNullable<typeof lost>[number]['kind'], string>>();
  const { data: found } = await client().rpc('search_patients', { organisation_id: 'a', part_of_name: 'an' });
  holds<Equal<NonNullable<typeof found>[number]['full_name'], string>>();
  return data;
}

/** The token of an invitation is told once, as a text. */
export async function invite(email: string) {
  const { data } = await client().rpc('invite_member', { email, role: 'nurse' });
  holds<Equal<typeof data, { invitation_id: string; token: string; expires_at: string } | null>>();
  return data?.token;
}

export async function register(organisationId: string) {
  return client()
    .from('patients')
    .insert({ organisation_id: organisationId, mrn: 'A-1', full_name: 'Ana Example' });
}

/** A CHECK on text is a union, of a list's elements too; a view's column is null only where it can be; an address is a text. */
export async function facts() {
  const { data: members } = await client().from('organisation_members').select('role, capabilities');
  type Member = NonNullable<typeof members>[number];
  holds<Equal<Member['role'], 'clinic_admin' | 'doctor' | 'nurse' | 'assistant' | 'receptionist'>>();
  type Capability =
    | 'finance'
    | 'transport'
    | 'break_glass'
    | 'privacy_officer'
    | 'insights_admin'
    | 'auditor';
  holds<Equal<Member['capabilities'], Capability[]>>();
  const { data: profiles } = await client().from('patient_profiles').select('full_name, status, allergies');
  type Profile = NonNullable<typeof profiles>[number];
  holds<Equal<Profile, { full_name: string; status: 'active' | 'inactive'; allergies: string | null }>>();
  const { data: networks } = await client().from('organisation_networks').select('cidr');
  holds<Equal<typeof networks, { cidr: string }[] | null>>();
  const { data: log } = await client().from('access_log').select('client_address');
  holds<Equal<typeof log, { client_address: string | null }[] | null>>();
  await client().from('appointments').update({ status: 'arrived' }).eq('status', 'booked');
}

export async function mistakes() {
  // @ts-expect-error a view that nobody writes
  await client().from('organisation_directory').insert({ name: 'A clinic' });
  // @ts-expect-error the same of its rows
  await client().from('tombstones').update({ cause: 'none' });
  // @ts-expect-error not a state of an appointment
  await client().from('appointments').update({ status: 'done' });
  const members = client().from('organisation_members');
  // @ts-expect-error not a capability
  await members.update({ capabilities: ['superuser'] });
  const { data } = await client().from('patients').select('social_security_number');
  // @ts-expect-error no such column: the result is an error, not rows
  data?.map((row) => row.social_security_number);
  // @ts-expect-error no such table
  client().from('patient');
  // @ts-expect-error the tenant is missing
  await client().from('patients').insert({ mrn: 'A-1', full_name: 'Ana Example' });
  // @ts-expect-error not exposed
  await client().rpc('organisation_id');
  // @ts-expect-error no such argument
  await client().rpc('set_context', { organisation: 'x' });
}
