import { idOf } from '../../../../testing/ids.ts';
import { inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

/** Beds, cases and stays, and what was done about them. */
export const WARDS: Readonly<Record<string, TableProbe>> = {
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
};
