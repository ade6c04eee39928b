import type { DB } from 'cordon';
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { withSession } from '../../client/index.ts';
import { pinOrganisation } from '../../client/kysely.ts';
import { TENANT_KEYS } from '../../generated/tenant-keys.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { clinicsIn, type Loose, usePinned } from '../support/pinned.ts';
import { contextOf } from '../support/sessions.ts';

const database = useDatabase();
const at = usePinned(database);

/** Rows of both clinics, however a query reaches them. Each selects organisations only. */
const READS: Record<string, (db: Kysely<DB>) => { execute(): Promise<object[]> }> = {
  'a table': (db) => db.selectFrom('patients').select('organisation_id'),
  'an alias': (db) => db.selectFrom('patients as p').select('p.organisation_id'),
  'a schema': (db) => db.withSchema('public').selectFrom('patients').select('patients.organisation_id'),
  'a view': (db) => db.selectFrom('patient_profiles').select('organisation_id'),
  'a view that calls it a clinic': (db) => db.selectFrom('user_clinic_access').select('clinic_id'),
  'the organisations themselves': (db) => db.selectFrom('organisations').select('id'),
  'two tables': (db) =>
    db
      .selectFrom(['patients as p', 'appointments as a'])
      .select(['p.organisation_id as p', 'a.organisation_id as a']),
  'an inner join': (db) =>
    db
      .selectFrom('patients as p')
      .innerJoin('consents as c', (join) => join.onTrue())
      .select(['p.organisation_id as p', 'c.organisation_id as c']),
  'a cross join': (db) =>
    db
      .selectFrom('patients as p')
      .crossJoin('consents as c')
      .select(['p.organisation_id as p', 'c.organisation_id as c']),
  'a left join': (db) =>
    db
      .selectFrom('patients as p')
      .leftJoin('consents as c', (join) => join.onTrue())
      .select(['p.organisation_id as p', 'c.organisation_id as c']),
  'a right join': (db) =>
    db
      .selectFrom('patients as p')
      .rightJoin('consents as c', (join) => join.onTrue())
      .select(['p.organisation_id as p', 'c.organisation_id as c']),
  'a full join': (db) =>
    db
      .selectFrom('patients')
      .fullJoin('consents', (join) => join.onRef('consents.patient_id', '=', 'patients.id'))
      .select(['patients.organisation_id as p', 'consents.organisation_id as c']),
  'a right join of tables with their schema': (db) =>
    db
      .withSchema('public')
      .selectFrom('patients')
      .rightJoin('consents', (join) => join.onRef('consents.patient_id', '=', 'patients.id'))
      .select((eb) => [
        'patients.organisation_id as p',
        'consents.organisation_id as c',
        // In a subquery, a name is that of the nearest table.
        eb
          .selectFrom('patients')
          .whereRef('patients.id', '=', 'consents.patient_id')
          .select('patients.organisation_id')
          .limit(1)
          .as('o'),
      ]),
  'a full join of tables with their schema': (db) =>
    db
      .withSchema('public')
      .selectFrom('patients')
      .fullJoin('consents', (join) => join.onRef('consents.patient_id', '=', 'patients.id'))
      .select(['patients.organisation_id as p', 'consents.organisation_id as c']),
  'a lateral left join': (db) =>
    db
      .selectFrom('organisations as o')
      .leftJoinLateral(
        (eb) => eb.selectFrom('patients').select('organisation_id as inner').as('p'),
        (join) => join.onTrue(),
      )
      .select(['o.id', 'p.inner']),
  'a subquery in FROM': (db) =>
    db
      .selectFrom((eb) => eb.selectFrom('patients').select('organisation_id').as('p'))
      .select('organisation_id'),
  'a subquery of the pinned instance itself': (db) =>
    db.selectFrom(db.selectFrom('patients').select('organisation_id').as('p')).select('organisation_id'),
  // Of the clinics alone: the id of a twin would be the greatest.
  'a subquery in SELECT': (db) =>
    db
      .selectFrom('consent_purposes')
      .select((eb) =>
        eb
          .selectFrom('patients')
          .select(
            sql<string>`max(organisation_id::text) filter (where organisation_id::text not like '%ff')`.as(
              'x',
            ),
          )
          .as('max'),
      ),
  'a subquery in WHERE': (db) =>
    db
      .selectFrom('organisations')
      .select('id')
      .where('id', 'in', (eb) => eb.selectFrom('patients').select('organisation_id')),
  'a common table expression': (db) =>
    db
      .with('mine', (c) => c.selectFrom('patients').select('organisation_id'))
      .selectFrom('mine')
      .selectAll(),
  'a common table expression with the name of the table': (db) =>
    db
      .with('patients', (c) => c.selectFrom('patients').select('organisation_id as clinic'))
      .selectFrom('patients')
      .select('clinic'),
  'the table, beside a common table expression with its name elsewhere': (db) =>
    db
      .selectFrom('patients as outer')
      .select('outer.organisation_id as a')
      .select((eb) =>
        eb
          .selectFrom((inner) => inner.selectFrom('patients').select('organisation_id as x').limit(1).as('q'))
          .select('q.x')
          .as('b'),
      ),
  'a union': (db) =>
    db
      .selectFrom('patients')
      .select('organisation_id')
      .union(db.selectFrom('consents').select('organisation_id'))
      .unionAll((eb) => eb.selectFrom('appointments').select('organisation_id')),
  'a raw condition with an OR in it': (db) =>
    db.selectFrom('patients').select('organisation_id').where(sql<boolean>`false or true`),
  'an OR': (db) =>
    db
      .selectFrom('patients')
      .select('organisation_id')
      .where((eb) => eb.or([eb.lit(true), eb('mrn', '=', 'x')])),
  'a raw join condition with an OR in it': (db) =>
    db
      .selectFrom('organisations as o')
      .leftJoin('patients as p', (join) => join.on(sql<boolean>`false or true`))
      .select('p.organisation_id'),
  grouping: (db) =>
    db
      .selectFrom('patients')
      .select('organisation_id')
      .groupBy('organisation_id')
      .having(sql<boolean>`true or true`),
  locking: (db) => db.selectFrom('patients').select('organisation_id').forUpdate(),
  'a dynamic table': (db) =>
    (db as unknown as Loose).selectFrom(db.dynamic.table('patients').as('p')).select('p.organisation_id'),
};

describe.each(Object.entries(READS))('reading %s', (_, read) => {
  test('shows both clinics to a role that no policy binds [S-05 +]', async () => {
    expect(clinicsIn(await read(at().unbound).execute())).toContain(CLINIC_B);
  });

  test('shows the pinned clinic alone [S-05 -]', async () => {
    expect(clinicsIn(await read(at().pinned).execute())).toEqual([CLINIC_A]);
  });
});

describe('what a pin keeps as it was', () => {
  test('a left join keeps the rows without a match [S-05 +]', async () => {
    const rows = await at()
      .pinned.selectFrom('patients as p')
      .leftJoin('consents as c', (join) =>
        join.onRef('c.patient_id', '=', 'p.id').on('c.purpose', '=', 'none'),
      )
      .select(['p.id', 'c.id as consent'])
      .execute();
    const own = await at().pinned.selectFrom('patients').select('id').execute();
    expect(rows.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
  });

  const TURNED = {
    right: () =>
      at()
        .loose.selectFrom('consents as c')
        .rightJoin('patients as p', (join) => join.on(NO_MATCH)),
    full: () =>
      at()
        .loose.selectFrom('consents as c')
        .fullJoin('patients as p', (join) => join.on(NO_MATCH)),
  };
  const NO_MATCH = sql<boolean>`c.patient_id = p.id and c.purpose = 'none'`;

  test.each(['right', 'full'] as const)('a %s join keeps them as well [S-05 +]', async (kind) => {
    const rows = await TURNED[kind]().select('p.id as id').where('p.id', 'is not', null).execute();
    const own = await at().pinned.selectFrom('patients').select('id').execute();
    expect(rows.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
  });

  test('tables without organisation are read whole [S-05 +]', async () => {
    const [all, some] = await Promise.all([
      at().unbound.selectFrom('consent_purposes').select('purpose').execute(),
      at().pinned.selectFrom('consent_purposes').select('purpose').execute(),
    ]);
    expect(some).toEqual(all);
    expect(some.length).toBeGreaterThan(0);
  });

  test('a common table expression is no table, whatever its name [S-05 +]', () => {
    const query = at()
      .pinned.with('patients', (c) => c.selectFrom('consent_purposes').select('purpose'))
      .selectFrom('patients')
      .selectAll();
    expect(query.compile()).toMatchObject({
      sql: 'with "patients" as (select "purpose" from "consent_purposes") select * from "patients"',
      parameters: [],
    });
  });

  test('within a schema that is named, it is the table all the same [S-05 -]', () => {
    const query = at()
      .loose.with('patients', (c) => c.selectFrom('consent_purposes').select('purpose'))
      .selectFrom('public.patients')
      .selectAll();
    expect(query.compile().sql).toMatch(/where "public"\."patients"\."organisation_id" = \$1$/);
  });

  test('a recursive one is in scope in itself [S-05 +]', () => {
    const query = at()
      .loose.withRecursive('patients', (c) =>
        c.selectFrom('consents').select('id').union(c.selectFrom('patients').select('id')),
      )
      .selectFrom('patients')
      .selectAll();
    expect(query.compile().parameters).toEqual([CLINIC_A]);
  });

  test('the organisation is a parameter, and what was asked stands in parentheses [S-05 +]', () => {
    const query = at()
      .pinned.selectFrom('patients')
      .select('id')
      .where('mrn', '=', 'x')
      .where('status', '=', 'active');
    expect(query.compile()).toMatchObject({
      sql: 'select "id" from "patients" where "patients"."organisation_id" = $1 and ("mrn" = $2 and "status" = $3)',
      parameters: [CLINIC_A, 'x', 'active'],
    });
  });

  test('a plugin before it may rename [S-05 +]', () => {
    const camel = new Kysely<Record<string, Record<string, unknown>>>({
      dialect: new PostgresDialect({ pool: new pg.Pool() }),
      plugins: [new CamelCasePlugin(), pinOrganisation(CLINIC_A)],
    });
    expect(camel.selectFrom('patientIdentity').select('birthDate').compile().sql).toBe(
      'select "birth_date" from "patient_identity" where "patient_identity"."organisation_id" = $1',
    );
  });

  test('it works inside a session [S-05 S-02 +]', async () => {
    const pool = new pg.Pool({ connectionString: database().url('authenticator'), max: 1 });
    const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
    try {
      const read = (organisationId: string) =>
        withSession(db.withPlugin(pinOrganisation(organisationId)), contextOf(personas.doctor), (session) =>
          session.selectFrom('patients').select('organisation_id').distinct().execute(),
        );
      expect(await read(CLINIC_A)).toEqual([{ organisation_id: CLINIC_A }]);
      expect(await read(CLINIC_B)).toEqual([]);
    } finally {
      await db.destroy();
    }
  });
});

test('every table and view that applications see is on the list, unless nothing could pin it [S-05 -]', async () => {
  const rows = await database().asSuperuser((session) =>
    session.rows<{ name: string; keyed: boolean }>(
      `select 'public.' || c.relname as name, bool_or(a.attname = 'organisation_id') as keyed
        from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        group by c.relname order by 1`,
    ),
  );
  for (const { name, keyed } of rows) {
    if (keyed) expect([name, TENANT_KEYS[name]]).toEqual([name, 'organisation_id']);
    expect(Object.keys(TENANT_KEYS)).toContain(name);
  }
});
