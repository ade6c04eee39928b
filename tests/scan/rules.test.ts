import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LEVELS, type ScanRule } from '../../scripts/scan/rule.ts';
import { RULES } from '../../scripts/scan/rules/index.ts';
import { scanThrough } from '../../scripts/scan/scan.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** Every fixture stands in a schema that callers may enter; rules about a whole server also see what was there before. */
const PRELUDE = 'create schema app; grant usage on schema app to anon, authenticated;';

/** What a rule looks at and finds once a fixture is there, beyond what it finds without. */
async function found(rule: ScanRule, fixture: string) {
  const ask = async (session: Session) => {
    const { findings, rules } = await scanThrough(session, {
      rules: [rule],
      schemas: ['app'],
      tenant: /organisation_id/.test(fixture) ? 'organisation_id' : undefined,
    });
    return { objects: findings.map(({ object }) => object), looked: rules[0]?.looked ?? 0 };
  };
  return database().asSuperuser(
    async (session) => {
      await session.script(PRELUDE);
      const before = await session.undone(() =>
        scanThrough(session, { rules: [rule], schemas: ['app'] }).then(({ findings }) =>
          findings.map(({ object }) => object),
        ),
      );
      await session.script(fixture);
      const { objects, looked } = await ask(session);
      return { objects: objects.filter((object) => !before.includes(object)).sort(), looked };
    },
    { rollback: true },
  );
}

const fixture = (rule: ScanRule, name: 'violates' | 'clean') =>
  readFileSync(`${FIXTURES}${rule.name}/${name}.sql`, 'utf8');

describe.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
  test(`finds exactly what breaks it: ${rule.claim} [N-43 -]`, async () => {
    const text = fixture(rule, 'violates');
    const expected = [...text.matchAll(/^-- expects: (.+)$/gm)].map(([, object]) => object).sort();
    expect(expected).not.toEqual([]);
    expect((await found(rule, text)).objects).toEqual(expected);
  });

  test('looks at what resembles a fault, and is silent [N-43 +]', async () => {
    const { objects, looked } = await found(rule, fixture(rule, 'clean'));
    expect(objects).toEqual([]);
    expect(looked).toBeGreaterThan(0);
  });
});

test('every rule has a fixture that breaks it and one that does not, and every fixture a rule [N-43 +, N-43 -]', () => {
  expect(readdirSync(FIXTURES).sort()).toEqual(RULES.map(({ name }) => name).sort());
  for (const { name } of RULES) {
    expect(readdirSync(`${FIXTURES}${name}`).sort()).toEqual(['clean.sql', 'violates.sql']);
  }
});

test('every rule stands in a file of its name, and tells its level, why and how to mend it', () => {
  const names = RULES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, level, why, remedy, claim } of RULES) {
    expect(existsSync(new URL(`../../scripts/scan/rules/${name}.ts`, import.meta.url))).toBe(true);
    expect(LEVELS).toContain(level);
    for (const text of [why, remedy, claim]) expect(text.length).toBeGreaterThan(10);
  }
});
