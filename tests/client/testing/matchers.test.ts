import { expect, test } from 'vitest';
import { CLINIC_A, type CordonMatchers, matchers, personas } from '../../../testing/index.ts';
import { useDatabase } from '../../support/database.ts';

declare module 'vitest' {
  interface Matchers<T> extends CordonMatchers<T> {}
}
expect.extend(matchers);

const database = useDatabase();
const attempt = (text: string) => database().as(personas.receptionist, (session) => session.attempt(text));
const PATIENTS = 'select id, full_name from public.patients';
const RENAME_FOREIGN = `update public.patients set language = 'pt' where organisation_id = 'b0000000-0000-7000-8000-000000000001'`;

test('toBeDenied takes a refusal, whether told or thrown, and nothing else', async () => {
  await expect(attempt('delete from public.patients')).toBeDenied();
  await expect(
    database().as(personas.receptionist, (session) => session.rows('delete from public.patients')),
  ).toBeDenied();
  await expect(() => attempt('delete from public.patients')).toBeDenied();
  await expect(attempt(PATIENTS)).not.toBeDenied();
  await expect(attempt(RENAME_FOREIGN)).not.toBeDenied();
  await expect(attempt('select nothing')).not.toBeDenied();
  await expect(attempt('select nothing')).toBeDenied('42703');
  await expect(expect(attempt(RENAME_FOREIGN)).toBeDenied()).rejects.toThrow(
    'expected the statement to be refused with 42501; it went through, with 0 rows (policies hide rows without an error: toSee(0), toAffect(0))',
  );
});

test('toSee takes so many rows, or these and no others in any order', async () => {
  const rows = await database().as(personas.receptionist, (session) => session.rows(PATIENTS));
  expect(rows.length).toBeGreaterThan(1);
  await expect(rows).toSee(rows.length);
  await expect(attempt('select id from public.organisations')).toSee([{ id: CLINIC_A }]);
  await expect(attempt(PATIENTS)).toSee([...rows].reverse().map(({ id }) => ({ id })));
  await expect(attempt(PATIENTS)).not.toSee(rows.slice(1));
  await expect(attempt(PATIENTS)).not.toSee([...rows, { id: 'another' }]);
  await expect(attempt(PATIENTS)).not.toSee([...rows.slice(1), rows[1] ?? {}]);
  await expect(attempt('delete from public.patients')).not.toSee(0);
  const failed = await expect(attempt(PATIENTS))
    .toSee(0)
    .catch((error: Error) => error);
  expect((failed as Error).message).toBe(
    `expected the statement to see 0 rows; it went through, with ${rows.length} rows`,
  );
});

test('toAffect tells a write that policies hide every row from', async () => {
  await expect(attempt(RENAME_FOREIGN)).toAffect(0);
  await expect(attempt(RENAME_FOREIGN)).not.toAffect(1);
  await expect(attempt('delete from public.patients')).not.toAffect(0);
  await expect(
    attempt(`update public.patients set language = 'pt' where mrn = (select min(mrn) from public.patients)`),
  ).toAffect(1);
});

test('what no query gave is refused, instead of passing', async () => {
  await expect(expect(undefined).toBeDenied()).rejects.toThrow(/expected what a query gave/);
  await expect(expect({}).not.toBeDenied()).rejects.toThrow(/expected what a query gave/);
});
