import { type TableProbe, text } from './probe.ts';

/** What the deployment is set to, and what is said of tables and states. */
export const GOVERNANCE: Readonly<Record<string, TableProbe>> = {
  'authz.state_transitions': {
    rows: () => 'true',
    insert: () => ({ values: { table_name: text('probe'), to_state: text('probe') } }),
    update: { realms: 'null' },
  },
  'governance.schema_changes': {
    rows: () => 'true',
    insert: () => ({
      values: {
        version: text('20990101000000'),
        checksum: text('0'.repeat(64)),
        name: text('probe'),
        shared_objects: text('{public.cases}'),
      },
    }),
    update: { name: text('probe') },
  },
  'governance.classification': {
    rows: () => 'true',
    insert: () => ({
      values: {
        schema_name: text('public'),
        table_name: text('probe'),
        level: text('PUBLIC'),
        domain: text('ops'),
        retention: text('general'),
      },
    }),
    update: { retention: text('general') },
  },
  'authz.deployment_settings': {
    rows: () => 'true',
    insert: () => ({ prepare: 'delete from authz.deployment_settings', values: { singleton: 'true' } }),
    update: { allow_sessionless_tokens: 'true' },
  },
};
