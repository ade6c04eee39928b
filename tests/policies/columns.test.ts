import { describe, expect, test } from 'vitest';
import { patients } from '../../policies/patients.ts';
import { compileTable } from '../../scripts/policy/compile.ts';
import { doctorsRead, refusalOf, tableWith } from './fixtures.ts';

describe('against the columns of a database', () => {
  const columns = new Map([['public.notes', ['organisation_id', 'id', 'archived_at']]]);

  test('rules on columns that exist compile', () => {
    expect(compileTable(tableWith({ ...doctorsRead, columns: ['id'] }), { columns }).name).toBe(
      'public.notes',
    );
  });

  test('a column list with a name that the table lacks is refused', () => {
    const table = tableWith({ ...doctorsRead, columns: ['id', 'diagnosis'] });
    expect(refusalOf(() => compileTable(table, { columns }))).toBe(
      `policies/notes.ts, rule 1 (provider SELECT): public.notes has no column diagnosis`,
    );
  });

  test('a condition on a column that the table lacks is refused', () => {
    const table = tableWith({ ...doctorsRead, conditions: [{ consent: 'treatment' }] });
    expect(refusalOf(() => compileTable(table, { columns }))).toBe(
      'policies/notes.ts: a condition needs the column treatment_consent_until, which public.notes lacks',
    );
  });

  test('a table that the database lacks is refused', () => {
    expect(refusalOf(() => compileTable(patients, { columns }))).toBe(
      'policies/patients.ts: the database has no table public.patients',
    );
  });
});
