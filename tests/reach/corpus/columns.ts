import type { Migration } from './migration.ts';

export const COLUMNS: readonly Migration[] = [
  {
    does: 'lets reception change a column that triggers keep',
    sql: 'grant update (patient_status) on public.appointments to authenticated',
    widens: true,
    tells: [
      'widened: assistant, clinic_admin, doctor, nurse and receptionist can now change public.appointments (patient_status) too',
    ],
  },
  {
    does: 'lets carriers read one column more of a passenger',
    sql: 'grant select (transfer_id) on public.transfer_job_patients to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now read public.transfer_job_patients (transfer_id) too'],
  },
  {
    does: 'lets staff change every column where they changed some',
    sql: 'grant update on public.invoices to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now change public.invoices (16 of 19 columns) too'],
  },
  {
    does: 'lets staff create invoices with a total of their own',
    sql: 'grant insert (total_minor, paid_minor) on public.invoices to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now add to public.invoices (total_minor, paid_minor) too'],
  },
  {
    does: 'adds a column to a table that is granted as a whole',
    sql: `alter table public.patients add column nickname text not null default '' check (length(nickname) < 40)`,
    widens: true,
    tells: [
      'widened: assistant, clinic_admin, doctor, nurse and receptionist can now read public.patients (nickname) too',
      'widened: ops_agent can now read public.patients (nickname) too',
      'widened: patients can now read public.patients (nickname) too',
      'widened: the service role can now add to public.patients (nickname) too',
      'widened: the service role can now change public.patients (nickname) too',
      'widened: the service role can now read public.patients (nickname) too',
    ],
  },
  {
    does: 'adds a column to a table that is granted column by column',
    sql: 'alter table public.transfer_job_patients add column mobility text',
    widens: true,
    tells: ['widened: the service role can now read public.transfer_job_patients (mobility) too'],
  },
  {
    does: 'takes one column from staff and gives them another',
    sql: `revoke update (capabilities) on public.organisation_members from authenticated;
      grant update (accepted_at) on public.organisation_members to authenticated`,
    widens: true,
    tells: [
      'changed: clinic_admin can now change public.organisation_members (accepted_at) too, and can no longer change public.organisation_members (capabilities)',
    ],
  },
  {
    does: 'grants column by column what was granted as a whole',
    sql: `revoke select on public.agreements from anon;
      grant select (organisation_id, id, payer, number, starts_on, ends_on, created_at, created_by_user_id, updated_at, updated_by_user_id,
        actor_kind, archived_at, archived_by_user_id) on public.agreements to anon`,
    widens: false,
    tells: [
      'equal: SELECT on public.agreements is now granted to whoever has not signed in, and no policy lets them have a row',
    ],
  },
  {
    does: 'takes a column from staff',
    sql: 'revoke update (licence) on public.professionals from authenticated',
    widens: false,
    tells: ['narrowed: clinic_admin can no longer change public.professionals (licence)'],
  },
  {
    does: 'drops a column',
    sql: 'alter table public.organisation_networks drop column label cascade',
    widens: false,
    tells: ['narrowed: public.organisation_networks (label) is gone'],
  },
  {
    does: 'drops a column together with the trigger that asks whether it changes',
    sql: 'alter table public.professionals drop column licence cascade',
    widens: true,
    tells: [
      'widened: the trigger _600_security no longer guards public.professionals',
      'narrowed: public.professionals (licence) is gone',
    ],
  },
  {
    does: 'lets a column be empty that nothing asks',
    sql: 'alter table public.beds alter column label drop not null',
    widens: true,
    tells: ['widened: public.beds (label) no longer has to be filled in'],
  },
  {
    does: 'adds a column with a key, a check and a default of its own',
    sql: `alter table public.transfer_job_patients add column code text not null default gen_random_uuid()::text check (code <> '') unique`,
    widens: true,
    tells: ['widened: the service role can now read public.transfer_job_patients (code) too'],
  },
];
