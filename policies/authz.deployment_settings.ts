import { defineTable } from './vocabulary.ts';

/**
 * What differs between deployments and decides about access, such as whether a token without a session counts, or that of a third party's client. The
 * owner writes it: the server's own key must not be able to loosen what it is held to.
 */
export const deploymentSettings = defineTable({
  schema: 'authz',
  tableName: 'deployment_settings',
  level: 'INTERNAL',
  domain: 'ops',
  rowKey: null,
  tenantKey: null,
  fence: {},
  rules: [
    {
      operation: 'SELECT',
      realm: 'definer',
      columns: [
        'allow_sessionless_tokens',
        'allow_oauth_clients',
        'restricted_reads_per_minute',
        'trusted_address_header',
      ],
      reason:
        'authz.caller: whether a token without a session opens anything, and that of a third party’s client; authz.client_address: whose word counts; authz.count_restricted_read: the limit',
      auditLevel: 'basic',
      requirements: ['N-12', 'N-52', 'S-13'],
    },
  ],
});
