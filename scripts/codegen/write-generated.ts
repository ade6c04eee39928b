import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientBase } from 'pg';
import { writeReport } from '../console/folder.ts';
import { withClient } from '../postgres/connect.ts';

/** Where generated files stand. They are tracked, so that a change of the schema shows in a diff. */
export const GENERATED = 'generated';

export interface GeneratedOptions {
  /** The folder to write to. */
  readonly directory?: string;
  /** Write nothing, only tell what is stale. */
  readonly check?: boolean;
}

export interface GeneratedResult {
  /** Paths of the files that differed; without `check`, they have been written. */
  readonly stale: readonly string[];
  /** Paths of all generated files. */
  readonly files: readonly string[];
}

interface GeneratedFile {
  readonly name: string;
  readonly about: readonly string[];
  readonly generate: (client: ClientBase) => Promise<string>;
}

const FILES: readonly GeneratedFile[] = [
  {
    name: 'kysely.d.ts',
    about: [
      "import type { DB } from 'cordon': the tables and views of schema public, for Kysely over node-postgres.",
      'bigint arrives as a string, so that no digit is lost; it may be written as string, number or bigint.',
      'A list goes into a column of JSON as its text (`JSON.stringify`): node-postgres makes an array of PostgreSQL of it.',
      'A DATE (CalendarDay) arrives as a Date, at midnight where the program runs: `dayOf` of cordon/client tells its day, JSON.stringify another one.',
      'In views, what the caller may not see is null; write the tables beneath.',
    ],
    generate: async (client) => (await import('./kysely.ts')).generateKysely(client),
  },
  {
    name: 'supabase.d.ts',
    about: [
      "import type { Database } from 'cordon/supabase': the official shape for createClient<Database>().",
    ],
    generate: async (client) => (await import('./supabase.ts')).generateSupabase(client),
  },
  {
    name: 'zod.ts',
    about: [
      "import { schemas } from 'cordon/zod': what each table takes and gives, for Zod.",
      'A CHECK is asked as PostgreSQL asks it; what TypeScript cannot ask stands in NOT_EXPRESSED.',
    ],
    generate: async (client) => (await import('./zod.ts')).generateZod(client),
  },
  {
    name: 'tenant-keys.ts',
    about: ['What client/kysely.ts pins: the column of each table and view that names its organisation.'],
    generate: async (client) => (await import('./tenant-keys.ts')).generateTenantKeys(client),
  },
  {
    name: 'policies.ts',
    about: ['What policies/ compiles to, for generateSupabasePolicies() of cordon/client.'],
    generate: async () => (await import('./policies.ts')).generatePolicies(),
  },
  {
    name: 'reference.md',
    about: [],
    generate: async (client) => (await import('./reference.ts')).generateReference(client),
  },
  {
    name: 'constraints.md',
    about: [],
    generate: async (client) => (await import('./constraints.ts')).generateConstraints(client),
  },
];

/**
 * Loads the generators, which takes half a second, while the caller waits for a database. They are not loaded before they are
 * needed, because a migration that finds nothing pending needs none.
 */
export function preloadGenerators(): void {
  // A failure shows again, and is reported, where the generators are used.
  void Promise.all([
    import('./kysely.ts'),
    import('./supabase.ts'),
    import('./zod.ts'),
    import('./tenant-keys.ts'),
    import('./policies.ts'),
    import('./reference.ts'),
    import('./constraints.ts'),
  ]).catch(() => {});
}

/**
 * Generates the files from a database in which the migrations have been applied, and writes those that changed.
 *
 * @param database its URL, or an open connection to it.
 * @throws CommandError (2) where the database cannot be reached.
 */
export async function writeGenerated(
  database: string | ClientBase,
  { directory = GENERATED, check = false }: GeneratedOptions = {},
): Promise<GeneratedResult> {
  if (typeof database === 'string') {
    return withClient(database, (client) => writeGenerated(client, { directory, check }));
  }
  const stale: string[] = [];
  for (const { name, about, generate } of FILES) {
    const path = join(directory, name);
    const text = `${header(name, about)}\n${(await generate(database)).trim()}\n`;
    if (read(path) === text) continue;
    stale.push(path);
    if (check) continue;
    mkdirSync(directory, { recursive: true });
    writeReport(path, text);
  }
  return { stale, files: FILES.map(({ name }) => join(directory, name)) };
}

function header(name: string, about: readonly string[]): string {
  const lines = ['DO NOT EDIT. Written by `npm run db:types`.', ...about];
  return lines.map((line) => (name.endsWith('.md') ? `<!-- ${line} -->\n` : `// ${line}\n`)).join('');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
