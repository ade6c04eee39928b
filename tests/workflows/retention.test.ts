import type { Socket } from 'node:net';
import pg from 'pg';
import { describe, expect, inject, test } from 'vitest';
import { runRetention } from '../../scripts/retention/retention.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { connected } from '../support/trail.ts';
import { yearIn } from '../support/years.ts';

interface Due {
  readonly organisation_id: string;
  readonly table: string;
  readonly retention: string;
  readonly rows: number;
}
interface Plan {
  readonly plan_sha256: string;
  readonly rows: readonly Due[];
  readonly run_id?: string;
}

async function withDatabase(fn: (database: TestDatabase) => Promise<void>): Promise<void> {
  const database = await TestDatabase.clone(inject('server'));
  try {
    // The seed's own holds are over.
    for (const clinic of [CLINIC_A, CLINIC_B]) {
      await database.asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [clinic]);
        await session.rows('update public.legal_holds set released_at = now() where organisation_id = $1', [
          clinic,
        ]);
      });
    }
    await fn(database);
  } finally {
    await database.drop();
  }
}
/** As whoever migrates, at a moment. */
async function act<T>(client: pg.Client, at: string, text: string, values: unknown[] = []): Promise<T> {
  await client.query(`select set_config('test.now', $1, false)`, [at]);
  const { rows } = await client.query(text, values);
  return Object.values(rows[0] ?? {})[0] as T;
}
const plan = (client: pg.Client, at: string) => act<Plan>(client, at, 'select governance.plan_retention()');
const run = (client: pg.Client, at: string, digest: string) =>
  act<Plan>(client, at, 'select governance.run_retention($1)', [digest]);
const as = <T>(database: TestDatabase, fn: (client: pg.Client) => Promise<T>) =>
  connected(database, 'postgres', fn);
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: pg.DatabaseError) => error.code,
  );
const of = ({ rows }: Plan, organisation: string) =>
  rows.filter((row) => row.organisation_id === organisation).map(({ table }) => table);
const countOf = (client: pg.Client, table: string, organisation = CLINIC_A) =>
  act<number>(client, '', `select count(*)::integer from ${table} where organisation_id = $1`, [
    organisation,
  ]);

/** Seeded today: Clinic A keeps charts for 20 years (LGPD), Clinic B for 7 (PDPA); both promised invoices for 12. */
const SOON = new Date(Date.now() + 86_400_000).toISOString();
const IN_9_YEARS = `${yearIn(9)}-12-31 00:00+00`;
const IN_11_YEARS = `${yearIn(11)}-12-31 00:00+00`;
const IN_25_YEARS = `${yearIn(25)}-12-31 00:00+00`;

describe('a plan', () => {
  test('lists what is due by class and law, the longest of law and promise, and changes nothing [N-38 N-49 +]', async () => {
    await withDatabase((database) =>
      as(database, async (client) => {
        expect(
          of(await plan(client, SOON), CLINIC_A).filter((table) => table !== 'public.patient_accounts'),
        ).toEqual([]);
        const charts = await countOf(client, 'public.medical_records', CLINIC_B);
        const nine = await plan(client, IN_9_YEARS);
        expect(of(nine, CLINIC_B)).toContain('public.medical_records');
        expect(of(nine, CLINIC_A), '20 years by Lei 13.787').not.toContain('public.medical_records');
        expect(of(nine, CLINIC_A), '7 years').toContain('public.emergency_access_grants');
        const eleven = await plan(client, IN_11_YEARS);
        expect(of(eleven, CLINIC_A), 'ten by law, twelve by promise').not.toContain('public.invoices');
        const all = await plan(client, IN_25_YEARS);
        expect(of(all, CLINIC_A)).toEqual(
          expect.arrayContaining([
            'public.medical_records',
            'public.invoices',
            'public.consents',
            'public.case_activity_log',
          ]),
        );
        expect(await countOf(client, 'public.medical_records', CLINIC_B)).toBe(charts);
        // Those of the seed: one for each clinic, and what closes it.
        expect(await act(client, '', 'select count(*)::integer from governance.tombstones')).toBe(4);
      }),
    );
  });

  test('passes over a table whose rows do not say when they were written [N-49 -]', async () => {
    await withDatabase((database) =>
      as(database, async (client) => {
        const { plan_sha256 } = await plan(client, IN_25_YEARS);
        await client.query(`
          create table public.timeless (organisation_id uuid not null, id uuid not null, primary key (organisation_id, id));
          insert into public.timeless values ('${CLINIC_A}', '${idOf('bed', 'a', '77')}');
          insert into governance.classification values ('public', 'timeless', 'INTERNAL', 'financial', 'financial')`);
        expect((await plan(client, IN_25_YEARS)).plan_sha256).toBe(plan_sha256);
      }),
    );
  });

  test('asks a table of all clinics at once, and of those alone that have something due it deletes [N-49 +]', async () => {
    await withDatabase((database) =>
      connected(database, 'superuser', async (client) => {
        const calls = () =>
          act<number>(
            client,
            '',
            `select coalesce(sum(calls), 0)::integer from pg_stat_xact_user_functions where funcname = 'delete_rows'`,
          );
        await client.query(`begin; set local track_functions = 'all'`);
        expect((await plan(client, SOON)).rows).toEqual([]);
        expect(await calls()).toBe(0);
        expect((await plan(client, IN_9_YEARS)).rows).not.toEqual([]);
        expect(await calls()).toBeGreaterThan(0);
        await client.query('rollback');
      }),
    );
  });

  test('has the same digest as long as the same is due [N-49 +]', async () => {
    await withDatabase((database) =>
      as(database, async (client) => {
        const { plan_sha256 } = await plan(client, IN_9_YEARS);
        expect((await plan(client, IN_9_YEARS)).plan_sha256).toBe(plan_sha256);
        expect((await plan(client, IN_25_YEARS)).plan_sha256).not.toBe(plan_sha256);
      }),
    );
  });
});

describe('a run', () => {
  test('deletes exactly what was planned, writes it down, and leaves every guard as it was [N-49 +]', async () => {
    await withDatabase((database) =>
      as(database, async (client) => {
        const guards = () =>
          client
            .query(
              'select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2',
            )
            .then(({ rows }) => rows);
        const before = await guards();
        const planned = await plan(client, IN_25_YEARS);
        const ran = await run(client, IN_25_YEARS, planned.plan_sha256);
        expect(ran.rows).toEqual(planned.rows);
        expect(await countOf(client, 'public.medical_records')).toBe(0);
        expect(await guards()).toEqual(before);
        const { rows: stones } = await client.query(
          `select organisation_id, relation as table, sum(row_count)::integer as rows from governance.tombstones
           where cause = 'retention' and cause_id = $1 and relation <> 'governance.tombstones' group by 1, 2 order by 1, relation collate "C"`,
          [ran.run_id],
        );
        expect(stones.length).toBeGreaterThan(20);
        const told = planned.rows.map(({ organisation_id, table, rows }) => ({
          organisation_id,
          table,
          rows,
        }));
        expect(stones).toEqual(told);
        const closed = `select count(*)::integer from governance.tombstones where cause_id = $1 and relation = 'governance.tombstones'`;
        const clinics = new Set(told.map(({ organisation_id }) => organisation_id));
        expect(await act(client, '', closed, [ran.run_id]), 'once for each clinic').toBe(clinics.size);
        expect(
          await act(client, '', 'select run_by from governance.retention_runs where id = $1', [ran.run_id]),
        ).toBe('postgres');
        expect((await plan(client, IN_25_YEARS)).rows, 'nothing is left to do').toEqual([]);
        expect(await code(client.query('delete from governance.retention_runs'))).toBe('CD014');
      }),
    );
  });

  test('refuses where anything else is due by now, and deletes nothing then [N-49 -]', async () => {
    await withDatabase((database) =>
      as(database, async (client) => {
        const records = await countOf(client, 'public.medical_records');
        const { plan_sha256 } = await plan(client, IN_25_YEARS);
        expect(await code(run(client, IN_9_YEARS, plan_sha256))).toBe('CD020');
        expect(await code(run(client, IN_25_YEARS, '0'.repeat(64)))).toBe('CD020');
        expect(await code(act(client, IN_25_YEARS, 'select governance.run_retention(null)'))).toBe('CD020');
        expect(await countOf(client, 'public.medical_records')).toBe(records);
      }),
    );
  });

  test('deletes nothing under a hold, of the patient or of the clinic, and goes on when it is released [N-49 -]', async () => {
    await withDatabase(async (database) => {
      const patient = idOf('patient', 'a', '01');
      await database.as(
        personas.privacyOfficer,
        (session) =>
          session.rows(
            `insert into public.legal_holds (organisation_id, id, patient_id, reason) values ($1, $2, $3, 'An order of the court.')`,
            [CLINIC_A, idOf('hold', 'a', '77'), patient],
          ),
        { commit: true },
      );
      await as(database, async (client) => {
        const held = (table: string) =>
          act<number>(
            client,
            '',
            `select count(*)::integer from public.${table} where organisation_id = $1 and patient_id = $2`,
            [CLINIC_A, patient],
          );
        const tables = ['medical_records', 'consents', 'invoices', 'admissions', 'disclosures'];
        const before = await Promise.all(tables.map(held));
        const logged = () =>
          act<number>(
            client,
            '',
            `select count(*)::integer from public.case_activity_log where case_id in (select id from public.cases where patient_id = $1)`,
            [patient],
          );
        const log = await logged();
        expect(log).toBeGreaterThan(0);
        await run(client, IN_25_YEARS, (await plan(client, IN_25_YEARS)).plan_sha256);
        expect(await Promise.all(tables.map(held))).toEqual(before);
        expect(await logged(), 'rows that hang on hers too').toBe(log);
        expect(await countOf(client, 'public.medical_records', CLINIC_B), 'control').toBe(0);
      });
      await database.asSuperuser((session) =>
        session
          .rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A])
          .then(() =>
            session.rows('insert into public.legal_holds (organisation_id, reason) values ($1, $2)', [
              CLINIC_A,
              'Everything of the clinic.',
            ]),
          ),
      );
      await as(database, async (client) => {
        expect(of(await plan(client, `${yearIn(64)}-01-01`), CLINIC_A)).toEqual([]);
      });
      await database.asSuperuser((session) =>
        session
          .rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A])
          .then(() => session.rows('update public.legal_holds set released_at = now()')),
      );
      await as(database, async (client) => {
        expect(of(await plan(client, `${yearIn(64)}-01-01`), CLINIC_A)).toContain('public.medical_records');
      });
    });
  });

  test('of two at once, one works and the other is turned away [N-49 -]', async () => {
    await withDatabase((database) =>
      as(database, (one) =>
        as(database, async (other) => {
          const { plan_sha256 } = await plan(one, IN_25_YEARS);
          await one.query('begin');
          await run(one, IN_25_YEARS, plan_sha256);
          expect(await code(run(other, IN_25_YEARS, plan_sha256))).toBe('CD020');
          expect(await code(plan(other, IN_25_YEARS))).toBe('CD020');
          await one.query('commit');
          expect(await code(run(other, IN_25_YEARS, plan_sha256)), 'what it planned is gone').toBe('CD020');
          expect(await act(one, '', 'select count(*)::integer from governance.retention_runs')).toBe(2);
        }),
      ),
    );
  });

  test('killed half-way has deleted nothing, and the next one does all of it [N-49 -]', async () => {
    await withDatabase((database) =>
      as(database, async (watcher) => {
        const before = await countOf(watcher, 'public.medical_records');
        const { plan_sha256 } = await plan(watcher, IN_25_YEARS);
        const victim = new pg.Client({ connectionString: database.url('postgres') });
        victim.on('error', () => {});
        await victim.connect();
        await victim.query('begin');
        const { rows } = await victim.query<{ pid: number }>('select pg_backend_pid() as pid');
        await run(victim, IN_25_YEARS, plan_sha256);
        await watcher.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
        await victim.end().catch(() => {});
        while (
          (await act(watcher, '', 'select count(*)::integer from pg_stat_activity where pid = $1', [
            rows[0]?.pid,
          ])) !== 0
        );
        expect(await countOf(watcher, 'public.medical_records')).toBe(before);
        expect(await act(watcher, '', 'select count(*)::integer from governance.retention_runs')).toBe(1);
        expect((await run(watcher, IN_25_YEARS, plan_sha256)).rows.length).toBeGreaterThan(10);
        expect(
          await act(watcher, '', 'select count(*)::integer from public.bent_tombstones()'),
          'closed once',
        ).toBe(0);
      }),
    );
  });

  test('whose client is gone deletes nothing, though the server comes to its end [N-49 -]', async () => {
    await withDatabase((database) =>
      as(database, (watcher) =>
        as(database, async (holder) => {
          const before = await countOf(watcher, 'public.medical_records');
          const { plan_sha256 } = await plan(watcher, IN_25_YEARS);
          const victim = new pg.Client({ connectionString: database.url('postgres') });
          victim.on('error', () => {});
          await victim.connect();
          const pid = await act<number>(victim, IN_25_YEARS, 'select pg_backend_pid()');
          const is = (what: string) =>
            act<boolean>(
              watcher,
              '',
              `select exists (select from pg_stat_activity where pid = $1 and ${what})`,
              [pid],
            );
          await holder.query('begin; lock table public.medical_records in share mode');
          const running = runRetention(victim, plan_sha256).catch(() => {});
          while (!(await is(`wait_event_type = 'Lock'`)));
          (victim as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
          await running;
          await holder.query('rollback');
          while (await is('true'));
          expect(await countOf(watcher, 'public.medical_records')).toBe(before);
          expect((await run(watcher, IN_25_YEARS, plan_sha256)).rows.length, 'control').toBeGreaterThan(10);
        }),
      ),
    );
  });

  test('is the owner’s alone [N-49 S-04 -]', async () => {
    await withDatabase(async (database) => {
      for (const persona of [
        personas.privacyOfficer,
        personas.opsAdmin,
        personas.servicePinned,
        personas.patient,
      ]) {
        for (const call of [
          'governance.plan_retention()',
          `governance.run_retention('x')`,
          `governance.purge('${CLINIC_A}')`,
          `governance.delete_rows('public.patients', 'true', null, null, null)`,
        ]) {
          expect(
            await database.as(persona, (session) => session.attempt(`select ${call}`)),
            persona.name,
          ).toMatchObject({ ok: false, code: '42501' });
        }
      }
    });
  });
});

describe('a floor', () => {
  test('may rise and never falls, moves or goes, for the owner too [N-38 -]', async () => {
    await withDatabase((database) =>
      as(database, async (client) => {
        for (const statement of [
          `update governance.retention_rules set keep = interval '6 years' where retention = 'audit'`,
          `update governance.retention_rules set regime = 'other' where retention = 'audit' and regime = 'hipaa'`,
          'delete from governance.retention_rules',
        ]) {
          expect(await code(client.query(statement)), statement).toBe('CD020');
        }
        expect(await code(client.query('truncate governance.retention_rules'))).toBe('CD014');
        expect(
          await code(
            client.query(
              `update governance.retention_rules set keep = interval '8 years' where retention = 'audit'`,
            ),
          ),
        ).toBe('ok');
      }),
    );
  });

  test('is not undercut by what an organisation promises: shorter than the law changes nothing [N-38 N-49 -]', async () => {
    await withDatabase(async (database) => {
      await database.as(
        personas.privacyOfficer,
        (session) =>
          session.rows(
            `insert into public.retention_extensions (organisation_id, retention, keep_months, reason) values ($1, 'chart', 1, 'We would rather not.')`,
            [CLINIC_A],
          ),
        { commit: true },
      );
      await as(database, async (client) => {
        expect(of(await plan(client, IN_11_YEARS), CLINIC_A)).not.toContain('public.medical_records');
      });
    });
  });
});
