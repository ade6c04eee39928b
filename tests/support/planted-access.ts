import { CLINIC_A } from '../../testing/ids.ts';
import type { Session } from '../../testing/session.ts';

/** What one record of the access log says, as far as anybody who examines it asks. */
export interface Access {
  readonly userId: string | undefined;
  readonly patientId?: string;
  readonly tableName?: string;
  readonly outcome?: 'allowed' | 'disclosed' | 'denied';
  /** A timestamp as SQL reads it. */
  readonly at: string;
  readonly role?: string;
  readonly purpose?: string;
  readonly realm?: string;
  readonly organisationId?: string;
}

/**
 * The messages of records, signed by the newest key as policies sign them, from a table `r` of {@link Access}; those of one moment are of one statement.
 * A session of its own keeps each from being the copy of another.
 */
export const MESSAGES = `
  select '0/10000'::pg_lsn + row_number() over () as position,
         decode('4d00', 'hex') || decode(repeat('00', 8), 'hex') || convert_to('cordon.access', 'UTF8') || decode('00', 'hex') || int4send(0)
           || int8send(k.key_id) || sha256(k.outer_pad || sha256(k.inner_pad || p.payload)) || p.payload as message
  from r
  cross join lateral (select * from audit.access_keys order by key_id desc limit 1) as k
  cross join lateral (
    select convert_to(array[
      e.at, e.at, e.at, '7', null, r.realm, r.user_id::text, gen_random_uuid()::text, r.role, r.organisation_id::text, r.table_name, 'SELECT',
      'comprehensive', r.outcome, case r.outcome when 'denied' then 'role' end, r.purpose, null, null, 'unknown', 'planted',
      case r.outcome when 'disclosed' then gen_random_uuid()::text end, case r.outcome when 'disclosed' then r.patient_id::text end
    ]::text, 'UTF8') as payload
    from (select (extract(epoch from r.occurred_at) * 1000000)::bigint::text as at) as e
  ) as p`;

/** Puts records into the access log as the drain does, by the function that it calls. */
export async function plantAccess(session: Session, records: readonly Access[]): Promise<void> {
  if (records.length === 0) return;
  await session.rows(
    `with r as materialized (
       select * from jsonb_to_recordset($1) as r
         (occurred_at timestamptz, user_id uuid, patient_id uuid, table_name text, outcome text, role text, purpose text, realm text, organisation_id uuid)
     ), m as materialized (${MESSAGES})
     select audit.take_access_records('planted', 'planted', array_agg(m.position order by m.position), array_agg(m.message order by m.position), max(m.position))
     from m`,
    [
      JSON.stringify(
        records.map((record) => ({
          occurred_at: record.at,
          user_id: record.userId,
          patient_id: record.patientId,
          table_name: record.tableName ?? 'medical_records',
          outcome: record.outcome ?? 'disclosed',
          role: record.role,
          purpose: record.purpose,
          realm: record.realm ?? 'provider',
          organisation_id: record.organisationId ?? CLINIC_A,
        })),
      ),
    ],
  );
}
