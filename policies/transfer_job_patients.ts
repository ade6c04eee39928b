import { defineTable } from './vocabulary.ts';

/**
 * Whom a job drives, under their consent. dispatch_transfer names them and triggers forget them. No rule gives anybody but those a write, because
 * who may write a row may lock it, and a withdrawal waits for nobody's lock.
 */
export const transferJobPatients = defineTable({
  tableName: 'transfer_job_patients',
  level: 'INTERNAL',
  domain: 'identity',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['unexpired', 'not_archived'],
      columns: ['organisation_id', 'id', 'patient_name', 'language', 'expires_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-24', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['transport'],
      conditions: ['unexpired', 'not_archived'],
      columns: ['organisation_id', 'id', 'patient_name', 'language', 'expires_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-24', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'origin_organisation_id',
        'transfer_id',
        'patient_name',
        'expires_at',
      ],
      reason: 'authz.forget_passengers: whom to forget',
      auditLevel: 'basic',
      requirements: ['N-24', 'N-50'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'origin_organisation_id',
        'transfer_id',
        'patient_name',
        'language',
        'expires_at',
      ],
      reason: 'public.dispatch_transfer: whom a packet is for, under consent',
      auditLevel: 'basic',
      requirements: ['N-24', 'N-45'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['patient_name', 'language'],
      reason: 'authz.forget_passengers, authz.tg_transfer_jobs__follow: forgets',
      auditLevel: 'basic',
      requirements: ['N-24', 'N-50'],
    },
    { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  ],
});
