import type { Form } from './styles.ts';
import type { ParameterType } from './wire.ts';
import type { Person } from './world.ts';

/** Writes the tenant predicate, and by hand the row conditions, of a table under an alias. */
type Where = (alias: string, table: ConditionedTable) => string;

export interface Query {
  readonly key: string;
  readonly title: string;
  /** Left out where a history does not have them. */
  readonly needs: readonly string[];
  readonly person: Person;
  readonly kind: 'read' | 'write' | 'denied';
  /** Protected tables that the statement refers to. */
  readonly references: number;
  /**
   * Whether Cordon answers by a function that does work of its own on every row, which no other style does: what it takes more is that, and not what
   * its rules cost a table.
   */
  readonly works?: boolean;
  /** $1 is the tenant, $2 a patient of the tenant, $3 the doctor who asks. */
  readonly text: (where: Where) => string;
  /** The same where conditions stand inside a view and cannot be named from outside. */
  readonly byHand?: (where: Where) => string;
  /** What the conditions are, where a limit without them would not answer the same question. */
  readonly gated?: boolean;
  /** At most this many times the limit, where it is another than for all. */
  readonly target?: number;
}

export const PARAMETERS: readonly ParameterType[] = ['uuid', 'uuid', 'uuid'];

const NOT_ARCHIVED = (alias: string) => `(${alias}.archived_at is null or ${alias}.archived_at = now())`;
const OF_ACTIVE_PATIENT = (alias: string) => `${NOT_ARCHIVED(alias)} and ${alias}.patient_status = 'active'`;
const CONSENTED = (alias: string) =>
  `${OF_ACTIVE_PATIENT(alias)} and ${alias}.treatment_consent_until > statement_timestamp()`;

/** The hand-written form of treating: what an application would join. */
const TREATED = (alias: string) =>
  `${CONSENTED(alias)} and ${alias}.patient_id = any (array(
     select k.patient_id from public.care_relationships as k
     where k.organisation_id = $1 and k.user_id = $3 and k.archived_at is null
       and k.starts_at <= statement_timestamp() and (k.ends_at is null or k.ends_at > statement_timestamp())))`;

/** What our policies ask of a row for staff, written as an application without them would. */
const CONDITIONS = {
  patients: (alias: string) => `${NOT_ARCHIVED(alias)} and ${alias}.status = 'active'`,
  patient_identity: OF_ACTIVE_PATIENT,
  patient_clinical: CONSENTED,
  appointments: OF_ACTIVE_PATIENT,
  appointment_reasons: OF_ACTIVE_PATIENT,
  medical_records: TREATED,
  medical_record_details: TREATED,
} as const;
type ConditionedTable = keyof typeof CONDITIONS;

/** The predicate of one form. A bare query names no tenant: policies alone keep it inside. */
function whereOf(form: Form): Where {
  return (alias, table) => {
    if (form === 'bare') return 'true';
    const tenant = `${alias}.organisation_id = $1`;
    return form === 'filtered' ? tenant : `${tenant} and ${CONDITIONS[table](alias)}`;
  };
}

/** The text of a query in one form. What is gated has the gate in its limit, too: else the limit answers something else. */
export function textOf(query: Query, form: Form, limit = false): string {
  const effective = limit && query.gated ? 'by_hand' : form;
  const write = effective === 'by_hand' ? (query.byHand ?? query.text) : query.text;
  return write(whereOf(effective));
}

const PATIENTS = ['public.patients'];
const CHART = [...PATIENTS, 'public.medical_records', 'public.medical_record_details'];
const VISITS = [...PATIENTS, 'public.appointments', 'public.appointment_reasons'];

export const QUERIES: readonly Query[] = [
  {
    key: 'point',
    title: 'point read: one patient',
    needs: PATIENTS,
    person: 'doctor',
    kind: 'read',
    references: 1,
    text: (where) =>
      `select p.id, p.mrn, p.full_name, p.status from public.patients as p where ${where('p', 'patients')} and p.id = $2`,
  },
  {
    key: 'page',
    title: 'latest 50 patients',
    needs: PATIENTS,
    person: 'doctor',
    kind: 'read',
    references: 1,
    text: (where) =>
      `select p.id, p.mrn, p.full_name, p.created_at from public.patients as p where ${where('p', 'patients')}
       order by p.created_at desc limit 50`,
  },
  {
    key: 'count',
    title: 'count of own patients',
    needs: PATIENTS,
    person: 'doctor',
    kind: 'read',
    references: 1,
    text: (where) => `select count(*) from public.patients as p where ${where('p', 'patients')}`,
  },
  {
    key: 'prefix',
    title: 'name prefix, first 20',
    needs: PATIENTS,
    person: 'doctor',
    kind: 'read',
    references: 1,
    target: 1.3,
    text: (where) =>
      `select p.id, p.full_name from public.patients as p
       where ${where('p', 'patients')} and p.name_key >= 'patel a' and p.name_key < 'patel b' order by p.name_key limit 20`,
  },
  {
    key: 'substring',
    title: 'part of a name, all there are',
    needs: PATIENTS,
    person: 'doctor',
    kind: 'read',
    references: 1,
    works: true, // letters without their accents, name by name
    gated: true,
    target: 1.3,
    text: () => `select s.id, s.full_name from public.search_patients($1, 'za ana', 50) as s`,
    byHand: (where) =>
      `select p.id, p.full_name from public.patients as p
       where ${where('p', 'patients')} and position('za ana' in p.name_key) > 0 order by p.name_key, p.id limit 50`,
  },
  {
    key: 'consented',
    title: 'page of 50 under consent',
    needs: ['public.patient_clinical'],
    person: 'doctor',
    kind: 'read',
    references: 1,
    gated: true,
    target: 1.2,
    text: (where) =>
      `select c.id, c.allergies from public.patient_clinical as c where ${where('c', 'patient_clinical')} order by c.id desc limit 50`,
  },
  {
    key: 'identity',
    title: 'page of 50 identities',
    needs: ['public.patient_identity'],
    person: 'doctor',
    kind: 'read',
    references: 1,
    text: (where) =>
      `select i.id, i.birth_date from public.patient_identity as i where ${where('i', 'patient_identity')} order by i.id desc limit 50`,
  },
  {
    key: 'profile',
    title: 'patient with identity and clinical view',
    needs: ['public.patients', 'public.patient_identity', 'public.patient_clinical'],
    person: 'doctor',
    kind: 'read',
    references: 3,
    text: (where) =>
      `select v.* from public.patient_profiles as v where ${where('v', 'patients')} and v.id = $2`,
    byHand: (where) =>
      `select p.*, i.birth_date, i.phone, i.email, i.nationality, i.id_last4, c.allergies, c.alerts
       from public.patients as p
       left join public.patient_identity as i on i.id = p.id and ${where('i', 'patient_identity')}
       left join public.patient_clinical as c on c.id = p.id and ${where('c', 'patient_clinical')}
       where ${where('p', 'patients')} and p.id = $2`,
  },
  {
    key: 'visits',
    title: "one patient's appointments with reasons",
    needs: VISITS,
    person: 'doctor',
    kind: 'read',
    references: 2,
    text: (where) =>
      `select v.id, v.starts_at, v.status, v.reason from public.appointment_details as v
       where ${where('v', 'appointments')} and v.patient_id = $2 order by v.starts_at desc`,
    byHand: (where) =>
      `select a.id, a.starts_at, a.status, r.reason from public.appointments as a
       left join public.appointment_reasons as r on r.id = a.id and ${where('r', 'appointment_reasons')}
       where ${where('a', 'appointments')} and a.patient_id = $2 order by a.starts_at desc`,
  },
  {
    key: 'chart',
    title: "one patient's records with details",
    needs: CHART,
    person: 'doctor',
    kind: 'read',
    references: 2,
    gated: true,
    target: 1.2,
    text: (where) =>
      `select v.id, v.record_type, v.vitals, v.diagnosis from public.medical_record_overview as v
       where ${where('v', 'medical_records')} and v.patient_id = $2 order by v.id desc`,
    byHand: (where) =>
      `select r.id, r.record_type, r.vitals, d.diagnosis from public.medical_records as r
       left join public.medical_record_details as d on d.id = r.id and ${where('d', 'medical_record_details')}
       where ${where('r', 'medical_records')} and r.patient_id = $2 order by r.id desc`,
  },
  {
    key: 'treated',
    title: 'latest 50 records of patients I treat',
    needs: CHART,
    person: 'doctor',
    kind: 'read',
    references: 1,
    gated: true,
    target: 1.2,
    text: (where) =>
      `select r.id, r.patient_id, r.record_type from public.medical_records as r
       where ${where('r', 'medical_records')} order by r.id desc limit 50`,
  },
  {
    key: 'join',
    title: 'join page: latest 50 records, patient, details',
    needs: CHART,
    person: 'doctor',
    kind: 'read',
    references: 3,
    gated: true,
    target: 1.5,
    text: (where) =>
      `select v.id, v.record_type, p.full_name, v.diagnosis from public.medical_record_overview as v
       join public.patients as p on p.organisation_id = v.organisation_id and p.id = v.patient_id
       where ${where('v', 'medical_records')} order by v.id desc limit 50`,
    byHand: (where) =>
      `select r.id, r.record_type, p.full_name, d.diagnosis from public.medical_records as r
       join public.patients as p on p.id = r.patient_id and ${where('p', 'patients')}
       left join public.medical_record_details as d on d.id = r.id and ${where('d', 'medical_record_details')}
       where ${where('r', 'medical_records')} order by r.id desc limit 50`,
  },
  {
    key: 'agenda',
    title: 'join page: latest 50 appointments, patient, reason',
    needs: VISITS,
    person: 'doctor',
    kind: 'read',
    references: 3,
    target: 1.5,
    text: (where) =>
      `select v.id, v.starts_at, p.full_name, v.reason from public.appointment_details as v
       join public.patients as p on p.organisation_id = v.organisation_id and p.id = v.patient_id
       where ${where('v', 'appointments')} order by v.starts_at desc limit 50`,
    byHand: (where) =>
      `select a.id, a.starts_at, p.full_name, r.reason from public.appointments as a
       join public.patients as p on p.id = a.patient_id and ${where('p', 'patients')}
       left join public.appointment_reasons as r on r.id = a.id and ${where('r', 'appointment_reasons')}
       where ${where('a', 'appointments')} order by a.starts_at desc limit 50`,
  },
  {
    key: 'denied_page',
    title: 'denied: page after the membership ended',
    needs: PATIENTS,
    person: 'former',
    kind: 'denied',
    references: 1,
    text: (where) =>
      `select p.id, p.full_name from public.patients as p where ${where('p', 'patients')} order by p.created_at desc limit 50`,
  },
  {
    key: 'denied_count',
    title: 'denied: count after the membership ended',
    needs: PATIENTS,
    person: 'former',
    kind: 'denied',
    references: 1,
    text: (where) => `select count(*) from public.patients as p where ${where('p', 'patients')}`,
  },
  {
    key: 'update',
    title: 'update one patient',
    needs: PATIENTS,
    person: 'doctor',
    kind: 'write',
    references: 1,
    text: (where) =>
      `update public.patients as p set language = 'pt-BR' where ${where('p', 'patients')} and p.id = $2`,
  },
  {
    key: 'insert',
    title: 'insert one patient',
    needs: PATIENTS,
    person: 'receptionist',
    kind: 'write',
    references: 1,
    text: () =>
      `insert into public.patients (organisation_id, mrn, full_name) values ($1, gen_random_uuid()::text, 'Novo Paciente')`,
  },
];
