import type { Migration } from './migration.ts';

const OWN = `organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}'))`;

export const HARMLESS: readonly Migration[] = [
  {
    does: 'calls a policy by another name',
    sql: 'alter policy provider_select on public.beds rename to staff_select',
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'writes conditions in another order',
    sql: `alter policy provider_select_rows on public.patient_identity using (patient_status = 'active' and (archived_at = now() or archived_at is null))`,
    widens: false,
    tells: ['equal: the policies of public.patient_identity are written otherwise, and let through the same'],
  },
  {
    does: 'writes an equation the other way round',
    sql: `alter policy provider_select_rows on public.patient_identity using ((archived_at is null or now() = archived_at) and 'active' = patient_status);
      alter policy provider_select on public.beds using ((select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')) = organisation_id)`,
    widens: false,
    tells: [
      'equal: the policies of public.beds are written otherwise, and let through the same',
      'equal: the policies of public.patient_identity are written otherwise, and let through the same',
    ],
  },
  {
    does: 'turns a comparison round',
    given:
      'alter policy provider_select_rows on public.transfer_job_patients using (expires_at > (select authz.now()))',
    sql: 'alter policy provider_select_rows on public.transfer_job_patients using ((select authz.now()) < expires_at)',
    widens: false,
    tells: [
      'equal: the policies of public.transfer_job_patients are written otherwise, and let through the same',
    ],
  },
  {
    does: 'writes a list for alternatives',
    given: `alter policy provider_select_rows on public.beds using (status = 'available' or status = 'closed' or archived_at is null)`,
    sql: `alter policy provider_select_rows on public.beds using (status in ('closed', 'available') or archived_at is null)`,
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'writes a literal array for a list',
    given: `alter policy provider_select_rows on public.beds using (status in ('closed', 'available'))`,
    sql: `alter policy provider_select_rows on public.beds using (status = any ('{available,closed}'))`,
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'writes that none of a list is meant',
    given: `alter policy provider_select_rows on public.beds using (status <> 'closed' and status <> 'reserved')`,
    sql: `alter policy provider_select_rows on public.beds using (status not in ('reserved', 'closed'))`,
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'writes that something is not unequal',
    sql: `alter policy provider_select_rows on public.patient_identity using ((archived_at is null or archived_at = now()) and not (patient_status <> 'active'))`,
    widens: false,
    tells: ['equal: the policies of public.patient_identity are written otherwise, and let through the same'],
  },
  {
    does: 'negates twice',
    sql: `alter policy provider_select_rows on public.patient_identity using (not (not ((archived_at is null or archived_at = now()) and patient_status = 'active')))`,
    widens: false,
    tells: ['equal: the policies of public.patient_identity are written otherwise, and let through the same'],
  },
  {
    does: 'asks whether a condition is true',
    sql: `alter policy provider_select_rows on public.patient_identity using (((archived_at is null or archived_at = now()) and patient_status = 'active') is true)`,
    widens: false,
    tells: ['equal: the policies of public.patient_identity are written otherwise, and let through the same'],
  },
  {
    does: 'takes what is unknown for untrue',
    sql: `alter policy provider_select_rows on public.patient_identity using (coalesce((archived_at is null or archived_at = now()) and patient_status = 'active', false))`,
    widens: false,
    tells: ['equal: the policies of public.patient_identity are written otherwise, and let through the same'],
  },
  {
    does: 'asks again what the fence asks',
    sql: `alter policy provider_select_rows on public.beds using ((archived_at is null or archived_at = now()) and ${OWN})`,
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'splits one policy into two',
    sql: `drop policy provider_select on public.beds;
      create policy clinicians_select on public.beds for select to authenticated
        using (organisation_id = (select authz.organisation_for('{doctor,nurse}', '{}')));
      create policy others_select on public.beds for select to authenticated
        using (organisation_id = (select authz.organisation_for('{clinic_admin,assistant,receptionist}', '{}')))`,
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'merges two policies into one',
    sql: `drop policy provider_select_rows on public.beds;
      alter policy provider_select on public.beds using (${OWN} and (archived_at is null or archived_at = now()))`,
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'distributes a condition over its alternatives',
    sql: `alter policy provider_select_rows on public.patient_identity
        using ((archived_at is null and patient_status = 'active') or (archived_at = now() and patient_status = 'active'))`,
    widens: false,
    tells: ['equal: the policies of public.patient_identity are written otherwise, and let through the same'],
  },
  {
    does: 'asks for a membership in another way',
    given: `alter policy provider_select on public.consent_purposes using ((select authz.holds('{doctor,nurse}', '{}')))`,
    sql: `alter policy provider_select on public.consent_purposes using ((select authz.holds('{nurse}', '{}')) or (select authz.organisation_for('{doctor}', '{}')) is not null)`,
    widens: false,
    tells: ['equal: the policies of public.consent_purposes are written otherwise, and let through the same'],
  },
  {
    does: 'drops a policy and creates it again',
    sql: `do $$ declare p text; begin
        select pg_get_expr(polqual, polrelid) into p from pg_policy where polname = 'provider_select' and polrelid = 'public.beds'::regclass;
        drop policy provider_select on public.beds;
        execute 'create policy provider_select on public.beds for select to authenticated using (' || p || ')'; end $$`,
    widens: false,
    tells: [],
  },
  {
    does: 'drops a trigger and creates it again',
    sql: `do $$ declare t text; begin
        select pg_get_triggerdef(oid) into t from pg_trigger where tgname = '_100_stamp' and tgrelid = 'public.beds'::regclass;
        drop trigger _100_stamp on public.beds; execute t; alter table public.beds enable always trigger _100_stamp; end $$`,
    widens: false,
    tells: [],
  },
  {
    does: 'drops a function and creates it again',
    sql: `do $$ declare f text; begin
        select pg_get_functiondef('public.detach_invoice(uuid,uuid)'::regprocedure) into f;
        drop function public.detach_invoice(uuid, uuid); execute f; end $$;
      grant create on schema public to cordon_definer;
      alter function public.detach_invoice(uuid, uuid) owner to cordon_definer;
      revoke create on schema public from cordon_definer;
      grant execute on function public.detach_invoice(uuid, uuid) to internal_ops`,
    widens: false,
    tells: [],
  },
  {
    does: 'drops a view and creates it again',
    sql: `do $$ declare v text; begin
        v := pg_get_viewdef('public.user_clinic_access'::regclass); drop view public.user_clinic_access;
        execute 'create view public.user_clinic_access with (security_invoker = true) as ' || v; end $$;
      grant select on public.user_clinic_access to authenticated, service_role`,
    widens: false,
    tells: [],
  },
  {
    does: 'writes comments',
    sql: `comment on table public.beds is 'Beds.'; comment on function authz.holds(text[], text[]) is 'Holds.';
      comment on policy provider_select on public.beds is 'Read.'; comment on column public.beds.ward is 'Ward.'`,
    widens: false,
    tells: [],
  },
  {
    does: 'calls a constraint by another name',
    sql: 'alter table public.beds rename constraint beds_status_check to beds_states_check',
    widens: false,
    tells: [],
  },
  {
    does: 'calls a trigger by another name',
    sql: 'alter trigger _300_occupancy on public.beds rename to _310_occupancy',
    widens: false,
    tells: [],
  },
  {
    does: 'calls indexes by another name',
    given: 'create unique index beds_one_label on public.beds (organisation_id, label)',
    sql: 'alter index public.beds_one_label rename to beds_label_once; alter index public.patients_id_idx rename to patients_by_id',
    widens: false,
    tells: [],
  },
  {
    does: 'adds an index and statistics',
    sql: `create index beds_status_idx on public.beds (status); create statistics public.beds_s on ward, status from public.beds;
      alter table public.beds alter column ward set statistics 500; alter table public.beds set (fillfactor = 80, autovacuum_enabled = true)`,
    widens: false,
    tells: [],
  },
  {
    does: 'sets a default that nobody decides by',
    sql: `alter table public.beds alter column ward set default 'main'`,
    widens: false,
    tells: [],
  },
  {
    does: 'moves an extension to a schema of its own',
    sql: 'create schema tools; alter extension pgcrypto set schema tools',
    asSuperuser: true,
    widens: false,
    tells: [],
  },
  {
    does: 'changes nothing',
    sql: 'select 1',
    widens: false,
    tells: [],
  },
  {
    does: 'calls a column by another name',
    sql: 'alter table public.appointments rename column status to state',
    widens: false,
    tells: ['equal: public.appointments (status) is now called state'],
  },
  {
    does: 'calls a column by another name that policies ask about',
    sql: 'alter table public.patient_identity rename column patient_status to status_of_patient',
    widens: false,
    tells: ['equal: public.patient_identity (patient_status) is now called status_of_patient'],
  },
  {
    does: 'calls a function by another name',
    sql: 'alter function public.preview_form(uuid) rename to show_form',
    widens: false,
    tells: ['equal: public.preview_form(uuid) is now called public.show_form(uuid)'],
  },
  {
    does: 'calls a helper of policies by another name',
    sql: 'alter function authz.patient_organisation_ids() rename to clinics_of_patient',
    widens: false,
    tells: ['equal: authz.patient_organisation_ids() is now called authz.clinics_of_patient()'],
  },
  {
    does: 'makes a unique key of a unique index',
    given: 'create unique index beds_one_label on public.beds (organisation_id, label)',
    sql: 'alter table public.beds add constraint beds_one_label unique using index beds_one_label',
    widens: false,
    tells: [],
  },
];
