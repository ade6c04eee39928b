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
