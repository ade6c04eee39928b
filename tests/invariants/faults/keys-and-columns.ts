import { type Fault, TENANT_TABLE } from './fault.ts';

export const KEYS_AND_COLUMNS: Readonly<Record<string, readonly Fault[]>> = {
  'tenant-key-complete': [
    {
      told: 'a tenant key that may be NULL',
      plant: 'create table public.planted (organisation_id uuid)',
      caught: 'public.planted',
    },
    {
      told: 'a tenant key without n_distinct',
      plant: 'alter table public.patients alter column organisation_id reset (n_distinct)',
      caught: 'public.patients',
    },
  ],
  'tenant-indexes-lead': [
    {
      told: 'an index that starts with another column',
      plant: 'create index planted on public.patients (name_key, organisation_id)',
      caught: 'planted',
    },
    {
      told: 'an index that starts with an expression',
      plant: 'create index planted on public.patients (lower(full_name), organisation_id)',
      caught: 'planted',
    },
  ],
  'indexes-leakproof': [
    {
      told: 'an index on lower()',
      plant: 'create index planted on public.patients (organisation_id, lower(full_name))',
      caught: 'planted expression',
    },
    {
      told: 'an index on an enum',
      plant: `create type public.planted as enum ('a', 'b');
        alter table public.patients add column planted public.planted;
        create index planted_idx on public.patients (organisation_id, planted);`,
      caught: 'planted_idx planted',
    },
    {
      told: 'an index on an amount in numeric',
      plant: `alter table public.patients add column planted numeric;
        create index planted_idx on public.patients (organisation_id, planted);`,
      caught: 'planted_idx planted',
    },
    {
      told: 'a GIN index on an array',
      plant: 'create index planted on public.medical_records using gin (segments)',
      caught: 'planted segments',
    },
  ],
  'tenant-table-references-organisation': [
    {
      told: 'a tenant key that references nothing',
      plant:
        'create table public.planted (organisation_id uuid not null, id uuid, primary key (organisation_id, id))',
      caught: 'public.planted',
    },
  ],
  'composite-primary-keys': [
    {
      told: 'a primary key on id alone',
      plant: 'create table public.planted (organisation_id uuid not null, id uuid primary key)',
      caught: 'public.planted',
    },
  ],
  'uniques-per-tenant': [
    {
      told: 'a unique index across tenants',
      plant: 'create unique index planted on public.patients (mrn) where false',
      caught: 'public.patients',
    },
  ],
  'composite-foreign-keys': [
    {
      told: 'a reference by id alone',
      plant: `${TENANT_TABLE}
        create unique index planted_id on public.patients (id);
        alter table public.planted add constraint planted_fkey foreign key (patient_id) references public.patients (id)`,
      caught: 'public.planted planted_fkey',
    },
    {
      told: 'a composite reference with several nullable columns',
      plant: `create table public.planted (organisation_id uuid, id uuid, foreign key (organisation_id, id) references public.patients)`,
      caught: 'public.planted',
    },
  ],
  'foreign-keys-indexed': [
    {
      told: 'a reference without index',
      plant: `${TENANT_TABLE}
        alter table public.planted add constraint planted_fkey
        foreign key (organisation_id, patient_id) references public.patients`,
      caught: 'public.planted planted_fkey',
    },
    {
      told: 'a reference of which a unique index holds some rows',
      plant: `${TENANT_TABLE}
        alter table public.planted add constraint planted_fkey
        foreign key (organisation_id, patient_id) references public.patients;
        create unique index planted_patient_id on public.planted (organisation_id, patient_id) where id is null`,
      caught: 'public.planted planted_fkey',
    },
    {
      told: 'a reference whose unique index begins with another column',
      plant: `${TENANT_TABLE}
        alter table public.planted add constraint planted_fkey
        foreign key (organisation_id, patient_id) references public.patients;
        create unique index planted_patient_id on public.planted (id, organisation_id, patient_id)`,
      caught: 'public.planted planted_fkey',
    },
  ],
  'no-cascade-from-users': [
    {
      told: 'rows that go with their login',
      plant: 'create table public.planted (user_id uuid references auth.users (id) on delete cascade)',
      caught: 'public.planted',
    },
  ],
  'no-credentials': [
    {
      told: 'a password column',
      plant: 'alter table public.profiles add column password_hash text',
      caught: 'public.profiles.password_hash',
    },
    {
      told: 'a token column',
      plant: 'alter table public.profiles add column access_token text',
      caught: 'public.profiles.access_token',
    },
    {
      told: 'a token of any other purpose',
      plant: 'alter table public.profiles add column reset_token text',
      caught: 'public.profiles.reset_token',
    },
    {
      told: 'several secrets in one column',
      plant: 'alter table public.profiles add column recovery_secrets text[]',
      caught: 'public.profiles.recovery_secrets',
    },
    {
      told: 'several links in one column',
      plant: 'alter table public.profiles add column photo_urls text[]',
      caught: 'public.profiles.photo_urls',
    },
    {
      told: 'a column of links',
      plant: 'alter table public.profiles add column photo_url text',
      caught: 'public.profiles.photo_url',
    },
  ],
};
