import type { Invariant } from './invariants.ts';

const SINCE = '(select at from walk.start)';
const other = (column: string) => `h.before ->> '${column}' is distinct from h.after ->> '${column}'`;
const SYSTEM = `h.role not in ('authenticated', 'patient', 'internal_ops')`;
const fromTo = (column: string) =>
  `jsonb_build_object('user_id', h.after -> 'user_id', 'from', h.before -> '${column}', 'to', h.after -> '${column}')`;
const isIn = (side: string) =>
  `((h.${side} ->> 'is_active')::boolean and h.${side} ->> 'archived_at' is null)`;
const isOpen = (side: string) =>
  `(h.${side} ->> 'confirmed_at' is not null and h.${side} ->> 'archived_at' is null)`;
const isOver = (side: string) => `num_nonnulls(h.${side} ->> 'revoked_at', h.${side} ->> 'archived_at') > 0`;
const USER = `jsonb_build_object('user_id', h.after -> 'user_id')`;
const CARE = `${USER} || jsonb_build_object('patient_id', h.after -> 'patient_id')`;
const ACCOUNT = `${USER} || jsonb_build_object('patient_id', h.after -> 'patient_id', 'relationship', h.after -> 'relationship')`;

/** What the security events have to tell of a change: relation, when, event, details. */
const TOLD: readonly (readonly [string, string, string, string])[] = [
  [
    'organisation_members',
    `h.operation = 'INSERT'`,
    `'membership.granted'`,
    `${USER} || jsonb_build_object('role', h.after -> 'role', 'capabilities', h.after -> 'capabilities')`,
  ],
  [
    'organisation_members',
    `h.operation = 'UPDATE' and h.before ->> 'accepted_at' is null and h.after ->> 'accepted_at' is not null`,
    `'membership.accepted'`,
    USER,
  ],
  ...(
    [
      ['role', 'membership.role_changed'],
      ['capabilities', 'membership.capabilities_changed'],
      ['valid_until', 'membership.validity_changed'],
    ] as const
  ).map(
    ([column, event]) =>
      [
        'organisation_members',
        `h.operation = 'UPDATE' and ${other(column)}`,
        `'${event}'`,
        fromTo(column),
      ] as const,
  ),
  [
    'organisation_members',
    `h.operation = 'UPDATE' and ${isIn('before')} <> ${isIn('after')}`,
    `case when ${isIn('after')} then 'membership.resumed' else 'membership.ended' end`,
    USER,
  ],
  [
    'patient_accounts',
    `h.operation = 'INSERT'`,
    `case when h.after ->> 'confirmed_at' is null then 'patient_account.proposed' else 'patient_account.opened' end`,
    ACCOUNT,
  ],
  [
    'patient_accounts',
    `h.operation = 'UPDATE' and not ${isOpen('before')} and ${isOpen('after')} and h.after ->> 'revoked_at' is null`,
    `'patient_account.opened'`,
    ACCOUNT,
  ],
  [
    'patient_accounts',
    `h.operation = 'UPDATE' and not ${isOver('before')} and ${isOver('after')}`,
    `'patient_account.revoked'`,
    ACCOUNT,
  ],
  [
    'care_relationships',
    `h.operation = 'INSERT' or (h.operation = 'UPDATE' and h.before ->> 'archived_at' is not null and h.after ->> 'archived_at' is null)`,
    `'care_relationship.opened'`,
    `${CARE} || jsonb_build_object('ground', h.after -> 'ground', 'starts_at', h.after -> 'starts_at', 'ends_at', h.after -> 'ends_at')`,
  ],
  [
    'care_relationships',
    `h.operation = 'UPDATE' and h.before ->> 'archived_at' is null and h.after ->> 'archived_at' is not null`,
    `'care_relationship.archived'`,
    CARE,
  ],
  [
    'care_relationships',
    `h.operation = 'UPDATE' and (h.before ->> 'archived_at' is null) = (h.after ->> 'archived_at' is null) and (${other('starts_at')} or ${other('ends_at')})`,
    `'care_relationship.period_changed'`,
    `${CARE} || jsonb_build_object('from', jsonb_build_array(h.before -> 'starts_at', h.before -> 'ends_at'),
      'to', jsonb_build_array(h.after -> 'starts_at', h.after -> 'ends_at'))`,
  ],
  [
    'organisations',
    `h.operation = 'UPDATE' and h.before ->> 'archived_at' is null and h.after ->> 'archived_at' is not null`,
    `'organisation.archived'`,
    `'{}'::jsonb`,
  ],
  [
    'organisations',
    `h.operation = 'UPDATE' and h.before ->> 'archived_at' is not null and h.after ->> 'archived_at' is null`,
    `'organisation.restored'`,
    `jsonb_build_object('archived_at', h.before -> 'archived_at', 'archived_by_user_id', h.before -> 'archived_by_user_id')`,
  ],
];
const expected = TOLD.map(
  ([relation, when, event, details]) => `
    select coalesce(h.organisation_id, h.after ->> 'id') as of, h.after ->> 'id' as entity, ${event} as event, ${details} as details,
      case when not ${SYSTEM} then h.subject end as by
    from walk.history as h where h.relation = '${relation}' and h.operation <> 'DELETE' and (${when})`,
).join(' union all ');
const told = `
  select s.organisation_id::text, s.entity_id::text, s.event_type, s.details, s.actor_user_id::text from audit.security_events as s
  where s.occurred_at > ${SINCE} and (s.event_type ~ '^(membership|patient_account|care_relationship)[.]' or s.event_type in ('organisation.archived', 'organisation.restored'))`;
const operators = `
  select 'operator ' || (h.after ->> 'user_id') as object, case when h.operation = 'INSERT' then 'operator.granted'
    when ${isIn('after')} then 'operator.resumed' else 'operator.ended' end as event, jsonb_build_object('role', h.after -> 'role') as details
  from walk.history as h where h.relation = 'ops_members' and (h.operation = 'INSERT' or ${isIn('before')} <> ${isIn('after')})
  union all
  select 'operator ' || (h.after ->> 'user_id'), 'operator.role_changed', jsonb_build_object('from', h.before -> 'role', 'to', h.after -> 'role')
  from walk.history as h where h.relation = 'ops_members' and h.operation = 'UPDATE' and ${other('role')}`;
const toldOfOperators = `
  select d.object, d.event_type, d.details from audit.deployment_events as d where d.occurred_at > ${SINCE} and d.event_type ~ '^operator[.]'`;

export const BELONGS = 'whoever writes a row of a clinic belongs there when they do';

/** Who belongs where, who made them, and that nobody else writes. */
export const BELONGING: readonly Invariant[] = [
  {
    name: 'each change of who may come in stands among the security events once, and nothing else does',
    sql: `
      select 'not told' as why, * from ((${expected}) except all (${told})) as missing
      union all select 'told, and did not happen', * from ((${told}) except all (${expected})) as invented
      union all select 'not told', object, null, event, details, null from ((${operators}) except all (${toldOfOperators})) as missing
      union all select 'told, and did not happen', object, null, event_type, details, null from ((${toldOfOperators}) except all (${operators})) as invented`,
  },
  {
    // A job and its transfer stand in two organisations: who moves the one moves the other.
    name: BELONGS,
    sql: `
      select h.relation, h.organisation_id, h.operation, h.role, h.subject, h.after from walk.history as h
      where not h.belongs and h.organisation_id is not null
        and not (h.role = 'authenticated' and h.relation in ('transfers', 'transfer_jobs', 'transfer_job_patients', 'vehicle_assignments', 'case_activity_log', 'disclosures'))
        -- Nor is anybody a member who is becoming one.
        and not (h.relation = 'invitations' and h.after ->> 'accepted_by_user_id' = h.subject)
        and not (h.relation = 'organisation_members' and h.operation = 'INSERT' and h.after ->> 'user_id' = h.subject)
        and not (h.role = 'internal_ops' and h.relation in ('consents', 'patient_clinical', 'medical_records', 'medical_record_details', 'documents'))`,
  },
  {
    name: 'nobody raises themselves, or makes anybody their equal',
    sql: `
      select h.organisation_id, h.subject, h.before, h.after from walk.history as h
      where h.relation = 'organisation_members' and h.role = 'authenticated' and (
        h.subject <> h.after ->> 'user_id' and 'clinic_admin' in (h.before ->> 'role', h.after ->> 'role')
        or h.subject = h.after ->> 'user_id' and h.operation = 'UPDATE'
          and (${['role', 'capabilities', 'is_active', 'valid_until', 'archived_at'].map(other).join(' or ')})
        or h.subject = h.after ->> 'user_id' and h.operation = 'INSERT' and not exists (
          select from walk.history as i where i.relation = 'invitations' and i.organisation_id = h.organisation_id
            and i.after ->> 'accepted_by_user_id' = h.subject and i.after -> 'role' = h.after -> 'role' and i.after -> 'capabilities' = h.after -> 'capabilities'
        )
      )`,
  },
  {
    name: 'nobody treats by a relationship of their own making',
    sql: `select c.organisation_id, c.id from public.care_relationships as c where c.created_by_user_id = c.user_id`,
  },
  {
    name: 'an invitation is accepted once, in time, by whom it was sent to, and an address has one open',
    sql: `
      select i.organisation_id, i.id, i.accepted_at from public.invitations as i
      left join auth.users as u on u.id = i.accepted_by_user_id
      where (i.accepted_at is null) <> (i.accepted_by_user_id is null) or i.accepted_at > i.expires_at or i.accepted_at > i.archived_at
        or i.accepted_at is not null and lower(u.email) is distinct from i.email
      union all
      select i.organisation_id, null, max(i.created_at) from public.invitations as i where i.accepted_at is null and i.archived_at is null
      group by i.organisation_id, i.email having count(*) > 1
      union all
      select h.organisation_id::uuid, (h.after ->> 'id')::uuid, h.at from walk.history as h
      where h.relation = 'invitations' and h.operation = 'UPDATE' and h.before ->> 'accepted_at' is not null and (${other('accepted_at')} or ${other('accepted_by_user_id')})`,
  },
  {
    name: 'a portal account is opened by another than proposed it, and ended for good',
    sql: `
      select a.organisation_id, a.id from public.patient_accounts as a
      where a.confirmed_by_user_id = a.created_by_user_id or a.confirmed_by_user_id = a.user_id
      union all
      select h.organisation_id::uuid, (h.after ->> 'id')::uuid from walk.history as h
      where h.relation = 'patient_accounts' and h.operation = 'UPDATE' and h.before ->> 'revoked_at' is not null and ${other('revoked_at')}`,
  },
];
