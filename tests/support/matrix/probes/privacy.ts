import type { Clinic } from '../../ids.ts';
import { idOf } from '../../ids.ts';
import { inTenant, NEW, organisation, type TableProbe, text } from './probe.ts';

const ana = (clinic: Clinic) => text(idOf('patient', clinic, '01'));

/** What people ask of their data, what is held, who was told, and what went wrong. */
export const PRIVACY: Readonly<Record<string, TableProbe>> = {
  'public.subject_requests': {
    rows: inTenant,
    insert: ({ persona, clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        // On the portal everybody asks for their own.
        patient_id: text(
          persona.live?.realm === 'patient' && persona.home === clinic
            ? persona.live.patientId
            : idOf('patient', clinic, '01'),
        ),
        kind: text('erasure'),
      },
    }),
    update: { status: text('received') },
  },
  'public.subject_request_evidence': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: text(idOf('request', clinic, '02')),
        patient_id: text(idOf('patient', clinic, '02')),
        evidence: text('Probe'),
      },
    }),
    update: { evidence: text('Probe') },
  },
  'public.legal_holds': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        patient_id: ana(clinic),
        reason: text('A probe of holds.'),
      },
    }),
    update: { released_at: 'now()' },
  },
  'public.disclosures': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        patient_id: ana(clinic),
        recipient_kind: text('authority'),
        purpose: text('probe'),
        content: text('{probe}'),
        source_table: text('probe'),
      },
    }),
    update: { purpose: text('probe') },
  },
  'public.security_incidents': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: { organisation_id: organisation(clinic), id: NEW, summary: text('A probe of incidents.') },
    }),
    update: { affected_count: '1' },
  },
  'governance.deadlines': {
    rows: () => 'true',
    insert: () => ({
      values: {
        duty: text('access'),
        regime: text('probe'),
        amount: '1',
        unit: text('days'),
        basis: text('Probe'),
      },
    }),
    update: { amount: '1' },
  },
  'governance.subject_links': {
    rows: () => 'true',
    insert: () => ({
      values: {
        schema_name: text('public'),
        table_name: text('probe'),
        column_name: text('probe'),
        target_table: text('patients'),
      },
    }),
    update: { target_table: text('patients') },
  },
  'governance.export_exclusions': {
    rows: () => 'true',
    insert: () => ({
      values: {
        schema_name: text('public'),
        table_name: text('probe'),
        column_name: text('probe'),
        reason: text('A probe of reasons.'),
      },
    }),
    update: { reason: text('A probe of reasons.') },
  },
};
