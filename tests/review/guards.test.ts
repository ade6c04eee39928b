import { describe, expect, test } from 'vitest';
import { SMALL } from '../../scripts/review/facts/locks.ts';
import { GUARDS, runGuards } from '../../scripts/review/guards/index.ts';
import { inALine, useChanges } from './change-fixtures.ts';

const changes = useChanges();

const of = changes.findings;

const FILE = '20991231235959_change_something.sql';
const COMMENTED = `comment on column public.beds.colour is 'What it is painted like.';`;
const COLUMN = `alter table public.beds add column colour text; ${COMMENTED}`;

describe('an honest change', () => {
  test('that opens nothing passes every guard [S-30 +]', async () => {
    const change = await changes.make(
      'create index beds_by_ward on public.beds (organisation_id, ward, label, id);',
      { header: ['-- Long lock: beds are few, even of a big clinic'] },
    );
    expect((await runGuards(change)).map(inALine)).toEqual([]);
  });

  test('that opens something, and names it, passes every guard [S-30 +]', async () => {
    const change = await changes.make(COLUMN);
    expect(change.steps[0]?.migration.sql).toContain('--   widens: ');
    expect((await runGuards(change)).map(inALine)).toEqual([]);
  });

  test.each(GUARDS.map(({ name, claim }) => [name, claim]))('guard %s says what it holds: %s', (_, claim) => {
    expect(claim).toMatch(/^(no|every) /);
  });
});

describe('widenings-named stops', () => {
  test('what a header does not name [S-30 -]', async () => {
    expect(await of('widenings-named', COLUMN, { names: [] })).toEqual([
      `${FILE}  does not name 5 things that it opens`,
    ]);
  });

  test('what a header names and the migration does not do [S-30 -]', async () => {
    expect(await of('widenings-named', 'select 1;', { names: ['nurses can now fly'] })).toEqual([
      `${FILE}  does not name 1 thing as it is`,
    ]);
  });

  test('a helper that a policy asks, rewritten in silence [S-30 -]', async () => {
    const rewritten = `create or replace function authz.holds(required_roles text[], required_capabilities text[])
      returns boolean language plpgsql stable parallel unsafe security definer cost 1000 set search_path = pg_catalog, pg_temp
      as $$ begin return true; end $$;`;
    expect(await of('widenings-named', rewritten, { names: [] })).toEqual([
      `${FILE}  does not name 1 thing that it opens`,
    ]);
  });

  test('rows that a migration writes where rows decide, in a DO block and behind WITH too [S-30 -]', async () => {
    const sql = `
      update public.organisation_members set role = 'clinic_admin' where false;
      with gone as (delete from public.access_restrictions where false returning id) select count(*) from gone;
      do $$ begin insert into public.ops_members (user_id, role) select user_id, 'admin' from public.organisation_members where false; end $$;
      update public.beds set label = label where false;`;
    const [finding] = await changes.explained('widenings-named', sql, { names: [] });
    expect(finding?.details).toEqual(
      ['access_restrictions', 'ops_members', 'organisation_members'].map(
        (table) =>
          `+ --   widens: the migration itself writes rows of public.${table}, which decide who may do what`,
      ),
    );
  });

  test('what a DO block opens, which no statement shows [S-30 -]', async () => {
    const hidden = `do $$ begin execute 'grant ' || 'execute on function authz.role_rank(text) to anon'; end $$;`;
    expect(await of('widenings-named', hidden, { names: [] })).toEqual([
      `${FILE}  does not name 1 thing that it opens`,
    ]);
  });
});

describe('operations-untouched stops', () => {
  const touching = `
    alter policy internal_ops_select on public.beds using (true);
    drop policy internal_ops_select on public.cases;
    alter policy internal_ops_select on public.invoices rename to other;
    create policy more on public.beds for update to internal_ops using (false);
    create policy everybody on public.beds as restrictive for select to public using (label is not null);
    grant update (label) on public.beds to internal_ops;
    revoke select on public.case_activity_log from internal_ops;
    create or replace function authz.is_operator(required_roles text[]) returns boolean language plpgsql stable
      parallel unsafe security definer cost 1000 set search_path = pg_catalog, pg_temp as $$ begin return true; end $$;
    alter function authz.caller() volatile;`;

  test('whatever of theirs a migration of the provider touches, each by itself [S-28 S-29 -]', async () => {
    const [finding, ...others] = await changes.explained('operations-untouched', touching);
    expect(others).toEqual([]);
    expect(finding?.details).toEqual(
      expect.arrayContaining([
        'changed policy internal_ops_select on public.beds',
        'removed policy internal_ops_select on public.cases',
        'added policy other on public.invoices',
        'added policy more on public.beds',
        'added policy everybody on public.beds',
        'changed grants on public.beds to internal_ops',
        'removed grants on public.case_activity_log to internal_ops',
        expect.stringMatching(/^authz\.is_operator\(text\[\]\), .* has another text$/),
        expect.stringMatching(/^authz\.caller\(\), .* is volatile instead of stable$/),
      ]),
    );
  });

  test('what only they decide, write or call: members, checks, transitions, the handshake [S-28 S-29 -]', async () => {
    const [finding] = await changes.explained(
      'operations-untouched',
      `alter table public.ops_members drop constraint ops_members_role_check;
       update public.ops_members set role = 'admin';
       drop trigger _030_decided on governance.schema_changes;
       delete from authz.state_transitions where table_name = 'cases' and to_state = 'closed';
       alter function authz.decide_schema_change(text, text, text, text) volatile cost 7;
       alter function public.acknowledge_schema_change(text, text) security invoker;`,
    );
    expect(finding?.details).toEqual(
      expect.arrayContaining([
        'the check ops_members_role_check no longer guards public.ops_members',
        'the migration itself writes rows of public.ops_members, which decide who may do what',
        'the trigger _030_decided no longer guards governance.schema_changes',
        expect.stringMatching(/^authz\.state_transitions no longer allows .*closed/),
        expect.stringMatching(/^public\.acknowledge_schema_change\(text, text\)/),
      ]),
    );
  });

  test('the function of a trigger on what they write, and nothing of one on what only the clinic writes [S-28 S-29 -]', async () => {
    const nothing = (name: string) =>
      `create or replace function authz.${name}() returns trigger language plpgsql as $$ begin return new; end $$;`;
    const [finding] = await changes.explained(
      'operations-untouched',
      `${nothing('tg__append_only')} ${nothing('tg_admissions__bed')}`,
    );
    expect(finding?.details).toEqual([
      expect.stringMatching(/^authz\.tg__append_only\(\), .* has another text$/),
    ]);
  });

  test('nothing in a migration that says that it is theirs [S-29 +]', async () => {
    expect(await of('operations-untouched', touching, { header: ['-- Side: operations'] })).toEqual([]);
  });

  test('a way into their role [S-29 -]', async () => {
    try {
      expect(await of('operations-untouched', 'grant internal_ops to patient;')).toEqual([
        `${FILE}  touches what operations hold, in 1 place`,
      ]);
    } finally {
      await changes.takeBack('revoke internal_ops from patient');
    }
  });

  test('nothing of a table that is new, fence for operations included [S-29 +]', async () => {
    const sql = `create table public.notices (id uuid primary key);
      alter table public.notices enable row level security;
      create policy internal_ops_fence on public.notices as restrictive for all to internal_ops using (false) with check (false);
      grant select on public.notices to internal_ops;`;
    expect(await of('operations-untouched', sql)).toEqual([]);
  });

  test('nothing of what only the clinic holds [S-29 +]', async () => {
    const sql = 'drop policy provider_insert on public.beds;';
    expect(await of('operations-untouched', sql)).toEqual([]);
  });
});

describe('conditions-asked stops', () => {
  test('every policy whose condition is always true, though a fence stands beside it [S-04 N-24 -]', async () => {
    const sql = `
      create policy a_true on public.beds for select to authenticated using (true);
      create policy b_tautology on public.beds for select to authenticated using (1 = 1 or (label is null or label is not null));
      create policy c_check on public.beds for insert to authenticated with check (true);
      create policy d_everybody on public.beds for delete using (true);
      alter policy provider_select on public.beds using (true);`;
    expect(await of('conditions-asked', sql)).toEqual(
      ['a_true', 'b_tautology', 'c_check', 'd_everybody', 'provider_select'].map(
        (name) => `policy ${name} on public.beds  asks nothing: its condition is always true`,
      ),
    );
  });

  test('no policy that asks something, restricts, or is for definer functions [S-04 +]', async () => {
    const sql = `
      create policy a_asks on public.beds for select to authenticated using (label = 'a');
      create policy b_definer on public.beds for insert to cordon_definer with check (true);
      create policy c_restricts on public.beds as restrictive for select to authenticated using (true);`;
    expect(await of('conditions-asked', sql)).toEqual([]);
  });
});

describe('decisions-recorded stops', () => {
  const FOR = `'{clinic_admin,doctor,nurse,assistant}', '{}'`;

  test('a decision that is no longer recorded, one recorded less, and rows that go unrecorded [N-35 N-47 -]', async () => {
    const sql = `
      alter policy provider_update on public.beds using (organisation_id = (select authz.organisation_for(${FOR})));
      alter policy provider_insert on public.admissions with check (
        organisation_id = (select authz.log_organisation(authz.membership_for('{doctor}', '{}'), 'admissions', 'INSERT', 'basic')));
      alter policy provider_select_rows on public.signed_form_evidence using (archived_at is null);
      drop policy internal_ops_update on public.transfers;`;
    expect(await of('decisions-recorded', sql)).toEqual([
      'public.admissions  the decision on INSERT as authenticated  is recorded as basic, and was as detailed',
      'public.beds  the decision on UPDATE as authenticated  is no longer recorded, and was as detailed',
      'public.signed_form_evidence  each row of SELECT as authenticated  is no longer recorded, and was as comprehensive',
      'public.transfers  the decision on UPDATE as internal_ops  is no longer recorded, and was as detailed',
    ]);
  });

  test('nothing that is recorded as before, or more [N-35 +]', async () => {
    const sql = `
      alter policy provider_select on public.beds rename to staff_select;
      alter policy provider_update on public.beds using (organisation_id = (
        select authz.log_organisation(authz.membership_for('{doctor}', '{}'), 'beds', 'UPDATE', 'comprehensive')));`;
    expect(await of('decisions-recorded', sql)).toEqual([]);
  });
});

describe('tables-ruled and invariants-kept stop', () => {
  test('a table that nobody has written rules, a level or a fence for [S-04 N-06 N-24 -]', async () => {
    const change = await changes.make('create table public.notices (id uuid);');
    expect((await runGuards(change)).map(inALine)).toEqual(
      expect.arrayContaining([
        'public.notices  is a new table without rules',
        'public.notices  is not classified (classification-complete)',
        'public.notices for authenticated  0 restrictive policies for all commands (fence-present)',
      ]),
    );
  });

  test('whatever breaks a rule about the whole catalog that held [S-04 N-43 -]', async () => {
    const sql = `
      drop policy provider_fence on public.beds;
      alter table public.cases disable row level security;
      alter table public.invoices no force row level security;
      alter view public.patient_profiles set (security_invoker = false);
      create function public.peek() returns bigint language sql security definer set search_path = pg_catalog, pg_temp
        as 'select count(*) from public.beds';`;
    const found = await of('invariants-kept', sql);
    for (const [where, rule] of [
      ['public.beds for authenticated', 'fence-present'],
      ['public.cases', 'row-security-forced'],
      ['public.invoices', 'row-security-forced'],
      ['public.patient_profiles', 'views-as-invoker'],
      ['public.peek()', 'definer-functions-listed'],
      ['public.peek()', 'everything-commented'],
    ] as const) {
      expect(found.filter((line) => line.includes(`${where}  `) && line.endsWith(`(${rule})`))).toHaveLength(
        1,
      );
    }
  });
});

describe('sources-complete stops', () => {
  test('a function, a trigger, a policy and a grant that no source knows [S-27 -]', async () => {
    const sql = `
      create function authz.ad_hoc() returns integer language sql as 'select 1';
      create trigger ad_hoc before update on public.beds for each row execute function authz.tg__stamp();
      create policy ad_hoc on public.beds for select to authenticated using (label = 'a');
      grant delete on public.beds to service_role;`;
    expect(await of('sources-complete', sql)).toEqual([
      'function authz.ad_hoc()  stands in the history and has no source',
      expect.stringMatching(/^grants on public\.beds to service_role .*differs/),
      'policy ad_hoc on public.beds  stands in the history and has no source',
      'trigger ad_hoc on public.beds  stands in the history and has no source',
    ]);
  });
});

describe('locks-short stops', () => {
  const long = `
    alter table public.beds alter column label type varchar(90);
    alter table public.cases add constraint short check (length(number) < 90);
    alter table public.admissions add constraint other foreign key (organisation_id) references public.organisations (id);
    create index other on public.invoices (organisation_id, status);
    alter table public.vehicles alter column archived_at set not null;
    alter table public.transfers add column tag uuid default gen_random_uuid();`;

  test('whoever goes through all rows of a table that grows while others wait [S-26 -]', async () => {
    const [finding] = await changes.explained('locks-short', long);
    expect(finding?.details).toEqual([
      'ACCESS EXCLUSIVE on public.beds, all rows written anew',
      'ACCESS EXCLUSIVE on public.cases, all rows read',
      'ACCESS EXCLUSIVE on public.transfers, all rows written anew',
      'ACCESS EXCLUSIVE on public.vehicles, all rows read',
      'SHARE ROW EXCLUSIVE on public.admissions, all rows read',
      'SHARE on public.invoices, all rows read',
    ]);
  });

  const OF_NO_CLINIC = [
    'audit.leaves',
    'audit.nodes',
    'authz.restricted_reads',
    'public.organisations',
    'public.profiles',
    'storage.objects',
  ];

  test('the same of tables that are of no clinic: seals, names, files, what was read [S-26 -]', async () => {
    const [finding] = await changes.explained(
      'locks-short',
      OF_NO_CLINIC.map(
        (table) => `alter table ${table} add constraint short check (tableoid is not null);`,
      ).join('\n'),
    );
    expect(finding?.details).toEqual(
      OF_NO_CLINIC.map((table) => `ACCESS EXCLUSIVE on ${table}, all rows read`),
    );
  });

  test('no table that is small by name alone: each is there, and of no clinic [S-26 +]', async () => {
    const { start } = await changes.make('select 1;');
    const columns = new Map(start.reach.relations.map(({ name, columns: own }) => [name, own]));
    for (const table of SMALL) {
      expect(columns.get(table), table).toBeDefined();
      expect(columns.get(table), table).not.toContain('organisation_id');
    }
  });

  test('nobody who gives a reason for it [S-26 +]', async () => {
    expect(await of('locks-short', long, { header: ['-- Long lock: no clinic has any yet'] })).toEqual([]);
    expect(await of('locks-short', long, { header: ['-- Long lock:'] })).not.toEqual([]);
  });

  test('neither what only looks at the catalog, nor a small table [S-26 +]', async () => {
    const sql = `
      alter table public.beds add constraint short check (length(label) < 90) not valid;
      alter table public.cases add column floor integer not null default 0;
      alter policy provider_select on public.invoices using (status is not null);
      alter table public.consent_purposes add constraint short check (length(description) < 900);
      alter table governance.classification add constraint short check (length(table_name) < 900);
      alter table authz.state_transitions add constraint short check (length(table_name) < 900);`;
    expect(await of('locks-short', sql)).toEqual([]);
  });
});

test('a catalog that a temporary view hides is seen all the same [S-30 -]', async () => {
  const sql = `create view extensions.patient_export as select * from public.patients;
    grant select on extensions.patient_export to anon;
    create temporary view pg_class as select * from pg_catalog.pg_class where relname <> 'patient_export';`;
  expect(await of('widenings-named', sql, { names: [] })).toEqual([
    expect.stringMatching(/does not name \d+ things? that it opens/),
  ]);
});

describe('history-kept stops', () => {
  test('an edited file, one that is gone, and one that came in between [S-26 -]', async () => {
    const change = await changes.make('select 1;');
    const guard = GUARDS.find(({ name }) => name === 'history-kept');
    const [first, second, ...others] = change.base.migrations;
    if (!first || !second) throw new Error('a history of two at least');
    const early = {
      ...second,
      fileName: '20200101000000_came_before.sql',
      path: 'migrations/20200101000000_came_before.sql',
      version: '20200101000000',
    };
    const head = [early, { ...second, checksum: '0'.repeat(64) }, ...others];
    const found = ((await guard?.check({ ...change, head })) ?? []).map(inALine);
    expect(found).toEqual([
      `${first.fileName}  is gone, and stands in main`,
      `${second.fileName}  was edited, and stands in main`,
      `20200101000000_came_before.sql  is new, and not younger than ${others.at(-1)?.fileName} of main`,
    ]);
  });
});

test('a migration that ends its own connection is told by file and line, as one that fails otherwise [S-26 -]', async () => {
  const failure = await changes.make('select pg_terminate_backend(pg_backend_pid());').then(
    () => undefined,
    (error) => error,
  );
  expect(failure).toMatchObject({
    exitCode: 1,
    explanation: { problem: expect.stringMatching(new RegExp(`${FILE}:\\d+ .*SQLSTATE 57P01`)) },
  });
});
