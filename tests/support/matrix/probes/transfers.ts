import { type Clinic, idOf } from '../../../../testing/ids.ts';
import { inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

/** A job has an id that nobody chose; this one has. */
function newJob(clinic: Clinic): string {
  return `
    insert into public.transfer_jobs (organisation_id, id, origin_organisation_id, transfer_id, packet, expires_at)
    values (${organisation(clinic)}, ${NEW}, ${organisation(clinic)}, ${NEW},
      '{"pickup": "P", "destination": "P", "pickup_at": null, "mobility": "walking", "priority": "urgent"}', now() + interval '1 hour')`;
}

/** Transfers, and the jobs, vehicles and crews that drive them. */
export const TRANSFERS: Readonly<Record<string, TableProbe>> = {
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
  'public.transfer_job_patients': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: newJob(clinic),
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        origin_organisation_id: organisation(clinic),
        transfer_id: NEW,
        patient_name: text('Probe'),
        expires_at: `now() + interval '1 hour'`,
      },
    }),
    update: { patient_name: text('Probe') },
  },
  'public.vehicles': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: { organisation_id: organisation(clinic), id: NEW, registration: text('PROBE') },
    }),
    // As it is: what was on a job keeps it.
    update: { kind: 'kind' },
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
    update: { duty: 'duty' },
  },
  'public.vehicle_assignments': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      prepare: newJob(clinic),
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
};
