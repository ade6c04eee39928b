import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
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
declare const settings: import('cordon/auth').AuthSettings;
declare const context: import('cordon/client').SessionContext;
declare const server: import('cordon/documents').DocumentsClient;
declare const project: { provide(name: string, value: import('cordon/testing').Addresses): void };
declare const database: import('cordon/testing').TestDatabase;
declare const expect: (typeof import('vitest'))['expect'] & ((received: unknown) => import('cordon/testing').CordonMatchers<unknown>);
type Database = import('cordon/supabase').Database;
declare class PrismaPg { constructor(options: object); }
declare const address: string, cookies: string | undefined, append: (name: string, value: string) => void;
declare const patient: { birth_date: Date };
declare const last: { id: string; name_key: string };
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

const { exports: EXPORTS } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Readonly<Record<string, { types?: string }>>;
};
/** What the package exports, by the source in place of what a build makes of it. */
const SOURCES = Object.entries(EXPORTS).flatMap(([entry, { types }]) => {
  const [, source] = /^\.\/dist\/(.*)\.d\.ts$/.exec(types ?? '') ?? [];
  return source === undefined ? [] : [{ name: `cordon${entry.slice(1)}`, path: `${source}.ts` }];
});

/** As many files as there are examples, where no file is. */
const FOLDER = resolve('.cordon/examples');

/** One compilation of what is exported and of modules that stand in no file. */
function compile(modules: ReadonlyMap<string, string>): ts.Program {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const settings: ts.CompilerOptions = {
    ...options,
    paths: Object.fromEntries(SOURCES.map(({ name, path }) => [name, [resolve(path)]])),
    exactOptionalPropertyTypes: false,
  };
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => modules.has(path) || fileExists(path);
  host.readFile = (path) => modules.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...others) => {
    const text = modules.get(path);
    return text === undefined
      ? getSourceFile(path, version, ...others)
      : ts.createSourceFile(path, text, version);
  };
  return ts.createProgram([...SOURCES.map(({ path }) => path), ...modules.keys()], settings, host);
}

// A rule by itself is one of a table.
const moduleOf = (text: string) =>
  text.startsWith('{')
    ? `import type { Rule } from 'cordon/policies/vocabulary';\nexport const rule: Rule = ${text}`
    : `${text}\nexport {};\n`;
/** What an example in a comment is about, or needs beside it. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'cordon/auth': ['createAuth'],
  'cordon/client': ['withSession', 'askInsights', 'dayOf'],
  'cordon/documents': ['removeErased'],
  'cordon/kysely': ['pinOrganisation'],
  'cordon/prisma': ['cordonSessions'],
  'cordon/testing': ['startTestServer', 'matchers', 'personas', 'throughClient', 'idOf', 'contextOf'],
};
const examples = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, text = ''], index) =>
      [`${page.replace(/^docs\/|\.md$/g, '')}-${index + 1}.ts`, moduleOf(text)] as const,
  ),
);
/** The examples of what is exported, which take the names of their own package as given, and may stand in a function. */
const comments = ['client', 'policies', 'testing'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      [
        ...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/^ *\* @example *(.*(?:\n *\* (?!@).*)*)/gm),
      ].map(([, text = ''], index) => {
        const example = text.replaceAll(/^ *\* /gm, '');
        return [`${folder}-${name.slice(0, -3)}-${index + 1}.ts`, inFunction(example)] as const;
      }),
    ),
);
function inFunction(example: string): string {
  const names = Object.entries(NAMES).map(([entry, given]) => {
    const used = given.filter((each) => new RegExp(`\\b${each}\\b`).test(example));
    return `import { ${used.join(', ')} } from '${entry}';`;
  });
  return `${names.join('\n')}\nexport async function example() {\n${example}\n}\n`;
}

const planted = `import { withSession } from 'cordon/client';\nawait withSession(pool, { role: 'doctor', claims }, async () => 1);\n`;
const program = compile(
  new Map(
    [['given.d.ts', GIVEN], ['planted.ts', planted] as const, ...examples, ...comments].map(
      ([name, text]) => [`${FOLDER}/${name}`, text],
    ),
  ),
);

/** What the compiler says of one example. */
function errorsIn(name: string): string[] {
  const file = program.getSourceFile(`${FOLDER}/${name}`);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  );
}

test('every TypeScript example of the pages compiles against what is exported, and a wrong one does not', () => {
  expect(examples.length).toBeGreaterThan(12);
  expect(examples.flatMap(([name]) => errorsIn(name))).toEqual([]);
  expect(errorsIn('planted.ts')).toHaveLength(1);
}, 120_000);

test('every example in a comment of what is exported compiles, and names what a caller is', () => {
  expect(comments.length).toBeGreaterThan(7);
  expect(comments.flatMap(([name]) => errorsIn(name))).toEqual([]);
}, 120_000);

test('every name that the package exports says what it is', () => {
  expect(SOURCES.length).toBeGreaterThan(7);
  const checker = program.getTypeChecker();
  const ours = SOURCES.filter(({ path }) => /^(client|policies|testing)\//.test(path));
  const silent = ours.flatMap(({ path }) => {
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) expect.fail(`${path} exports nothing`);
    return checker
      .getExportsOfModule(module)
      .filter((each) => {
        const meant = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
        return meant.getDocumentationComment(checker).length === 0;
      })
      .map(({ name }) => `${path}: ${name}`);
  });
  expect(silent).toEqual([]);
}, 60_000);
