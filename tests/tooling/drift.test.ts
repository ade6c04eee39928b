import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareCatalogs } from '../../scripts/catalog/differences.ts';
import type { Catalog } from '../../scripts/catalog/snapshot.ts';
import { readComparable } from '../../scripts/drift/comparable.ts';
import { findDrift } from '../../scripts/drift/drift.ts';
import type { Drift } from '../../scripts/drift/sentence.ts';
import { tellDrifts } from '../../scripts/drift/tell.ts';
import { landedHistory } from '../../scripts/migrate/landed-history.ts';
import { replay } from '../../scripts/migrate/replay.ts';
import { connect } from '../../scripts/postgres/connect.ts';
import { useCluster } from './catalog-fixtures.ts';
import { FROM_OUTSIDE, QUIET_OUTSIDE } from './drift-fixtures.ts';

const cluster = useCluster({ content: landedHistory() });
let client: pg.Client;
let expected: Catalog;

beforeAll(async () => {
  await replay(cluster(), 'live');
  client = await connect(cluster().adminUrl('live'));
  expected = await readComparable(client);
});
afterAll(() => client?.end());

/** What is told of the database after a change, which is taken back. */
async function driftAfter(change: string): Promise<readonly Drift[]> {
  await client.query('begin');
  try {
    await client.query(change);
    return tellDrifts(compareCatalogs(expected, await readComparable(client)));
  } finally {
    await client.query('rollback');
  }
}

/** A change that somebody made by hand, and what is told of it: what opens, and what only differs. */
const OPENS: readonly (readonly [change: string, sentence: string])[] = [
  [
    'grant select on public.patients to anon',
    'anon holds select on public.patients, which no migration grants',
  ],
  [
    'grant update (mrn) on public.patients to patient',
    'patient holds update (mrn) on public.patients, which no migration grants',
  ],
  [
    'grant select on public.patient_identity to public',
    'everybody (PUBLIC) holds select on public.patient_identity, which no migration grants',
  ],
  [
    'grant execute on function authz.user_id() to anon',
    'anon holds execute on function authz.user_id(), which no migration grants',
  ],
  [
    'grant usage on schema authz to authenticated',
    'authenticated holds usage on schema authz, which no migration grants',
  ],
  [
    'create policy planted on public.patients for select to authenticated using (true)',
    'policy planted on public.patients is in no migration: permissive for select to authenticated',
  ],
  [
    'drop policy provider_fence on public.patients',
    'policy provider_fence on public.patients is missing: restrictive for all to authenticated',
  ],
  [
    'alter policy provider_select on public.patients using (true)',
    'policy provider_select on public.patients is not as the migrations left it',
  ],
  [
    'alter table public.patients disable row level security',
    'row-level security of public.patients is disabled, forced instead of enabled, forced',
  ],
  [
    'alter table public.patients no force row level security',
    'row-level security of public.patients is enabled instead of enabled, forced',
  ],
  [
    'alter table public.patients disable trigger _100_stamp',
    'trigger _100_stamp on public.patients is disabled instead of enabled always',
  ],
  [
    'alter table public.patients enable trigger _100_stamp',
    'trigger _100_stamp on public.patients is enabled instead of enabled always',
  ],
  ['drop trigger _060_frozen on public.payments', 'trigger _060_frozen on public.payments is missing'],
  [
    'alter table public.admissions drop constraint admissions_bed_check',
    'constraint admissions_bed_check on public.admissions is missing',
  ],
  [
    `create or replace function authz.now() returns timestamptz language plpgsql stable parallel unsafe
       set search_path = pg_catalog, pg_temp as $$begin return '2001-01-01'; end$$`,
    'function authz.now() is not as the migrations left it',
  ],
  [
    'alter function authz.is_operator(text[]) security invoker',
    'function authz.is_operator(text[]) is not as the migrations left it',
  ],
  [
    'alter function authz.is_operator(text[]) reset search_path',
    'function authz.is_operator(text[]) is not as the migrations left it',
  ],
  [
    'alter function authz.is_operator(text[]) owner to postgres',
    'function authz.is_operator(text[]) belongs to postgres instead of cordon_definer',
  ],
  ['alter table public.beds owner to patient', 'table public.beds belongs to patient instead of postgres'],
  [
    'set local role postgres; create view public.everything as select * from public.patients',
    'view public.everything is in no migration',
  ],
  [
    'alter view public.patient_profiles set (security_invoker = false)',
    'view public.patient_profiles is not as the migrations left it',
  ],
  [
    `set local role postgres; create function public.peek() returns setof public.patients language sql security definer as 'select * from public.patients'`,
    'function public.peek() is in no migration',
  ],
  [
    'create publication leak for table public.patients',
    'public.patients leaves by the publication leak, whatever policies say',
  ],
  [
    'create publication leak for all tables',
    'all tables leaves by the publication leak, whatever policies say',
  ],
  ['create role sneaky bypassrls', 'sneaky reaches every row whatever policies say: bypassrls'],
  ['alter role authenticated bypassrls', 'authenticated reaches every row whatever policies say: bypassrls'],
  [
    'create role sneaky; grant internal_ops to sneaky',
    'sneaky can become internal_ops, which no migration lets it',
  ],
  [
    'create role sneaky; grant service_role to sneaky',
    'sneaky can become service_role, which no migration lets it',
  ],
  [
    `alter role authenticated set app.current_organisation_id = 'a0000000-0000-7000-8000-000000000001'`,
    'the setting app.current_organisation_id of authenticated is a0000000-0000-7000-8000-000000000001',
  ],
  [
    'alter database live set session_replication_role = replica',
    'the setting session_replication_role of everybody in this database is replica',
  ],
  ['alter role authenticator set log_statement = ddl', 'the setting log_statement of authenticator is ddl'],
  [
    `alter role authenticator in database live set pgrst.db_schemas = 'public, authz'`,
    'the setting pgrst.db_schemas of authenticator in this database is public, authz',
  ],
  [
    `alter database live set session_preload_libraries = 'auto_explain'`,
    'the setting session_preload_libraries of everybody in this database is auto_explain',
  ],
  [
    `alter role authenticator in database live set pgrst.db_pre_request = 'public.other'`,
    'the setting pgrst.db_pre_request of authenticator in this database is public.other',
  ],
  [
    'alter role postgres set session_replication_role = replica',
    'the setting session_replication_role of postgres is replica',
  ],
  [
    `set local role postgres; insert into authz.state_transitions (table_name, from_state, to_state, realms)
       values ('invoices', 'void', 'draft', '{provider}')`,
    'transition of invoices from void to draft is in no migration',
  ],
  [
    'alter table public.invoices disable trigger all',
    'constraint invoices_organisation_id_agreement_id_fkey on public.invoices is not as the migrations left it',
  ],
  [
    'grant set on parameter session_replication_role to authenticated',
    'authenticated holds set on parameter session_replication_role, which no migration grants',
  ],
  [
    'grant execute on function pg_read_file(text) to authenticated',
    'authenticated holds execute on pg_read_file(text), which no migration grants',
  ],
  [
    'grant create on database live to authenticated',
    'authenticated holds create on this database, which no migration grants',
  ],
  [
    'alter default privileges for role postgres in schema public grant select on tables to anon',
    'default privileges of postgres in schema public on tables is not as the migrations left it',
  ],
  [
    'create rule planted as on update to public.beds do instead nothing',
    'rule planted on public.beds is in no migration',
  ],
];

const DIFFERS: readonly (readonly [change: string, sentence: string])[] = [
  [
    'revoke select on public.beds from authenticated',
    'authenticated lacks select on public.beds, which a migration grants',
  ],
  ['set local role postgres; create table public.notes (id int)', 'table public.notes is in no migration'],
  [
    'create foreign data wrapper far; create server far foreign data wrapper far',
    'foreign server far is in no migration',
  ],
  [
    'create policy planted on storage.objects as restrictive to anon using (false)',
    'outer policy planted on storage.objects is in no migration: restrictive for all to anon',
  ],
  ['alter table public.beds add column note text', 'column public.beds.note is in no migration'],
  ['drop index public.cases_patient_id_idx', 'index public.cases_patient_id_idx is missing'],
  [
    `comment on table public.beds is 'Beds.'`,
    'comment on table public.beds is not as the migrations left it',
  ],
  [
    'alter table public.beds alter column organisation_id reset (n_distinct)',
    'column public.beds.organisation_id is not as the migrations left it',
  ],
  [
    'revoke patient from authenticator granted by postgres',
    'authenticator can no longer become patient, as a migration lets it',
  ],
];

describe('drift', () => {
  test('is none right after the migrations, and none by what people do with the database [S-27 +]', async () => {
    expect(await driftAfter('select 1')).toEqual([]);
    expect(
      await driftAfter(`
        insert into public.consent_purposes (purpose, description) values ('probe', 'Probe');
        analyze public.patients;
        create schema analytics; create table analytics.facts (id int); grant usage on schema analytics to authenticated;
        create table auth.theirs (id int);
        create role reader login; alter role reader set statement_timeout = '5s'`),
    ).toEqual([]);
  });

  const MONTH = `set local timezone = 'UTC'; select audit.create_access_month('2026-03-01')`;
  const PARTITION = 'access_log_months.access_log_2026_03';
  test('is none when a month of the access log begins, and is where its guards are not those of the log [S-27 N-35 -]', async () => {
    expect(await driftAfter(MONTH)).toEqual([]);
    for (const [change, name] of [
      [`alter table ${PARTITION} disable trigger _020_append_only`, '_020_append_only'],
      [`alter table ${PARTITION} enable replica trigger _021_no_truncate`, '_021_no_truncate'],
      [
        `create trigger planted before insert on ${PARTITION} for each row execute function authz.tg__append_only('x')`,
        'planted',
      ],
    ])
      expect((await driftAfter(`${MONTH}; ${change}`)).map(({ sentence }) => sentence)).toEqual([
        `outer trigger ${name} on ${PARTITION} is in no migration`,
      ]);
  });

  test.each([...OPENS, ...FROM_OUTSIDE])(
    'tells what opens: %s [S-27 S-30 N-43 N-54 -]',
    async (change, sentence) => {
      const drifts = await driftAfter(change);
      expect(drifts.map((drift) => drift.sentence)).toContain(sentence);
      expect(drifts.find((drift) => drift.sentence === sentence)?.opens).toBe(true);
    },
  );

  test.each([
    'alter role authenticator set log_min_messages = fatal',
    'alter database live set log_parameter_max_length = 0',
    `alter role authenticator set session_preload_libraries = 'safeupdate'`,
    `alter role authenticator in database live set pgrst.db_pre_request = 'public.pre_request'`,
    `alter role anon set statement_timeout = '3s'`,
    `alter role authenticator set lock_timeout = '8s'`,
    `alter role postgres set search_path = '$user', public, extensions`,
    `alter role supabase_auth_admin set log_statement = none`,
    ...QUIET_OUTSIDE,
  ])('tells nothing of what the platform sets, and of what we ask for: %s [S-27 +]', async (change) => {
    expect(await driftAfter(change)).toEqual([]);
  });

  test.each(DIFFERS)('tells what only differs: %s [S-27 -]', async (change, sentence) => {
    const drifts = await driftAfter(change);
    expect(drifts.map((drift) => drift.sentence)).toContain(sentence);
    expect(drifts.find((drift) => drift.sentence === sentence)?.opens).toBe(false);
  });

  test('of a whole table is told once, with its policies and with what others hold on it [S-27 +]', async () => {
    const drifts = await driftAfter(`
      set local role postgres;
      create table public.notes (id int primary key, body text not null check (body <> ''));
      create index notes_body_idx on public.notes (body);
      create policy everybody on public.notes to anon using (true);
      grant select on public.notes to anon`);
    expect(drifts.map(({ sentence }) => sentence).sort()).toEqual([
      'policy everybody on public.notes is in no migration: permissive for all to anon',
      'table public.notes is in no migration; anon holds something on it',
    ]);
    expect(drifts.find(({ key }) => key === 'table public.notes')).toMatchObject({
      opens: true,
      details: expect.arrayContaining(['  anon SELECT']),
    });
  });

  test('of a function shows the lines that differ, as the history has them and as the database has them [S-27 +]', async () => {
    const [drift] = await driftAfter('alter function authz.is_operator(text[]) security invoker');
    expect(drift?.details).toEqual(
      [expect.stringContaining('- '), expect.stringContaining('+ ')].slice(0, drift?.details.length),
    );
    expect(drift?.details.join('\n')).toContain('SECURITY DEFINER');
  });
});

describe('a database beside its ledger', () => {
  const drift = () => findDrift(cluster().url('ledger'), { cluster: cluster() });
  const change = async (sql: string) => {
    const owner = await connect(cluster().adminUrl('ledger'));
    await owner.query(sql).finally(() => owner.end());
  };
  beforeAll(() => replay(cluster(), 'ledger'));

  test('is as its migrations left it, whatever is pending [S-26 S-27 N-54 +]', async () => {
    const report = await drift();
    expect(report).toMatchObject({ drifts: [], pending: [] });
    expect(report.compared).toBeGreaterThan(3000);
    expect(report.ignored).toContain('auth');
  });

  test('tells of rows that nobody has a file for, of edited files, other statements and other names [S-26 S-27 -]', async () => {
    await change(`
      insert into supabase_migrations.schema_migrations (version, name) values ('20260101000000', 'by_hand');
      update supabase_migrations.schema_migrations set checksum = 'edited' where version = '20261201060000';
      update supabase_migrations.schema_migrations set statements = '{drop table patients}' where version = '20261201060100';
      update supabase_migrations.schema_migrations set name = 'harmless' where version = '20261201060200';`);
    const report = await drift();
    expect(report.drifts.map(({ sentence }) => sentence).sort()).toEqual([
      'migration 20260101000000_by_hand was applied and has no file',
      'migrations/20261201060000_create_schemas_and_realms.sql is not the file that was applied',
      'the ledger calls migration 20261201060200 harmless instead of decide_access',
      'the ledger holds other statements for 20261201060100_identify_callers.sql than the file',
    ]);
  });

  test('tells that a secret is attached to everybody, and never which [S-27 -]', async () => {
    await change(`alter database ledger set app.settings.jwt_secret = 'never-in-a-report'`);
    const report = await drift();
    await change('alter database ledger reset app.settings.jwt_secret');
    expect(report.drifts.map(({ sentence }) => sentence)).toContain(
      'the setting app.settings.jwt_secret of everybody in this database is a value that is not shown',
    );
    expect(JSON.stringify(report)).not.toContain('never-in-a-report');
  });

  test('says what a login may not see of it, and takes none of that for missing or as it was [S-27 N-54 -]', async () => {
    await change(`insert into storage.buckets (id, name, public) values ('open', 'open', true)`);
    await change("create role reader login password 'postgres'");
    const reader = new URL(cluster().adminUrl('ledger'));
    reader.username = 'reader';
    const all = await drift();
    expect(all.unseen).toEqual([]);
    expect(all.drifts.map(({ key }) => key)).toContain('bucket open');
    await change(
      'grant usage on schema supabase_migrations to reader; grant select on all tables in schema supabase_migrations to reader',
    );
    const seen = await findDrift(reader.href, { cluster: cluster() });
    expect(seen.unseen).toEqual(['steps of states', 'settings of the deployment', 'buckets of files']);
    expect(seen.drifts.filter(({ key }) => /^(transition|bucket|deployment)/.test(key))).toEqual([]);
    await change(`drop owned by reader; drop role reader; alter table storage.buckets disable trigger user;
      delete from storage.buckets where id = 'open'; alter table storage.buckets enable trigger user`);
  });

  test('asks PostgreSQL’s own functions, whatever stands before them in the path of the database [S-27 N-54 -]', async () => {
    const before = (await drift()).drifts.map(({ key }) => key);
    await change(`
      create function public.format(text, name, name) returns text language sql as $$ select null::text $$;
      create function public.quote_ident(name) returns text language plpgsql as $$ begin raise 'asked'; end $$;
      create function public.split_part(text, text, integer) returns text language plpgsql as $$ begin raise 'asked'; end $$;
      create view auth.planted as select * from public.beds; grant select on auth.planted to anon;
      alter database ledger set search_path = public, pg_catalog`);
    const found = (await drift()).drifts.map(({ key }) => key).filter((key) => !before.includes(key));
    await change(`alter database ledger reset search_path; drop view auth.planted;
      drop function public.format(text, name, name), public.quote_ident(name), public.split_part(text, text, integer)`);
    expect(found).toEqual(
      expect.arrayContaining([
        'function public.format(text, name, name)',
        'function public.quote_ident(name)',
        'outer view auth.planted',
        'setting search_path of everybody in this database',
      ]),
    );
  });

  test('that has none of these migrations is no drift but a mistake [S-27 -]', async () => {
    await change('truncate supabase_migrations.schema_migrations');
    await expect(drift()).rejects.toThrow('the database has applied none of these migrations');
  });
});
