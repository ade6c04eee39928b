import { expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import { patients } from '../../policies/patients.ts';
import { compileTable } from '../../scripts/policy/compile.ts';
import { doctorsRead, smuggled, sqlOf, tableWith } from './fixtures.ts';

test('the Citus dialect, which records no row, keeps alternatives of the row apart from what stands beside them [N-07 -]', () => {
  const rule = {
    operation: 'SELECT',
    realm: 'internal_ops',
    roles: ['ops_agent'],
    conditions: ['not_archived'],
    auditLevel: 'comprehensive',
    requirements: ['N-35'],
  } as const;
  const asked = '(archived_at is null or archived_at = now())';
  const table = smuggled(tableWith(rule), { domain: 'ops' });
  expect(sqlOf(table, 'policy internal_ops_select', 'citus')).toContain(`\
  using (
    authz.is_operator('{ops_agent}')
    and ${asked}
  );`);
  const treated = {
    ...doctorsRead,
    conditions: ['treating'],
    emergencyBypass: true,
    auditLevel: 'comprehensive',
  } as const;
  expect(sqlOf(tableWith(treated), 'policy provider_select_rows', 'citus')).toContain(`\
    )
    and patient_id = any (authz.reachable_patients())`);
  // Where rows are recorded, the record's own CASE keeps them apart.
  expect(sqlOf(table, 'policy internal_ops_select')).toContain('else false\n    end');
});

test('the Citus dialect spells the same nodes without sub-selects', () => {
  expect(sqlOf(patients, 'policy provider_insert', 'citus')).toContain(
    "with check (organisation_id = authz.organisation_for('{clinic_admin,receptionist}', '{}'));",
  );
  expect(sqlOf(patients, 'policy patient_select', 'citus')).toContain('id = any (authz.own_patient_ids())');
  for (const table of TABLES) {
    for (const { sql } of compileTable(table, { dialect: 'citus' }).chunks)
      expect(sql).not.toContain('(select');
  }
});
