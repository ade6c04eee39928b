import type { Invariant } from './invariants.ts';

const SINCE = '(select at from walk.start)';
/** Twins (tests/support/twins.ts) have no files. */
const OURS = `right(d.organisation_id::text, 2) <> 'ff'`;
const other = (column: string) => `h.before ->> '${column}' is distinct from h.after ->> '${column}'`;
/** A hold that stood at a moment, on a patient or on everybody. */
const heldAt = (organisation: string, patient: string, at: string) => `exists (
  select from public.legal_holds as x where x.organisation_id::text = ${organisation} and (x.patient_id is null or x.patient_id::text = ${patient})
    and x.created_at < ${at} and (x.released_at is null or x.released_at > ${at}))`;

/** Files, and what is destroyed. */
export const FILES: readonly Invariant[] = [
  {
    name: 'a file is there from when it was brought, at the path of its document, and is known by a digest where it is open',
    sql: `
      select d.organisation_id, d.id, d.status, o.name from public.documents as d
      left join storage.objects as o on o.bucket_id = d.bucket and o.name = d.object_path
      where ${OURS} and (
        d.status in ('uploaded', 'active', 'frozen', 'rejected') and o.name is null or d.status = 'pending' and o.name is not null
        or d.status in ('active', 'frozen') and num_nulls(d.sha256, d.content_type, d.size_bytes) > 0
        or d.sha256_verified_at is not null and d.sha256 is null
      )
      union all
      select g.organisation_id, g.document_id, d.status, null from public.document_upload_grants as g
      join public.documents as d on d.organisation_id = g.organisation_id and d.id = g.document_id
      where ${OURS} and ((g.used_at is null) <> (d.content_type is null) or g.used_at > g.expires_at)`,
  },
  {
    name: 'a ticket that may be redeemed is for a file that is open',
    sql: `
      select t.organisation_id, t.id, t.realm, d.status, d.patient_status from public.document_read_tickets as t
      join public.documents as d on d.organisation_id = t.organisation_id and d.id = t.document_id
      where t.revoked_at is null and t.redeemed_at is null and t.archived_at is null and t.expires_at > clock_timestamp()
        and (d.status <> 'active' or d.archived_at is not null or t.realm = 'provider' and d.patient_status <> 'active')
      union all
      select h.organisation_id::uuid, (h.after ->> 'id')::uuid, null, null, null from walk.history as h
      where h.relation = 'document_read_tickets' and h.operation = 'UPDATE' and num_nonnulls(h.before ->> 'redeemed_at', h.before ->> 'revoked_at') > 0
        and (${other('redeemed_at')} or h.before ->> 'revoked_at' is not null and ${other('revoked_at')})`,
  },
  {
    name: 'what is gone is buried, row for row',
    sql: `
      select coalesce(g.organisation_id, b.organisation_id::text) as organisation_id, coalesce(g.relation, b.relation) as relation, g.rows, b.buried from (
        select h.organisation_id, 'public.' || h.relation as relation, count(*) as rows from walk.history as h where h.operation = 'DELETE' group by 1, 2
      ) as g
      full join (
        select t.organisation_id, t.relation, sum(t.row_count) as buried from governance.tombstones as t
        where t.column_name is null and t.relation like 'public.%' and t.destroyed_at > ${SINCE} group by 1, 2
      ) as b on b.organisation_id::text = g.organisation_id and b.relation = g.relation
      where g.rows is distinct from b.buried`,
  },
  {
    name: 'nothing is destroyed that somebody has kept',
    sql: `
      select h.organisation_id, h.relation, h.before ->> 'id' as id from walk.history as h
      where h.operation = 'DELETE' and ${heldAt('h.organisation_id', `h.before ->> 'patient_id'`, 'h.at')}
      union all
      select t.organisation_id::text, t.relation, t.cause_id::text from governance.tombstones as t
      join public.subject_requests as r on r.organisation_id = t.organisation_id and r.id = t.cause_id
      where t.cause = 'erasure' and t.destroyed_at > ${SINCE} and ${heldAt('t.organisation_id::text', 'r.patient_id::text', 't.destroyed_at')}`,
  },
  {
    name: 'tombstones are as they were closed',
    sql: 'select * from governance.bent_tombstones(null)',
  },
  {
    name: 'whoever was erased left no login, no grant and no place behind, and nobody is on board under their name',
    sql: `
      with erased as (
        select r.organisation_id, r.patient_id, max(r.resolved_at) as at from public.subject_requests as r
        where r.kind = 'erasure' and r.status = 'completed' group by 1, 2
      )
      select e.*, 'login' as what from erased as e join public.patient_accounts as a using (organisation_id, patient_id)
        join public.patients as p on p.organisation_id = e.organisation_id and p.id = e.patient_id
        where a.created_at < e.at and p.full_name = 'erased' -- whoever has a chart still reads it
      union all select e.*, 'grant' from erased as e join public.document_upload_grants as g using (organisation_id, patient_id) where g.created_at < e.at
      union all select e.*, 'place' from erased as e join public.transfers as t using (organisation_id, patient_id)
        where t.updated_at < e.at and (t.pickup, t.destination) is distinct from ('erased', 'erased')
      union all select e.*, 'place of a job' from erased as e join public.transfers as t using (organisation_id, patient_id)
        join public.transfer_jobs as j on j.origin_organisation_id = t.organisation_id and j.transfer_id = t.id
        where j.updated_at < e.at and j.packet ->> 'pickup' <> 'erased' and right(j.organisation_id::text, 2) <> 'ff'
      union all select e.*, 'name of a passenger' from erased as e join public.transfers as t using (organisation_id, patient_id)
        join public.transfer_job_patients as n on n.origin_organisation_id = t.organisation_id and n.transfer_id = t.id
        where n.updated_at < e.at and n.patient_name is not null
      union all select e.*, 'address' from erased as e join public.patient_identity as i on i.organisation_id = e.organisation_id and i.id = e.patient_id
        where num_nonnulls(i.phone, i.email) > 0 and i.updated_at < e.at`,
  },
  {
    name: 'what was asked of data is answered once, and a hold is released once',
    sql: `
      select h.relation, h.organisation_id, h.before, h.after from walk.history as h where h.operation = 'UPDATE' and (
        h.relation = 'subject_requests' and (h.before ->> 'status' in ('completed', 'refused') and (${other('status')} or ${other('refusal_basis')} or ${other('answered_otherwise')})
          or ${other('due_at')} or ${other('kind')} or h.before ->> 'resolved_at' is not null and ${other('resolved_at')})
        or h.relation = 'legal_holds' and (h.before ->> 'released_at' is not null and ${other('released_at')} or ${other('reason')})
      )`,
  },
];
