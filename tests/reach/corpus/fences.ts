import type { Migration } from './migration.ts';

export const FENCES: readonly Migration[] = [
  {
    does: 'drops a fence behind which the policies ask for the same',
    sql: 'drop policy provider_fence on public.beds',
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'drops a fence that follows from what the policy asks of each row',
    sql: 'drop policy patient_fence on public.invoices',
    widens: false,
    tells: ['equal: the policies of public.invoices are written otherwise, and let through the same'],
  },
  {
    does: 'drops a fence that a policy relied on',
    given: `grant update (description) on public.consent_purposes to internal_ops;
      alter policy internal_ops_update on public.consent_purposes using (archived_at is null) with check (archived_at is null)`,
    sql: 'drop policy internal_ops_fence on public.consent_purposes',
    widens: true,
    tells: [
      'widened: operations can now change public.consent_purposes in more rows: no longer only where the caller is an operator',
    ],
  },
  {
    does: 'drops a fence behind which a policy lets every row through',
    sql: `create policy everyone on public.beds for select to authenticated using (true);
      drop policy provider_fence on public.beds`,
    widens: true,
    tells: [
      "widened: assistant, clinic_admin, doctor, nurse and receptionist can now read public.beds in more rows: no longer only where the row is of the caller's current organisation",
      'widened: clinic staff of every other role can now read public.beds, of any organisation, where its policies let them',
    ],
  },
  {
    does: 'adds a policy that lets every row through, and the fence stands',
    sql: 'create policy everyone on public.beds for select to authenticated using (true)',
    widens: false,
    tells: ['equal: the policies of public.beds are written otherwise, and let through the same'],
  },
  {
    does: 'loosens a fence to any membership',
    sql: `create policy everyone on public.beds for select to authenticated using (true);
      alter policy provider_fence on public.beds using ((select authz.organisation_id()) is not null)`,
    widens: true,
    tells: [
      "widened: assistant, clinic_admin, doctor, nurse and receptionist can now read public.beds in more rows: no longer only where the row is of the caller's current organisation",
      'widened: clinic staff of every other role can now read public.beds, of any organisation, where its policies let them',
    ],
  },
  {
    does: 'opens a fence to whoever has not signed in',
    sql: `alter policy anon_fence on public.beds using (true); grant select on public.beds to anon;
      create policy anon_select on public.beds for select to anon using (status = 'available')`,
    widens: true,
    tells: [
      'widened: whoever has not signed in can now read public.beds, of any organisation, where its policies let them',
    ],
  },
  {
    does: 'opens a fence behind which no policy lets operations do more',
    sql: `alter policy internal_ops_fence on public.form_templates using (true)`,
    widens: false,
    tells: ['equal: the policies of public.form_templates are written otherwise, and let through the same'],
  },
  {
    does: 'drops the fence of operations where every policy asks for an operator',
    sql: 'drop policy internal_ops_fence on public.claims',
    widens: false,
    tells: ['equal: the policies of public.claims are written otherwise, and let through the same'],
  },
  {
    does: 'lets operations in as what the clinic calls an admin',
    sql: `alter policy internal_ops_select on public.claims using ((select authz.is_operator('{ops_agent,admin}')) and (archived_at is null or archived_at = now()))`,
    widens: true,
    tells: ['widened: admin can now read public.claims, as operators'],
  },
  {
    does: 'adds a fence',
    sql: `create policy night_fence on public.beds as restrictive for all to authenticated using (status <> 'closed')`,
    widens: false,
    tells: [
      "narrowed: assistant, clinic_admin, doctor and nurse can change public.beds in fewer rows: now only where status <> 'closed'",
      "narrowed: assistant, clinic_admin, doctor, nurse and receptionist can read public.beds in fewer rows: now only where status <> 'closed'",
      "narrowed: clinic_admin, doctor and nurse can add to public.beds in fewer rows: now only where status <> 'closed'",
    ],
  },
];
