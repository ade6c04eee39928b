import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import { REALM_ROLE, REALMS, ROLE_RANK } from '../../policies/vocabulary.ts';
import { fileOf } from '../../scripts/policy/check.ts';
import { compileAll } from '../../scripts/policy/compile.ts';

test('every file of policies/ is listed, and every listed table has the file that errors name', () => {
  const files = readdirSync('policies')
    .filter((file) => !['index.ts', 'views.ts', 'vocabulary.ts'].includes(file))
    .map((file) => `policies/${file}`);
  expect(TABLES.map(fileOf).sort()).toEqual(files.sort());
});

test('each table has one permissive policy per command and realm, and no more [N-32 +]', () => {
  const permissive = compileAll().filter(
    ({ sql }) => sql.includes('create policy') && !sql.includes('as restrictive'),
  );
  const heads = permissive.map(({ sql }) =>
    /create policy \w+ on (\S+)\n\s+for (\w+) to (\w+)/.exec(sql)?.slice(1).join(' '),
  );
  expect(heads).not.toContain(undefined);
  expect(new Set(heads).size).toBe(heads.length);
  expect(heads.length).toBeGreaterThan(50);
});

test('each chunk has a key of its own', () => {
  const keys = compileAll().map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('from outside the tenant only operations reach patients, where a case was handed to them, and never a diagnosis', () => {
  const health = TABLES.filter(({ domain }) => domain === 'clinical' || domain === 'identity');
  const opened = health.flatMap(({ tableName, rules }) =>
    rules
      .filter(({ realm }) => realm === 'internal_ops' || realm === 'anon')
      .map((rule) => {
        const isHeld =
          'conditions' in rule && (rule.conditions as readonly unknown[]).includes('handed_over');
        return `${rule.realm} ${tableName}${isHeld ? ' held' : ''}`;
      }),
  );
  expect(opened).toEqual([
    'internal_ops admissions held',
    'internal_ops consents held',
    'internal_ops documents held',
    'internal_ops medical_records held',
    'internal_ops patient_clinical held',
    'internal_ops patient_identity held',
    'internal_ops patients held',
    'internal_ops profiles', // names of logins, not patients
  ]);
});

// The birth date for authz.guardianship_ends_at alone, which says when a guardian's account ends.
test('definer functions never read what a patient is or has, only keys, whether the patient is active, when a child comes of age, and whom a packet names under consent', () => {
  const columns = TABLES.flatMap(({ tableName, rules }) =>
    rules.flatMap((rule) =>
      rule.realm === 'definer' ? rule.columns.map((column) => `${tableName}.${column}`) : [],
    ),
  );
  const open = columns.filter(
    (column) =>
      /^(patients|patient_(identity|clinical)|appointment)/.test(column) &&
      !/\.(organisation_id|id|patient_id|status|archived_at|patient_status|treatment_consent_until)$|^patients\.(name_key|full_name|language)$|^patient_identity\.birth_date$/.test(
        column,
      ),
  );
  expect(columns.length).toBeGreaterThan(10);
  expect(open).toEqual([]);
});

test('the ranks are those of the seed, and every realm has a role of its own [N-13 +]', () => {
  expect(ROLE_RANK).toEqual({
    admin: 100,
    clinic_admin: 90,
    doctor: 80,
    nurse: 70,
    assistant: 60,
    receptionist: 50,
    patient: 10,
    anonymous: 0,
  });
  expect(new Set(Object.values(REALM_ROLE)).size).toBe(REALMS.length);
});
