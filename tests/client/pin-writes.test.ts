import type { DB } from 'cordon';
import { type Kysely, sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { pinOrganisation } from '../../client/kysely.ts';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { useDatabase } from '../support/database.ts';
import { clinicsIn, type Loose, usePinned } from '../support/pinned.ts';

// Without twins: a unique index over ids alone is made here.
const database = useDatabase({ twins: false });
const at = usePinned(database);

describe('writes', () => {
  const PATIENT_B = idOf('patient', 'b', '01');

  /** Runs as a role that no policy binds and takes everything back. */
  async function undone<T>(fn: (session: Kysely<DB>, bare: Kysely<DB>) => Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    const undo = new Error('undo');
    await at()
      .unbound.transaction()
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

  test('an update under a common table expression of the same name changes the pinned clinic alone [S-05 S-03 -]', async () => {
    const changed = await undone(async (session, bare) => {
      await session
        .with('patients', (c) => c.selectFrom('organisations').select('id'))
        .updateTable('patients')
        .set({ language: 'xx' } as never)
        .execute();
      return languages(bare);
    });
    expect(changed).toEqual([{ organisation_id: CLINIC_A }]);
  });

  test('a delete and an insert under one are pinned like any other [S-05 -]', () => {
    const named = at().loose.with('patients', (c) =>
      c.selectFrom('organisations').select('organisations.id'),
    );
    const before =
      'with "patients" as (select "organisations"."id" from "organisations" where "organisations"."id" = $1) ';
    expect(named.deleteFrom('patients').compile().sql).toBe(
      `${before}delete from "patients" where "patients"."organisation_id" = $2`,
    );
    const insert = named.insertInto('patients').values({ mrn: 'N-1' }).compile();
    expect(insert.sql).toBe(`${before}insert into "patients" ("mrn", "organisation_id") values ($2, $3)`);
    expect(insert.parameters).toEqual([CLINIC_A, 'N-1', CLINIC_A]);
  });

  test('a table that is written to and read is pinned where it is written, its namesake read as the expression [S-05 +]', () => {
    const query = at()
      .loose.with('patients', (c) => c.selectFrom('consent_purposes').select('purpose as language'))
      .updateTable('patients as p')
      .from('patients')
      .set((eb) => ({ language: eb.ref('patients.language') }));
    expect(query.compile().sql).toBe(
      'with "patients" as (select "purpose" as "language" from "consent_purposes") update "patients" as "p" ' +
        'set "language" = "patients"."language" from "patients" where "p"."organisation_id" = $1',
    );
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
    const query = at()
      .pinned.updateTable('patients')
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

  test('a delete is at().pinned, with USING as well [S-05 -]', () => {
    const query = at()
      .pinned.deleteFrom('patients as p')
      .using('consents')
      .whereRef('p.id', '=', 'consents.patient_id');
    expect(query.compile().sql).toBe(
      'delete from "patients" as "p" using "consents" where "p"."organisation_id" = $1 and ' +
        '"consents"."organisation_id" = $2 and ("p"."id" = "consents"."patient_id")',
    );
  });

  test('a write inside a common table expression is pinned [S-05 -]', () => {
    const query = at()
      .pinned.with('gone', (c) => c.deleteFrom('consents').returning('id'))
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
    const query = at()
      .loose.insertInto('patients')
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
    expect(upsert(at().pinned, 'both').compile().sql).toMatch(
      /do update set "language" = \$\d where "patients"\."organisation_id" = \$\d$/,
    );
  });

  test('an update may name the pinned organisation [S-05 +]', () => {
    expect(
      at().pinned.updateTable('patients').set({ organisation_id: CLINIC_A }).compile().parameters,
    ).toEqual([CLINIC_A, CLINIC_A]);
  });
});
