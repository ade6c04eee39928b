import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type CheckReport, runChecks } from '../../scripts/check/run.ts';
import { joinMigration } from '../../scripts/compose/migration-text.ts';
import { amend, type DraftOptions, draftNew } from '../../scripts/compose/new-migration.ts';
import {
  type ScratchCluster,
  type ScratchOptions,
  startScratchCluster,
} from '../../scripts/postgres/cluster.ts';
import { type CompiledChunk, loadSources } from '../../scripts/sources/sources.ts';
import { parseSql } from '../../scripts/sql/parse.ts';

/** A server of this test file's own. @param options.content - what it holds from its start. */
export function useCluster(options: ScratchOptions = {}): () => ScratchCluster {
  let cluster: ScratchCluster | undefined;
  beforeAll(async () => {
    cluster = await startScratchCluster(options);
  });
  afterAll(() => cluster?.remove());
  return () => {
    if (!cluster) throw new Error('the cluster exists only while tests and hooks run');
    return cluster;
  };
}

/** The history that every small project starts with: a table, a function by hand, the owner of definer functions. */
export const FIRST = `set local lock_timeout = '5s';

do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'cordon_definer') then
    create role cordon_definer nologin noinherit;
  end if;
end
$$;
grant cordon_definer to current_user;
create schema authz;
grant usage on schema authz to cordon_definer;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
create table public.notes (
  organisation_id uuid not null,
  id uuid not null,
  body text not null,
  status text not null,
  constraint notes_pkey primary key (organisation_id, id),
  constraint notes_status_check check (status in ('open', 'closed'))
);
alter table public.notes enable row level security;
`;

export interface SmallProject {
  readonly root: string;
  readonly migrations: string;
  readonly generated: string;
  /** Compiled policies, as scripts/policy would give them. */
  policies: CompiledChunk[];
  write(file: string, text: string): void;
  /** Adds a hand-written migration with a true header. */
  history(name: string, statements: string): Promise<void>;
  remove(file: string): void;
  read(file: string): string;
  /** db:new: drafts a migration and writes it. Returns its text. */
  compose(name: string, options?: { readonly now?: Date }): Promise<string>;
  amend(options?: Pick<DraftOptions, 'why' | 'isOperations'>): Promise<string>;
  check(): Promise<CheckReport>;
  /** What db:check finds, one line each, without "is not recorded yet". */
  findings(): Promise<string[]>;
}

/** Small projects in temporary folders, removed after each test. */
export function useProjects(cluster: () => ScratchCluster): () => Promise<SmallProject> {
  const roots: string[] = [];
  afterEach(() => {
    for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
  });
  return async () => {
    const root = mkdtempSync(join(tmpdir(), 'cordon-small-'));
    roots.push(root);
    const project = smallProject(root, cluster);
    await project.history('20260101000000_create_notes', FIRST);
    return project;
  };
}

function smallProject(root: string, cluster: () => ScratchCluster): SmallProject {
  const migrations = join(root, 'migrations');
  const generated = join(root, 'generated');
  const project: SmallProject = {
    root,
    migrations,
    generated,
    policies: [],
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    },
    async history(name, hand) {
      const why = ['-- Why: a fixture.'];
      project.write(`migrations/${name}.sql`, await joinMigration({ why, hand, composed: '' }, name));
    },
    remove: (file) => rmSync(join(root, file)),
    read: (file) => readFileSync(join(root, file), 'utf8'),
    async compose(name, options = {}) {
      const file = await draftNew(name, { ...(await common()), why: 'a test', ...options });
      file.write();
      return file.text;
    },
    async amend(options = {}) {
      const file = await amend(undefined, { ...(await common()), ...options });
      file.write();
      return file.text;
    },
    async check() {
      return runChecks({ ...(await common()), generated });
    },
    async findings() {
      const { findings } = await project.check();
      return findings
        .filter(({ kind }) => kind !== 'unrecorded')
        .map(({ where, problem }) => `${where.replace(`${root}/`, '')} ${problem}`);
    },
  };
  const common = async () => ({
    directory: migrations,
    cluster: cluster(),
    sources: await loadSources({ root, policies: project.policies }),
  });
  return project;
}

/** The statements of a composed section, one line each, white space collapsed. */
export async function composedStatements(text: string): Promise<string[]> {
  const composed = text.split(/^-- Composed from .*$/m)[1]?.split('-- migrate:down')[0] ?? '';
  return (await parseSql(composed, 'the composed section')).map(({ sql }) => sql.replaceAll(/\s+/g, ' '));
}

export function migrationFiles({ migrations }: SmallProject): string[] {
  return existsSync(migrations) ? readdirSync(migrations).filter((name) => name.endsWith('.sql')) : [];
}

/** A function's source. */
export function functionSource(
  name: string,
  { args = '', types = '', returns = 'integer', body = 'return 1', grants = '', extra = '' } = {},
): string {
  return `create or replace function ${name}(${args})
  returns ${returns}
  language plpgsql
  stable${extra}
  set search_path = pg_catalog, pg_temp
as $$
begin
  ${body};
end
$$;
comment on function ${name}(${types}) is 'A fixture.';
${grants}`;
}

/** A policy as the compiler prints it. */
export function policyChunk(name: string, rest: string, comment = 'A fixture.'): CompiledChunk {
  return {
    key: `policy ${name} on public.notes`,
    file: 'policies/notes.ts',
    sql: `drop policy if exists ${name} on public.notes;
create policy ${name} on public.notes
  ${rest};
comment on policy ${name} on public.notes is
  '${comment}';
`,
  };
}

/** Grants as the compiler prints them. */
export function grantsChunk(role: string, privileges: string): CompiledChunk {
  return {
    key: `grants on public.notes to ${role}`,
    file: 'policies/notes.ts',
    sql: `revoke all on table public.notes from ${role};\ngrant\n  ${privileges}\n  on table public.notes to ${role};\n`,
  };
}

export const READ_OPEN = "for select to authenticated\n  using (status = 'open')";

export const TRIGGER = `create or replace trigger _100_stamp
  before insert on public.notes
  for each row
  execute function authz.tg__stamp();
alter table public.notes enable always trigger _100_stamp;
comment on trigger _100_stamp on public.notes is 'Stamps.';
`;

/** Sources of every kind: two functions that call each other's names, a trigger, a policy, grants. */
export function writeSources(project: SmallProject): void {
  project.write(
    'functions/authz/a_last.sql',
    functionSource('authz.a_last', { body: 'return authz.b_first(array[1])' }),
  );
  project.write(
    'functions/authz/b_first.sql',
    functionSource('authz.b_first', {
      args: 'ids int[]',
      types: 'int[]',
      extra: '\n  security definer',
      grants: `alter function authz.b_first(int[]) owner to cordon_definer;
revoke all on function authz.b_first(int[]) from public;
grant execute on function authz.b_first(int[]) to authenticated;
`,
    }),
  );
  project.write(
    'functions/authz/tg__stamp.sql',
    functionSource('authz.tg__stamp', { returns: 'trigger', body: 'return new' }).replace('\n  stable', ''),
  );
  project.write('triggers/notes.sql', TRIGGER);
  project.policies = [
    policyChunk('provider_select', READ_OPEN),
    grantsChunk('authenticated', 'select, insert (body, id)'),
  ];
}
