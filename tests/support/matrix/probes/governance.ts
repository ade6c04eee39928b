import { idOf } from '../../../../testing/ids.ts';
import { inTenant, organisation, type TableProbe, text } from './probe.ts';

/** 32 bytes that no seal has. */
const HASH = `decode(repeat('ab', 32), 'hex')`;

/** What the deployment is set to, and what is said of tables and states. */
export const GOVERNANCE: Readonly<Record<string, TableProbe>> = {
  'authz.state_transitions': {
    rows: () => 'true',
    insert: () => ({ values: { table_name: text('probe'), to_state: text('probe') } }),
    update: { realms: 'null' },
  },
  'authz.restricted_reads': {
    rows: () => 'true',
    insert: () => ({ values: { user_id: text(idOf('staff', 'e', '02')) } }),
    update: { read_at: text('{}') },
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
  'governance.compliance_results': {
    rows: () => 'true',
    insert: () => ({
      values: {
        run_id: text('00000000-0000-7000-8000-0000000000aa'),
        requirement: text('N-51'),
        verdict: text('open'),
        looks: '0',
        evidence_sha256: text('0'.repeat(64)),
      },
    }),
    update: { verdict: text('held') },
  },
  'governance.processors': {
    rows: () => 'true',
    insert: () => ({
      values: {
        service: text('smart_insights'),
        name: text('probe'),
        no_training: 'true',
        dpa_from: 'current_date',
        dpa_until: 'current_date',
      },
      prepare: 'update governance.processors set archived_at = now()',
    }),
    update: { dpa_until: `'infinity'` },
  },
  'governance.insight_dispatches': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        processor_id: '(select id from governance.processors where archived_at is null)',
        payload_sha256: text('0'.repeat(64)),
      },
    }),
    update: { payload_sha256: text('1'.repeat(64)) },
  },
  'audit.seals': {
    rows: () => 'true',
    insert: () => ({
      values: {
        seal: '1000000',
        table_name: text('public.cases'),
        tree_size: '1',
        row_count: '1',
        root: HASH,
        closed_at: 'now()',
        snapshot: text('1:1:'),
        sealed_by: text('probe'),
        previous_hash: HASH,
        hash: HASH,
      },
    }),
    update: { sealed_by: text('probe') },
  },
  'audit.access_log': {
    rows: ({ clinic }) => `organisation_id = ${organisation(clinic)}`,
    insert: ({ clinic }) => ({
      values: {
        occurred_at: 'now()',
        id: 'gen_random_uuid()',
        organisation_id: organisation(clinic),
        lsn: text('0/1'),
        key_id: '1',
        statement_at: 'now()',
        transaction_at: 'now()',
        backend_pid: '1',
        realm: text('provider'),
        table_name: text('patients'),
        operation: text('SELECT'),
        audit_level: text('basic'),
        outcome: text('allowed'),
        address_source: text('unknown'),
        hmac: HASH,
      },
    }),
    update: { outcome: text('allowed') },
  },
  'audit.access_log_exceptions': {
    rows: () => 'true',
    insert: () => ({
      values: { kind: text('gap'), slot_name: text('probe'), to_lsn: text('0/1'), cause: text('probe') },
    }),
    update: { cause: text('probe') },
  },
  'audit.access_keys': {
    rows: () => 'true',
    insert: () => ({
      values: { key_id: '1000', inner_pad: `${HASH} || ${HASH}`, outer_pad: `${HASH} || ${HASH}` },
    }),
    update: { inner_pad: `${HASH} || ${HASH}` },
  },
  'audit.access_drains': {
    rows: () => 'true',
    insert: () => ({
      values: {
        slot_name: text('probe'),
        system_identifier: text('1'),
        position: text('0/1'),
        drained_at: 'now()',
      },
    }),
    update: { position: text('0/1') },
  },
  'audit.leaves': {
    rows: () => 'true',
    insert: () => ({
      values: {
        table_name: text('public.cases'),
        leaf_index: '0',
        record_key: text('{probe}'),
        leaf_hash: HASH,
      },
    }),
    update: { leaf_hash: HASH },
  },
  'audit.nodes': {
    rows: () => 'true',
    insert: () => ({
      values: { table_name: text('public.cases'), level: '1', position: '0', hash: HASH },
    }),
    update: { hash: HASH },
  },
  'audit.context_log': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        user_id: text(idOf('staff', clinic, '02')),
        realm: text('provider'),
        address_source: text('unknown'),
      },
    }),
    update: { purpose: text('treatment') },
  },
  'audit.app_events': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        event_type: text('job.failed'),
        details: text('{"status": 500}'),
      },
    }),
    update: { details: text('{"status": 200}') },
  },
  'audit.security_events': {
    rows: inTenant,
    insert: ({ clinic }) => ({
      values: {
        organisation_id: organisation(clinic),
        event_type: text('data.exported'),
        entity_id: text(idOf('form', clinic, '02')),
        actor_realm: text('provider'),
        address_source: text('unknown'),
        details: text('{"kind": "signed_form"}'),
      },
    }),
    update: { details: text('{"kind": "probe"}') },
  },
  'audit.deployment_events': {
    rows: () => 'true',
    insert: () => ({
      values: {
        event_type: text('deployment.settings_changed'),
        object: text('probe'),
        actor_realm: text('system'),
        actor_login: text('probe'),
        details: text('{"from": {}, "to": {}}'),
      },
    }),
    update: { object: text('probe') },
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
