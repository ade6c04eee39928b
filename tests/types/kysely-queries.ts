import type { CalendarDay, DB } from 'cordon';
import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';

/**
 * Queries as an application writes them. The compiler is the test: each `@ts-expect-error` must be an error, everything else
 * must not. Nothing here runs.
 */

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

type Patient = Selectable<DB['patients']>;
type Profile = Selectable<DB['patient_profiles']>;
type Details = Selectable<DB['appointment_details']>;
type Member = Selectable<DB['organisation_members']>;

// A CHECK on text is a union, also for the elements of an array.
holds<Equal<Patient['status'], 'active' | 'inactive'>>();
holds<Equal<Member['role'], 'clinic_admin' | 'doctor' | 'nurse' | 'assistant' | 'receptionist'>>();
holds<
  Equal<
    Member['capabilities'][number],
    'finance' | 'transport' | 'break_glass' | 'privacy_officer' | 'insights_admin' | 'auditor'
  >
>();

// In a view, what the row itself says is there, and what a side table says is null where the caller may not see it.
holds<Equal<Profile['full_name'], string>>();
holds<Equal<Profile['status'], 'active' | 'inactive'>>();
holds<Equal<Profile['allergies'], string | null>>();
holds<Equal<Details['starts_at'], Date>>();
holds<Equal<Details['reason'], string | null>>();
holds<Equal<Selectable<DB['organisation_directory']>['name'], string>>();

// A day is no moment, though node-postgres gives a Date for either: its type says which.
holds<Equal<DB['patient_identity']['birth_date'], CalendarDay | null>>();
holds<Equal<Selectable<DB['patient_identity']>['birth_date'], Date | null>>();
holds<Equal<Insertable<DB['patient_identity']>['birth_date'], Date | string | null | undefined>>();

// A view that nobody writes can be read alone, its column of a table's or not.
holds<Equal<keyof Updateable<DB['access_log']>, never>>();
holds<Equal<Selectable<DB['access_log']>['occurred_at'], Date | null>>();

// What the database computes is read, never written.
holds<Equal<Patient['name_key'], string>>();
holds<Equal<'name_key' extends keyof Insertable<DB['patients']> ? true : false, false>>();
holds<Equal<'rank' extends keyof Updateable<DB['organisation_members']> ? true : false, false>>();

export async function latestPatients(db: Kysely<DB>) {
  const rows = await db
    .selectFrom('patients')
    .select(['id', 'full_name', 'mrn', 'status'])
    .where('status', '=', 'active')
    .orderBy('id', 'desc')
    .limit(50)
    .execute();
  holds<Equal<(typeof rows)[number]['full_name'], string>>();
  return rows;
}

export async function agenda(db: Kysely<DB>, from: Date) {
  return db
    .selectFrom('appointment_details as appointment')
    .innerJoin('patient_profiles as patient', (join) =>
      join
        .onRef('patient.organisation_id', '=', 'appointment.organisation_id')
        .onRef('patient.id', '=', 'appointment.patient_id'),
    )
    .select(['appointment.starts_at', 'appointment.reason', 'patient.full_name', 'patient.allergies'])
    .where('appointment.starts_at', '>=', from)
    .where('appointment.status', 'in', ['booked', 'confirmed'])
    .execute();
}

export async function registerPatient(db: Kysely<DB>, organisationId: string) {
  return db
    .insertInto('patients')
    .values({ organisation_id: organisationId, mrn: 'A-1', full_name: 'Ana Example' })
    .returning('id')
    .executeTakeFirstOrThrow();
}

export async function archive(db: Kysely<DB>, id: string) {
  return db.updateTable('patients').set({ archived_at: new Date() }).where('id', '=', id).execute();
}

/** JSON is written as node-postgres sends it: an object, or the text of it. */
export async function prescribe(db: Kysely<DB>, id: string, medications: { name: string }[]) {
  const records = db.updateTable('medical_records').where('id', '=', id);
  await records.set({ vitals: { pulse: 60 }, medications: JSON.stringify(medications) }).execute();
  // @ts-expect-error a list would be sent as an array of PostgreSQL's
  await records.set({ medications }).execute();
  // @ts-expect-error an empty one too, which is an object there
  await records.set({ medications: [] }).execute();
}

export async function mistakes(db: Kysely<DB>) {
  // @ts-expect-error no such column
  await db.selectFrom('patients').select('social_security_number').execute();
  // @ts-expect-error no such table
  await db.selectFrom('patient').selectAll().execute();
  // @ts-expect-error not a state of an appointment
  await db.selectFrom('appointments').selectAll().where('status', '=', 'done').execute();
  // @ts-expect-error not a role of a membership
  const role: Member['role'] = 'admin';
  // @ts-expect-error not a capability
  const capabilities: Member['capabilities'] = ['superuser'];
  // @ts-expect-error the tenant is missing
  await db.insertInto('patients').values({ mrn: 'A-1', full_name: 'Ana Example' }).execute();
  // @ts-expect-error computed by the database
  await db.updateTable('patients').set({ name_key: 'ana' }).execute();
  // @ts-expect-error a view that nobody writes
  await db.insertInto('organisation_directory').values({ name: 'A clinic' }).execute();
  // @ts-expect-error the same of its rows
  await db.updateTable('tombstones').set({ cause: 'none' }).execute();
  // @ts-expect-error not exposed
  await db.selectFrom('authz.deployment_settings').selectAll().execute();
  const profile = await db.selectFrom('patient_profiles').selectAll().executeTakeFirstOrThrow();
  // @ts-expect-error may be null: the caller need not be allowed to see it
  const allergies: string = profile.allergies;
  return { role, capabilities, allergies };
}
