import { defineTable } from './vocabulary.ts';

/** What came with a request, and what was answered: the officer's alone. */
export const subjectRequestEvidence = defineTable({
  tableName: 'subject_request_evidence',
  level: 'HIGHLY_RESTRICTED',
  domain: 'ops',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      auditLevel: 'comprehensive',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      columns: ['organisation_id', 'id', 'patient_id', 'evidence', 'answer'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: 'any',
      capabilities: ['privacy_officer'],
      conditions: ['not_archived'],
      columns: ['evidence', 'answer'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  ],
});
