import { expect, test } from 'vitest';
import { type InsertAs, schemas, type Table } from '../../../generated/zod.ts';
import { CLINIC_A } from '../../../testing/ids.ts';
import { personas } from '../../../testing/personas.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();

const FORM: InsertAs<'patients', 'authenticated'> = {
  organisation_id: CLINIC_A,
  mrn: 'FORM-1',
  full_name: 'Ana Prueba',
};
const insertOf = (row: object) => {
  const columns = Object.keys(row);
  const places = columns.map((_, at) => `$${at + 1}`);
  return [`insert into public.patients (${columns}) values (${places})`, Object.values(row)] as const;
};

test('what a form of the front desk takes, reception writes, and what it does not take, they may not [S-03 N-27 +]', async () => {
  const row = schemas.patients.insertAs.authenticated.parse(FORM);
  await database().as(personas.receptionist, async (session) => {
    expect(await session.attempt(...insertOf(row))).toMatchObject({ ok: true, count: 1 });
    const more = { ...FORM, mrn: 'FORM-2', created_at: '2026-01-01T00:00:00Z' };
    expect(schemas.patients.insert.safeParse(more).success).toBe(true);
    expect(schemas.patients.insertAs.authenticated.safeParse(more).error?.issues).toMatchObject([
      { code: 'unrecognized_keys', keys: ['created_at'] },
    ]);
    expect(await session.attempt(...insertOf(more))).toMatchObject({ ok: false, code: '42501' });
  });
});

test('a form asks what its columns are asked anywhere', () => {
  const { error } = schemas.patients.insertAs.authenticated.safeParse({ ...FORM, mrn: ' A' });
  expect(error?.issues).toMatchObject([{ path: ['mrn'], params: { constraint: 'patients_mrn_check' } }]);
});

test('of every table each role has exactly the columns that the information schema gives it [S-03 +]', async () => {
  const granted = await database().asSuperuser((session) =>
    session.rows<{ at: string; columns: string[] }>(
      `select table_name || ' ' || lower(privilege_type) || ' ' || grantee as at,
          array_agg(distinct column_name::text order by column_name::text) as columns
        from information_schema.column_privileges as p
        join information_schema.columns as c using (table_schema, table_name, column_name)
        join information_schema.tables as t using (table_schema, table_name)
        where table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
          and privilege_type in ('INSERT', 'UPDATE')
          and grantee in ('anon', 'authenticated', 'internal_ops', 'patient')
        group by 1 order by 1`,
    ),
  );
  const told = Object.keys(schemas).flatMap((name) => {
    const { insertAs, updateAs } = schemas[name as Table];
    return Object.entries({ insert: insertAs, update: updateAs }).flatMap(([kind, of]) =>
      Object.entries(of).map(([role, schema]) => ({
        at: `${name} ${kind} ${role}`,
        columns: Object.keys(schema.shape).sort(),
      })),
    );
  });
  expect(told.length).toBeGreaterThan(50);
  expect(new Map(told.map(({ at, columns }) => [at, columns]))).toEqual(
    new Map(granted.map(({ at, columns }) => [at, [...columns].sort()])),
  );
});
