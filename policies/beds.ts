import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/**
 * Where patients lie. Occupied follows from admissions; every other status is the ward's to set.
 *
 * Operations see the beds that patients of their cases lie in.
 */
export const beds = defineTable({
  tableName: 'beds',
  level: 'INTERNAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  handedOverBy: 'bed',
  rules: [
    {
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse'],
      columns: ['organisation_id', 'id', 'ward', 'label', 'status'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      columns: ['ward', 'label', 'status', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03', 'S-17'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['doctor', 'nurse', 'assistant'],
      conditions: ['unarchived'],
      columns: ['ward', 'label', 'status', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03', 'S-17'],
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
      columns: ['organisation_id', 'id', 'archived_at'],
      reason: 'authz.tg_admissions__bed: the bed of a stay, locked in the order of ids',
      auditLevel: 'basic',
      requirements: ['S-17'],
    },
    {
      operation: 'UPDATE',
      realm: 'definer',
      columns: ['status'],
      reason: 'authz.tg_admissions__bed: the bed follows the stay',
      auditLevel: 'basic',
      requirements: ['S-17'],
    },
    {
      operation: 'SELECT',
      realm: 'insights',
      columns: ['organisation_id', 'status', 'archived_at'],
      reason: 'how many, by status',
      auditLevel: 'basic',
      requirements: ['S-22', 'S-23'],
    },
    ...SERVICE_RULES,
  ],
});
