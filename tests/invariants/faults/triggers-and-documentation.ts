import { type Fault, TENANT_TABLE } from './fault.ts';

export const TRIGGERS_AND_DOCUMENTATION: Readonly<Record<string, readonly Fault[]>> = {
  'tenant-and-stamp-triggers': [
    {
      told: 'a tenant table without triggers',
      plant: TENANT_TABLE,
      caught: 'public.planted tg__tenant',
    },
    {
      told: 'a disabled stamp trigger',
      plant: 'alter table public.patients disable trigger _100_stamp',
      caught: 'public.patients tg__stamp',
    },
    {
      told: 'a tenant trigger that forgets inserts',
      plant: `drop trigger _050_tenant on public.patients;
        create trigger _050_tenant before update on public.patients for each row execute function authz.tg__tenant('patients')`,
      caught: 'public.patients tg__tenant',
    },
    {
      told: 'a table that verifies the stamps of new rows no more',
      plant: 'drop trigger _900_stamped on public.organisation_networks',
      caught: 'public.organisation_networks tg__stamped on insert',
    },
    {
      told: 'a table that verifies the stamps of changed rows only sometimes',
      plant: `drop trigger _901_stamped on public.documents;
        create trigger _901_stamped after update on public.documents referencing new table as changed
          for each statement when (current_user <> 'postgres') execute function authz.tg__stamped()`,
      caught: 'public.documents tg__stamped on update',
    },
  ],
  'guard-triggers-always': [
    {
      told: 'a trigger that replication mode silences',
      plant: 'alter table public.patients enable trigger _100_stamp',
      caught: 'public.patients trigger _100_stamp',
    },
    {
      told: 'a trigger with a column list',
      plant: `create trigger planted before update of full_name on public.patients for each row execute function authz.tg__stamp();
        alter table public.patients enable always trigger planted`,
      caught: 'public.patients trigger planted',
    },
  ],
  'subjects-stated': [
    {
      told: 'a new table that nobody can tie to a person or to nobody',
      plant: `create table public.planted (organisation_id uuid, id uuid);
        insert into governance.classification values ('public', 'planted', 'INTERNAL', 'ops', 'general')`,
      caught: 'public.planted',
    },
    {
      told: 'a log that names patients without a foreign key',
      plant: `create table public.planted (organisation_id uuid, patient_id uuid);
        insert into governance.classification values ('public', 'planted', 'INTERNAL', 'ops', 'general', '{}')`,
      caught: 'public.planted',
    },
    {
      told: 'a table of a patient that says it is nobody’s',
      plant: `update governance.classification set subjects = '{}' where table_name = 'medical_records'`,
      caught: 'public.medical_records',
    },
    {
      told: 'a column that an export leaves out, and that was renamed',
      plant: 'alter table public.payments rename column recorded_by_user_id to by_user_id',
      caught: 'governance.export_exclusions public.payments.recorded_by_user_id',
    },
    {
      told: 'a link to a table that is gone',
      plant: `insert into governance.subject_links values ('public', 'case_activity_log', 'entity_id', 'planted')`,
      caught: 'governance.subject_links public.case_activity_log.entity_id to planted',
    },
  ],
  'erasure-ruled': [
    {
      told: 'a new table of a patient',
      plant: `create table public.planted (organisation_id uuid, id uuid, patient_id uuid,
        foreign key (organisation_id, patient_id) references public.patients (organisation_id, id))`,
      caught: 'public.planted',
    },
    {
      told: 'a rule about a column that was renamed',
      plant: 'alter table public.patient_identity rename column phone to telephone',
      caught: 'governance.erasure_rules public.patient_identity.phone',
    },
  ],
  'append-only-sealed': [
    {
      told: 'an append-only table that nobody made sealable',
      plant: `create table public.planted (at timestamptz);
        create trigger _020_append_only before update or delete on public.planted for each row execute function authz.tg__append_only('planted');
        alter table public.planted enable always trigger _020_append_only;
        create trigger _021_no_truncate before truncate on public.planted for each statement execute function authz.tg__append_only('planted');
        alter table public.planted enable always trigger _021_no_truncate;`,
      caught: 'public.planted',
    },
    {
      told: 'an append-only table that may be emptied',
      plant: 'drop trigger _021_no_truncate on public.case_activity_log',
      caught: 'public.case_activity_log',
    },
    {
      told: 'seals that may be changed',
      plant: 'alter table audit.seals disable trigger _020_append_only',
      caught: 'audit.seals',
    },
    {
      told: 'a column that the function that seals may not read',
      plant: 'revoke select (user_agent) on public.signed_form_evidence from cordon_definer',
      caught: 'public.signed_form_evidence',
    },
    {
      told: 'rows that a policy hides from the function that seals',
      plant: `alter policy definer_select on public.case_activity_log using (actor_realm <> 'system')`,
      caught: 'public.case_activity_log',
    },
    {
      told: 'a column of a type that settings write in several ways',
      plant: `alter table public.case_activity_log add column planted interval;
        grant select (planted) on public.case_activity_log to cordon_definer`,
      caught: 'public.case_activity_log',
    },
    {
      told: 'a column added with a default',
      plant: `alter table public.case_activity_log add column planted integer default 0;
        grant select (planted) on public.case_activity_log to cordon_definer`,
      caught: 'public.case_activity_log',
    },
  ],
  'audit-columns': [
    { told: 'a tenant table without stamps', plant: TENANT_TABLE, caught: 'public.planted.created_at' },
    {
      told: 'a stamp that a client may send',
      plant: 'grant update (created_by_user_id) on public.patients to authenticated',
      caught: 'public.patients.created_by_user_id',
    },
  ],
  'classification-complete': [
    { told: 'a new table', plant: 'create table public.planted (id uuid)', caught: 'public.planted' },
    {
      told: 'a classified table that is gone',
      plant: `insert into governance.classification (schema_name, table_name, level, domain, retention)
        values ('public', 'gone', 'INTERNAL', 'ops', 'general')`,
      caught: 'public.gone',
    },
  ],
  'everything-commented': [
    { told: 'a new table', plant: 'create table public.planted (id uuid)', caught: 'public.planted' },
    {
      told: 'a function without comment',
      plant: 'comment on function authz.user_id() is null',
      caught: 'authz.user_id()',
    },
  ],
};
