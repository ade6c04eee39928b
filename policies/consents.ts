import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * What a patient has agreed to. Staff only propose; the patient activates and withdraws: a gate is never opened by who
 * profits from it. Terms never change and transitions are held by trigger, so that `status` is all a patient writes.
 *
 * Operations see those of patients of cases that they hold.
 */
export const consents = defineTable({
  tableName: 'consents',
  level: 'INTERNAL',
  domain: 'clinical',
  tenantKey: 'organisation_id',
  patientKey: 'patient_id',
  handedOverBy: 'patient',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'],
      conditions: ['patient_active', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-27', 'N-45', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['doctor', 'nurse', 'receptionist'],
      conditions: ['patient_active', 'proposed'],
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'purpose',
        'status',
        'legal_basis',
        'break_glass_allowed',
        'expires_at',
        'signed_form_id',
      ],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-27', 'N-45', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-15', 'N-45'],
    },
    {
      operation: 'UPDATE',
      realm: 'patient',
      conditions: ['own_patient', 'not_archived'],
      columns: ['status'],
      auditLevel: 'detailed',
      requirements: ['N-15', 'N-45', 'N-50'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['handed_over', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'patient_id',
        'purpose',
        'status',
        'legal_basis',
        'expires_at',
        'break_glass_allowed',
        'signed_form_id',
        'created_by_user_id',
        'created_at',
        'archived_at',
        'purpose_version',
        'superseded_at',
        'given_at',
        'given_how',
        'given_by_user_id',
        'given_as',
        'withdrawn_at',
        'patient_status',
        'last_status_change_at',
        'last_status_change_by_user_id',
      ],
      reason:
        'authz.treatment_consent_until, authz.transfer_consent_until, authz.refuses_emergency: what a consent in force says; public.sign_form: what a form carries; public.withdraw_consent, public.consent_receipt',
      auditLevel: 'basic',
      requirements: ['N-45', 'N-50'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_status', 'status', 'superseded_at', 'withdrawal_reason'],
      reason:
        'authz.tg_patients__project: what hangs on a patient is hidden with the patient; public.sign_form, public.terminate_form: what a form carries; public.withdraw_consent; authz.tg_consents__version, authz.tg_consent_purpose_versions__supersede: a later text ends consents to the one before; authz.tg_consent_purposes__narrowed, authz.tg_subject_requests__objection: what may not go on ends',
      auditLevel: 'basic',
      requirements: ['N-27', 'N-45', 'N-50'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'patient_id', 'purpose', 'status', 'legal_basis', 'justification'],
      reason: 'public.rely_on_legal_basis: the only hand that records another legal basis',
      auditLevel: 'detailed',
      requirements: ['N-45'],
    },
    ...SERVICE_RULES,
  ],
});
