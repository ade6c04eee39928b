/** What holds after every step, whoever took it: a query whose rows tell where it does not. */
export interface Invariant {
  readonly name: string;
  readonly sql: string;
}

const STANDING = `('submitted', 'accepted', 'paid')`;
const same = (column: string, table: string, wanted: string, extra = ''): string => `
  select '${table}' as relation, t.organisation_id, t.id, t.${column}::text as is_now, (${wanted})::text as should_be
  from public.${table} as t where t.${column} is distinct from ${wanted} ${extra}`;

const WITH_STATUS = [
  'access_restrictions',
  'admissions',
  'appointment_reasons',
  'appointments',
  'care_relationships',
  'cases',
  'consents',
  'documents',
  'emergency_access_grants',
  'emergency_access_reasons',
  'medical_record_details',
  'medical_records',
  'patient_accounts',
  'signed_forms',
  'transfers',
] as const;
const GATED = ['medical_records', 'medical_record_details', 'documents'] as const;

/** Beds, stays, cases and what is driven. */
const WARD: readonly Invariant[] = [
  {
    name: 'a bed is occupied exactly if one active admission lies in it',
    sql: `
      select b.organisation_id, b.id, b.status, b.archived_at, count(a.id) from public.beds as b
      left join public.admissions as a on a.organisation_id = b.organisation_id and a.bed_id = b.id and a.status = 'admitted' and a.archived_at is null
      group by b.organisation_id, b.id
      having count(a.id) <> case when b.status = 'occupied' then 1 else 0 end or (b.archived_at is not null and count(a.id) > 0)`,
  },
  {
    name: 'a patient has at most one active admission',
    sql: `
      select organisation_id, patient_id from public.admissions where status = 'admitted' and archived_at is null
      group by organisation_id, patient_id having count(*) > 1`,
  },
  {
    name: 'a stay tells when it began and ended, and nothing that it has not reached',
    sql: `
      select organisation_id, id, status, admitted_at, discharged_at, disposition from public.admissions
      where (status in ('admitted', 'discharged')) <> (admitted_at is not null)
        or (status = 'discharged') <> (discharged_at is not null and disposition is not null)
        or discharged_at < admitted_at or (status in ('admitted', 'discharged') and bed_id is null)`,
  },
  {
    name: 'a case is with operations only after its clinic handed it over',
    sql: `
      select organisation_id, id, status, handed_off_at from public.cases
      where status in ('handed_off', 'closed') and handed_off_at is null or status = 'cancelled' and handed_off_at is not null`,
  },
  {
    // But of twins (tests/support/twins.ts), whose jobs are where their transfers are not.
    name: 'a transfer and its job say one thing',
    sql: `
      select t.organisation_id, t.id, t.status, t.transport_organisation_id, j.status as job from (select * from public.transfers where right(organisation_id::text, 2) <> 'ff') as t
      full join (select * from public.transfer_jobs where right(organisation_id::text, 2) <> 'ff') as j
        on j.origin_organisation_id = t.organisation_id and j.transfer_id = t.id and j.organisation_id = t.transport_organisation_id
      where coalesce(j.status, 'none') is distinct from case
        when t.status in ('dispatched', 'picked_up', 'delivered') then t.status
        when t.status = 'completed' then 'delivered'
        when t.status = 'cancelled' and t.transport_organisation_id is not null then 'cancelled'
        else 'none' end
        -- Retention takes a job that is over before the transfer that it was for; one that was driven stays when that is gone, and says who drove.
        and not exists (
          select from walk.history as h where h.operation = 'DELETE' and j.id is null and h.relation = 'transfer_jobs'
            and h.before ->> 'transfer_id' = t.id::text and h.before ->> 'origin_organisation_id' = t.organisation_id::text
        )
        and not (t.id is null and j.packet @> '{"pickup": "erased", "destination": "erased"}')`,
  },
  {
    name: 'the packet of a job is what its transfer says',
    sql: `
      select j.organisation_id, j.id, j.packet from public.transfer_jobs as j
      join public.transfers as t on t.organisation_id = j.origin_organisation_id and t.id = j.transfer_id
      where (j.packet ->> 'pickup', j.packet ->> 'destination', j.packet ->> 'mobility') is distinct from (t.pickup, t.destination, t.mobility)
        and not (j.packet @> '{"pickup": "erased", "destination": "erased"}' and j.packet ->> 'mobility' = t.mobility)
        and right(j.organisation_id::text, 2) <> 'ff'`,
  },
  {
    name: 'vehicle and crew are on one job, that is under way, and in use',
    sql: `
      select a.organisation_id, a.id, j.status, 'over' as why from public.vehicle_assignments as a
      join public.transfer_jobs as j on j.organisation_id = a.organisation_id and j.id = a.transfer_job_id
      where a.released_at is null and a.archived_at is null and j.status not in ('dispatched', 'picked_up')
      union all
      select p.organisation_id, p.id, count(*)::text, 'on two' from (
        select a.organisation_id, unnest(array[a.vehicle_id, a.driver_id, a.attendant_id]) as id
        from public.vehicle_assignments as a where a.released_at is null and a.archived_at is null
      ) as p where p.id is not null group by p.organisation_id, p.id having count(*) > 1
      union all
      select a.organisation_id, a.id, c.duty, 'put away' from public.vehicle_assignments as a
      join public.crew_members as c on c.organisation_id = a.organisation_id and c.id in (a.driver_id, a.attendant_id)
      where a.released_at is null and a.archived_at is null and c.archived_at is not null
      union all
      select a.organisation_id, a.id, v.kind, 'put away' from public.vehicle_assignments as a
      join public.vehicles as v on v.organisation_id = a.organisation_id and v.id = a.vehicle_id
      where a.released_at is null and a.archived_at is null and v.archived_at is not null`,
  },
  {
    name: 'a company is told whom it drives only while it does, and by a consent that outlives the packet',
    sql: `
      select n.organisation_id, n.id, j.status from public.transfer_job_patients as n
      join public.transfer_jobs as j on j.organisation_id = n.organisation_id and j.id = n.id
      join public.transfers as t on t.organisation_id = n.origin_organisation_id and t.id = n.transfer_id
      join public.patients as p on p.organisation_id = t.organisation_id and p.id = t.patient_id
      where n.patient_name is not null and (
        j.status not in ('dispatched', 'picked_up') or p.status <> 'active' or p.archived_at is not null
        or not exists (
          select from public.consents as c where c.organisation_id = t.organisation_id and c.patient_id = t.patient_id
            and c.purpose = 'transfer_disclosure' and c.status = 'active' and c.archived_at is null
            and least(c.expires_at, c.superseded_at, 'infinity') >= n.expires_at
        )
      )`,
  },
];

const MONEY: readonly Invariant[] = [
  {
    name: 'the totals of an invoice are the sums of its lines and payments, and its status says the same',
    sql: `
      select i.organisation_id, i.id, i.status, i.total_minor, l.total, i.paid_minor, p.paid from public.invoices as i
      cross join lateral (
        select coalesce(sum(x.amount_minor), 0) as total from public.invoice_lines as x
        where x.organisation_id = i.organisation_id and x.invoice_id = i.id and x.archived_at is null
      ) as l
      cross join lateral (
        select coalesce(sum(x.amount_minor), 0) as paid from public.payments as x
        where x.organisation_id = i.organisation_id and x.invoice_id = i.id and x.archived_at is null
      ) as p
      where (i.total_minor, i.paid_minor) is distinct from (l.total, p.paid)
        or case i.status
             when 'issued' then p.paid <> 0 when 'partially_paid' then p.paid <= 0 or p.paid >= l.total
             when 'paid' then p.paid <= 0 or p.paid < l.total else p.paid <> 0 end`,
  },
  {
    name: 'lines, payments and claims go with the case and the patient of their invoice',
    sql: `
      select x.organisation_id, x.id, x.case_id, i.case_id as of_invoice from public.invoices as i
      join (
        select organisation_id, id, invoice_id, case_id, patient_id from public.invoice_lines
        union all select organisation_id, id, invoice_id, case_id, patient_id from public.payments
        union all select organisation_id, id, invoice_id, case_id, patient_id from public.claims where status in ${STANDING} and archived_at is null
      ) as x on x.organisation_id = i.organisation_id and x.invoice_id = i.id
      where (x.case_id, x.patient_id) is distinct from (i.case_id, i.patient_id)`,
  },
  {
    name: 'an invoice is attached to a case of its patient that was handed over',
    sql: `
      select i.organisation_id, i.id, i.case_id from public.invoices as i
      left join public.cases as c on c.organisation_id = i.organisation_id and c.id = i.case_id
      where i.case_id is not null and (c.handed_off_at is null or c.patient_id <> i.patient_id)`,
  },
  {
    name: 'what is claimed on a guarantee stays within its limit',
    sql: `
      select g.organisation_id, g.id, g.limit_minor, sum(c.amount_minor) from public.guarantees_of_payment as g
      join public.claims as c on c.organisation_id = g.organisation_id and c.guarantee_id = g.id
      where c.status in ${STANDING} and c.archived_at is null
      group by g.organisation_id, g.id having sum(c.amount_minor) > g.limit_minor or g.archived_at is not null`,
  },
  {
    name: 'what is claimed for an invoice stays within what it asks for',
    sql: `
      select i.organisation_id, i.id, i.status, i.total_minor, sum(c.amount_minor) from public.invoices as i
      join public.claims as c on c.organisation_id = i.organisation_id and c.invoice_id = i.id
      where c.status in ${STANDING} and c.archived_at is null
      group by i.organisation_id, i.id
      having sum(c.amount_minor) > i.total_minor or i.status = 'void' or i.archived_at is not null or max(c.currency) <> i.currency`,
  },
  {
    name: 'nothing is put away with money that stands on it',
    sql: `
      select i.organisation_id, i.id, i.status from public.invoices as i
      where i.archived_at is not null and exists (
        select from public.payments as p where p.organisation_id = i.organisation_id and p.invoice_id = i.id and p.archived_at is null
      )`,
  },
];

const CHARTS: readonly Invariant[] = [
  {
    name: 'what hangs on a patient says what the patient does',
    sql: WITH_STATUS.map((table) =>
      same(
        'patient_status',
        table,
        `(select case when p.archived_at is null then p.status else 'archived' end
          from public.patients as p where p.organisation_id = t.organisation_id and p.id = t.patient_id)`,
      ),
    ).join(' union all '),
  },
  {
    name: 'what a consent gates is open exactly for as long as one is in force',
    sql: [
      ...GATED.map((table) =>
        same(
          'treatment_consent_until',
          table,
          'authz.treatment_consent_until(t.organisation_id, t.patient_id)',
        ),
      ),
      same(
        'treatment_consent_until',
        'patient_clinical',
        'authz.treatment_consent_until(t.organisation_id, t.id)',
      ),
      // And that, by another hand.
      `select 'consents', p.organisation_id, p.id, u.until::text, authz.treatment_consent_until(p.organisation_id, p.id)::text
       from public.patients as p
       cross join lateral (
         select max(least(c.expires_at, c.superseded_at, 'infinity')) as until from public.consents as c
         where c.organisation_id = p.organisation_id and c.patient_id = p.id and c.purpose = 'treatment' and c.status = 'active'
           and c.archived_at is null
       ) as u where u.until is distinct from authz.treatment_consent_until(p.organisation_id, p.id)`,
    ].join(' union all '),
  },
  {
    name: 'a consent tells when it was given and when withdrawn',
    sql: `
      select organisation_id, id, status, given_at, withdrawn_at from public.consents
      where (status in ('active', 'withdrawn', 'expired') and given_at is null) or (status in ('proposed', 'rejected') and given_at is not null)
        or (status = 'withdrawn') <> (withdrawn_at is not null) or withdrawn_at < given_at`,
  },
  {
    name: 'a consent that a form carries is in force only with the form',
    sql: `
      select c.organisation_id, c.id, c.status, f.status as form from public.consents as c
      join public.signed_forms as f on f.organisation_id = c.organisation_id and f.id = c.signed_form_id
      where c.status = 'active' and f.status <> 'active' or f.status = 'draft' and c.status not in ('proposed', 'rejected', 'entered_in_error')`,
  },
  {
    name: 'what a signed form says that it carries is what came into force with it',
    sql: `
      select f.organisation_id, f.id, array_agg(c.id) from public.signed_forms as f
      left join public.consents as c on c.organisation_id = f.organisation_id and c.signed_form_id = f.id and c.given_at is not null
      where f.status <> 'draft'
      group by f.organisation_id, f.id
      having count(c.id) <> jsonb_array_length(f.content::jsonb -> 'consents')
        or not coalesce(bool_and((f.content::jsonb -> 'consents') @> jsonb_build_array(jsonb_build_object('id', c.id, 'purpose', c.purpose))) filter (where c.id is not null), true)`,
  },
  {
    name: 'the digests of a signed form are those of its texts, and its record is there',
    sql: `
      select f.organisation_id, f.id from public.signed_forms as f
      left join public.signed_form_evidence as e on e.organisation_id = f.organisation_id and e.id = f.id
      where f.status <> 'draft' and (
        encode(sha256(convert_to(f.content, 'UTF8')), 'hex') is distinct from f.content_sha256
        or encode(sha256(convert_to(e.record, 'UTF8')), 'hex') is distinct from e.record_sha256
        or (e.record::jsonb ->> 'content_sha256', e.record::jsonb ->> 'typed_name', e.record::jsonb ->> 'meaning', e.record::jsonb ->> 'form_id')
          is distinct from (f.content_sha256, f.typed_name, f.meaning, f.id::text)
        or (f.signed_by_user_id is null) = (f.witness_user_id is null) or f.witness_user_id = f.created_by_user_id
      ) or f.status = 'draft' and num_nonnulls(e.id::text, f.content, f.signed_at::text) > 0`,
  },
  {
    name: 'no end of a form without its record',
    sql: `
      select f.organisation_id, f.id from public.signed_forms as f
      where (f.status = 'terminated') <> exists (
        select from audit.security_events as s where s.organisation_id = f.organisation_id and s.entity_id = f.id
          and s.event_type = 'signed_form.terminated'
          and s.details ->> 'termination_sha256' = encode(sha256(convert_to(authz.form_termination(f.organisation_id, f.id), 'UTF8')), 'hex')
      ) and f.status <> 'draft'`,
  },
  {
    name: 'a version of a record protects what the one before it does, and a record takes its details along',
    sql: `
      select r.organisation_id, r.id, r.segments::text, o.segments::text as before from public.medical_records as r
      join public.medical_records as o on o.organisation_id = r.organisation_id and o.id = r.supersedes_id
      where not o.segments @> r.segments or r.version <> o.version + 1 or r.patient_id <> o.patient_id
      union all
      select d.organisation_id, d.id, 'put away', 'details in sight' from public.medical_record_details as d
      join public.medical_records as r on r.organisation_id = d.organisation_id and r.id = d.id
      where r.archived_at is not null and d.archived_at is null`,
  },
  {
    name: 'what is read under an entry of a chart is its author’s, or the server’s',
    sql: `
      select d.organisation_id, d.id from public.medical_record_details as d
      join public.medical_records as r on r.organisation_id = d.organisation_id and r.id = d.id
      where d.created_by_user_id is not null
        and (d.created_by_user_id is distinct from r.created_by_user_id or d.created_at > r.created_at + interval '1 day')`,
  },
  {
    // What is refused in the same moment is not seen, and opens nothing all the same: authz.emergency_of asks each time.
    name: 'nobody breaks the glass against a refusal, or twice without a review',
    sql: `
      select g.organisation_id, g.id from public.emergency_access_grants as g
      join public.access_restrictions as r on r.organisation_id = g.organisation_id and r.patient_id = g.patient_id
        and coalesce(r.restricted_user_id, g.user_id) = g.user_id
      where g.created_at > r.created_at + interval '2 seconds' and g.created_at < coalesce(r.lifted_at, r.archived_at, 'infinity')
        and g.created_at > (select at from walk.start)
      union all
      select g.organisation_id, g.user_id from public.emergency_access_grants as g where g.review_outcome is null
      group by g.organisation_id, g.user_id having count(*) > 1
      union all
      select g.organisation_id, g.id from public.emergency_access_grants as g
      where (g.review_outcome is null) <> (g.reviewed_by_user_id is null) or g.reviewed_by_user_id = g.user_id
        or g.review_outcome is not null and g.ended_at is null or g.ended_at > g.expires_at`,
  },
];

export const INVARIANTS: readonly Invariant[] = [...WARD, ...MONEY, ...CHARTS];
