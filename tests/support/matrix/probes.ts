import type { Clinic, Letter } from '../ids.ts';
import { idOf, NOBODY } from '../ids.ts';
import type { Persona } from '../personas.ts';

/** Where one probe is aimed. */
export interface Aim {
  readonly persona: Persona;
  /** The clinic whose row is asked for: the persona's own, or the other. */
  readonly clinic: Clinic;
  readonly whose: 'own' | 'other';
}

/** Values by column, as SQL literals. */
export type Values = Readonly<Record<string, string>>;

interface InsertProbe {
  /** Run as superuser before, and rolled back after: the rows that a valid insert needs. */
  readonly prepare?: string;
  readonly values: Values;
  /** The tenant that a pinned writer has to pin, where it is not the persona's home. */
  readonly pin?: string;
}

/**
 * How to ask one table what a persona may do. Values must be valid: whatever a constraint refuses has not been asked
 * of the policies.
 */
export interface TableProbe {
  /** Rows of the clinic, or of nobody in particular, as a condition on the table's own columns. */
  readonly rows: (aim: Aim) => string;
  /** A new row for the clinic. */
  readonly insert: (aim: Aim) => InsertProbe;
  /** Constants that every row of the table may take, in order of preference; a realm is asked with the first it holds. */
  readonly update: Values;
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const organisation = (clinic: Clinic) => text(idOf('organisation', clinic));
const NEW = text(NOBODY);

const inTenant = ({ clinic }: Aim) => `organisation_id = ${organisation(clinic)}`;

/** A patient without any side row, and what they agreed to. */
function newPatient(clinic: Clinic): string {
  return `
    insert into public.patients (organisation_id, id, mrn, full_name)
    values (${organisation(clinic)}, ${NEW}, 'PROBE', 'Probe');
    insert into public.consents (organisation_id, patient_id, purpose, status)
    values (${organisation(clinic)}, ${NEW}, 'treatment', 'active');`;
}

/** A login with a name, and no part in any organisation. */
const NEWCOMER = text(idOf('staff', 'e', '02'));

const PROBES: Readonly<Record<string, TableProbe>> = {
  'public.organisations': {
    rows: ({ clinic }) => `id = ${organisation(clinic)}`,
    // A tenant is new by nature: pinned to itself it is the writer's own, else somebody else's.
    insert: ({ whose }) => ({
      values: {
        id: NEW,
        kind: text('clinic'),
        name: text('Probe'),
        country: text('PT'),
        timezone: text('UTC'),
        regime: text('gdpr'),
      },
      ...(whose === 'own' && { pin: NOBODY }),
    }),
    update: { name: text('Probe'), archived_at: 'now()' },
  },
  'public.organisation_settings': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: `delete from public.organisation_settings where organisation_id = ${organisation(clinic)}`,
      values: { organisation_id: organisation(clinic), modules: text('{probe}') },
    }),
    update: { smart_insights_enabled: 'true' },
  },
  'public.organisation_members': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        user_id: NEWCOMER,
        role: text('receptionist'),
      },
    }),
    update: { role: text('receptionist') },
  },
  'public.ops_members': {
    rows: ({ persona, whose }) => operatorRows(persona, whose),
    insert: () => ({ values: { user_id: NEWCOMER, role: text('auditor') } }),
    update: { is_active: 'true' },
  },
  'public.profiles': {
    rows: ({ persona, whose, clinic }) => profileRows(persona, whose, clinic),
    insert: () => ({
      prepare: `insert into auth.users (id) values (${NEW})`,
      values: { user_id: NEW, display_name: text('Probe') },
    }),
    update: { display_name: text('Probe') },
  },
  'public.professionals': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        user_id: text(idOf('staff', clinic, '04')),
        council: text('CRM'),
        licence: text('PROBE'),
      },
    }),
    update: { licence: text('PROBE') },
  },
  'public.organisation_networks': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        cidr: text('198.51.100.0/24'),
        mode: text('allow'),
      },
    }),
    update: { label: text('Probe') },
  },
  'public.patients': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        mrn: text('PROBE'),
        full_name: text('Probe'),
      },
    }),
    update: { language: text('en') },
  },
  'public.patient_identity': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: newPatient(clinic),
      values: { organisation_id: organisation(clinic), id: NEW, nationality: text('PT') },
    }),
    update: { nationality: text('PT') },
  },
  'public.patient_clinical': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: newPatient(clinic),
      values: { organisation_id: organisation(clinic), id: NEW, alerts: text('Probe') },
    }),
    update: { alerts: text('Probe') },
  },
  'public.patient_accounts': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        user_id: text(idOf('portal', clinic, '03')),
        patient_id: text(idOf('patient', clinic, '01')),
        relationship: text('proxy'),
      },
    }),
    update: { revoked_at: 'now()' },
  },
  'public.consent_purposes': {
    rows: () => `purpose = 'treatment'`,
    insert: () => ({ values: { purpose: text('probe'), description: text('Probe') } }),
    update: { description: text('Probe') },
  },
  'public.consents': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        purpose: text('research'),
        status: text('proposed'),
      },
    }),
    // A status is not free to change; 'active' is legal from proposed and no change from active, which is what patients hold.
    update: { archived_at: 'now()', status: text('active') },
  },
  'public.care_relationships': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        user_id: text(idOf('staff', clinic, '02')),
        kind: text('covering'),
      },
    }),
    update: { kind: text('covering') },
  },
  'public.appointments': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        professional_user_id: text(idOf('staff', clinic, '02')),
        starts_at: text('2026-07-01 09:00+00'),
        ends_at: text('2026-07-01 09:30+00'),
      },
    }),
    update: { status: text('confirmed') },
  },
  'public.appointment_reasons': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        // The one appointment of the seed without a reason.
        id: text(idOf('appointment', clinic, '03')),
        patient_id: text(idOf('patient', clinic, '03')),
        reason: text('Probe'),
      },
    }),
    update: { reason: text('Probe') },
  },
  'public.access_restrictions': {
    rows: inTenant,
    insert: ({ clinic, persona, whose }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(
          whose === 'own' && persona.live?.realm === 'patient'
            ? persona.live.patientId
            : idOf('patient', clinic, '01'),
        ),
      },
    }),
    update: { lifted_at: 'now()' },
  },
  'public.emergency_access_grants': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        user_id: text(idOf('staff', clinic, '02')),
        opened_at: 'now()',
        expires_at: `now() + interval '1 minute'`,
      },
    }),
    update: { ended_at: 'now()' },
  },
  'public.emergency_access_reasons': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: `delete from public.emergency_access_reasons where organisation_id = ${organisation(clinic)}`,
      values: {
        organisation_id: organisation(clinic),
        id: text(idOf('grant', clinic, '01')),
        patient_id: text(idOf('patient', clinic, '01')),
        reason: text('Probe of at least twenty characters'),
      },
    }),
    update: { review_note: text('Probe') },
  },
  'public.medical_records': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        record_type: text('observation'),
      },
    }),
    update: { vitals: text('{"probe": 1}') },
  },
  'public.medical_record_details': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        // The one record of the seed without details.
        id: text(idOf('record', clinic, '03')),
        patient_id: text(idOf('patient', clinic, '01')),
        diagnosis: text('Probe'),
      },
    }),
    update: { diagnosis: text('Probe') },
  },
  'public.beds': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: { organisation_id: organisation(clinic), id: NEW, ward: text('Probe'), label: text('P1') },
    }),
    update: { ward: text('Probe') },
  },
  'public.cases': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        number: text('PROBE'),
        patient_id: text(idOf('patient', clinic, '01')),
      },
    }),
    update: { priority: text('critical') },
  },
  'public.admissions': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
      },
    }),
    update: { case_id: 'null' },
  },
  'public.case_activity_log': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        entity_type: text('case'),
        entity_id: NEW,
        event_type: text('case.opened'),
        actor_realm: text('provider'),
        details: text('{"status": "new", "priority": "routine"}'),
      },
    }),
    update: { details: text('{"status": "new", "priority": "critical"}') },
  },
  'public.agreements': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        payer: text('Probe'),
        number: text('PROBE'),
        starts_on: text('2026-01-01'),
      },
    }),
    update: { payer: text('Probe') },
  },
  'public.invoices': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        number: text('PROBE'),
        patient_id: text(idOf('patient', clinic, '01')),
        currency: text('BRL'),
      },
    }),
    update: { agreement_id: 'null' },
  },
  'public.invoice_lines': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        // The one draft of the seed.
        invoice_id: text(idOf('invoice', clinic, '01')),
        patient_id: text(idOf('patient', clinic, '01')),
        description: text('Probe'),
        unit_minor: '100',
      },
    }),
    // What every line of the seed says: the lines of an issued invoice are fixed.
    update: { description: text('Consultation') },
  },
  'public.payments': {
    rows: inTenant,
    insert: ({ clinic, persona }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        // Operations write on what is attached to a case, the clinic on what is not.
        ...(persona.role === 'internal_ops'
          ? {
              invoice_id: text(idOf('invoice', clinic, '03')),
              patient_id: text(idOf('patient', clinic, '03')),
            }
          : {
              invoice_id: text(idOf('invoice', clinic, '02')),
              patient_id: text(idOf('patient', clinic, '01')),
            }),
        amount_minor: '100',
        method: text('cash'),
      },
    }),
    update: { method: text('cash') },
  },
  'public.guarantees_of_payment': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        case_id: text(idOf('case', clinic, '03')),
        patient_id: text(idOf('patient', clinic, '03')),
        payer: text('Probe'),
        limit_minor: '100',
        currency: text('BRL'),
      },
    }),
    update: { policy_number: text('PROBE') },
  },
  'public.claims': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        case_id: text(idOf('case', clinic, '03')),
        patient_id: text(idOf('patient', clinic, '03')),
        guarantee_id: text(idOf('guarantee', clinic, '01')),
        invoice_id: text(idOf('invoice', clinic, '03')),
        amount_minor: '100',
        currency: text('BRL'),
      },
    }),
    update: { amount_minor: '200' },
  },
  'public.transfers': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        case_id: text(idOf('case', clinic, '01')),
        patient_id: text(idOf('patient', clinic, '01')),
        pickup: text('Probe'),
        destination: text('Probe'),
      },
    }),
    // A dispatched transfer takes no other value of anything; its own it may take.
    update: { status: 'status' },
  },
  'public.transfer_jobs': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        origin_organisation_id: organisation(clinic),
        transfer_id: NEW,
        packet: text(
          '{"pickup": "P", "destination": "P", "pickup_at": null, "mobility": "walking", "priority": "urgent"}',
        ),
        expires_at: `now() + interval '1 hour'`,
      },
    }),
    update: { status: text('dispatched') },
  },
  'public.vehicles': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: { organisation_id: organisation(clinic), id: NEW, registration: text('PROBE') },
    }),
    update: { kind: text('van') },
  },
  'public.crew_members': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        user_id: text(idOf('staff', clinic, '03')),
        duty: text('nurse'),
      },
    }),
    update: { duty: text('driver') },
  },
  'public.vehicle_assignments': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      // A job has an id that nobody chose; this one has.
      prepare: `
        insert into public.transfer_jobs (organisation_id, id, origin_organisation_id, transfer_id, packet, expires_at)
        values (${organisation(clinic)}, ${NEW}, ${organisation(clinic)}, ${NEW},
          '{"pickup": "P", "destination": "P", "pickup_at": null, "mobility": "walking", "priority": "urgent"}', now() + interval '1 hour')`,
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        transfer_job_id: NEW,
        vehicle_id: text(idOf('vehicle', clinic, '02')),
        driver_id: text(idOf('crew', clinic, '02')),
      },
    }),
    update: { attendant_id: 'null' },
  },
  'public.form_templates': {
    rows: () => `code = 'treatment'`,
    insert: () => ({
      values: {
        id: NEW,
        kind: text('aob'),
        code: text('probe'),
        version: '1',
        language: text('en'),
        title: text('Probe'),
        body: text('Probe'),
      },
    }),
    update: { archived_at: 'now()' },
  },
  'public.signed_forms': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: text(idOf('patient', clinic, '01')),
        template_id: text(idOf('template', 'f', '02')),
      },
    }),
    // What is signed takes no change from anybody; it stands unarchived as it is.
    update: { archived_at: 'null' },
  },
  'public.signed_form_evidence': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: text(idOf('form', clinic, '01')),
        patient_id: text(idOf('patient', clinic, '01')),
        ip_source: text('unknown'),
        record: text('{}'),
        record_sha256: text('probe'),
      },
    }),
    update: { user_agent: text('Probe') },
  },
  'authz.state_transitions': {
    rows: () => 'true',
    insert: () => ({ values: { table_name: text('probe'), to_state: text('probe') } }),
    update: { realms: 'null' },
  },
  'governance.classification': {
    rows: () => 'true',
    insert: () => ({
      values: {
        schema_name: text('public'),
        table_name: text('probe'),
        level: text('PUBLIC'),
        domain: text('ops'),
        retention: text('general'),
      },
    }),
    update: { retention: text('general') },
  },
  'authz.deployment_settings': {
    rows: () => 'true',
    insert: () => ({ prepare: 'delete from authz.deployment_settings', values: { singleton: 'true' } }),
    update: { allow_sessionless_tokens: 'true' },
  },
};

/** One's own profile, or that of somebody of the other clinic. Who has no login is shown a doctor's of their clinic. */
function profileRows({ userId, home }: Persona, whose: Aim['whose'], clinic: Clinic): string {
  const own = userId ?? idOf('staff', home ?? 'a', '02');
  return `user_id = ${text(whose === 'own' ? own : idOf('staff', clinic, '02'))}`;
}

/** One's own row among operations, or another's. Who is no operator is shown somebody's. */
function operatorRows({ role, userId }: Persona, whose: Aim['whose']): string {
  const own = role === 'internal_ops' && userId ? userId : idOf('staff', 'f', '01');
  const other = idOf('staff', 'f', own.endsWith('03') ? '02' : '03');
  return `user_id = ${text(whose === 'own' ? own : other)}`;
}

/** Where a view shows the tenant. */
const VIEW_KEYS: Readonly<Record<string, string>> = {
  'public.patient_profiles': 'organisation_id',
  'public.appointment_details': 'organisation_id',
  'public.case_timeline': 'organisation_id',
  'public.medical_record_overview': 'organisation_id',
  'public.organisation_directory': 'id',
  'public.user_clinic_access': 'clinic_id',
};

/**
 * The probe of a table.
 *
 * @throws Error for a table that has rules and no probe: what nobody asks about is not known to hold.
 */
export function probeOf(table: string): TableProbe {
  const probe = PROBES[table];
  if (!probe) throw new Error(`${table} has no probe: add one to tests/support/matrix/probes.ts`);
  return probe;
}

/** Rows of a clinic in a view. @throws Error as {@link probeOf}. */
export function viewRows(view: string, clinic: Letter): string {
  const key = VIEW_KEYS[view];
  if (!key) throw new Error(`${view} has no probe: add one to tests/support/matrix/probes.ts`);
  return `${key} = ${text(idOf('organisation', clinic))}`;
}
