import { describe, expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import { opsMembers } from '../../policies/ops_members.ts';
import { patientClinical } from '../../policies/patient_clinical.ts';
import { patients } from '../../policies/patients.ts';
import type { TablePolicy } from '../../policies/vocabulary.ts';
import { compileAll, compileTable } from '../../scripts/policy/compile.ts';
import { doctorsRead, refusalOf, smuggled, sqlOf, tableWith } from './fixtures.ts';

const WHERE = 'policies/notes.ts, rule 1 (provider SELECT): ';

/** A rule that got past the types, and what the compiler says of it. */
const RULES: Record<string, [rule: object, says: string]> = {
  'an unknown role': [{ roles: ['surgeon'] }, 'unknown roles: "surgeon"'],
  'a role of operations among staff': [{ roles: ['ops_agent'] }, 'unknown roles: "ops_agent"'],
  'the platform role admin among staff': [{ roles: ['admin'] }, 'unknown roles: "admin"'],
  'no roles': [{ roles: [] }, 'roles is empty'],
  'roles left out': [{ roles: undefined }, 'roles is empty'],
  'a role without its list': [{ roles: 'nurse' }, 'roles is not a list: "nurse"'],
  'a condition without its list': [
    { conditions: 'not_archived' },
    'conditions is not a list: "not_archived"',
  ],
  'a capability without its list': [{ capabilities: 'root' }, 'capabilities is not a list: "root"'],
  'a requirement without its list': [{ requirements: 'S-02' }, 'requirements is not a list: "S-02"'],
  'a column without its list': [{ columns: 'id' }, 'columns is not a list: "id"'],
  'a role twice': [{ roles: ['doctor', 'doctor'] }, 'roles name doctor twice'],
  'an unknown capability': [{ capabilities: ['root'] }, 'unknown capabilities: "root"'],
  'no capabilities, said aloud': [{ capabilities: [] }, 'capabilities is empty'],
  'an unknown condition': [{ conditions: ['true'] }, 'unknown condition: "true"'],
  'a condition of patients': [{ conditions: ['own_patient'] }, 'unknown condition: "own_patient"'],
  'a condition twice': [{ conditions: ['active', 'active'] }, 'conditions name active twice'],
  'a consent to an unknown purpose': [
    { conditions: [{ consent: 'marketing' }] },
    'unknown consent: "marketing"',
  ],
  'hour 25': [{ hours: { start: 6, end: 25 } }, 'not an hour of the day: 25'],
  'hour -1': [{ hours: { start: -1, end: 6 } }, 'not an hour of the day: -1'],
  'half an hour': [{ hours: { start: 6.5, end: 22 } }, 'not an hour of the day: 6.5'],
  'a window without end': [{ hours: { start: 6 } }, 'not an hour of the day: undefined'],
  'an empty window': [{ hours: { start: 6, end: 6 } }, 'the window is empty'],
  'a window of the whole day, which would pass for a limit': [
    { hours: { start: 0, end: 24 } },
    'the window is the whole day',
  ],
  'a window from midnight to midnight': [{ hours: { start: 24, end: 0 } }, 'the window is the whole day'],
  'a misspelt window': [{ hours: { from: 6, end: 22 } }, 'unknown key: "from"'],
  'hours that are none': [{ hours: 'office' }, 'hours are no window of a day'],
  'an unknown purpose': [{ purposes: ['curiosity'] }, 'unknown purposes: "curiosity"'],
  'no purposes, said aloud': [{ purposes: [] }, 'purposes is empty'],
  'a network that is off': [{ network: false }, 'network is not true'],
  'an emergency that has nothing to bypass': [
    { emergencyBypass: true },
    'has nothing that an emergency could bypass',
  ],
  'an emergency that is not true': [{ emergencyBypass: 'yes' }, 'emergencyBypass is not true'],
  'a row that is own and another user’s': [{ conditions: ['own_user', 'other_user'] }, 'no row is own and'],
  'a misspelt key, which would lose its conditions': [
    { conditions: undefined, conditons: ['active'] },
    'unknown key: "conditons"',
  ],
  'an unknown audit level': [{ auditLevel: 'none' }, 'unknown auditLevel: "none"'],
  'no requirement': [{ requirements: [] }, 'names no requirement'],
  'a requirement that is none': [{ requirements: ['X-1'] }, 'not a requirement id: "X-1"'],
  'an empty column list': [{ columns: [] }, 'lists no columns'],
  'a column twice': [{ columns: ['id', 'id'] }, 'columns name id twice'],
};

describe('a rule that cannot be meant is refused with file and rule', () => {
  for (const [what, [changes, says]] of Object.entries(RULES)) {
    test(`${what} [N-07 -]`, () => {
      const table = smuggled(tableWith(doctorsRead), { rules: [{ ...doctorsRead, ...changes }] });
      expect(refusalOf(() => compileTable(table))).toContain(WHERE + says);
    });
  }

  test('an operation left out [N-07 -]', () => {
    const table = smuggled(tableWith(doctorsRead), { rules: [{ ...doctorsRead, operation: undefined }] });
    expect(refusalOf(() => compileTable(table))).toContain(
      'policies/notes.ts, rule 1 (provider, no operation): has no operation',
    );
  });

  test.each([
    [
      'consent',
      { conditions: [{ consent: 'treatment' }] },
      'consent:treatment needs the table to say which column',
    ],
    ['treating', { conditions: ['treating'] }, 'treating needs the table to say which column'],
    ['an emergency', { hours: 'business', emergencyBypass: true }, 'an emergency is a patient’s'],
  ])('%s without a patient [N-45 -]', (_, changes, says) => {
    const { patientKey: _key, ...unknown } = tableWith(doctorsRead);
    const table = smuggled(unknown as TablePolicy, { rules: [{ ...doctorsRead, ...changes }] });
    expect(refusalOf(() => compileTable(table))).toContain(WHERE + says);
    expect(compileTable({ ...table, patientKey: 'patient_id' } as TablePolicy).chunks.length).toBe(16);
  });

  test.each([
    ['CONFIDENTIAL', ['receptionist'], {}, 'lets receptionist read CONFIDENTIAL clinical data'],
    ['CONFIDENTIAL', 'any', {}, 'lets any read CONFIDENTIAL clinical data'],
    ['RESTRICTED', ['assistant'], {}, 'lets assistant read RESTRICTED clinical data'],
    ['RESTRICTED', ['nurse'], {}, 'reads RESTRICTED clinical data without treating'],
    ['HIGHLY_RESTRICTED', ['nurse'], {}, 'reads HIGHLY_RESTRICTED clinical data without treating'],
    [
      'HIGHLY_RESTRICTED',
      ['nurse'],
      { conditions: ['treating'] },
      'lets nurse read HIGHLY_RESTRICTED clinical data',
    ],
    ['HIGHLY_RESTRICTED', ['doctor'], { conditions: ['treating'] }, 'without consent:treatment'],
    [
      'HIGHLY_RESTRICTED',
      ['doctor'],
      { conditions: ['treating', { consent: 'treatment' }] },
      'reads HIGHLY_RESTRICTED clinical data without hours',
    ],
  ])('a reader of %s beyond the audience of its level [N-17 N-18 -]', (level, roles, changes, says) => {
    const rule = { ...doctorsRead, roles, ...changes };
    expect(
      refusalOf(() => compileTable(smuggled(tableWith(doctorsRead), { level, rules: [rule] }))),
    ).toContain(says);
    const fitting = {
      ...doctorsRead,
      conditions: ['treating', { consent: 'treatment' }],
      hours: 'business',
    };
    expect(compileTable(smuggled(tableWith(doctorsRead), { level, rules: [fitting] })).chunks).toHaveLength(
      16,
    );
  });

  test.each([
    ['any', undefined],
    [['receptionist'], undefined],
    [['doctor', 'nurse'], undefined],
    ['any', ['privacy_officer']],
  ])(
    'financial rows of a clinical table for %j with %j: they are finance’s [N-17 N-20 -]',
    (roles, capabilities) => {
      const of = (changes: object) =>
        smuggled(tableWith(doctorsRead), {
          level: 'RESTRICTED',
          rules: [{ ...doctorsRead, roles, conditions: ['financial'], ...changes }],
        });
      expect(refusalOf(() => compileTable(of({ capabilities })))).toContain(
        'read financial rows of clinical data',
      );
      expect(compileTable(of({ capabilities: ['finance'] })).chunks.length).toBeGreaterThan(0);
      // Without the condition, finance is no reader of anything clinical.
      expect(refusalOf(() => compileTable(of({ capabilities: ['finance'], conditions: [] })))).toMatch(
        /RESTRICTED clinical data/,
      );
    },
  );

  test('the rule beside it compiles [N-07 +]', () => {
    expect(compileTable(tableWith(doctorsRead)).chunks).toHaveLength(16);
  });

  test('DELETE, whoever asks', () => {
    const table = smuggled(patients, { rules: [{ ...doctorsRead, operation: 'DELETE' }] });
    expect(refusalOf(() => compileTable(table))).toBe(
      'policies/patients.ts, rule 1 (provider DELETE): no rule opens DELETE',
    );
  });

  test.each(['INSERT', 'UPDATE'])('%s without columns', (operation) => {
    const table = smuggled(patients, { rules: [doctorsRead, { ...doctorsRead, operation }] });
    expect(refusalOf(() => compileTable(table))).toContain(
      `rule 2 (provider ${operation}): lists no columns`,
    );
  });

  test.each([
    ['INSERT', ['organisation_id', 'created_by_user_id'], 'created_by_user_id is stamped'],
    ['INSERT', ['organisation_id', 'archived_at'], 'archived_at is stamped'],
    ['UPDATE', ['actor_kind'], 'actor_kind is stamped'],
    ['UPDATE', ['organisation_id'], 'organisation_id never changes'],
    ['INSERT', ['body'], 'cannot be created without organisation_id'],
  ])('%s of %j', (operation, columns, says) => {
    const table = smuggled(tableWith(doctorsRead), {
      rules: [doctorsRead, { ...doctorsRead, operation, columns }],
    });
    expect(refusalOf(() => compileTable(table))).toContain(says);
  });

  test('two rules that say the same', () => {
    const table = tableWith(doctorsRead, { ...doctorsRead, auditLevel: 'detailed' });
    expect(refusalOf(() => compileTable(table))).toContain(
      'rule 2 (provider SELECT): says the same as rule 1',
    );
  });

  test('two rules that name the same purposes in another order, but not those that name others', () => {
    const read = (...purposes: ['treatment' | 'billing', ...('treatment' | 'billing')[]]) => ({
      ...doctorsRead,
      purposes,
    });
    const told = 'rule 2 (provider SELECT): says the same as rule 1';
    expect(
      refusalOf(() => compileTable(tableWith(read('treatment', 'billing'), read('billing', 'treatment')))),
    ).toContain(told);
    expect(() => compileTable(tableWith(read('treatment'), read('billing')))).not.toThrow();
  });

  test('different columns for two roles of one realm, which no grant can tell apart', () => {
    const table = tableWith(doctorsRead, { ...doctorsRead, roles: ['nurse'], columns: ['id'] });
    expect(refusalOf(() => compileTable(table))).toContain('list different columns');
  });

  test('a list of one column beside no list, whatever the column is called', () => {
    const table = tableWith({ ...doctorsRead, columns: ['all'] }, { ...doctorsRead, roles: ['nurse'] });
    expect(refusalOf(() => compileTable(table))).toContain('list different columns');
  });

  test('an UPDATE of rows that its audience may not read', () => {
    const table = tableWith(doctorsRead, {
      ...doctorsRead,
      operation: 'UPDATE',
      roles: ['doctor', 'nurse'],
      columns: ['body'],
    });
    expect(refusalOf(() => compileTable(table))).toContain('nurse may change rows that they may not read');
  });

  test('a patient rule that opens the rows of others', () => {
    const rule = {
      operation: 'SELECT',
      realm: 'patient',
      auditLevel: 'basic',
      requirements: ['N-15'],
    } as const;
    expect(refusalOf(() => compileTable(tableWith(rule)))).toContain('opens rows of others to every patient');
  });

  test('a patient rule that opens rows of other patients, because they are of the same clinic [N-15 -]', () => {
    const rule = {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_organisation'],
      auditLevel: 'basic',
      requirements: ['N-15'],
    } as const;
    expect(refusalOf(() => compileTable(tableWith(rule)))).toContain('opens rows of others to every patient');
    const { patientKey: _, ...ofTheClinic } = tableWith(rule);
    expect(compileTable(ofTheClinic as TablePolicy).chunks.length).toBeGreaterThan(0);
    const own = { ...rule, conditions: ['own_organisation', 'own_patient'] } as const;
    expect(compileTable(tableWith(own)).chunks.length).toBeGreaterThan(0);
  });

  test('alternatives of patients, since the decision of neither would be recorded [N-35 -]', () => {
    const active = {
      operation: 'SELECT',
      realm: 'patient',
      conditions: ['own_patient', 'active'],
      auditLevel: 'detailed',
      requirements: ['N-15'],
    } as const;
    const proposed = { ...active, conditions: ['own_patient', 'proposed'] } as const;
    expect(refusalOf(() => compileTable(tableWith(active, proposed)))).toBe(
      'policies/notes.ts, rules patient SELECT: ask in several ways who may, so that no decision would be recorded',
    );
    expect(sqlOf(tableWith(active), 'policy patient_select')).toContain(
      "authz.log_decision(authz.own_patient_ids(), 'patient', 'notes', 'SELECT', 'detailed')",
    );
  });

  test('clinical rows for operations that nobody handed to them [S-34 -]', () => {
    const rule = {
      operation: 'SELECT',
      realm: 'internal_ops',
      roles: 'any',
      conditions: ['not_archived'],
      auditLevel: 'basic',
      requirements: ['S-34'],
    } as const;
    expect(refusalOf(() => compileTable(tableWith(rule)))).toContain(
      'opens clinical rows that nobody handed to operations',
    );
    const attached = { ...rule, conditions: ['not_archived', 'attached'] } as const;
    expect(compileTable(tableWith(attached)).chunks.length).toBeGreaterThan(0);
    expect(compileTable(smuggled(tableWith(rule), { domain: 'ops' })).chunks.length).toBeGreaterThan(0);
  });

  test('an anonymous rule on a table that is not PUBLIC', () => {
    const table = tableWith({
      operation: 'SELECT',
      realm: 'anon',
      columns: ['id'],
      auditLevel: 'basic',
      requirements: ['N-17'],
    });
    expect(refusalOf(() => compileTable(table))).toContain('opens a table of level INTERNAL to everybody');
  });

  test('a definer rule without a reason', () => {
    const rule = {
      realm: 'definer',
      operation: 'SELECT',
      columns: ['id'],
      auditLevel: 'basic',
      requirements: ['S-04'],
    };
    const table = smuggled(patients, { rules: [rule] });
    expect(refusalOf(() => compileTable(table))).toContain('rule 1 (definer SELECT): gives no reason');
  });

  describe('of Smart Insights', () => {
    const counts = {
      realm: 'insights',
      operation: 'SELECT',
      columns: ['organisation_id'],
      reason: 'how many',
      auditLevel: 'basic',
      requirements: ['S-23'],
    };
    const FAULTS: Record<string, [table: TablePolicy, changes: object, says: string]> = {
      'a table above INTERNAL': [
        patientClinical,
        {},
        'lets Smart Insights read a table of level CONFIDENTIAL',
      ],
      'a write': [patients, { operation: 'UPDATE', columns: ['status'] }, 'Smart Insights only reads'],
      'no columns': [patients, { columns: undefined }, 'lists no columns'],
      'no reason': [patients, { reason: undefined }, 'gives no reason'],
      'rows of every organisation': [opsMembers, {}, 'lets Smart Insights read rows of every organisation'],
      'a condition of staff': [patients, { conditions: ['treating'] }, 'unknown condition: "treating"'],
    };
    for (const [told, [table, changes, says]] of Object.entries(FAULTS)) {
      test(`${told} [S-23 -]`, () => {
        const faulty = smuggled(table, { rules: [{ ...counts, ...changes }] });
        expect(refusalOf(() => compileTable(faulty))).toContain(says);
      });
    }
    test('the rule beside it compiles, to its organisation [S-23 +]', () => {
      expect(sqlOf(smuggled(patients, { rules: [counts] }), 'policy insights_select')).toContain(
        'for select to cordon_insights\n  using (organisation_id = (select authz.insights_organisation_id()));',
      );
    });
  });
});

describe('a table that cannot be meant is refused with its file', () => {
  const TABLE_FAULTS: Record<string, [table: TablePolicy, changes: object, says: string]> = {
    'an unknown level': [patients, { level: 'SECRET' }, 'unknown level: "SECRET"'],
    'an unknown domain': [patients, { domain: 'legal' }, 'unknown domain: "legal"'],
    'another tenant key': [patients, { tenantKey: 'clinic_id' }, 'unknown tenantKey: "clinic_id"'],
    'a tenant key left out': [patients, { tenantKey: undefined }, 'has no tenantKey'],
    'a fence beside a tenant': [
      patients,
      { fence: { provider: ['everyone'] } },
      'has the fence of its tenant',
    ],
    'no tenant and no fence': [opsMembers, { fence: undefined }, 'writes its fence down'],
    'an empty fence': [opsMembers, { fence: { provider: [] } }, 'fence of provider is empty'],
    'a fence of a realm that has none': [
      opsMembers,
      { fence: { service: ['everyone'] } },
      'unknown realm of a fence',
    ],
    'a fence that lets everybody in': [
      opsMembers,
      { fence: { anon: ['everyone'] } },
      'lets everybody of anon into a table of level INTERNAL',
    ],
    'no rules and no reason': [patients, { rules: [] }, 'either rules or a reason'],
    'rules and a reason for having none': [patients, { closed: 'nobody' }, 'either rules or a reason'],
    'a misspelt key': [patients, { rule: [] }, 'unknown key: "rule"'],
  };
  for (const [what, [table, changes, says]] of Object.entries(TABLE_FAULTS)) {
    test(what, () => {
      const message = refusalOf(() => compileTable(smuggled(table, changes)));
      expect(message).toContain(`policies/${table.tableName}.ts: `);
      expect(message).toContain(says);
    });
  }

  test('own_patient where the table does not say which column names the patient', () => {
    const { patientKey: _, ...withoutKey } = patients;
    expect(refusalOf(() => compileTable(withoutKey))).toContain(
      'own_patient needs the table to say which column',
    );
  });

  test('declared twice [N-32 -]', () => {
    expect(refusalOf(() => compileAll({ tables: [...TABLES, patients] }))).toBe(
      'public.patients is declared twice',
    );
  });
});
