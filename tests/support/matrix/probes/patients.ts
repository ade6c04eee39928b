import type { Clinic } from '../../../../testing/ids.ts';
import { idOf } from '../../../../testing/ids.ts';
import { inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

/** A patient without any side row, and what they agreed to. */
function newPatient(clinic: Clinic): string {
  return `
    insert into public.patients (organisation_id, id, mrn, full_name)
    values (${organisation(clinic)}, ${NEW}, 'PROBE', 'Probe');
    insert into public.consents (organisation_id, patient_id, purpose, status)
    values (${organisation(clinic)}, ${NEW}, 'treatment', 'active');`;
}

/** Patients, what they agreed to, who cares for them and when they come. */
export const PATIENTS: Readonly<Record<string, TableProbe>> = {
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
  'public.consent_purpose_versions': {
    rows: () => `purpose = 'treatment'`,
    insert: () => ({ values: { purpose: text('marketing'), description: text('Probe') } }),
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
};
