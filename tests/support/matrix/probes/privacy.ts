import type { Clinic } from '../../../../testing/ids.ts';
import { idOf } from '../../../../testing/ids.ts';
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
  'public.retention_extensions': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        id: NEW,
        retention: text('incident'),
        keep_months: '120',
        reason: text('A probe of extensions.'),
      },
    }),
    update: { keep_months: '240' },
  },
  'governance.purpose_grants': {
    rows: () => 'true',
    insert: () => ({
      values: { purpose: text('probe'), domain: text('clinical'), level: text('INTERNAL') },
    }),
    update: { level: text('INTERNAL') },
  },
  'governance.retention_rules': {
    rows: () => 'true',
    insert: () => ({
      values: { retention: text('chart'), regime: text('probe'), keep: text('1 year'), basis: text('Probe') },
    }),
    update: { basis: text('Probe') },
  },
  'governance.erasure_rules': {
    rows: () => 'true',
    insert: () => ({
      values: {
        schema_name: text('public'),
        table_name: text('probe'),
        column_name: text('*'),
        action: text('keep'),
        basis: text('A probe of rules.'),
      },
    }),
    update: { basis: text('A probe of rules.') },
  },
  'governance.tombstones': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        cause: text('erasure'),
        cause_id: NEW,
        relation: text('probe'),
        row_count: '1',
        keys_sha256: text('0'.repeat(64)),
        destroyed_at: 'now()',
        destroyed_by: text('probe'),
      },
    }),
    update: { cause: text('retention') },
  },
  'governance.retention_runs': {
    rows: () => 'true',
    insert: () => ({
      values: {
        plan_sha256: text('0'.repeat(64)),
        started_at: 'now()',
        finished_at: 'now()',
        run_by: text('probe'),
        rows: text('[]'),
      },
    }),
    update: { run_by: text('probe') },
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
