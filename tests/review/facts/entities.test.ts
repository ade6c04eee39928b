import { describe, expect, test } from 'vitest';
import { changedEntities } from '../../../scripts/review/facts/entities.ts';

const FENCE = 'as restrictive';

const START = {
  'table public.organisations': 'row level security enabled',
  'table public.patients': 'row level security enabled',
  'table public.beds': 'row level security enabled',
  'table public.cases': 'row level security enabled',
  'column public.beds.id': 'uuid not null',
  'column public.beds.note': 'text',
  'policy tenant_fence on public.patients': FENCE,
  'constraint beds_organisation_fkey on public.beds':
    'FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE RESTRICT',
  'constraint cases_patient_fkey on public.cases':
    'FOREIGN KEY (organisation_id, patient_id) REFERENCES public.patients(organisation_id, id)',
  'function authz.holds()': 'true',
};

/** Entries that a change adds or writes anew; null takes one out. */
function change(entries: Readonly<Record<string, string | null>>) {
  const after = new Map<string, string>(Object.entries(START));
  for (const [key, definition] of Object.entries(entries)) {
    if (definition === null) after.delete(key);
    else after.set(key, definition);
  }
  return changedEntities(new Map(Object.entries(START)), after);
}

describe('tables that a change touches', () => {
  test('a new table comes with its columns, and with the neighbours that its keys join it to [S-30 +]', () => {
    const { tables, references } = change({
      'table public."odd "" name"': 'row level security disabled',
      'column public."odd "" name"."a.b"': 'uuid not null',
      'constraint odd_bed_fkey on public."odd "" name"':
        'FOREIGN KEY (organisation_id, "a.b") REFERENCES public.beds(organisation_id, id)',
    });

    expect(tables).toEqual([
      {
        name: 'public."odd "" name"',
        change: 'added',
        columns: [{ name: '"a.b"', change: 'added', before: null, after: 'uuid not null' }],
      },
      { name: 'public.beds', change: 'same', columns: [] },
    ]);
    expect(references.map(({ name, from, to, change: fate }) => [name, from, to, fate])).toEqual([
      ['odd_bed_fkey', 'public."odd "" name"', 'public.beds', 'added'],
    ]);
  });

  test('columns that go or change are told; a policy touches its table too [S-30 +]', () => {
    const { tables } = change({
      'column public.beds.note': null,
      'column public.beds.id': 'bigint not null',
      'policy tenant_fence on public.patients': null,
    });

    expect(tables.map(({ name, change: fate }) => [name, fate])).toEqual([
      ['public.beds', 'changed'],
      ['public.patients', 'changed'],
      ['public.cases', 'same'],
      ['public.organisations', 'same'],
    ]);
    expect(tables[0]?.columns).toEqual([
      { name: 'id', change: 'changed', before: 'uuid not null', after: 'bigint not null' },
      { name: 'note', change: 'removed', before: 'text', after: null },
    ]);
  });

  test('a key that goes and a table that goes stay visible as what they were [S-30 +]', () => {
    const { tables, references } = change({
      'table public.cases': null,
      'constraint cases_patient_fkey on public.cases': null,
    });

    expect(tables.map(({ name, change: fate }) => [name, fate])).toEqual([
      ['public.cases', 'removed'],
      ['public.patients', 'same'],
    ]);
    expect(references.map(({ change: fate }) => fate)).toEqual(['removed']);
  });

  test('a function touches no table [S-30 -]', () => {
    expect(change({ 'function authz.holds()': 'false' })).toEqual({ tables: [], references: [] });
  });
});
