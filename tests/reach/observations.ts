import type { Observation } from './observer.ts';

const count = (table: string, column = '*') => `select count(${column}) from ${table}`;
const archived = (table: string) => ({
  of: [table],
  sql: `update ${table} set archived_at = '2026-01-01' where id = (select min(id::text)::uuid from ${table})`,
});

/** Migrations of the corpus whose effect on rows, or whose having none, real connections show. */
export const OBSERVATIONS: readonly Observation[] = [
  // widening
  { does: 'lets patients read a table of their clinic', asks: count('public.beds') },
  { does: 'lets the service role delete', asks: 'explain delete from public.patients' },
  {
    does: 'lets carriers read one column more of a passenger',
    asks: count('public.transfer_job_patients', 'transfer_id'),
  },
  {
    does: 'lets reception change a column that triggers keep',
    asks: `update public.appointments set patient_status = patient_status`,
  },
  {
    does: 'adds a policy that opens archived rows to whom the fence lets in',
    asks: count('public.beds'),
    rows: archived('public.beds'),
  },
  {
    does: 'makes a restrictive policy permissive',
    asks: count('public.beds'),
    rows: archived('public.beds'),
  },
  {
    does: 'lets a policy for reading allow everything',
    asks: count('public.consents'),
    rows: { of: ['public.consents'], sql: `update public.consents set archived_at = '2026-01-01'` },
  },
  {
    does: 'gives a policy of staff to operations too',
    asks: count('public.claims'),
    rows: { of: ['public.claims'], sql: `update public.claims set archived_at = '2026-01-01'` },
  },
  { does: 'lets operations read every record of a patient', asks: count('public.patients') },
  {
    does: 'forgets one condition of several',
    asks: count('public.medical_records'),
    rows: {
      of: ['public.medical_records'],
      sql: `update public.medical_records set segments = '{PSY}'`,
    },
  },
  { does: 'asks for one condition or another where it asked for both', asks: count('public.invoices') },
  {
    does: 'forgets that the patient is active',
    asks: count('public.appointments'),
    rows: { of: ['public.appointments'], sql: `update public.appointments set patient_status = 'inactive'` },
  },
  {
    does: 'forgets that an archived row is out of reach',
    asks: count('public.appointments'),
    rows: archived('public.appointments'),
  },
  { does: 'lets reception read what clinicians read', asks: count('public.patient_clinical') },
  { does: 'lets every role read invoices, without the capability', asks: count('public.invoices') },
  { does: 'no longer asks for consent', asks: count('public.patient_clinical') },
  {
    does: 'lets any row be written',
    asks: `insert into public.beds (organisation_id, ward, label) values ('b0000000-0000-7000-8000-000000000001', 'North', 'new')`,
  },
  { does: 'lets whoever is a member nowhere read purposes', asks: count('public.consent_purposes') },
  {
    does: 'gives a permissive policy an expression where it had none, and so let nothing through',
    asks: count('public.beds'),
  },
  { does: 'negates a scalar that is null for whoever is nobody', asks: count('public.consent_purposes') },
  {
    does: 'writes a word null into a list that held null itself',
    asks: count('public.invoices'),
    rows: {
      of: ['public.invoices'],
      sql: `alter table public.invoices drop constraint invoices_status_check; update public.invoices set status = 'null'`,
    },
  },
  {
    does: 'drops a fence that a policy relied on',
    asks: `update public.consent_purposes set description = 'another text'`,
    // The stamp would refuse who is no operator, whatever the fence let through.
    rows: { of: [], sql: 'alter table public.consent_purposes disable trigger user' },
  },
  { does: 'drops a fence behind which a policy lets every row through', asks: count('public.beds') },
  { does: 'loosens a fence to any membership', asks: count('public.beds') },
  { does: 'opens a fence to whoever has not signed in', asks: count('public.beds') },
  { does: 'lets operations in as what the clinic calls an admin', asks: count('public.claims') },
  { does: 'switches the policies of a table off', asks: count('public.beds') },
  { does: 'lets staff pass by every policy', asks: count('public.beds') },
  { does: 'rewrites a helper of policies', asks: count('public.consent_purposes') },
  { does: 'turns a view to the rights of its owner', asks: count('public.case_timeline') },
  {
    does: 'replaces a view, and forgets that it runs with the rights of its reader',
    asks: count('public.organisation_directory'),
  },
  {
    does: 'lets a table inherit to another, whose rows are read through it',
    asks: count('public.beds'),
    rows: { of: ['public.closed_beds'], sql: 'insert into public.closed_beds select * from public.beds' },
  },
  {
    does: 'lets through whose organisation is unknown, where its negation let nobody through',
    asks: count('public.beds'),
  },
  // not widening
  { does: 'no longer asks for a membership where only colleagues are shown', asks: count('public.profiles') },
  { does: 'lets patients read a table whose policies know no patients', asks: count('public.claims') },
  { does: 'adds another policy for reading beside the one there is', asks: count('public.invoices') },
  { does: 'gives a policy of staff to whom no policy binds', asks: count('public.consent_purposes') },
  {
    does: 'lets any row be written by one policy, where another still asks',
    asks: 'update public.beds set ward = ward',
  },
  {
    does: 'leaves out the keys that only an index needs, before the exact check',
    asks: count('public.invoices'),
  },
  {
    does: 'takes a role out of a policy',
    asks: `insert into public.beds (organisation_id, ward, label) values ('a0000000-0000-7000-8000-000000000001', 'North', 'new')`,
  },
  { does: 'asks for one condition more', asks: count('public.invoices') },
  { does: 'drops a policy', asks: count('public.care_relationships') },
  { does: 'drops a fence behind which the policies ask for the same', asks: count('public.beds') },
  {
    does: 'drops a fence that follows from what the policy asks of each row',
    asks: count('public.invoices'),
  },
  { does: 'adds a policy that lets every row through, and the fence stands', asks: count('public.beds') },
  {
    does: 'drops the fence of operations where every policy asks for an operator',
    asks: count('public.claims'),
  },
  {
    does: 'adds a fence',
    asks: count('public.beds'),
    rows: { of: ['public.beds'], sql: `update public.beds set status = 'closed'` },
  },
  { does: 'turns a view to the rights of its reader', asks: count('public.all_patients') },
  { does: 'makes a view that runs with the rights of its reader', asks: count('public.beds') },
  { does: 'writes conditions in another order', asks: count('public.patient_identity') },
  { does: 'negates twice', asks: count('public.patient_identity') },
  { does: 'takes what is unknown for untrue', asks: count('public.patient_identity') },
  { does: 'splits one policy into two', asks: count('public.beds') },
  { does: 'merges two policies into one', asks: count('public.beds'), rows: archived('public.beds') },
  { does: 'distributes a condition over its alternatives', asks: count('public.patient_identity') },
  { does: 'asks for a membership in another way', asks: count('public.consent_purposes') },
];
