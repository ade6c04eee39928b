import type { Invariant } from './invariants.ts';

/** Every change of a row, as `history.ts` saw it: what changed besides stamps, and who asked for it. */
const CHANGES = `(select h.*, h.after ->> 'id' as id, h.before ->> 'status' as was, h.after ->> 'status' as now_is from walk.history as h)`;
const SINCE = `(select at from walk.start)`;
/** What a column was and is, where it changed. */
const other = (column: string) => `h.before ->> '${column}' is distinct from h.after ->> '${column}'`;
const wasPutAway = `(h.before ->> 'archived_at' is null) <> (h.after ->> 'archived_at' is null)`;
const toldAway = (entity: string) =>
  `case when h.after ->> 'archived_at' is null then '${entity}.restored' else '${entity}.archived' end`;
const FROM_TO = `jsonb_build_object('from', h.was, 'to', h.now_is)`;

/** What the activity log has to tell of a change: relation, when, event, details; the entity where it is not the row itself. */
const EXPECTED: readonly (readonly [string, string, string, string, string?])[] = [
  [
    'cases',
    `h.operation = 'INSERT'`,
    `'case.opened'`,
    `jsonb_build_object('status', h.now_is, 'priority', h.after ->> 'priority')`,
  ],
  ['cases', `h.was <> h.now_is and h.was <> 'closed'`, `'case.status_changed'`, FROM_TO],
  [
    'cases',
    `h.was <> h.now_is and h.was = 'closed'`,
    `'case.reopened'`,
    `${FROM_TO} || jsonb_build_object('reason', h.after ->> 'reopen_reason')`,
  ],
  [
    'cases',
    `h.operation = 'UPDATE' and ${other('priority')}`,
    `'case.priority_changed'`,
    `jsonb_build_object('from', h.before ->> 'priority', 'to', h.after ->> 'priority')`,
  ],
  [
    'cases',
    `h.operation = 'UPDATE' and ${wasPutAway}`,
    toldAway('case'),
    `jsonb_build_object('status', h.now_is)`,
  ],
  [
    'admissions',
    `(h.operation = 'INSERT' or ${other('status')} or ${other('disposition')})`,
    `'admission.' || h.now_is`,
    `case h.now_is when 'admitted' then jsonb_build_object('bed_id', h.after -> 'bed_id')
       when 'discharged' then jsonb_build_object('bed_id', h.after -> 'bed_id', 'disposition', h.after -> 'disposition') else '{}' end`,
  ],
  [
    'admissions',
    `h.operation = 'UPDATE' and not ${other('status')} and not ${other('disposition')} and ${other('bed_id')}`,
    `'admission.moved'`,
    `jsonb_build_object('from', h.before -> 'bed_id', 'to', h.after -> 'bed_id')`,
  ],
  [
    'admissions',
    `h.operation = 'UPDATE' and ${wasPutAway}`,
    toldAway('admission'),
    `jsonb_build_object('status', h.now_is, 'bed_id', h.after -> 'bed_id')`,
  ],
  ...['before', 'after'].map(
    (side) =>
      [
        'admissions',
        `h.operation = 'UPDATE' and ${other('case_id')} and h.${side} ->> 'case_id' is not null`,
        `'admission.case_changed'`,
        `jsonb_build_object('from', h.before -> 'case_id', 'to', h.after -> 'case_id')`,
      ] as const,
  ),
  ['transfers', `h.operation = 'INSERT'`, `'transfer.requested'`, `'{}'::jsonb`],
  ['transfers', `h.was <> h.now_is and h.now_is <> 'dispatched'`, `'transfer.status_changed'`, FROM_TO],
  [
    'transfers',
    `h.was <> h.now_is and h.now_is = 'dispatched'`,
    `'transfer.dispatched'`,
    `jsonb_build_object('transport_organisation_id', h.after -> 'transport_organisation_id')`,
  ],
  [
    'transfers',
    `h.operation = 'UPDATE' and ${wasPutAway}`,
    toldAway('transfer'),
    `jsonb_build_object('status', h.now_is)`,
  ],
  [
    'transfer_jobs',
    `h.operation = 'INSERT'`,
    `'transfer_job.received'`,
    `jsonb_build_object('origin_organisation_id', h.after -> 'origin_organisation_id')`,
  ],
  ['transfer_jobs', `h.was <> h.now_is`, `'transfer_job.status_changed'`, FROM_TO],
  [
    'signed_forms',
    `h.operation = 'INSERT'`,
    `'signed_form.drafted'`,
    `jsonb_build_object('template_id', h.after -> 'template_id')`,
  ],
  [
    'signed_forms',
    `h.was <> h.now_is`,
    `case h.now_is when 'active' then 'signed_form.signed' else 'signed_form.terminated' end`,
    `jsonb_build_object('content_sha256', h.after -> 'content_sha256')`,
  ],
  [
    'invoices',
    `h.operation = 'UPDATE' and ${other('case_id')}`,
    `case when h.after ->> 'case_id' is null then 'invoice.detached' else 'invoice.attached' end`,
    `'{}'::jsonb`,
  ],
  ...(['before', 'after'] as const).map((side) => {
    const live = (of: string) =>
      `(h.${of} ->> 'released_at' is null and h.${of} ->> 'archived_at' is null and h.${of} is not null)`;
    const opposite = side === 'before' ? 'after' : 'before';
    return [
      'vehicle_assignments',
      `${live(side)} and (not ${live(opposite)} or ${other('driver_id')})`,
      side === 'before' ? `'transfer_job.released'` : `'transfer_job.assigned'`,
      `jsonb_build_object('vehicle_id', h.after -> 'vehicle_id', 'driver_id', h.${side} -> 'driver_id')`,
      `h.after ->> 'transfer_job_id'`,
    ] as const;
  }),
];
const expected = EXPECTED.map(
  ([relation, when, event, details, entity = 'h.id']) => `
    select h.organisation_id, ${entity} as entity, ${event} as event, ${details} as details, h.after ->> 'updated_by_user_id' as by
    from ${CHANGES} as h where h.relation = '${relation}' and (${when})`,
).join(' union all ');
/** By its name; events that tell of attempts, of documents, and of who sat beside the driver are not told by a row alone. */
const happened = `
  select l.organisation_id::text, l.entity_id::text, l.event_type, l.details, l.actor_user_id::text
  from public.case_activity_log as l
  where l.created_at > ${SINCE} and l.event_type !~ '(_suppressed|attendant_changed)$' and l.entity_type <> 'document'`;

const ROWS_OF = Object.entries({
  case: 'cases',
  admission: 'admissions',
  transfer: 'transfers',
  transfer_job: 'transfer_jobs',
  signed_form: 'signed_forms',
  invoice: 'invoices',
  document: 'documents',
});

/** What the records tell is what happened, and no more. */
export const RECORDS: readonly Invariant[] = [
  {
    name: 'each change that is one stands in the activity log once, with who made it, and nothing else does',
    sql: `
      select 'not told' as why, * from ((${expected}) except all (${happened})) as missing
      union all select 'told, and did not happen', * from ((${happened}) except all (${expected})) as invented`,
  },
  {
    name: 'each event and each disclosure names a row that is there',
    sql: [
      ...ROWS_OF.map(
        ([entity, table]) => `
        select l.organisation_id, l.event_type, l.entity_id from public.case_activity_log as l
        where l.entity_type = '${entity}'
          and not exists (select from public.${table} as t where t.organisation_id = l.organisation_id and t.id = l.entity_id)
          and not exists (
            select from walk.history as h where h.operation = 'DELETE' and h.relation = '${table}' and h.organisation_id = l.organisation_id::text
              and h.before ->> 'id' = l.entity_id::text
          )`,
      ),
      `select l.organisation_id, l.event_type, l.case_id from public.case_activity_log as l
       where l.case_id is not null and not exists (select from public.cases as c where c.organisation_id = l.organisation_id and c.id = l.case_id)`,
      `select d.organisation_id, d.source_table, d.source_id from public.disclosures as d where d.created_at > ${SINCE} and not case d.source_table
         when 'public.cases' then exists (select from public.cases as c where c.organisation_id = d.organisation_id and c.id = d.source_id and c.patient_id = d.patient_id)
         when 'public.invoices' then exists (select from public.invoices as c where c.organisation_id = d.organisation_id and c.id = d.source_id and c.patient_id = d.patient_id)
         when 'public.transfer_jobs' then exists (select from public.transfer_jobs as c where c.origin_organisation_id = d.organisation_id and c.id = d.source_id)
           or exists (select from walk.history as h where h.operation = 'DELETE' and h.relation = 'transfer_jobs' and h.before ->> 'id' = d.source_id::text)
         else true end`,
    ].join(' union all '),
  },
  {
    name: 'whoever is stamped on a row is who asked for it, and when',
    sql: `
      select h.relation, h.id, h.operation, h.role, h.subject, h.after ->> 'updated_by_user_id' as stamped from ${CHANGES} as h
      where h.after ? 'updated_at' and (
        h.after ->> 'updated_by_user_id' is distinct from case when h.role in ('authenticated', 'patient', 'internal_ops') then h.subject end
        or h.after ->> 'actor_kind' <> case when h.role in ('authenticated', 'patient', 'internal_ops') then 'user' else 'system' end
        or (h.after ->> 'updated_at')::timestamptz not between h.at - interval '1 minute' and h.at
        or h.operation = 'INSERT' and (h.after -> 'created_at', h.after -> 'created_by_user_id') <> (h.after -> 'updated_at', h.after -> 'updated_by_user_id')
        or h.operation = 'UPDATE' and (h.after -> 'created_at', h.after -> 'created_by_user_id') <> (h.before -> 'created_at', h.before -> 'created_by_user_id')
        or h.operation = 'UPDATE' and h.before ->> 'archived_at' is null and h.after ->> 'archived_at' is not null
           and h.after -> 'archived_by_user_id' <> h.after -> 'updated_by_user_id'
        or (h.after ->> 'archived_at' is null) and h.after ->> 'archived_by_user_id' is not null
        or h.after ? 'last_status_change_at' and h.operation = 'UPDATE' and (
          (${other('status')}) <> (${other('last_status_change_at')})
          or (${other('status')}) and h.after -> 'last_status_change_by_user_id' <> h.after -> 'updated_by_user_id'
        )
      )`,
  },
  {
    name: 'no row passes to another organisation, patient or id',
    sql: `
      select h.relation, h.id, h.operation, h.before, h.after from ${CHANGES} as h
      where h.operation <> 'DELETE' and h.organisation_id like '%ff' and not (
          -- A text that operations publish reaches consents, and what they gate, at every organisation; and what is due is forgotten at every one.
          h.role = 'none' and h.relation = 'transfer_jobs' or h.role = 'internal_ops' and h.relation in ('consents', 'patient_clinical', 'medical_records', 'medical_record_details', 'documents', 'transfer_job_patients')
        ) or h.operation = 'UPDATE'
        and (h.before -> 'organisation_id', h.before -> 'id', h.before -> 'patient_id') is distinct from (h.after -> 'organisation_id', h.after -> 'id', h.after -> 'patient_id')`,
  },
  {
    name: 'of what operations hold nobody else changes anything',
    sql: `
      select h.relation, h.id, h.role, h.before, h.after from ${CHANGES} as h
      where h.relation in ('invoices', 'invoice_lines', 'payments') and h.before ->> 'case_id' is not null and h.role <> 'internal_ops'`,
  },
  {
    name: 'what is final stays: amounts, terms, texts, ends',
    sql: `
      select h.relation, h.id, h.role, h.before, h.after from ${CHANGES} as h where h.operation = 'UPDATE' and (
        h.relation = 'payments' and (${other('amount_minor')} or ${other('method')} or ${other('invoice_id')} or ${other('recorded_by_user_id')})
        or h.relation = 'claims' and h.was not in ('draft', 'rejected')
           and (${other('amount_minor')} or ${other('invoice_id')} or ${other('guarantee_id')} or ${other('case_id')})
        or h.relation = 'claims' and h.was in ('paid') and ${other('status')}
        or h.relation = 'consents' and (${other('purpose')} or ${other('purpose_version')} or ${other('break_glass_allowed')} or ${other('legal_basis')} or ${other('signed_form_id')}
           or h.before ->> 'given_at' is not null and ${other('given_at')} or h.was not in ('proposed', 'active') and ${other('status')})
        or h.relation = 'signed_forms' and h.was <> 'draft' and (${['content', 'content_sha256', 'typed_name', 'meaning', 'signed_at', 'witness_user_id', 'case_id', 'template_id'].map(other).join(' or ')})
        or h.relation = 'cases' and h.before ->> 'handed_off_at' is not null and ${other('handed_off_at')}
        or h.relation = 'access_restrictions' and h.before ->> 'lifted_at' is not null and ${other('lifted_at')}
        or h.relation = 'vehicle_assignments' and h.before ->> 'released_at' is not null and (${other('released_at')} or ${other('driver_id')} or ${other('attendant_id')})
        or h.relation = 'invoice_lines' and ${other('amount_minor')} and h.role <> 'internal_ops' and exists (
          select from walk.history as i where i.relation = 'invoices' and i.organisation_id = h.organisation_id and i.after ->> 'id' = h.after ->> 'invoice_id'
            and i.after ->> 'status' <> 'draft' and i.seq < h.seq)
        or h.relation = 'admissions' and h.was = 'discharged' and (${other('bed_id')} or ${other('discharged_at')} or ${other('status')})
      )`,
  },
  {
    name: 'staff put no consent into force but by a form that somebody else drew up',
    sql: `
      select h.id, h.role, h.subject, h.after from ${CHANGES} as h
      where h.relation = 'consents' and h.now_is = 'active' and h.was is distinct from 'active' and h.after ->> 'legal_basis' = 'consent'
        and (h.role not in ('patient', 'authenticated') or h.role = 'authenticated' and (h.after ->> 'signed_form_id' is null or h.after ->> 'created_by_user_id' = h.subject))`,
  },
  {
    name: 'what the patient shut out, only the patient lets in',
    sql: `
      select h.id, h.role, h.subject, h.after from ${CHANGES} as h
      where h.relation = 'access_restrictions' and h.operation = 'UPDATE' and h.role in ('authenticated', 'internal_ops') and ${other('lifted_at')}
        and exists (select from public.patient_accounts as a where a.user_id::text = h.before ->> 'created_by_user_id')`,
  },
];

/**
 * What operations see of whom since they were last looked at, and what was told of it to the patient: a row of `walk.shown` for each case that they
 * hold, and whether its chart is open to them.
 */
export const NEWLY_SHOWN = `
  with seen as (
    select h.organisation_id, h.id as case_id, authz.is_handed_over('consenting_patient', h.organisation_id, h.patient_id) as chart
    from authz.handed_over_cases as h
  ), untold as (
    select s.organisation_id, s.case_id, s.chart, w.case_id is null as is_new from seen as s
    left join walk.shown as w using (organisation_id, case_id)
    where (w.case_id is null or s.chart and not w.chart) and not exists (
      select from public.disclosures as d
      where d.organisation_id = s.organisation_id and d.source_table = 'public.cases' and d.source_id = s.case_id and d.recipient_kind = 'operations'
        and d.created_at > coalesce(w.at, (select max(x.at) from walk.shown as x), (select at from walk.start))
        and (not s.chart or 'medical_records' = any (d.content))
    )
  ), forgotten as (delete from walk.shown)
  select * from untold`;
export const SHOWN = `
  insert into walk.shown
  select h.organisation_id, h.id, authz.is_handed_over('consenting_patient', h.organisation_id, h.patient_id), clock_timestamp()
  from authz.handed_over_cases as h`;
