import { defineTable } from './vocabulary.ts';

/**
 * From where forms were signed. Written by sign_form, changed by nobody; read by the officer; who signed on the portal exports it.
 */
export const signedFormEvidence = defineTable({
  tableName: 'signed_form_evidence',
  level: 'RESTRICTED',
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
      requirements: ['N-02', 'S-02', 'S-31'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'signed_ip',
        'ip_source',
        'user_agent',
        'record',
        'record_sha256',
        'created_at',
        'created_by_user_id',
        'updated_at',
        'updated_by_user_id',
        'actor_kind',
        'archived_at',
        'archived_by_user_id',
      ],
      reason:
        'public.export_signed_form: what proves a signature; audit.seal_table, audit.sealed_records: what is sealed is the whole row',
      auditLevel: 'basic',
      requirements: ['S-31'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'signed_ip',
        'ip_source',
        'user_agent',
        'record',
        'record_sha256',
      ],
      reason: 'public.sign_form: the only hand',
      auditLevel: 'basic',
      requirements: ['S-31', 'S-32'],
    },
    { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  ],
});
