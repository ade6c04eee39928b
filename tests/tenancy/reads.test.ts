import { describe, expect, test } from 'vitest';
import { TABLES, VIEWS } from '../../policies/index.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const TENANT_TABLES = TABLES.filter(
  ({ tenantKey, rules }) => tenantKey && rules.some(({ realm }) => realm === 'provider'),
).map(({ tableName, tenantKey }) => [`public.${tableName}`, tenantKey as string] as const);

describe('a query without any condition', () => {
  test.each(TENANT_TABLES)(
    'returns rows of %s of the own clinic, though both clinics have some [S-02 N-26 +]',
    async (table, key) => {
      const both = await database().asSuperuser((session) =>
        session.rows(`select distinct ${key} as clinic from ${table} where ${key} in ($1, $2)`, [
          CLINIC_A,
          CLINIC_B,
        ]),
      );
      expect(both.length, `${table} needs rows in both clinics`).toBe(2);
      const seenBy = [personas.doctor, personas.clinicAdmin, personas.privacyOfficer];
      for (const persona of seenBy) {
        const clinics = await database().as(persona, (session) =>
          session.rows(`select distinct ${key} as clinic from ${table}`),
        );
        if (clinics.length > 0) expect(clinics).toEqual([{ clinic: CLINIC_A }]);
      }
      const someone = await Promise.all(
        seenBy.map((persona) =>
          database().as(persona, (session) => session.value<string>(`select count(*) from ${table}`)),
        ),
      );
      expect(someone.some((count) => Number(count) > 0)).toBe(true);
    },
  );

  test.each(TENANT_TABLES)(
    'returns nothing of %s to a stranger with a valid login [S-02 N-22 N-26 -]',
    async (table) => {
      const count = await database().as(personas.stranger, (session) =>
        session.value(`select count(*) from ${table}`),
      );
      expect(count).toBe('0');
    },
  );

  test.each(TENANT_TABLES)(
    'aimed at %s of the other clinic returns nothing, by whatever condition [S-02 N-24 N-26 -]',
    async (table, key) => {
      for (const condition of [
        `${key} = '${CLINIC_B}'`,
        `${key} <> '${CLINIC_A}'`,
        `${key} = '${CLINIC_B}' or true`,
      ]) {
        const rows = await database().as(personas.clinicAdmin, (session) =>
          session.rows(
            `select ${key} as clinic from ${table} where (${condition}) and ${key} = '${CLINIC_B}'`,
          ),
        );
        expect(rows).toEqual([]);
      }
    },
  );
});

describe('the views', () => {
  const views = VIEWS.filter(
    ({ schema, readers }) => (schema ?? 'public') === 'public' && readers.provider,
  ).map(({ viewName }) => [`public.${viewName}`] as const);

  test.each(views)('%s shows rows of the own clinic alone [S-04 N-22 +]', async (view) => {
    const seen = [personas.clinicAdmin, personas.doctor, personas.privacyOfficer].map((persona) =>
      database().as(persona, (session) => session.rows(`select * from ${view}`)),
    );
    const rows = (await Promise.all(seen)).flat();
    expect(rows.length).toBeGreaterThan(0);
    const clinics = new Set(rows.map((row) => row.organisation_id ?? row.clinic_id ?? row.id));
    expect([...clinics]).toEqual([CLINIC_A]);
  });

  test.each(views)('%s shows a stranger nothing [S-04 N-22 -]', async (view) => {
    expect(
      await database().as(personas.stranger, (session) => session.rows(`select * from ${view}`)),
    ).toEqual([]);
  });
});

describe('the tenant condition', () => {
  test('is one index condition on one call: no row of another tenant is even read [N-26 +]', async () => {
    const plan = await database().as(personas.receptionist, async (session) => {
      await session.script('set local enable_seqscan = off');
      const rows = await session.rows<{ 'QUERY PLAN': string }>(
        'explain (costs off) select * from public.appointments',
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toMatch(/InitPlan/);
    expect(plan).toMatch(/Index Cond: .*organisation_id = /);
    expect(plan).not.toMatch(/SubPlan/);
  });

  test('is judged before a function of the caller sees a row [N-26 S-04 -]', async () => {
    const leaked = await database().asPostgres(
      async (session) => {
        await session.script(`
        create function public.leak(value text) returns boolean language plpgsql cost 0.0000001
        set search_path = '' as $$ begin raise notice '%', value; perform set_config('leak.seen',
          coalesce(current_setting('leak.seen', true), '') || value || ';', true); return true; end $$;
        grant execute on function public.leak(text) to authenticated`);
        await session.script('set local role authenticated');
        await session.rows(`select set_config('request.jwt.claims', $1, true)`, [
          JSON.stringify(personas.doctor.claims),
        ]);
        await session.rows('select id from public.patients where public.leak(organisation_id::text)');
        return session.value<string>(`select current_setting('leak.seen', true)`);
      },
      { rollback: true },
    );
    expect(leaked).toContain(CLINIC_A);
    expect(leaked).not.toContain(CLINIC_B);
  });

  test('holds in every time zone a client may choose [S-02 N-26 -]', async () => {
    for (const zone of ['Etc/GMT+12', 'UTC', 'Pacific/Kiritimati']) {
      const seen = async (persona: (typeof personas)[keyof typeof personas]) =>
        database().as(persona, (session) => session.value('select count(*) from public.patients'), {
          settings: { TimeZone: zone },
        });
      expect(await seen(personas.expired), zone).toBe('0');
      expect(await seen(personas.nurse), zone).toBe('3');
    }
  });
});

describe('a member who is alone in their clinic', () => {
  test('sees one profile, their own, and nobody who belongs elsewhere [S-02 +, S-02 -]', async () => {
    const clinic = '00000000-0000-7000-8000-0000000000c1';
    await database().asSuperuser(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [clinic]);
      await session.affected(
        `insert into public.organisations (id, kind, name, country, timezone, regime)
         values ($1, 'clinic', 'Solo', 'PT', 'UTC', 'gdpr')`,
        [clinic],
      );
      await session.affected(
        `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'clinic_admin')`,
        [clinic, personas.stranger.userId],
      );
    });
    const seen = await database().as(personas.stranger, (session) =>
      session.rows('select user_id from public.profiles'),
    );
    expect(seen).toEqual([{ user_id: personas.stranger.userId }]);
  });
});
