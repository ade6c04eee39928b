import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { finding } from '../console/errors.ts';
import { hasPinnedPath, isDefiner } from '../sql/names.ts';
import { type ParsedStatement, parseSql } from '../sql/parse.ts';
import { gather, type SourceObject } from './gather.ts';
import { orderByUse } from './order.ts';

/** SQL that a compiler made of a rules file. */
export interface CompiledChunk {
  /** What it is about; the statements themselves decide which object they belong to. */
  readonly key: string;
  readonly sql: string;
  /** Where a person changes it: `policies/patients.ts`. */
  readonly file?: string;
}

/** The current text of everything that has a source, in the order in which it can be created. */
export interface Sources {
  readonly functions: readonly SourceObject[];
  readonly policies: readonly SourceObject[];
  readonly triggers: readonly SourceObject[];
  /** Grants on tables and views. They stand for all privileges that anybody but the owner holds there. */
  readonly grants: readonly RelationGrant[];
  /** A selection: nothing is dropped or revoked but what these objects replace. */
  readonly partial?: boolean;
}

interface RelationGrant {
  readonly file: string;
  /** `public.patients` */
  readonly on: string;
  readonly statement: ParsedStatement;
}

/**
 * Loads functions/, triggers/ and the compiled policies, and checks their form with PostgreSQL's grammar.
 *
 * @param options.root the checkout.
 * @param options.policies what `compileAll()` of scripts/policy returns.
 * @throws CommandError (1) naming the file: a syntax error, a file that holds another function or table than its name says,
 * a missing comment, a definer function with an open search_path, a statement that does not belong in a source.
 */
export async function loadSources({
  root = '.',
  policies,
}: {
  readonly root?: string;
  readonly policies: readonly CompiledChunk[];
}): Promise<Sources> {
  const functions: SourceObject[] = [];
  for (const file of sqlFiles(root, 'functions')) functions.push(await loadFunction(root, file));

  const triggers: SourceObject[] = [];
  for (const file of sqlFiles(root, 'triggers')) triggers.push(...(await loadTriggers(root, file)));

  const compiled: SourceObject[] = [];
  const grants: RelationGrant[] = [];
  for (const { key, sql, file = 'policies/' } of policies) {
    const gathered = gather(await parseSql(refuseMarkers(sql, file), `${file} (${key})`), file, [
      'policy',
      'grants',
      'function',
      'trigger',
    ]);
    for (const object of gathered.objects) {
      const kind = object.key.split(' ', 1)[0];
      (kind === 'function' ? functions : kind === 'trigger' ? triggers : compiled).push(object);
    }
    grants.push(...gathered.relationGrants.map((grant) => ({ file, ...grant })));
  }
  refuseTwice([...functions, ...triggers, ...compiled]);
  return { functions: orderByUse(functions), policies: compiled, triggers, grants };
}

/** All objects of the sources, functions first. */
export function objectsOf({ functions, policies, triggers }: Sources): SourceObject[] {
  return [...functions, ...policies, ...triggers];
}

async function loadFunction(root: string, file: string): Promise<SourceObject> {
  const { objects } = gather(
    await parseSql(refuseMarkers(readFileSync(join(root, file), 'utf8'), file), file),
    file,
    ['function', 'procedure'],
  );
  const [object] = objects;
  const [, schema, fileName] = file.split('/');
  const name = `${schema}.${fileName?.replace(/\.sql$/, '')}`;
  if (!object || objects.length > 1) {
    throw form(
      file,
      `holds ${objects.length} functions`,
      'exactly one function per file',
      'move each into a file of its own',
    );
  }
  if (object.on.replaceAll('"', '') !== name) {
    throw form(
      file,
      `defines ${object.on}`,
      `the function ${name}, as the file is named`,
      'rename the file or the function',
    );
  }
  if (!object.comment) {
    throw form(
      file,
      `${object.key} has no comment`,
      'a COMMENT on every function',
      `add \`comment on ${object.key} is '…';\``,
    );
  }
  if (isDefiner(object.definition.tree) && !hasPinnedPath(object.definition.tree)) {
    throw form(
      file,
      `${object.key} is SECURITY DEFINER with an open search_path`,
      "`set search_path = pg_catalog, pg_temp`: a caller's temporary schema comes first where it is not named last",
      'add `set search_path = pg_catalog, pg_temp` and qualify every other name',
    );
  }
  return object;
}

async function loadTriggers(root: string, file: string): Promise<SourceObject[]> {
  const { objects } = gather(
    await parseSql(refuseMarkers(readFileSync(join(root, file), 'utf8'), file), file),
    file,
    ['trigger'],
  );
  const name = (file.split('/').at(-1) ?? '').replace(/\.sql$/, '');
  for (const object of objects) {
    const table = object.on.replaceAll('"', '');
    if (table !== name && table.split('.')[1] !== name) {
      throw form(
        file,
        `holds ${object.key}`,
        `triggers of the table ${name} only, as the file is named`,
        'move it to the file of its table',
      );
    }
    if (!object.comment) {
      throw form(
        file,
        `${object.key} has no comment`,
        'a COMMENT on every trigger',
        `add \`comment on ${object.key} is '…';\``,
      );
    }
  }
  return objects;
}

/** dbmate takes such a line for the end of a migration, also inside a function body. */
function refuseMarkers(text: string, file: string): string {
  const line = text.split('\n').findIndex((each) => /^--\s*migrate:(up|down)\b/.test(each));
  if (line === -1) return text;
  throw form(
    `${file}:${line + 1}`,
    'reads like the marker of a migration',
    'no line that begins so',
    'reword the comment',
  );
}

function refuseTwice(objects: readonly SourceObject[]): void {
  const seen = new Map<string, string>();
  for (const { key, file } of objects) {
    const other = seen.get(key);
    if (other !== undefined)
      throw form(file, `${key} is also defined in ${other}`, 'one source per object', 'remove one of them');
    seen.set(key, file);
  }
}

function sqlFiles(root: string, directory: string): string[] {
  try {
    return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function form(file: string, what: string, expected: string, remedy: string): Error {
  return finding({ problem: `${file} ${what}`, expected, remedy });
}
