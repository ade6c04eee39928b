import { beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { MESSAGES } from '../support/planted-access.ts';

const database = useDatabase();
const ANA = idOf('patient', 'a', '01');
const RECORDS = 100_000;
const PATIENTS = 10_000;

/** A month of two clinics whose staff read, one chart every half minute, of ten thousand patients. */
beforeAll(async () => {
  await database().asSuperuser(async (session) => {
    await session.rows(
      `select set_config('app.pinned_organisation_id', $1, true), set_config('work_mem', '64MB', true)`,
      [CLINIC_A],
    );
    await session.rows(
      `insert into public.patients (organisation_id, id, mrn, full_name)
       select $1, md5(n::text)::uuid, 'PLAN-' || n, 'Planned Patient' || n from generate_series(1, $2::integer) as n`,
      [CLINIC_A, PATIENTS],
    );
    await session.rows(
      `with r as materialized (
         select now() - n * interval '25 seconds' as occurred_at, s.user_id, case when n % 5000 = 0 then $2::uuid else md5((n % $3::integer)::text)::uuid end as patient_id,
           'medical_records' as table_name, 'disclosed' as outcome, null::text as role, 'treatment' as purpose, 'provider' as realm, s.organisation_id
         from generate_series(1, $1::integer) as n
         join (
           select row_number() over (order by organisation_id, user_id) as place, count(*) over () as members, organisation_id, user_id
           from public.organisation_members where organisation_id in ($4, $5)
         ) as s on s.place = 1 + n % s.members
       ), m as materialized (${MESSAGES})
       select audit.take_access_records('planted', 'planted', array_agg(m.position order by m.position), array_agg(m.message order by m.position), max(m.position)) from m`,
      [RECORDS, ANA, PATIENTS, CLINIC_A, CLINIC_B],
    );
    await session.script('analyze audit.access_log; analyze public.patients');
  });
}, 120_000);

/** Scans of the months that are full, so far: what this connection did earlier may be among them. */
const COUNTS = `select s.relname as name, s.seq_scan::integer as sequential, s.idx_scan::integer as indexed
  from pg_stat_xact_all_tables as s join pg_class as c on c.oid = s.relid
  where s.schemaname = 'access_log_months' and c.reltuples > 1000`;
interface Counts extends Record<string, unknown> {
  readonly name: string;
  readonly sequential: number;
  readonly indexed: number;
}
/** How many scans of either kind a statement of somebody took, those of a function that it calls included. */
const scansOf = (persona: { claims: Persona['claims']; role: string }, query: string) =>
  database().asSuperuser(
    async (session) => {
      await session.rows(
        `select set_config('request.jwt.claims', $1, true), set_config('request.headers', '{"x-forwarded-for": "192.0.2.10"}', true)`,
        [JSON.stringify(persona.claims)],
      );
      const before = await session.rows<Counts>(COUNTS);
      await session.script(`set local role ${persona.role}`);
      const { length } = await session.rows(query);
      await session.script('reset role');
      const after = await session.rows<Counts>(COUNTS);
      const taken = (kind: 'sequential' | 'indexed') =>
        after.reduce((sum, month) => sum + month[kind], 0) -
        before.reduce((sum, month) => sum + month[kind], 0);
      return { rows: length, sequential: taken('sequential'), indexed: taken('indexed') };
    },
    { rollback: true },
  );

describe('of a hundred thousand records', () => {
  test('each question of an auditor and the one of a patient come by an index [N-39 N-30 +]', async () => {
    const since = `now() - interval '40 days'`;
    for (const [persona, query, rows] of [
      [personas.privacyOfficer, `select * from public.access_anomalies`, RECORDS / 4],
      [
        personas.privacyOfficer,
        `select * from public.access_log where patient_id = '${ANA}' and occurred_at > ${since}`,
        5,
      ],
      [
        personas.privacyOfficer,
        `select * from public.access_log where user_id = '${personas.doctor.userId}' and occurred_at > ${since}`,
        1000,
      ],
      [
        personas.privacyOfficer,
        `select * from public.access_log where occurred_at > now() - interval '1 hour'`,
        50,
      ],
      [personas.patient, `select * from public.who_saw_record('${ANA}')`, 5],
      [personas.patient, `select * from public.who_saw_record('${ANA}', ${since})`, 5],
    ] as const) {
      const scans = await scansOf(persona, query);
      expect(scans.sequential, query).toBe(0);
      expect(scans.indexed, query).toBeGreaterThan(0);
      expect(scans.rows, query).toBeGreaterThan(rows);
    }
  }, 60_000);

  test('a question that no index answers is told as one [N-39 -]', async () => {
    const definer = { claims: personas.anon.claims, role: 'cordon_definer' };
    const scans = await scansOf(definer, `select from audit.access_log where user_agent = 'nobody'`);
    expect(scans).toMatchObject({ rows: 0, indexed: 0 });
    expect(scans.sequential).toBeGreaterThan(0);
  });
});
