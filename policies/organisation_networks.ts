import { defineTable, SERVICE_RULES } from './vocabulary.ts';

/** Where an organisation may be reached from. */
export const organisationNetworks = defineTable({
  tableName: 'organisation_networks',
  level: 'INTERNAL',
  domain: 'ops',
  tenantKey: 'organisation_id',
  rules: [
    {
      // The matrix gives reception "RC accounts" in this row: the accounts, not the networks.
      operation: 'SELECT',
      realm: 'provider',
      roles: ['clinic_admin', 'doctor', 'nurse', 'assistant'],
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['N-02', 'S-02'],
    },
    {
      operation: 'INSERT',
      realm: 'provider',
      roles: ['clinic_admin'],
      columns: ['organisation_id', 'id', 'cidr', 'mode', 'label'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'UPDATE',
      realm: 'provider',
      roles: ['clinic_admin'],
      conditions: ['not_archived'],
      columns: ['cidr', 'mode', 'label', 'archived_at'],
      auditLevel: 'detailed',
      requirements: ['N-02', 'S-03'],
    },
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: ['organisation_id', 'cidr', 'mode', 'archived_at'],
      reason: 'authz.is_within_networks: from where the organisation may be reached',
      auditLevel: 'basic',
      requirements: ['N-28'],
    },
    ...SERVICE_RULES,
  ],
});
