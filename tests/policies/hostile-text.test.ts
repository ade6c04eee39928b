import fc from 'fast-check';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, describe, expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import { organisations } from '../../policies/organisations.ts';
import { patients } from '../../policies/patients.ts';
import { patientProfiles } from '../../policies/views.ts';
import { compileAll, compileTable, compileView } from '../../scripts/policy/compile.ts';
import { doctorsRead, refusalOf, smuggled, tableWith } from './fixtures.ts';

beforeAll(() => loadModule());

/** Names that SQL would read as something else, beside whatever fast-check thinks of. */
const ATTACKS = [
  '',
  'Patients',
  'patients; drop table public.patients; --',
  'patients" on public.patients using (true); --',
  "x'); drop schema public cascade; --",
  'id) values (1); --',
  'id, organisation_id',
  'a b',
  'a\nb',
  'a\0b',
  'pätient',
  '$$',
  '*',
  '1id',
  'x'.repeat(64),
  '"id"',
  'public.patients',
  'id/**/',
  "\\'",
];
const hostileName = fc
  .oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: 'binary' }), fc.string())
  .filter((name) => !/^[a-z_][a-z0-9_]{0,62}$/.test(name));

/** Every place of the data where a name or word ends up in SQL. */
const PLACES: Record<string, (name: string) => unknown> = {
  tableName: (name) => compileTable(smuggled(patients, { tableName: name })),
  schema: (name) => compileTable(smuggled(patients, { schema: name })),
  tenantKey: (name) => compileTable(smuggled(patients, { tenantKey: name })),
  patientKey: (name) => compileTable(smuggled(patients, { patientKey: name })),
  'a column': (name) =>
    compileTable(smuggled(tableWith(doctorsRead), { rules: [{ ...doctorsRead, columns: ['id', name] }] })),
  'a role': (name) =>
    compileTable(smuggled(patients, { rules: [{ ...doctorsRead, roles: ['doctor', name] }] })),
  roles: (name) => compileTable(smuggled(patients, { rules: [{ ...doctorsRead, roles: name }] })),
  'a capability': (name) =>
    compileTable(smuggled(patients, { rules: [{ ...doctorsRead, capabilities: [name] }] })),
  'a condition': (name) =>
    compileTable(smuggled(patients, { rules: [{ ...doctorsRead, conditions: [name] }] })),
  'a purpose': (name) =>
    compileTable(smuggled(patients, { rules: [{ ...doctorsRead, conditions: [{ consent: name }] }] })),
  'a realm': (name) => compileTable(smuggled(patients, { rules: [{ ...doctorsRead, realm: name }] })),
  'an operation': (name) =>
    compileTable(smuggled(patients, { rules: [{ ...doctorsRead, operation: name }] })),
  'a requirement': (name) =>
    compileTable(smuggled(patients, { rules: [{ ...doctorsRead, requirements: [name] }] })),
  viewName: (name) => compileView({ ...patientProfiles, viewName: name }, TABLES),
  'a column of a view': (name) =>
    compileView({ ...patientProfiles, readers: { provider: ['id', name] } }, TABLES),
};

/** What PostgreSQL's own grammar finds: each statement's kind and tree. */
function statementsOf(sql: string): [kind: string, tree: unknown][] {
  return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => Object.entries(stmt ?? {}));
}

describe('a hostile name is refused, never quoted away', () => {
  for (const [place, compile] of Object.entries(PLACES)) {
    test(`as ${place}`, () => {
      fc.assert(
        fc.property(hostileName, (name) => {
          expect(refusalOf(() => compile(name))).not.toBe('');
        }),
      );
    });
  }

  test('and names of the objects JavaScript is made of are words like any other', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      for (const place of ['a role', 'a condition', 'a realm', 'a purpose', 'schema', 'tenantKey'] as const) {
        expect(refusalOf(() => PLACES[place]?.(name))).not.toBe('');
      }
    }
  });
});

describe('a reason is text', () => {
  const withReason = (reason: string) =>
    smuggled(organisations, {
      rules: [
        {
          realm: 'definer',
          operation: 'SELECT',
          columns: ['id'],
          reason,
          auditLevel: 'basic',
          requirements: ['S-04'],
        },
      ],
    });
  const line = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '');

  test('and stays inside its literal, whatever it says', () => {
    const told = fc.oneof(
      line,
      fc.constantFrom("'; drop table x; --", "\\'; select 1; --", '$$;$$', '*/', "E'"),
    );
    fc.assert(
      fc.property(told, (reason) => {
        const chunk = compileTable(withReason(reason)).chunks.find(({ key }) =>
          key.includes('definer_select'),
        );
        const statements = statementsOf(chunk?.sql ?? '');
        expect(statements.map(([kind]) => kind)).toEqual(['DropStmt', 'CreatePolicyStmt', 'CommentStmt']);
        expect(statements[2]?.[1]).toMatchObject({ comment: expect.stringContaining(reason) });
      }),
    );
  });

  test.each(['a\n-- migrate:down\nb', 'a\rb', 'a\0b', 'a\u2028b', 'a\u001bb'])(
    'of one line: %j would be read as another line of the migration',
    (reason) => {
      expect(refusalOf(() => compileTable(withReason(reason)))).toContain('not one line of text');
    },
  );
});

test("PostgreSQL's own grammar reads every statement, and finds only what a chunk may hold", () => {
  const kinds = compileAll().flatMap(({ key, sql }) =>
    statementsOf(sql).map(([kind]) => `${key.split(' ')[0]} ${kind}`),
  );
  expect([...new Set(kinds)].sort()).toEqual([
    'grants GrantStmt',
    'policy CommentStmt',
    'policy CreatePolicyStmt',
    'policy DropStmt',
    'rules CommentStmt',
    'rules CreateFunctionStmt',
    'rules GrantStmt',
  ]);
});
