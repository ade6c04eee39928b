import { describe, expect, test } from 'vitest';
import { appointments } from '../../policies/appointments.ts';
import { consentPurposeVersions } from '../../policies/consent_purpose_versions.ts';
import { consentPurposes } from '../../policies/consent_purposes.ts';
import { consents } from '../../policies/consents.ts';
import { classification } from '../../policies/governance.classification.ts';
import { TABLES } from '../../policies/index.ts';
import { opsMembers } from '../../policies/ops_members.ts';
import { organisationMembers } from '../../policies/organisation_members.ts';
import { organisations } from '../../policies/organisations.ts';
import { patients } from '../../policies/patients.ts';
import { profiles } from '../../policies/profiles.ts';
import { organisationDirectory, patientProfiles } from '../../policies/views.ts';
import { OPERATIONS, PROVIDER_ROLES } from '../../policies/vocabulary.ts';
import {
  type Asker,
  expectedAccess,
  expectedColumns,
  expectedViewAccess,
  type Whose,
} from '../support/matrix/expected.ts';
import { doctorsRead, tableWith } from './fixtures.ts';

const doctor: Asker = { realm: 'provider', role: 'doctor' };
const stranger: Asker = { realm: 'provider' };
const patient: Asker = { realm: 'patient', hasAccount: true };
const formerPatient: Asker = { realm: 'patient', hasAccount: false };
const opsAdmin: Asker = { realm: 'internal_ops', role: 'admin' };
const opsAgent: Asker = { realm: 'internal_ops', role: 'ops_agent' };
const formerOperator: Asker = { realm: 'internal_ops' };
const anon: Asker = { realm: 'anon' };
const pinned: Asker = { realm: 'service', isPinned: true };
const unpinned: Asker = { realm: 'service' };

/** `allow`, or why not. */
function answer(...cell: Parameters<typeof expectedAccess>): string {
  const expectation = expectedAccess(...cell);
  return expectation.verdict === 'allow' ? 'allow' : expectation.because;
}

describe('what a connection should observe', () => {
  test('a doctor reads patients of the own tenant and finds none of another', () => {
    expect(answer(patients, 'SELECT', doctor, 'own')).toBe('allow');
    expect(answer(patients, 'SELECT', doctor, 'other')).toBe('no_row');
  });

  test('a privilege without a policy finds no row; a missing privilege is refused whatever the row', () => {
    expect(answer(patients, 'INSERT', doctor, 'own')).toBe('no_row');
    expect(answer(patients, 'INSERT', patient, 'own')).toBe('no_grant');
    expect(answer(patients, 'SELECT', opsAdmin, 'own')).toBe('no_row');
    expect(answer(patients, 'UPDATE', opsAdmin, 'own')).toBe('no_grant');
    expect(answer(patients, 'SELECT', anon, 'own')).toBe('no_grant');
  });

  test('a login without a live membership finds nothing anywhere', () => {
    for (const table of TABLES) {
      for (const operation of OPERATIONS) {
        for (const whose of ['own', 'other'] as const) {
          expect(answer(table, operation, stranger, whose)).not.toBe('allow');
          expect(answer(table, operation, formerOperator, whose)).not.toBe('allow');
        }
      }
    }
  });

  test('a former patient still reads their own profile and PUBLIC texts, and no chart', () => {
    expect(answer(profiles, 'SELECT', formerPatient, 'own')).toBe('allow');
    expect(answer(profiles, 'SELECT', formerPatient, 'other')).toBe('no_row');
    expect(answer(consentPurposes, 'SELECT', formerPatient, 'other')).toBe('allow');
    expect(answer(patients, 'SELECT', formerPatient, 'own')).toBe('no_row');
    expect(answer(consents, 'UPDATE', formerPatient, 'own')).toBe('no_row');
    expect(answer(consents, 'UPDATE', patient, 'own')).toBe('allow');
  });

  test('operations have no tenant: what a rule opens, it opens everywhere', () => {
    expect(answer(organisations, 'UPDATE', opsAdmin, 'own')).toBe('allow');
    expect(answer(organisations, 'UPDATE', opsAdmin, 'other')).toBe('allow');
    expect(answer(organisations, 'UPDATE', opsAgent, 'other')).toBe('no_row');
  });

  test('an operator reads the own row, an admin every row', () => {
    expect(answer(opsMembers, 'SELECT', opsAgent, 'own')).toBe('allow');
    expect(answer(opsMembers, 'SELECT', opsAgent, 'other')).toBe('no_row');
    expect(answer(opsMembers, 'SELECT', opsAdmin, 'other')).toBe('allow');
    expect(answer(opsMembers, 'INSERT', opsAdmin, 'own')).toBe('no_grant');
  });

  test('nobody signed in reads PUBLIC organisations, of any tenant, and what a consent can be about, but no version of it', () => {
    expect(answer(organisations, 'SELECT', anon, 'other')).toBe('allow');
    expect(answer(consentPurposes, 'SELECT', anon, 'own')).toBe('allow');
    expect(answer(consentPurposeVersions, 'SELECT', anon, 'own')).toBe('no_grant');
  });

  test('a clinic_admin changes lower ranks, a doctor none', () => {
    const admin: Asker = { realm: 'provider', role: 'clinic_admin' };
    expect(answer(organisationMembers, 'UPDATE', admin, 'own')).toBe('allow');
    expect(answer(organisationMembers, 'UPDATE', admin, 'other')).toBe('no_row');
    expect(answer(organisationMembers, 'UPDATE', doctor, 'own')).toBe('no_row');
  });

  test('below the lowest rank there is no row', () => {
    const table = tableWith({ ...doctorsRead, roles: 'any', conditions: ['below_own_rank'] });
    expect(answer(table, 'SELECT', { realm: 'provider', role: 'receptionist' }, 'own')).toBe('no_row');
    expect(answer(table, 'SELECT', { realm: 'provider', role: 'assistant' }, 'own')).toBe('allow');
  });

  test('a capability opens only together with a role of the rule', () => {
    const table = tableWith({ ...doctorsRead, capabilities: ['finance'] });
    expect(answer(table, 'SELECT', { ...doctor, capabilities: ['finance'] }, 'own')).toBe('allow');
    expect(answer(table, 'SELECT', doctor, 'own')).toBe('no_row');
    expect(
      answer(table, 'SELECT', { realm: 'provider', role: 'nurse', capabilities: ['finance'] }, 'own'),
    ).toBe('no_row');
  });

  test('the server reads everything it has a grant for, and writes where it is pinned', () => {
    expect(answer(patients, 'SELECT', unpinned, 'other')).toBe('allow');
    expect(answer(patients, 'UPDATE', unpinned, 'own')).toBe('not_pinned');
    expect(answer(patients, 'UPDATE', pinned, 'own')).toBe('allow');
    expect(answer(patients, 'UPDATE', pinned, 'other')).toBe('not_pinned');
    expect(answer(profiles, 'UPDATE', unpinned, 'other')).toBe('allow');
    expect(answer(patients, 'DELETE', pinned, 'own')).toBe('no_grant');
    expect(answer(classification, 'SELECT', pinned, 'own')).toBe('no_grant');
  });

  test('nobody deletes anything', () => {
    const everybody = [doctor, stranger, patient, opsAdmin, anon, pinned];
    for (const table of TABLES) {
      for (const asker of everybody) expect(answer(table, 'DELETE', asker, 'own')).toBe('no_grant');
    }
  });

  test('an allowance names its rule', () => {
    const admin: Asker = { realm: 'provider', role: 'clinic_admin' };
    const allowed = expectedAccess(patients, 'SELECT', admin, 'own');
    expect(allowed).toMatchObject({
      verdict: 'allow',
      rule: { roles: ['clinic_admin'], conditions: ['not_archived'] },
    });
  });
});

describe('columns and views', () => {
  test('columns follow the grant', () => {
    expect(expectedColumns(patients, 'SELECT', 'provider')).toBe('all');
    expect(expectedColumns(organisations, 'SELECT', 'anon')).toEqual(['country', 'id', 'kind', 'name']);
    expect(expectedColumns(patients, 'UPDATE', 'internal_ops')).toBeUndefined();
    expect(expectedColumns(patients, 'DELETE', 'provider')).toBeUndefined();
  });

  test('a view shows what its first table shows to its readers', () => {
    const view = (asker: Asker, whose: Whose) => expectedViewAccess(patientProfiles, TABLES, asker, whose);
    expect(view(doctor, 'own').verdict).toBe('allow');
    expect(view(doctor, 'other')).toEqual({ verdict: 'deny', because: 'no_row' });
    expect(view(opsAdmin, 'own')).toEqual({ verdict: 'deny', because: 'no_row' });
    expect(view(anon, 'own')).toEqual({ verdict: 'deny', because: 'no_grant' });
    expect(expectedViewAccess(organisationDirectory, TABLES, anon, 'other').verdict).toBe('allow');
  });
});

describe("the role matrix of the domain's own text", () => {
  const ROLES = ['receptionist', 'assistant', 'nurse', 'doctor', 'clinic_admin'] as const;
  /** R read, C create, U update; columns in the order of ROLES. */
  const MATRIX: Record<string, readonly string[]> = {
    patients: ['RCU', 'R', 'RU', 'RU', 'RCU'],
    patient_identity: ['RCU', 'R', 'RU', 'RU', 'RCU'],
    // The matrix says RU for nurse and doctor, who also create the row: see the file.
    patient_clinical: ['', 'R', 'RCU', 'RCU', ''],
    medical_records: ['', '', 'RCU', 'RCU', ''],
    medical_record_details: ['', '', '', 'RCU', ''],
    // Patient-given; the matrix has no row for it: see the file.
    access_restrictions: ['', '', 'R', 'R', 'RCU'],
    // The matrix's C and its review are functions, which take evidence and four eyes.
    emergency_access_grants: ['', '', '', '', 'R'],
    emergency_access_reasons: ['', '', '', '', ''],
    beds: ['R', 'RU', 'RCU', 'RCU', 'RCU'],
    admissions: ['R', 'RU', 'RCU', 'RCU', 'RCU'],
    cases: ['RC', 'RC', 'RCU', 'RCU', 'RCU'],
    transfers: ['R', 'R', 'RCU', 'RCU', 'RCU'],
    // The matrix's C of a job is dispatch_transfer: a job has a transfer. Whoever holds transport reads and writes these too.
    transfer_jobs: ['', '', '', '', 'RU'],
    transfer_job_patients: ['', '', '', '', 'R'],
    vehicles: ['', '', '', '', 'RCU'],
    crew_members: ['', '', '', '', 'RCU'],
    vehicle_assignments: ['', '', '', '', 'RCU'],
    form_templates: ['R', 'R', 'R', 'R', 'R'],
    // Staff witness what they draw up for each other: sign_form; terminate_form is the clinic_admin's.
    signed_forms: ['RC', 'RC', 'RC', 'RC', 'RU'],
    signed_form_evidence: ['', '', '', '', ''],
    // The matrix's C is issue_upload_grant. Whoever holds finance reads those of financial kinds.
    documents: ['', '', 'R', 'R', ''],
    document_upload_grants: ['', '', '', '', ''],
    document_read_tickets: ['', '', '', '', ''],
    case_activity_log: ['R', 'R', 'R', 'R', 'R'],
    state_transitions: ['', '', '', '', ''],
    // Of staff by role; whoever holds finance reads and writes them too.
    invoices: ['', '', '', '', 'RCU'],
    invoice_lines: ['', '', '', '', 'RCU'],
    payments: ['', '', '', '', 'RCU'],
    agreements: ['', '', '', '', 'RCU'],
    guarantees_of_payment: ['', '', '', '', 'R'],
    claims: ['', '', '', '', 'R'],
    appointments: ['RCU', 'RU', 'RU', 'RU', 'RCU'],
    // As above.
    appointment_reasons: ['', 'R', 'RCU', 'RCU', ''],
    consents: ['RC', 'R', 'RC', 'RC', 'R'],
    care_relationships: ['R', 'R', 'R', 'R', 'RCU'],
    organisations: ['R', 'R', 'R', 'R', 'R'],
    organisation_settings: ['R', 'R', 'R', 'R', 'RU'],
    organisation_members: ['R', 'R', 'R', 'R', 'RCU'],
    // The matrix shows them to all staff; an address is no colleague's business. They are made and accepted by function.
    invitations: ['', '', '', '', 'RU'],
    profiles: ['R', 'R', 'R', 'R', 'R'],
    professionals: ['', 'R', 'R', 'R', 'RCU'],
    patient_accounts: ['RC', 'R', 'R', 'R', 'RCU'],
    organisation_networks: ['', 'R', 'R', 'R', 'RCU'],
    consent_purposes: ['R', 'R', 'R', 'R', 'R'],
    consent_purpose_versions: ['R', 'R', 'R', 'R', 'R'],
    ops_members: ['', '', '', '', ''],
    classification: ['', '', '', '', ''],
    // Decided by operations, by function.
    schema_changes: ['', '', '', '', ''],
    compliance_results: ['', '', '', '', ''],
    // The matrix says R for clinic_admin, who takes one down as well: the officer exports for none of their own, and not every clinic has a reception.
    subject_requests: ['C', '', '', '', 'RC'],
    // The officer's.
    subject_request_evidence: ['', '', '', '', ''],
    legal_holds: ['', '', '', '', 'R'],
    disclosures: ['', '', '', '', 'R'],
    security_incidents: ['', '', '', '', 'R'],
    deadlines: ['', '', '', '', ''],
    retention_rules: ['', '', '', '', ''],
    erasure_rules: ['', '', '', '', ''],
    purpose_grants: ['', '', '', '', ''],
    tombstones: ['', '', '', '', ''],
    retention_runs: ['', '', '', '', ''],
    retention_extensions: ['R', 'R', 'R', 'R', 'R'],
    subject_links: ['', '', '', '', ''],
    export_exclusions: ['', '', '', '', ''],
    processors: ['', '', '', '', ''],
    insight_dispatches: ['', '', '', '', ''],
    deployment_settings: ['', '', '', '', ''],
    restricted_reads: ['', '', '', '', ''],
    // Written and read by the functions of the trail.
    seals: ['', '', '', '', ''],
    leaves: ['', '', '', '', ''],
    // Read by capability, never by role.
    access_log: ['', '', '', '', ''],
    access_log_exceptions: ['', '', '', '', ''],
    access_keys: ['', '', '', '', ''],
    access_drains: ['', '', '', '', ''],
    nodes: ['', '', '', '', ''],
    // Recorded by functions; read by auditor, privacy officer and operations.
    context_log: ['', '', '', '', ''],
    security_events: ['', '', '', '', ''],
    app_events: ['', '', '', '', ''],
    deployment_events: ['', '', '', '', ''],
  };
  const LETTERS = { R: 'SELECT', C: 'INSERT', U: 'UPDATE' } as const;

  test('names every table', () => {
    expect(TABLES.map(({ tableName }) => tableName).sort()).toEqual(Object.keys(MATRIX).sort());
    expect([...ROLES].sort()).toEqual([...PROVIDER_ROLES].sort());
  });

  for (const table of TABLES) {
    test(`is what the rules of ${table.tableName} open to staff, cell by cell`, () => {
      const held = ROLES.map((role) =>
        Object.entries(LETTERS)
          .filter(([, operation]) => answer(table, operation, { realm: 'provider', role }, 'own') === 'allow')
          .map(([letter]) => letter)
          .join(''),
      );
      expect(held).toEqual(MATRIX[table.tableName]);
    });
  }

  test('bookings are moved by all who may see them and made by two', () => {
    expect(answer(appointments, 'INSERT', { realm: 'provider', role: 'assistant' }, 'own')).toBe('no_row');
    expect(answer(appointments, 'UPDATE', { realm: 'provider', role: 'assistant' }, 'own')).toBe('allow');
  });
});
