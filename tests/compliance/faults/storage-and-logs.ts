import { CLINIC_A, idOf } from '../../../testing/ids.ts';
import { type Faults, rewritten, silenced } from './fault.ts';

const COUNTED = `create extension if not exists pg_stat_statements with schema extensions; set local pg_stat_statements.track = 'top'; set local search_path = public, extensions`;

export const STORAGE_AND_LOGS: Faults = {
  'S-06': {
    told: 'a bucket of documents that can be made public',
    plant: 'drop trigger cordon_private_update on storage.buckets',
    caught: /does not publish it/,
  },
  'S-07': {
    told: 'files that come under any name',
    plant: 'drop trigger cordon_uploaded on storage.objects',
    caught: /prefix of another clinic/,
  },
  'S-08': {
    told: 'grants that never expire',
    plant: rewritten('authz.tg_objects__uploaded()', 'v_grant.expires_at <= clock_timestamp()', 'false'),
    caught: /once it has expired/,
  },
  'S-09': {
    told: 'tickets that live for ten minutes',
    plant: rewritten('public.issue_read_ticket(uuid)', `interval '60 seconds'`, `interval '600 seconds'`),
    caught: /sixty seconds: 600/,
  },
  'S-11': {
    told: 'files that every member of the clinic has signed',
    plant: `alter policy cordon_documents_select_fence on storage.objects using (true);
      create policy planted on storage.objects for select to authenticated using (true)`,
    caught: /colleague without one/,
  },
  'N-29': {
    told: 'denials that nobody is told of',
    plant: rewritten(
      'authz.emit_denial(text,text,text,text)',
      'perform authz.emit_access(',
      'return; perform authz.emit_access(',
    ),
    caught: /that denial is written down/,
  },
  'N-34': {
    told: 'costs that are not counted',
    first: COUNTED,
    plant: `set local pg_stat_statements.track = 'none'`,
    caught: /what that cost is counted/,
  },
  'N-35': {
    told: 'a policy that records nothing',
    plant: `alter policy provider_select on public.medical_record_details using (organisation_id = (select authz.organisation_for('{doctor}', '{}')))`,
    caught: /public\.medical_record_details provider_select records nothing/,
  },
  'N-38': {
    told: 'floors that fall',
    plant: silenced('governance.retention_rules', '_020_floor'),
    caught: /no floor is lowered/,
    also: [
      {
        told: 'incidents that go before HIPAA lets them',
        plant: `alter table governance.retention_rules disable trigger _020_floor;
          update governance.retention_rules set keep = interval '5 years' where retention = 'incident' and regime = 'hipaa';
          alter table governance.retention_rules enable always trigger _020_floor`,
        caught: /keeps incidents for 5 years/,
      },
    ],
  },
  'N-47': {
    told: 'rows that are shown without a record',
    plant: rewritten('authz.log_disclosure(bytea,uuid,uuid,uuid)', 'begin', 'begin return true;'),
    caught: /each row that it showed/,
  },
  'N-49': {
    told: 'a class that no law keeps',
    plant: `alter table governance.retention_rules disable trigger _020_floor; delete from governance.retention_rules where retention = 'grant'`,
    caught: /class grant under/,
    also: [
      {
        told: 'a request that nobody answered in time',
        plant: `select set_config('app.pinned_organisation_id', '${CLINIC_A}', true);
          insert into public.subject_requests (organisation_id, patient_id, kind) values ('${CLINIC_A}', '${idOf('patient', 'a', '01')}', 'access');
          alter table public.subject_requests disable trigger _300_due;
          update public.subject_requests set due_at = now() - interval '1 day' where organisation_id = '${CLINIC_A}' and kind = 'access';
          alter table public.subject_requests enable always trigger _300_due`,
        caught: /past its deadline/,
      },
      {
        told: 'an officer who exports whom they like',
        plant: rewritten(
          'public.export_subject(uuid,uuid)',
          'if not v_is_patient then\n    v_request_id',
          'if false then\n    v_request_id',
        ),
        caught: /exports nobody who did not ask/,
      },
    ],
  },
};
