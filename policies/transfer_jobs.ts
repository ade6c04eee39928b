import { defineTable } from './vocabulary.ts';

/**
 * Jobs of a transport company: a packet of its own, in its own tenant, for as long as it drives. dispatch_transfer writes them and
 * nobody else, the server included: the clinic's transfer follows them.
 */
export const transferJobs = defineTable({
  tableName: 'transfer_jobs',
  level: 'INTERNAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['unexpired', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-24', 'S-02'],
    },
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: 'any',
      capabilities: ['transport'],
      conditions: ['unexpired', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'N-24', 'S-02'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['unexpired', 'unarchived'],
      columns: ['status'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-24', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: 'any',
      capabilities: ['transport'],
      conditions: ['unexpired', 'unarchived'],
      columns: ['status'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'N-24', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: ['ops_agent'],
      conditions: ['unexpired', 'not_archived'],
      auditLevel: 'basic',
      requirements: ['S-18', 'S-29'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'organisation_id',
        'id',
        'origin_organisation_id',
        'transfer_id',
        'status',
        'packet',
        'expires_at',
        'archived_at',
      ],
      reason: 'public.cancel_transfer, public.conclude_transfer: the job of a transfer',
      auditLevel: 'basic',
      requirements: ['N-24'],
    },
    {
      operation: 'INSERT',
      realm: 'definer',
      columns: ['organisation_id', 'origin_organisation_id', 'transfer_id', 'packet', 'expires_at'],
      reason: 'public.dispatch_transfer: hands over the packet',
      auditLevel: 'basic',
      requirements: ['N-24'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['status', 'packet'],
      reason:
        'public.cancel_transfer, public.conclude_transfer: end the job; authz.forget_places: forgets where to',
      auditLevel: 'basic',
      requirements: ['N-24', 'N-49', 'S-18'],
    },
    { operation: 'SELECT', realm: 'service', auditLevel: 'basic', requirements: ['S-05'] },
  ],
});
