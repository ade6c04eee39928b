import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PAGES = [
  'README.md',
  ...['auth', 'client', 'documents', 'insights', 'package'].map((name) => `docs/${name}.md`),
];

/** What the examples take as given: an application has it. */
const GIVEN = `
declare const pool: import('pg').Pool;
declare const db: import('kysely').Kysely<import('cordon').DB>;
declare const supabase: import('@supabase/supabase-js').SupabaseClient<import('cordon/supabase').Database>;
declare const claims: { sub: string; session_id: string };
declare const organisationId: string, patientId: string, connectionString: string, VENDOR_URL: string;
declare const email: string, password: string, url: string, key: string;
declare const request: { headers: { cookie?: string }; json(): Promise<unknown> };
declare const response: import('node:http').ServerResponse;
declare const file: File;
declare function show(...what: readonly unknown[]): void;
declare function applyMyMigrations(client: import('pg').ClientBase): Promise<void>;
declare const Kysely: typeof import('kysely').Kysely;
declare const PostgresDialect: typeof import('kysely').PostgresDialect;
declare const createClient: typeof import('@supabase/supabase-js').createClient;
declare class PrismaClient { constructor(options: object); $extends<T>(extension: T): { $session: <R>(caller: object, fn: (session: any) => Promise<R>) => Promise<R> }; }
`;

/** Errors of one compilation of every example: \`<page>-<number>.ts(line): what\`. */
function compile(examples: Readonly<Record<string, string>>): string[] {
  mkdirSync('.cordon', { recursive: true });
  const folder = mkdtempSync(join('.cordon', 'examples-'));
  try {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      exports: Readonly<Record<string, { types?: string }>>;
    };
    // The sources in place of what a build makes of them.
    const paths = Object.entries(exports).flatMap(([entry, { types }]) => {
      const source = types?.replace(/^\.\/dist\/(.*)\.d\.ts$/, './$1.ts');
      return source ? [[`cordon${entry.slice(1)}`, [`../../${source}`]]] : [];
    });
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.json',
        compilerOptions: { paths: Object.fromEntries(paths), exactOptionalPropertyTypes: false },
        include: ['./*.ts'],
      }),
    );
    writeFileSync(join(folder, 'given.d.ts'), GIVEN);
    for (const [name, text] of Object.entries(examples)) {
      // A rule by itself is one of a table.
      const module = text.startsWith('{')
        ? `import type { Rule } from 'cordon/policies/vocabulary';\nexport const rule: Rule = ${text}`
        : `${text}\nexport {};\n`;
      writeFileSync(join(folder, `${name}.ts`), module);
    }
    const { stdout } = spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '--noEmit', '-p', folder],
      { encoding: 'utf8' },
    );
    return stdout.split('\n').filter((line) => line.includes('error TS'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('every TypeScript example of the pages compiles against what is exported, and a wrong one does not', () => {
  const examples = PAGES.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
      ([, text = ''], index) => [`${page.replace(/^docs\/|\.md$/g, '')}-${index + 1}`, text] as const,
    ),
  );
  expect(examples.length).toBeGreaterThan(12);
  const planted = `import { withSession } from 'cordon/client';\nawait withSession(pool, { role: 'doctor', claims }, async () => 1);\n`;
  const errors = compile({ ...Object.fromEntries(examples), planted });
  expect(errors.filter((line) => !line.includes('planted.ts'))).toEqual([]);
  expect(errors).toHaveLength(1);
}, 120_000);
