import { defineTable } from './vocabulary.ts';

/**
 * What is known of a stored file; the file itself lies in the private bucket and opens by ticket alone. Everybody of the front desk may
 * bring one, by `issue_upload_grant`; read it may who treats, under consent, and finance what is of a financial kind. No rule writes:
 * the functions and the triggers of Storage do.
 *
 * Operations see documents of patients whose case they hold and who consent to ops_handoff. A file carries no segment, as a record does: whoever
 * may open one may open what it tells of HIV, PSY, SDV or ETH, so that nothing but the consent stands between it and them.
 */
export const documents = defineTable({
  tableName: 'documents',
  level: 'RESTRICTED',
  domain: 'clinical',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  handedOverBy: 'consenting_patient',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['doctor', 'nurse'],
      conditions: ['treating', { consent: 'treatment' }, 'patient_active', 'not_archived'],
      emergencyBypass: true,
      purposes: ['data_view', 'treatment'],
      auditLevel: 'comprehensive',
      requirements: ['N-02', 'N-14', 'N-21', 'N-25', 'N-45', 'S-02', 'S-11'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['finance'],
      conditions: ['financial', 'patient_active', 'not_archived'],
      purposes: ['data_view', 'billing'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-14', 'S-02', 'S-11'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'active', 'not_archived'],
      auditLevel: 'detailed',
      requirements: ['N-15', 'S-11'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['handed_over', 'active', 'not_archived'],
      auditLevel: 'comprehensive',
      requirements: ['S-29', 'S-11'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'kind',
        'bucket',
        'object_path',
        'content_type',
        'size_bytes',
        'sha256',
        'sha256_verified_at',
        'status',
        'uploaded_by_user_id',
        'archived_at',
      ],
      reason:
        'public.issue_read_ticket and the others of documents: what they open or change; authz.form_content: the digest that is signed',
      auditLevel: 'basic',
      requirements: ['S-08', 'S-09', 'S-31'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'id', 'patient_id', 'kind', 'file_name', 'uploaded_by_user_id'],
      reason: 'public.issue_upload_grant: the only hand',
      auditLevel: 'detailed',
      requirements: ['S-08'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: [
        'status',
        'status_reason',
        'content_type',
        'size_bytes',
        'sha256',
        'sha256_verified_at',
        'treatment_consent_until',
        'patient_status',
      ],
      reason:
        'authz.tg_objects__uploaded, public.finalise_document, public.verify_document, public.set_document_status; authz.tg_consents__project, authz.tg_patients__project',
      auditLevel: 'detailed',
      requirements: ['N-27', 'N-45', 'N-50', 'S-08'],
    },
    { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  ],
});
