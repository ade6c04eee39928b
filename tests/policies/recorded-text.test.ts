import { describe, expect, test } from 'vitest';
import type { ProviderRule } from '../../policies/vocabulary.ts';
import { compileTable } from '../../scripts/policy/compile.ts';
import { doctorsRead, sqlOf, tableWith } from './fixtures.ts';

describe('what is recorded', () => {
  const written: ProviderRule = { ...doctorsRead, auditLevel: 'detailed' };

  test('is the decision of each command at the highest level of its rules, once, in fence and opening alike [N-35 N-47 +]', () => {
    const table = tableWith(doctorsRead, { ...written, roles: ['nurse'] });
    const asked = `using (organisation_id = (select authz.log_organisation(authz.membership_for('{doctor,nurse}', '{}'), 'notes', 'SELECT', 'detailed')))`;
    expect(sqlOf(table, 'policy provider_fence')).toContain(asked);
    expect(sqlOf(table, 'policy provider_select')).toContain(asked);
    expect(sqlOf(table, 'policy provider_select_rows')).not.toContain('authz.log_');
  });

  test('is every row of a comprehensive rule, after all that it must satisfy, its opening too where no fence asks that before [N-35 +]', () => {
    const table = tableWith(
      { ...doctorsRead, auditLevel: 'comprehensive' },
      {
        operation: 'INSERT',
        realm: 'provider',
        roles: ['nurse'],
        columns: ['organisation_id', 'id'],
        auditLevel: 'basic',
        requirements: ['S-03'],
      },
    );
    expect(sqlOf(table, 'policy provider_select_rows')).toContain(`\
    case
      when
        organisation_id = (select authz.organisation_for('{doctor}', '{}'))
        and (archived_at is null or archived_at = now())
      then authz.log_disclosure((select authz.disclosure_stamp('provider', 'notes', 'SELECT')), organisation_id, id, patient_id)
      else false
    end`);
  });

  test('is nothing for Citus, where each row would ask anew [N-35 -]', () => {
    const table = tableWith({ ...doctorsRead, auditLevel: 'comprehensive' });
    expect(
      compileTable(table, { dialect: 'citus' })
        .chunks.map(({ sql }) => sql)
        .join(),
    ).not.toMatch(/authz\.log_/);
  });
});
