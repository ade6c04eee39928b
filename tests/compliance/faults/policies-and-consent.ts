import { CLINIC_A } from '../../../testing/ids.ts';
import { type Faults, opened, rewritten, silenced } from './fault.ts';

const OPEN_DIAGNOSES = opened('medical_record_details');
const PROVIDER_ROWS = 'alter policy provider_select_rows on public.medical_record_details using (true)';

/** As `--record` leaves it: a line for each requirement. */
const RECORDED_RUN = `insert into governance.compliance_results (run_id, requirement, verdict, looks, evidence_sha256)
  select '00000000-0000-7000-8000-000000000052', kind || '-' || lpad(n::text, 2, '0'), 'held', 1, repeat('a', 64)
  from (values ('S', 39), ('N', 54)) as k (kind, most) cross join lateral generate_series(1, most) as n`;

export const POLICIES_AND_CONSENT: Faults = {
  'N-01': { told: 'diagnoses for everybody of the clinic', plant: OPEN_DIAGNOSES, caught: /diagnosis/ },
  'N-02': {
    told: 'a table without rules',
    plant: 'drop function authz.rules_beds()',
    caught: /beds is opened by policies without rules/,
  },
  'N-03': {
    told: 'a table whose data says nothing',
    plant: `create or replace function authz.rules_medical_records() returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$ select '{"rules": []}'::jsonb $$`,
    caught: /rules_medical_records|medical_records/,
  },
  'N-04': {
    told: 'rows that no condition guards',
    plant: PROVIDER_ROWS,
    caught: /not (after hours|without consent)/,
  },
  'N-05': {
    told: 'everybody at the highest rank',
    plant: rewritten('authz.own_rank()', 'return v_rank', 'return 100::smallint'),
    caught: /their own rank/,
  },
  'N-06': {
    told: 'a table without a level',
    plant: `delete from governance.classification where table_name = 'patients'`,
    caught: /public\.patients/,
  },
  'N-07': {
    told: 'a rule with an operation that is none',
    plant: rewritten('authz.rules_beds()', '"operation": "SELECT"', '"operation": "PEEK"'),
    caught: /operation that is none/,
  },
  'N-08': {
    told: 'an evaluation without conditions',
    plant: rewritten(
      'authz.verdict(boolean,text,jsonb,boolean,boolean)',
      `'conditions', conditions`,
      `'conditions', '[]'::jsonb`,
    ),
    caught: /an evaluation tells/,
  },
  'N-09': {
    told: 'a realm that bypasses policies',
    plant: 'alter role patient bypassrls',
    caught: /patient bypasses/,
  },
  'N-10': {
    told: 'a policy that no rule compiles to',
    plant: 'create policy planted on public.patients for select to authenticated using (false)',
    caught: /public\.patients planted is none of the rules/,
  },
  'N-11': {
    told: 'helpers that callers may name',
    plant: 'grant usage on schema authz to authenticated',
    caught: /authz/,
  },
  'N-12': {
    told: 'a context of any clinic',
    plant: rewritten(
      'public.set_context(uuid,text)',
      'm.organisation_id = set_context.organisation_id',
      'true',
    ),
    caught: /and no other/,
  },
  'N-13': {
    told: 'a nurse above a doctor',
    plant: rewritten('authz.role_rank(text)', `when 'nurse' then 70`, `when 'nurse' then 85`),
    caught: /nurse=85/,
  },
  'N-14': {
    told: 'reasons of a visit that reception reads',
    plant: opened('appointment_reasons'),
    caught: /nothing clinical/,
  },
  'N-15': {
    told: 'charts that every patient reads',
    plant: opened('medical_records', 'patient'),
    caught: /nobody else|nothing/,
  },
  'N-16': {
    told: 'memberships that never end',
    plant: `create or replace view authz.live_memberships with (security_barrier) as select m.organisation_id, m.user_id, m.role, m.rank, m.capabilities from public.organisation_members as m`,
    caught: /membership ends/,
  },
  'N-17': {
    told: 'a level of the highest kind in reach of nurses',
    plant: OPEN_DIAGNOSES,
    caught: /highly restricted/,
  },
  'N-18': { told: 'diagnoses without conditions', plant: PROVIDER_ROWS, caught: /not without treating/ },
  'N-19': { told: 'allergies for reception', plant: opened('patient_clinical'), caught: /allergies/ },
  'N-20': {
    told: 'invoices for everybody of the clinic',
    plant: opened('invoices'),
    caught: /doctor none of it/,
  },
  'N-21': {
    told: 'notes for every physician of the clinic',
    plant: OPEN_DIAGNOSES,
    caught: /another physician/,
  },
  'N-22': {
    told: 'a table whose organisation is nobody’s',
    plant:
      'create table public.planted (organisation_id uuid not null, id uuid, primary key (organisation_id, id))',
    caught: /public\.planted/,
  },
  'N-23': {
    told: 'a choice for who made none',
    plant: rewritten('authz.caller()', 'when count(*) = 1', 'when count(*) >= 1'),
    caught: /chooses none/,
  },
  'N-24': {
    told: 'a fence that is gone',
    plant: 'drop policy provider_fence on public.beds',
    caught: /public\.beds/,
  },
  'N-25': { told: 'rows that no condition guards', plant: PROVIDER_ROWS, caught: /alone missing/ },
  'N-26': {
    told: 'a LEAKPROOF function',
    plant: 'alter function authz.role_rank(text) leakproof',
    caught: /role_rank/,
  },
  'N-27': {
    told: 'inactive patients for everybody',
    plant: 'alter policy provider_select_rows on public.patients using (true)',
    caught: /inactive/,
  },
  'N-28': {
    told: 'hours that end a second late',
    plant: rewritten(
      'authz.is_within_hours(uuid,integer[],timestamptz)',
      'and v_hour < v_end',
      'and v_hour <= v_end',
    ),
    caught: /half open/,
  },
  'N-30': {
    told: 'an index that does not begin with the clinic',
    plant: 'create index planted on public.patients (name_key, organisation_id)',
    caught: /planted/,
  },
  'N-31': {
    told: 'a second question in the fence',
    plant: `alter policy provider_select on public.patients using (organisation_id = (select authz.organisation_for('{}', '{}')))`,
    caught: /public\.patients/,
  },
  'N-32': {
    told: 'a second policy for one command',
    plant: 'create policy planted on public.patients for select to authenticated using (false)',
    caught: /public\.patients/,
  },
  'N-33': {
    told: 'a call for every row',
    plant: `alter policy provider_select on public.beds using (organisation_id = authz.organisation_for('{}', '{}'))`,
    caught: /public\.beds/,
  },
  'N-36': {
    told: 'a record of contexts that may be changed',
    plant: silenced('audit.context_log', '_020_append_only'),
    caught: /nobody changes it/,
  },
  'N-37': {
    told: 'broken glass that nobody is told of',
    plant: silenced('public.emergency_access_grants', '_600_security'),
    caught: /that is a security event/,
    also: [
      {
        told: 'an incident of last year of which nobody was told',
        plant: `select set_config('app.pinned_organisation_id', '${CLINIC_A}', true);
          insert into public.security_incidents (organisation_id, detected_at, summary) values ('${CLINIC_A}', now() - interval '1 year', 'A laptop was lost.')`,
        caught: /nobody was told/,
      },
      {
        told: 'and one of which the authority was told, and the people were not',
        plant: `select set_config('app.pinned_organisation_id', '${CLINIC_A}', true);
          insert into public.security_incidents (organisation_id, detected_at, summary) values ('${CLINIC_A}', now() - interval '1 year', 'A laptop was lost.');
          update public.security_incidents set status = 'notified' where organisation_id = '${CLINIC_A}'`,
        caught: /the people were not told/,
      },
      {
        told: 'incidents that are dismissed without a word',
        plant: silenced('public.security_incidents', '_300_notice'),
        caught: /dismissed for a reason/,
      },
    ],
  },
  'N-39': {
    told: 'care that never ends for who examines',
    plant: rewritten(
      'authz.care_periods(timestamptz)',
      'least(c.ends_at, c.archived_at, ',
      `greatest(c.ends_at, c.archived_at, `,
    ),
    caught: /told to the privacy officer/,
  },
  'N-40': {
    told: 'a clock that a client sets',
    plant: rewritten(
      'authz.now()',
      'return clock_timestamp()',
      `return coalesce(nullif(current_setting('test.now', true), '')::timestamptz, clock_timestamp())`,
    ),
    caught: /nobody sets it/,
  },
  'N-41': {
    told: 'patients for everybody with a login',
    plant:
      'alter policy provider_fence on public.patients using (true); alter policy provider_select on public.patients using (true)',
    caught: /reads none|own clinic alone/,
  },
  'N-42': {
    told: 'beds for everybody with a login',
    plant:
      'alter policy provider_fence on public.beds using (true); alter policy provider_select on public.beds using (true)',
    caught: /public\.beds shows rows/,
  },
  'N-43': {
    told: 'a view in reach with the rights of its owner',
    plant:
      'create view public.planted as select id from public.patients; grant select on public.planted to patient',
    caught: /owner-view-in-reach: public\.planted/,
  },
  'N-44': {
    told: 'simulations for everybody',
    plant: `do $fault$ begin execute regexp_replace(pg_get_functiondef('public.simulate_policy'::regproc), '\\mSTABLE\\M', 'VOLATILE'); end $fault$`,
    caught: /simulate_policy is volatile/,
  },
  'N-45': { told: 'charts without consent', plant: PROVIDER_ROWS, caught: /not without/ },
  'N-46': {
    told: 'allergies for everybody of the clinic',
    plant: opened('patient_clinical'),
    caught: /no allergies/,
  },
  'N-48': { told: 'diagnoses for every purpose', plant: OPEN_DIAGNOSES, caught: /scheduling/ },
  'N-50': {
    told: 'rows that a withdrawal does not close',
    plant: 'alter table public.consents disable trigger _500_project',
    caught: /next statement/,
  },
  'N-51': {
    told: 'no run of the last week',
    first: RECORDED_RUN,
    plant: `alter table governance.compliance_results disable trigger _010_recorded; alter table governance.compliance_results disable trigger _020_append_only;
      update governance.compliance_results set ran_at = clock_timestamp() - interval '8 days'; alter table governance.compliance_results enable always trigger _020_append_only`,
    caught: /none of the last seven days/,
  },
  'N-52': {
    told: 'reads without a limit',
    plant: rewritten('authz.count_restricted_read()', 'cardinality(v_read_at) >= v_limit', 'false'),
    caught: /one record more/,
    also: [
      {
        told: 'a record that is handed out uncounted',
        plant: rewritten(
          'public.read_medical_record(uuid,text,text)',
          'perform public.declare_restricted_read(purpose, justification)',
          'perform 1',
        ),
        caught: /one record more/,
      },
      {
        told: 'a purpose that is declared uncounted',
        plant: rewritten(
          'public.declare_restricted_read(text,text)',
          'perform authz.count_restricted_read()',
          'perform 1',
        ),
        caught: /one record more/,
      },
      {
        told: 'a ticket that is issued uncounted',
        plant: rewritten(
          'public.issue_read_ticket(uuid)',
          'perform authz.count_restricted_read()',
          'perform 1',
        ),
        caught: /one document more/,
      },
    ],
  },
  'N-53': {
    told: 'a check that lets everybody pass',
    plant: rewritten('public.pre_request()', 'v_caller.user_id is null', 'false'),
    caught: /refused before/,
  },
  'N-54': {
    told: 'a trigger that is silent',
    plant: 'alter table public.patients disable trigger _100_stamp',
    caught: /public\.patients trigger _100_stamp/,
  },
};
