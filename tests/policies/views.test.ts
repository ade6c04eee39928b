import { describe, expect, test } from 'vitest';
import { TABLES, VIEWS } from '../../policies/index.ts';
import { patientProfiles } from '../../policies/views.ts';
import { compileView } from '../../scripts/policy/compile.ts';
import { refusalOf } from './fixtures.ts';

describe('a view', () => {
  test('whose reader may not read a table beneath is refused', () => {
    const view = { ...patientProfiles, readers: { anon: 'all' } } as const;
    expect(refusalOf(() => compileView(view, TABLES))).toBe(
      'policies/views.ts, patient_profiles: anon reads the view but may not read patients',
    );
  });

  test('over a table without rules is refused', () => {
    const view = { ...patientProfiles, over: ['patients', 'waiting_lists'] } as const;
    expect(refusalOf(() => compileView(view, TABLES))).toContain(
      'stands over public.waiting_lists, which has no rules',
    );
  });

  test('with the rights of its owner says why', () => {
    const owned = VIEWS.find(({ ownersRights }) => ownersRights !== undefined);
    if (owned === undefined) throw new Error('no view runs with the rights of its owner');
    expect(refusalOf(() => compileView({ ...owned, ownersRights: ' ' }, TABLES))).toContain(
      'gives no reason',
    );
    expect(compileView(owned, TABLES).chunks).toHaveLength(8);
  });

  test('each as declared compiles', () => {
    for (const view of VIEWS) expect(compileView(view, TABLES).chunks).toHaveLength(8);
  });
});
