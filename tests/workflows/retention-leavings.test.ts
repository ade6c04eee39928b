import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { yearIn } from '../support/years.ts';

/* What retention takes leaves nothing behind that only stood because of it. Twins have no members who could end their holds. */
const database = useDatabase({ twins: false });

/** The charts of both clinics are kept for less: 20 years at A, by the law of Brazil, and 7 at B. */
const IN_25_YEARS = `${yearIn(25)}-12-31 00:00+00`;

/** As the owner, at a moment, with all holds released but those that are set here. */
const later = <T>(fn: (session: Session) => Promise<T>) =>
  database().asPostgres(
    async (session) => {
      await pinned(
        session,
        CLINIC_A,
        'update public.legal_holds set released_at = now() where organisation_id = $1',
      );
      await pinned(
        session,
        CLINIC_B,
        'update public.legal_holds set released_at = now() where organisation_id = $1',
      );
      await session.rows(`select set_config('test.now', $1, true)`, [IN_25_YEARS]);
      return fn(session);
    },
    { rollback: true },
  );
async function pinned(session: Session, organisation: string, sql: string, ...values: unknown[]) {
  await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [organisation]);
  return session.rows(sql, [organisation, ...values]);
}
const run = (session: Session) =>
  session.rows(`select governance.run_retention(governance.plan_retention() ->> 'plan_sha256')`);
const beds = (session: Session, organisation: string) =>
  session.rows(
    `select b.status, count(a.id)::integer as lying from public.beds as b
     left join public.admissions as a on a.organisation_id = b.organisation_id and a.bed_id = b.id and a.status = 'admitted' and a.archived_at is null
     where b.organisation_id = $1 and b.id in (select id from lain) group by b.id, b.status`,
    [organisation],
  );
const lain = (session: Session) =>
  session.rows(
    `create temp table lain on commit drop as select id from public.beds where status = 'occupied'`,
  );

describe('retention', () => {
  test('has a bed cleaned whose stay nobody ended and is forgotten with its chart, and no bed in which somebody lies [S-17 N-49 +, S-17 N-49 -]', async () => {
    await later(async (session) => {
      await lain(session);
      const before = await beds(session, CLINIC_A);
      expect(before[0], 'control').toEqual({ status: 'occupied', lying: 1 });
      await pinned(
        session,
        CLINIC_B,
        `insert into public.legal_holds (organisation_id, reason) values ($1, 'A dispute about all of it.')`,
      );
      await session.rows('select governance.plan_retention()');
      expect(await beds(session, CLINIC_A), 'a plan changes nothing').toEqual(before);
      await run(session);
      expect(await beds(session, CLINIC_A)).toEqual(before.map(() => ({ status: 'cleaning', lying: 0 })));
      expect(await beds(session, CLINIC_B), 'whose charts are held').toEqual(before);
    });
  });

  test('counts from the last step of a stay, a visit or a document, and not from one of the patient’s [N-38 N-49 +, N-38 N-49 -]', async () => {
    await later(async (session) => {
      const patient = idOf('patient', 'a', '01');
      const until = () =>
        session.value<Date>(
          `select governance.kept_until($1, $2, 'chart', (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g))`,
          [CLINIC_A, patient],
        );
      const before = await until();
      /** Stamped as it was: no trigger looks at the clock. */
      const stepped = (table: string, key: string) =>
        session.undone(async () => {
          await session.script(`alter table public.${table} disable trigger user`);
          await session.rows(
            `update public.${table} set last_status_change_at = now() + interval '3 years' where organisation_id = $1 and ${key} = $2`,
            [CLINIC_A, patient],
          );
          return until();
        });
      const years = (moment: Date | undefined) =>
        (moment?.getUTCFullYear() ?? 0) - (before?.getUTCFullYear() ?? 0);
      for (const table of ['admissions', 'appointments', 'documents'])
        expect(years(await stepped(table, 'patient_id')), table).toBe(3);
      expect(years(await stepped('patients', 'id')), 'is no entry').toBe(0);
    });
  });

  test('counts from no login that is linked later, nor from an address: they go with the chart [N-38 N-49 -, N-38 N-49 +]', async () => {
    await later(async (session) => {
      const patient = idOf('patient', 'a', '01');
      const until = (id = patient, retention = 'chart') =>
        session.value<Date>(
          `select governance.kept_until($1, $2, $3, (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g))`,
          [CLINIC_A, id, retention],
        );
      /** As if it had been written this much later. */
      const written = (table: string, by: string, id = patient) =>
        session.rows(
          `update public.${table} set created_at = created_at + $3::interval where organisation_id = $1 and ${table === 'patient_identity' ? 'id' : 'patient_id'} = $2`,
          [CLINIC_A, id, by],
        );
      await session.script(
        ['patient_accounts', 'patient_identity', 'medical_records']
          .map((table) => `alter table public.${table} disable trigger user`)
          .join(';'),
      );
      const before = [await until(), await until(patient, 'consent')];
      await written('patient_accounts', '19 years');
      await written('patient_identity', '19 years');
      expect([await until(), await until(patient, 'consent')]).toEqual(before);
      await session.undone(async () => {
        await written('medical_records', '19 years');
        expect((await until())?.getUTCFullYear(), 'control').toBe((before[0]?.getUTCFullYear() ?? 0) + 19);
      });
      await run(session);
      for (const table of ['medical_records', 'patient_accounts'])
        expect(
          await session.value(
            `select count(*)::integer from public.${table} where organisation_id = $1 and patient_id = $2`,
            [CLINIC_A, patient],
          ),
          table,
        ).toBe(0);
    });
  });

  test('keeps who was registered and never seen for as long as a chart, from that day [N-38 N-49 +, N-38 N-49 -]', async () => {
    await later(async (session) => {
      const id = idOf('patient', 'a', '88');
      await pinned(
        session,
        CLINIC_A,
        `insert into public.patients (organisation_id, id, mrn, full_name) values ($1, $2, 'ONLY-REGISTERED', 'Gil')`,
        id,
      );
      const isFromThatDay = () =>
        session.value<boolean>(
          `select p.created_at + interval '20 years' = governance.kept_until(p.organisation_id, p.id, 'chart', (select jsonb_object_agg(g.relation, g.condition) from governance.subject_graph() as g))
           from public.patients as p where p.organisation_id = $1 and p.id = $2`,
          [CLINIC_A, id],
        );
      expect(await isFromThatDay()).toBe(true);
      await session.script('alter table public.patient_accounts disable trigger user');
      await pinned(
        session,
        CLINIC_A,
        `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship, created_at, confirmed_at, patient_status)
         values ($1, $3, $2, 'self', now() + interval '19 years', now(), 'active')`,
        id,
        personas.stranger.userId,
      );
      expect(await isFromThatDay(), 'with a login that came later').toBe(true);
    });
  });

  test('keeps consents and whom a patient shuts out for as long as the charts that they open and close [N-45 N-49 +, N-49 -]', async () => {
    const left = async (session: Session) => {
      await run(session);
      const tables = [
        'medical_records',
        'patient_accounts',
        'consents',
        'access_restrictions',
        'signed_forms',
      ];
      const rows = tables.map((table) =>
        session.value<boolean>(
          `select exists (select from public.${table} where organisation_id = $1 and patient_id = $2)`,
          [CLINIC_A, idOf('patient', 'a', '01')],
        ),
      );
      return Promise.all(rows);
    };
    await later(async (session) => {
      await pinned(
        session,
        CLINIC_A,
        `insert into public.access_restrictions (organisation_id, patient_id, restricted_user_id) values ($1, $2, $3)`,
        idOf('patient', 'a', '01'),
        personas.nurse.userId,
      );
      const as = (promise: string) =>
        session.undone(async () => {
          if (promise)
            await pinned(
              session,
              CLINIC_A,
              `insert into public.retention_extensions (organisation_id, retention, keep_months, reason)
               values ($1, $2, 360, 'Charts are kept for thirty years.')`,
              promise,
            );
          return left(session);
        });
      expect(await as('chart')).toEqual([true, true, true, true, true]);
      expect(await as('consent'), 'the proof outlives the chart where that is promised').toEqual([
        false,
        false,
        true,
        true,
        true,
      ]);
      expect(await as(''), 'control').toEqual([false, false, false, false, false]);
    });
  });
});
