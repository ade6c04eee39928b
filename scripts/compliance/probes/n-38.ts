import { given, probe, refused, sees, surveys } from '../probe.ts';
import { CLINIC_A, NOBODY } from '../world.ts';
import { DOCTOR } from './subjects.ts';

/** A record as the drain writes it; of its month the drain made the part. */
const RECORDED = [
  given('select audit.create_access_month(clock_timestamp())'),
  given(
    `insert into audit.access_log (occurred_at, id, lsn, key_id, statement_at, transaction_at, backend_pid, realm, user_id, organisation_id,
       table_name, operation, audit_level, outcome, address_source, hmac)
     values (clock_timestamp(), '${NOBODY}', '0/0', 0, now(), now(), 0, 'provider', '${DOCTOR}', '${CLINIC_A}',
       'patients', 'SELECT', 'detailed', 'allowed', 'unknown', decode(repeat('00', 32), 'hex'))`,
  ),
];

export const n38 = probe(
  'N-38',
  [
    surveys(
      'wherever an organisation stands, its logs are kept for six years at least',
      `select 'regime ' || o.regime as object, case when r.keep is null then 'has no floor' when r.keep < interval '6 years' then 'keeps them for ' || r.keep end as problem
       from (select distinct regime from public.organisations) as o
       left join governance.retention_rules as r on r.regime = o.regime and r.retention = 'audit'`,
    ),
    surveys(
      'under HIPAA what is kept of an incident stays for six years at least',
      `select 'regime hipaa' as object, case when r.keep is null then 'has no floor' when r.keep < interval '6 years' then 'keeps incidents for ' || r.keep end as problem
       from (select) as one
       left join governance.retention_rules as r on r.regime = 'hipaa' and r.retention = 'incident'`,
    ),
    surveys(
      'every log is kept as one',
      `select c.schema_name || '.' || c.table_name as object, case when c.retention <> 'audit' then 'is kept as ' || c.retention end as problem
       from governance.classification as c where c.schema_name = 'audit'`,
    ),
    refused(
      undefined,
      'no floor is lowered, by its owner neither',
      `update governance.retention_rules set keep = interval '1 day' where retention = 'audit'`,
      'CD020',
    ),
    refused(
      undefined,
      'nor taken away',
      `delete from governance.retention_rules where retention = 'audit'`,
      'CD020',
    ),
    sees(
      undefined,
      'a clinic that promises less keeps as long',
      `select governance.kept_for('${CLINIC_A}', 'audit') = (select r.keep from governance.retention_rules as r join public.organisations as o on o.regime = r.regime where o.id = '${CLINIC_A}' and r.retention = 'audit')`,
      true,
    ),
    ...RECORDED,
    refused(
      undefined,
      'before that nobody deletes a record, the owner included',
      `delete from audit.access_log where user_id = '${DOCTOR}'`,
      'CD014',
    ),
    refused(
      undefined,
      'nor rewrites one',
      `update audit.access_log set outcome = 'denied', reason = 'role' where user_id = '${DOCTOR}'`,
      'CD014',
    ),
  ],
  { needs: ['audit.access_log', 'governance.retention_rules'] },
);
