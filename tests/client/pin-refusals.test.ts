import { CamelCasePlugin, type Compilable, ParensNode, sql, TableNode } from 'kysely';
import { describe, expect, test } from 'vitest';
import { PinError } from '../../client/index.ts';
import { pinOrganisation } from '../../client/kysely.ts';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { useDatabase } from '../support/database.ts';
import { type Loose, usePinned } from '../support/pinned.ts';

const database = useDatabase();
const at = usePinned(database);

describe('what cannot be pinned is refused', () => {
  const values = { mrn: 'X-1', full_name: 'X' };
  const REFUSED: Record<string, () => Compilable> = {
    'a raw statement': () => ({ compile: () => sql`select 1`.compile(at().loose) }),
    'a raw source': () => at().loose.selectFrom(sql`patients`.as('p')).selectAll(),
    'a raw source in a join': () =>
      at()
        .loose.selectFrom('patients')
        .innerJoin(sql`consents`.as('c'), (join) => join.onTrue())
        .selectAll(),
    'a raw common table expression': () =>
      at()
        .loose.with('c', () => sql`select * from patients`)
        .selectFrom('c')
        .selectAll(),
    'a raw branch of a union': () =>
      at().loose.selectFrom('patients').select('id').unionAll(sql<{ id: string }>`select id from consents`),
    'one in parentheses, of a query inside': () =>
      at()
        .loose.selectFrom('patients')
        .select('id')
        .where((eb) =>
          eb(
            'id',
            'in',
            eb
              .selectFrom('patients')
              .select('id')
              .except({
                expressionType: undefined,
                toOperationNode: () => ParensNode.create(sql`table consents`.toOperationNode()),
              }),
          ),
        ),
    'raw SQL that fills a table of nobody': () =>
      at()
        .loose.insertInto('consent_purposes')
        .columns(['purpose'])
        .expression(sql`select full_name from patients`),
    'a table that is handed to raw SQL': () =>
      at()
        .loose.selectFrom('patients')
        .select(sql`(select count(*) from ${sql.table('consents')})`.as('n')),
    'one under an alias': () =>
      at()
        .loose.selectFrom('patients')
        .select(sql`(select count(*) from ${at().loose.dynamic.table('consents').as('c')})`.as('n')),
    'one in parentheses': () =>
      at()
        .loose.selectFrom('patients')
        .select(
          sql`(select count(*) from ${{ toOperationNode: () => ParensNode.create(TableNode.create('consents')) }})`.as(
            'n',
          ),
        ),
    'an insert for another clinic under a common table expression of the same name': () =>
      at()
        .loose.with('patients', (c) => c.selectFrom('consent_purposes').select('purpose'))
        .insertInto('patients')
        .values({ ...values, organisation_id: CLINIC_B }),
    'an update that moves a row, likewise': () =>
      at()
        .loose.with('patients', (c) => c.selectFrom('consent_purposes').select('purpose'))
        .updateTable('patients')
        .set({ organisation_id: CLINIC_B }),
    'an unknown table to write to, likewise': () =>
      at()
        .loose.with('notes', (c) => c.selectFrom('patients').select('id'))
        .deleteFrom('notes'),
    'a table nobody declared': () => at().loose.selectFrom('app.notes').selectAll(),
    'a table in another schema': () => at().loose.selectFrom('private.patients').selectAll(),
    'a table in other letters': () => at().loose.selectFrom('Patients').selectAll(),
    'a table of the catalog': () => at().loose.selectFrom('pg_catalog.pg_stats').selectAll(),
    'a name that every object has': () => at().loose.selectFrom('constructor').selectAll(),
    'an unknown table in a subquery': () =>
      at()
        .loose.selectFrom('patients')
        .where((eb) => eb('id', 'in', eb.selectFrom('app.notes').select('id')))
        .selectAll(),
    'an unknown table to write to': () => at().loose.insertInto('app.notes').values(values),
    'a common table expression out of its scope': () =>
      at()
        .loose.with('a', (c) =>
          c
            .with('notes', (d) => d.selectFrom('patients').select('id'))
            .selectFrom('notes')
            .select('id'),
        )
        .selectFrom('notes')
        .selectAll(),
    'a common table expression before it is there': () =>
      at()
        .loose.with('a', (c) => c.selectFrom('b').selectAll())
        .with('b', (c) => c.selectFrom('patients').select('id'))
        .selectFrom('a')
        .selectAll(),
    'a MERGE': () =>
      at()
        .loose.mergeInto('patients')
        .using('consents', 'consents.patient_id', 'patients.id')
        .whenMatched()
        .thenDelete(),
    'a MERGE in a common table expression': () =>
      at()
        .loose.with(
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
    'a definition': () => at().loose.schema.dropTable('patients'),
    'an insert for another clinic': () =>
      at()
        .loose.insertInto('patients')
        .values({ ...values, organisation_id: CLINIC_B }),
    'one row of several for another clinic': () =>
      at()
        .loose.insertInto('patients')
        .values([
          { ...values, organisation_id: CLINIC_A },
          { ...values, organisation_id: CLINIC_B },
        ]),
    'one row of several without the clinic': () =>
      at()
        .loose.insertInto('patients')
        .values([{ ...values, organisation_id: CLINIC_A }, values]),
    'an insert whose clinic is computed': () =>
      at()
        .loose.insertInto('patients')
        .values({ ...values, organisation_id: sql`gen_random_uuid()` }),
    'an insert whose clinic is null': () =>
      at()
        .loose.insertInto('patients')
        .values({ ...values, organisation_id: null }),
    'an insert whose clinic is a list': () =>
      at()
        .loose.insertInto('patients')
        .values({ ...values, organisation_id: [CLINIC_A] }),
    'an insert of an organisation with another id': () =>
      at().loose.insertInto('organisations').values({ id: CLINIC_B, name: 'X' }),
    'an insert of defaults': () => at().loose.insertInto('patients').defaultValues(),
    'an insert … select without columns': () =>
      at()
        .loose.insertInto('patients')
        .expression((eb) => eb.selectFrom('patients').selectAll()),
    'an insert … select of everything': () =>
      at()
        .loose.insertInto('patients')
        .columns(['organisation_id'])
        .expression((eb) => eb.selectFrom('patients').selectAll()),
    'an insert … select that computes the clinic': () =>
      at()
        .loose.insertInto('patients')
        .columns(['organisation_id', 'mrn'])
        .expression((eb) => eb.selectFrom('patients').select(['organisation_id', 'mrn'])),
    'an insert … select with another clinic in one branch': () =>
      at()
        .loose.insertInto('patients')
        .columns(['organisation_id'])
        .expression((eb) =>
          eb
            .selectFrom('consent_purposes')
            .select((each) => each.val(CLINIC_A).as('x'))
            .unionAll(eb.selectFrom('consent_purposes').select((each) => each.val(CLINIC_B).as('x'))),
        ),
    'an insert of raw SQL': () =>
      at().loose.insertInto('patients').columns(['mrn']).expression(sql`select mrn from patients`),
    'an update that moves a row': () => at().loose.updateTable('patients').set({ organisation_id: CLINIC_B }),
    'an update that computes the clinic': () =>
      at().loose.updateTable('patients').set({ organisation_id: sql`gen_random_uuid()` }),
    'an upsert that moves a row': () =>
      at()
        .loose.insertInto('patients')
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

  test('a subquery under an alias is handed to raw SQL, and pinned there [S-05 +]', () => {
    const consents = (at().unbound as unknown as Loose).selectFrom('consents').select('id').as('c');
    const query = at()
      .loose.selectFrom('consent_purposes')
      .select(sql`(select count(*) from ${consents})`.as('n'));
    expect(query.compile().sql).toBe(
      'select (select count(*) from (select "id" from "consents" where "consents"."organisation_id" = $1) as "c") as "n" from "consent_purposes"',
    );
  });

  test("an application's own tables are pinned or let through as declared [S-05 +]", () => {
    const own = (at().unbound as unknown as Loose).withPlugin(
      pinOrganisation(CLINIC_A, { tables: { 'app.notes': 'clinic_id', 'app.icons': null } }),
    );
    expect(own.selectFrom('app.notes').selectAll().compile().sql).toBe(
      'select * from "app"."notes" where "app"."notes"."clinic_id" = $1',
    );
    expect(own.selectFrom('app.icons').selectAll().compile().sql).toBe('select * from "app"."icons"');
  });

  test('another organisation under the name that a plugin behind the pin gives to the column [S-05 -]', () => {
    const renaming = at().loose.withPlugin(new CamelCasePlugin());
    const organisation = { organisationId: CLINIC_B };
    for (const query of [
      renaming.updateTable('patients').set(organisation),
      renaming.insertInto('patients').values(organisation),
      renaming
        .insertInto('patients')
        .values({ mrn: 'X-1' })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(organisation)),
    ])
      expect(() => query.compile()).toThrow(PinError);
    const own = renaming.insertInto('patients').values({ organisationId: CLINIC_A, mrn: 'X-1' });
    expect(own.compile().sql).toBe('insert into "patients" ("organisation_id", "mrn") values ($1, $2)');
  });

  test('but ours are not to be declared away [S-05 -]', () => {
    const own = (at().unbound as unknown as Loose).withPlugin(
      pinOrganisation(CLINIC_A, { tables: { 'public.patients': null } }),
    );
    expect(own.selectFrom('patients').selectAll().compile().parameters).toEqual([CLINIC_A]);
  });
});
