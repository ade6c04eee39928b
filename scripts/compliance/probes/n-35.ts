import { probe, refused, sees, surveys } from '../probe.ts';
import { ACCESS_LOG, BASIC, KEPT, records, UNASKED } from './logged.ts';
import { RECORD } from './subjects.ts';

const CHART = `select from public.medical_records where id = '${RECORD}'`;

export const n35 = probe(
  'N-35',
  [
    surveys(
      'every policy that opens something to callers records its decisions, where not everybody of a realm may read',
      `select p.schemaname || '.' || p.tablename || ' ' || p.policyname as object,
              case when concat(p.qual, p.with_check) !~ 'authz\\.log_(organisation|decision)\\(' then 'records nothing' end as problem
       from pg_policies as p
       join governance.classification as c on c.schema_name = p.schemaname and c.table_name = p.tablename
       where p.permissive = 'PERMISSIVE' and p.roles && '{authenticated,patient,internal_ops}' and c.level <> 'PUBLIC'`,
    ),
    surveys(
      'of clinical data from RESTRICTED on, what is allowed is recorded too',
      `select p.schemaname || '.' || p.tablename || ' ' || p.policyname as object,
              case when p.qual !~ '''(detailed|comprehensive)''::text\\) AS log_' then 'records denials alone' end as problem
       from pg_policies as p
       join governance.classification as c on c.schema_name = p.schemaname and c.table_name = p.tablename
       where p.permissive = 'PERMISSIVE' and p.cmd = 'SELECT' and p.roles && '{authenticated,patient,internal_ops}'
         and c.domain = 'clinical' and c.level in ('RESTRICTED', 'HIGHLY_RESTRICTED')`,
    ),
    sees('doctor', 'control: one row of a chart is read', CHART.replace('from', 'count(*) from'), 1),
    records('doctor', 'the decision is written down, and the row that it showed', CHART, 2),
    sees('receptionist', 'control: none is', CHART.replace('from', 'count(*) from'), 0),
    records('receptionist', 'which is written down as well', CHART, 1),
    surveys(
      'a record holds when, who, where, what and how it ended; a denial why',
      `select 'audit.access_log ' || c.name as object,
              case
                when a.attname is null then 'is missing'
                when c.is_always and not a.attnotnull then 'may be left out'
              end as problem
       from (values
         ('occurred_at', true), ('statement_at', true), ('realm', true), ('user_id', false), ('session_id', false), ('role', false),
         ('organisation_id', true), ('table_name', true), ('operation', true), ('outcome', true), ('reason', false), ('purpose', false),
         ('justification', false), ('client_address', false), ('address_source', true), ('user_agent', false), ('row_id', false),
         ('patient_id', false), ('hmac', true)
       ) as c (name, is_always)
       left join pg_attribute as a on a.attrelid = 'audit.access_log'::regclass and a.attname = c.name and not a.attisdropped
       union all
       select 'a denial without a reason', case when not exists (
         select from pg_constraint as k where k.conrelid = 'audit.access_log'::regclass and k.conname = 'access_log_reason_check'
       ) then 'is possible' end`,
    ),
    sees(
      undefined,
      'no record of the last day is another than was signed',
      `select count(*) from audit.bent_access_records(clock_timestamp() - interval '1 day', clock_timestamp())`,
      0,
    ),
    refused('clinicAdmin', 'nobody writes into it', 'insert into audit.access_log default values', '42501'),
    KEPT,
    sees(
      undefined,
      'for a week nothing was lost, forged or copied',
      `select count(*) from audit.access_log_exceptions where noticed_at > clock_timestamp() - interval '7 days' and cause <> 'first slot'`,
      0,
    ),
  ],
  { needs: ACCESS_LOG, except: `${BASIC}; ${UNASKED}` },
);
