import type { DB } from 'cordon';
import { CamelCasePlugin, type Compilable, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withSession } from '../../client/index.ts';
import { pinOrganisation } from '../../client/kysely.ts';
import { TENANT_KEYS } from '../../generated/tenant-keys.ts';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import { contextOf } from '../support/sessions.ts';

const database = useDatabase();

// Any table and column: what the types refuse, an application can still write.
// biome-ignore lint/suspicious/noExplicitAny: as above
type Loose = Kysely<any>;

/** As a role that no policy binds, so that what holds, holds because of the pin. */
let unbound: Kysely<DB>;
let pinned: Kysely<DB>;
let loose: Loose;

beforeAll(() => {
  const pool = new pg.Pool({ connectionString: database().url('postgres'), max: 2 });
  unbound = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  pinned = unbound.withPlugin(pinOrganisation(CLINIC_A));
  loose = pinned as unknown as Loose;
});
afterAll(() => unbound.destroy());

const clinicsIn = (rows: readonly object[]) =>
  [...new Set(rows.flatMap((row) => Object.values(row)))].filter((value) => value !== null).sort();

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
  'a subquery in SELECT': (db) =>
    db
      .selectFrom('consent_purposes')
      .select((eb) =>
        eb.selectFrom('patients').select(sql<string>`max(organisation_id::text)`.as('x')).as('max'),
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
    expect(clinicsIn(await read(unbound).execute())).toContain(CLINIC_B);
  });

  test('shows the pinned clinic alone [S-05 -]', async () => {
    expect(clinicsIn(await read(pinned).execute())).toEqual([CLINIC_A]);
  });
});

describe('what a pin keeps as it was', () => {
  test('a left join keeps the rows without a match [S-05 +]', async () => {
    const rows = await pinned
      .selectFrom('patients as p')
      .leftJoin('consents as c', (join) =>
        join.onRef('c.patient_id', '=', 'p.id').on('c.purpose', '=', 'none'),
      )
      .select(['p.id', 'c.id as consent'])
      .execute();
    const own = await pinned.selectFrom('patients').select('id').execute();
    expect(rows.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
  });

  const TURNED = {
    right: () => loose.selectFrom('consents as c').rightJoin('patients as p', (join) => join.on(NO_MATCH)),
    full: () => loose.selectFrom('consents as c').fullJoin('patients as p', (join) => join.on(NO_MATCH)),
  };
  const NO_MATCH = sql<boolean>`c.patient_id = p.id and c.purpose = 'none'`;

  test.each(['right', 'full'] as const)('a %s join keeps them as well [S-05 +]', async (kind) => {
    const rows = await TURNED[kind]().select('p.id as id').where('p.id', 'is not', null).execute();
    const own = await pinned.selectFrom('patients').select('id').execute();
    expect(rows.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
  });

  test('tables without organisation are read whole [S-05 +]', async () => {
    const [all, some] = await Promise.all([
      unbound.selectFrom('consent_purposes').select('purpose').execute(),
      pinned.selectFrom('consent_purposes').select('purpose').execute(),
    ]);
    expect(some).toEqual(all);
    expect(some.length).toBeGreaterThan(0);
  });

  test('a common table expression is no table, whatever its name [S-05 +]', () => {
    const query = pinned
      .with('patients', (c) => c.selectFrom('consent_purposes').select('purpose'))
      .selectFrom('patients')
      .selectAll();
    expect(query.compile()).toMatchObject({
      sql: 'with "patients" as (select "purpose" from "consent_purposes") select * from "patients"',
      parameters: [],
    });
  });

  test('within a schema that is named, it is the table all the same [S-05 -]', () => {
    const query = loose
      .with('patients', (c) => c.selectFrom('consent_purposes').select('purpose'))
      .selectFrom('public.patients')
      .selectAll();
    expect(query.compile().sql).toMatch(/where "public"\."patients"\."organisation_id" = \$1$/);
  });

  test('a recursive one is in scope in itself [S-05 +]', () => {
    const query = loose
      .withRecursive('patients', (c) =>
        c.selectFrom('consents').select('id').union(c.selectFrom('patients').select('id')),
      )
      .selectFrom('patients')
      .selectAll();
    expect(query.compile().parameters).toEqual([CLINIC_A]);
  });

  test('the organisation is a parameter, and what was asked stands in parentheses [S-05 +]', () => {
    const query = pinned
      .selectFrom('patients')
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

describe('writes', () => {
  const PATIENT_B = idOf('patient', 'b', '01');

  /** Runs as a role that no policy binds and takes everything back. */
  async function undone<T>(fn: (session: Kysely<DB>, bare: Kysely<DB>) => Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    const undo = new Error('undo');
    await unbound
      .transaction()
      .execute(async (transaction) => {
        // The database's own pin (S-05) is satisfied for either clinic, so that ours alone is asked.
        await sql`alter table public.patients disable trigger user`.execute(transaction);
        result = { value: await fn(transaction.withPlugin(pinOrganisation(CLINIC_A)), transaction) };
        throw undo;
      })
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
    if (!result) throw undo;
    return result.value;
  }
  const languages = (db: Kysely<DB>) =>
    db.selectFrom('patients').select('organisation_id').distinct().where('language', '=', 'xx').execute();

  test('an update without WHERE changes the pinned clinic alone [S-05 S-03 -]', async () => {
    const changed = await undone(async (session, bare) => {
      await session.updateTable('patients').set({ language: 'xx' }).execute();
      return languages(bare);
    });
    expect(changed).toEqual([{ organisation_id: CLINIC_A }]);
  });

  test("an update of another clinic's row by its id changes nothing [S-05 S-03 -]", async () => {
    const changed = await undone(async (session, bare) => {
      await session
        .updateTable('patients as p')
        .set({ language: 'xx' })
        .where('p.id', '=', PATIENT_B)
        .execute();
      return languages(bare);
    });
    expect(changed).toEqual([]);
  });

  test('an update with FROM is pinned on both sides [S-05 -]', () => {
    const query = pinned
      .updateTable('patients')
      .from('consents')
      .innerJoin('appointments', 'appointments.patient_id', 'consents.patient_id')
      .set({ language: 'xx' })
      .whereRef('patients.id', '=', 'consents.patient_id');
    expect(query.compile().sql).toBe(
      'update "patients" set "language" = $1 from "consents" inner join "appointments" on ' +
        '"appointments"."patient_id" = "consents"."patient_id" where "patients"."organisation_id" = $2 and ' +
        '"consents"."organisation_id" = $3 and "appointments"."organisation_id" = $4 and ("patients"."id" = "consents"."patient_id")',
    );
  });

  test('a delete is pinned, with USING as well [S-05 -]', () => {
    const query = pinned
      .deleteFrom('patients as p')
      .using('consents')
      .whereRef('p.id', '=', 'consents.patient_id');
    expect(query.compile().sql).toBe(
      'delete from "patients" as "p" using "consents" where "p"."organisation_id" = $1 and ' +
        '"consents"."organisation_id" = $2 and ("p"."id" = "consents"."patient_id")',
    );
  });

  test('a write inside a common table expression is pinned [S-05 -]', () => {
    const query = pinned
      .with('gone', (c) => c.deleteFrom('consents').returning('id'))
      .selectFrom('gone')
      .select('id');
    expect(query.compile().sql).toBe(
      'with "gone" as (delete from "consents" where "consents"."organisation_id" = $1 returning "id") select "id" from "gone"',
    );
  });

  test('an insert without organisation gets it, in each of its rows [S-05 +]', async () => {
    const rows = await undone((session) =>
      (session as unknown as Loose)
        .insertInto('patients')
        .values([
          { mrn: 'P-1', full_name: 'One' },
          { mrn: 'P-2', full_name: sql`upper('two')` },
          { mrn: 'P-3', full_name: 'Three', language: 'pt' },
        ])
        .returning(['organisation_id', 'full_name'])
        .execute(),
    );
    expect(rows).toEqual([
      { organisation_id: CLINIC_A, full_name: 'One' },
      { organisation_id: CLINIC_A, full_name: 'TWO' },
      { organisation_id: CLINIC_A, full_name: 'Three' },
    ]);
  });

  test('an insert with the organisation keeps it, in either case of letters [S-05 +]', async () => {
    const rows = await undone((session) =>
      session
        .insertInto('patients')
        .values([
          { organisation_id: CLINIC_A, mrn: 'P-1', full_name: 'One' },
          { organisation_id: CLINIC_A.toUpperCase(), mrn: 'P-2', full_name: 'Two' },
        ])
        .returning('organisation_id')
        .execute(),
    );
    expect(clinicsIn(rows)).toEqual([CLINIC_A]);
  });

  test('insert … select gets the organisation in each branch [S-05 +]', async () => {
    const rows = await undone((session) =>
      (session as unknown as Loose)
        .insertInto('patients')
        .columns(['mrn', 'full_name'])
        .expression((eb) =>
          eb
            .selectFrom('patients')
            .select((each) => [sql`'C-' || mrn`.as('mrn'), each.ref('full_name').as('full_name')])
            .unionAll(eb.selectFrom('consent_purposes').select(['purpose as mrn', 'purpose as full_name'])),
        )
        .returning('organisation_id')
        .execute(),
    );
    expect(clinicsIn(rows)).toEqual([CLINIC_A]);
    expect(rows.length).toBeGreaterThan(3);
  });

  test('insert … select copies no row of another clinic [S-05 -]', () => {
    const query = loose
      .insertInto('patients')
      .columns(['organisation_id', 'mrn', 'full_name'])
      .expression((eb) =>
        eb.selectFrom('patients').select((each) => [each.val(CLINIC_A).as('x'), 'mrn', 'full_name']),
      );
    expect(query.compile().sql).toMatch(/from "patients" where "patients"\."organisation_id" = \$2$/);
  });

  test('an upsert changes a row of the pinned clinic alone [S-05 S-03 -]', async () => {
    const upsert = (db: Kysely<DB>, target: 'id' | 'both') =>
      db
        .insertInto('patients')
        .values({ organisation_id: CLINIC_A, id: PATIENT_B, mrn: 'U-1', full_name: 'Upserted' })
        .onConflict((on) =>
          (target === 'id' ? on.column('id') : on.columns(['organisation_id', 'id'])).doUpdateSet({
            language: 'xx',
          }),
        );
    const changed = await undone(async (session, bare) => {
      // Keys of ours hold the organisation; an application's own unique index need not.
      await sql`create unique index on public.patients (id)`.execute(bare);
      await upsert(session, 'id').execute();
      return languages(bare);
    });
    expect(changed).toEqual([]);
    expect(upsert(pinned, 'both').compile().sql).toMatch(
      /do update set "language" = \$\d where "patients"\."organisation_id" = \$\d$/,
    );
  });

  test('an update may name the pinned organisation [S-05 +]', () => {
    expect(pinned.updateTable('patients').set({ organisation_id: CLINIC_A }).compile().parameters).toEqual([
      CLINIC_A,
      CLINIC_A,
    ]);
  });
});

describe('what cannot be pinned is refused', () => {
  const values = { mrn: 'X-1', full_name: 'X' };
  const REFUSED: Record<string, () => Compilable> = {
    'a raw statement': () => ({ compile: () => sql`select 1`.compile(loose) }),
    'a raw source': () => loose.selectFrom(sql`patients`.as('p')).selectAll(),
    'a raw source in a join': () =>
      loose
        .selectFrom('patients')
        .innerJoin(sql`consents`.as('c'), (join) => join.onTrue())
        .selectAll(),
    'a table that is handed to raw SQL': () =>
      loose.selectFrom('patients').select(sql`(select count(*) from ${sql.table('consents')})`.as('n')),
    'a table nobody declared': () => loose.selectFrom('app.notes').selectAll(),
    'a table in another schema': () => loose.selectFrom('private.patients').selectAll(),
    'a table in other letters': () => loose.selectFrom('Patients').selectAll(),
    'a table of the catalog': () => loose.selectFrom('pg_catalog.pg_stats').selectAll(),
    'a name that every object has': () => loose.selectFrom('constructor').selectAll(),
    'an unknown table in a subquery': () =>
      loose
        .selectFrom('patients')
        .where((eb) => eb('id', 'in', eb.selectFrom('app.notes').select('id')))
        .selectAll(),
    'an unknown table to write to': () => loose.insertInto('app.notes').values(values),
    'a common table expression out of its scope': () =>
      loose
        .with('a', (c) =>
          c
            .with('notes', (d) => d.selectFrom('patients').select('id'))
            .selectFrom('notes')
            .select('id'),
        )
        .selectFrom('notes')
        .selectAll(),
    'a common table expression before it is there': () =>
      loose
        .with('a', (c) => c.selectFrom('b').selectAll())
        .with('b', (c) => c.selectFrom('patients').select('id'))
        .selectFrom('a')
        .selectAll(),
    'a MERGE': () =>
      loose
        .mergeInto('patients')
        .using('consents', 'consents.patient_id', 'patients.id')
        .whenMatched()
        .thenDelete(),
    'a MERGE in a common table expression': () =>
      loose
        .with(
          'm',
          (c): never =>
            c
              .mergeInto('patients')
              .using('consents', 'consents.patient_id', 'patients.id')
              .whenMatched()
              .thenDelete() as never,
        )
        .selectFrom('m')
        .selectAll(),
    'a definition': () => loose.schema.dropTable('patients'),
    'an insert for another clinic': () =>
      loose.insertInto('patients').values({ ...values, organisation_id: CLINIC_B }),
    'one row of several for another clinic': () =>
      loose.insertInto('patients').values([
        { ...values, organisation_id: CLINIC_A },
        { ...values, organisation_id: CLINIC_B },
      ]),
    'one row of several without the clinic': () =>
      loose.insertInto('patients').values([{ ...values, organisation_id: CLINIC_A }, values]),
    'an insert whose clinic is computed': () =>
      loose.insertInto('patients').values({ ...values, organisation_id: sql`gen_random_uuid()` }),
    'an insert whose clinic is null': () =>
      loose.insertInto('patients').values({ ...values, organisation_id: null }),
    'an insert whose clinic is a list': () =>
      loose.insertInto('patients').values({ ...values, organisation_id: [CLINIC_A] }),
    'an insert of an organisation with another id': () =>
      loose.insertInto('organisations').values({ id: CLINIC_B, name: 'X' }),
    'an insert of defaults': () => loose.insertInto('patients').defaultValues(),
    'an insert … select without columns': () =>
      loose.insertInto('patients').expression((eb) => eb.selectFrom('patients').selectAll()),
    'an insert … select of everything': () =>
      loose
        .insertInto('patients')
        .columns(['organisation_id'])
        .expression((eb) => eb.selectFrom('patients').selectAll()),
    'an insert … select that computes the clinic': () =>
      loose
        .insertInto('patients')
        .columns(['organisation_id', 'mrn'])
        .expression((eb) => eb.selectFrom('patients').select(['organisation_id', 'mrn'])),
    'an insert … select with another clinic in one branch': () =>
      loose
        .insertInto('patients')
        .columns(['organisation_id'])
        .expression((eb) =>
          eb
            .selectFrom('consent_purposes')
            .select((each) => each.val(CLINIC_A).as('x'))
            .unionAll(eb.selectFrom('consent_purposes').select((each) => each.val(CLINIC_B).as('x'))),
        ),
    'an insert of raw SQL': () =>
      loose.insertInto('patients').columns(['mrn']).expression(sql`select mrn from patients`),
    'an update that moves a row': () => loose.updateTable('patients').set({ organisation_id: CLINIC_B }),
    'an update that computes the clinic': () =>
      loose.updateTable('patients').set({ organisation_id: sql`gen_random_uuid()` }),
    'an upsert that moves a row': () =>
      loose
        .insertInto('patients')
        .values(values)
        .onConflict((on) => on.column('id').doUpdateSet({ organisation_id: CLINIC_B })),
  };

  test.each(Object.entries(REFUSED))('%s [S-05 -]', (_, make) => {
    expect(() => make().compile()).toThrow(expect.objectContaining({ name: 'PinError', code: 'PIN' }));
  });

  test.each([
    '',
    'x',
    `${CLINIC_A} `,
    `${CLINIC_A}\n`,
    CLINIC_A.replaceAll('-', ''),
    `{${CLINIC_A}}`,
    null,
    undefined,
    [CLINIC_A],
  ])('an organisation that is no id: %j [S-05 -]', (organisationId) => {
    expect(() => pinOrganisation(organisationId as string)).toThrow(
      expect.objectContaining({ name: 'PinError' }),
    );
  });

  test("an application's own tables are pinned or let through as declared [S-05 +]", () => {
    const own = (unbound as unknown as Loose).withPlugin(
      pinOrganisation(CLINIC_A, { tables: { 'app.notes': 'clinic_id', 'app.icons': null } }),
    );
    expect(own.selectFrom('app.notes').selectAll().compile().sql).toBe(
      'select * from "app"."notes" where "app"."notes"."clinic_id" = $1',
    );
    expect(own.selectFrom('app.icons').selectAll().compile().sql).toBe('select * from "app"."icons"');
  });

  test('but ours are not to be declared away [S-05 -]', () => {
    const own = (unbound as unknown as Loose).withPlugin(
      pinOrganisation(CLINIC_A, { tables: { 'public.patients': null } }),
    );
    expect(own.selectFrom('patients').selectAll().compile().parameters).toEqual([CLINIC_A]);
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
