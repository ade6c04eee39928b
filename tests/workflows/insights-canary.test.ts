import { describe, expect, test } from 'vitest';
import { escapeIdentifier, quoteLiteral } from '../../scripts/postgres/quote.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** What may leave, or decides whether anything may. Every other column of the schema gets a canary, the ones of tomorrow too. */
const SPARED: Readonly<Record<string, string>> = {
  'public.organisation_members.role': 'decides who may take it',
  'public.organisation_members.capabilities': 'decides who may take it',
  'public.organisation_settings.modules': 'leaves: the configuration',
  'public.case_activity_log.event_type': 'leaves: what was done',
  'public.case_activity_log.actor_realm': 'decides whose actions leave',
  'public.profiles.display_name': 'leaves, of colleagues who acted; planted in everybody else',
  'governance.processors.service': 'decides to whom it may leave',
  'governance.processors.dpa_from': 'decides whether it may leave',
  'governance.processors.dpa_until': 'decides whether it may leave',
};

/** A date and an address that nothing else has. */
const DAY = '2907-03-04';
const ADDRESS = '198.51.100.77';
const CANARIES = /canary|2907|198\.51\.100\.77/i;

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Every column that can hold something about somebody, from the catalog. */
async function columnsOf(session: Session): Promise<readonly Column[]> {
  const rows = await session.rows(`
    select format('%I.%I', n.nspname, c.relname) as table, a.attname as column, format_type(a.atttypid, null) as type
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'authz', 'audit', 'governance') and c.relkind in ('r', 'p')
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
      and format_type(a.atttypid, null) in ('text', 'character varying', 'text[]', 'jsonb', 'date', 'inet', 'cidr')
    order by 1, a.attnum`);
  return rows as unknown as Column[];
}

function canaryOf({ table, column, type }: Column): string {
  const word = quoteLiteral(`canary ${table}.${column} `);
  switch (type) {
    case 'text[]':
      return `array[${word}]`;
    case 'jsonb':
      return `jsonb_build_object('canary', ${word})`;
    case 'date':
      return `date '${DAY}'`;
    case 'inet':
    case 'cidr':
      return `${type} '${ADDRESS}'`;
    default:
      return `${word} || ctid::text`;
  }
}

/** Plants a canary in every column of every row, past every constraint and trigger. */
async function plant(session: Session): Promise<{ planted: readonly string[]; empty: readonly string[] }> {
  const columns = await columnsOf(session);
  const tables = [...new Set(columns.map(({ table }) => table))];
  await session.script(`
    do $do$
    declare k record;
    begin
      for k in
        select format('alter table %s drop constraint %I', conrelid::regclass, conname) as sql from pg_constraint
        where contype = 'c' and connamespace::regnamespace::text in ('public', 'authz', 'audit', 'governance') and conrelid <> 0
      loop
        execute k.sql;
      end loop;
      -- What is computed from a canary is often nothing.
      for k in
        select format('alter table %s alter column %I drop not null', attrelid::regclass, attname) as sql from pg_attribute as a
        join pg_class as c on c.oid = a.attrelid
        where a.attgenerated <> '' and a.attnotnull and not a.attisdropped
          and c.relkind = 'r' and c.relnamespace::regnamespace::text in ('public', 'authz', 'audit', 'governance')
      loop
        execute k.sql;
      end loop;
    end $do$`);
  for (const table of tables) await session.script(`alter table ${table} disable trigger all`);
  const empty: string[] = [];
  const planted: string[] = [];
  for (const table of tables) {
    const own = columns.filter((each) => each.table === table && !(`${table}.${each.column}` in SPARED));
    if (own.length === 0) continue;
    const sets = own.map((each) => `${escapeIdentifier(each.column)} = ${canaryOf(each)}`);
    const count = await session.affected(`update ${table} set ${sets.join(', ')}`);
    if (count === 0) empty.push(table);
    planted.push(...own.map(({ column }) => `${table}.${column}`));
  }
  await session.rows(
    `update public.profiles as p set display_name = 'canary of a stranger'
     where not exists (select from public.organisation_members as m where m.organisation_id = $1 and m.user_id = p.user_id)`,
    [CLINIC_A],
  );
  return { planted, empty };
}

async function take(session: Session): Promise<string | null | undefined> {
  await session.rows("select set_config('request.jwt.claims', $1, true)", [
    JSON.stringify(personas.insightsAdmin.claims),
  ]);
  await session.script('set local role authenticated');
  const payload = await session.value<string | null>('select public.smart_insights_payload()::text');
  await session.script('reset role');
  return payload;
}

describe('a canary in every column of every row', () => {
  test('never leaves: no name of a patient, no chart, no note, no id [S-22 S-23 -]', async () => {
    const { planted, empty, payload, spared } = await database().asSuperuser(
      async (session) => {
        const { planted, empty } = await plant(session);
        const names = (await columnsOf(session)).map(({ table, column }) => `${table}.${column}`);
        const spared = Object.keys(SPARED).filter((name) => !names.includes(name));
        return { planted, empty, spared, payload: await take(session) };
      },
      { rollback: true },
    );
    expect(spared).toEqual([]);
    expect(planted.length).toBeGreaterThan(150);
    for (const personal of [
      'public.patients.full_name',
      'public.patient_identity.birth_date',
      'public.medical_record_details.diagnosis',
      'public.appointment_reasons.reason',
      'public.signed_form_evidence.signed_ip',
      'public.transfer_jobs.packet',
      'public.case_activity_log.details',
    ]) {
      expect(planted).toContain(personal);
    }
    // A table without a row has shown nothing.
    expect(empty.filter((table) => table.startsWith('public.'))).toEqual([]);
    expect(payload).toContain('"actions"');
    expect(payload).not.toMatch(CANARIES);
    expect(payload).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  test('would be seen, had it left: one in the name of a colleague who acted is [S-22 +]', async () => {
    const payload = await database().asSuperuser(
      async (session) => {
        await plant(session);
        await session.rows(
          `update public.profiles set display_name = 'canary of a colleague'
           where user_id in (select actor_user_id from public.case_activity_log where organisation_id = $1 and actor_realm = 'provider')`,
          [CLINIC_A],
        );
        return take(session);
      },
      { rollback: true },
    );
    expect(payload).toMatch(CANARIES);
  });
});

describe('the role that makes it', () => {
  test('may read these columns and no other, and write none [S-23 +]', async () => {
    const held = await database().asSuperuser((session) =>
      session.rows(`
        select format('%I.%I', n.nspname, c.relname) as table, array_agg(a.attname::text order by a.attname::text collate "C") as columns
        from pg_attribute as a
        join pg_class as c on c.oid = a.attrelid
        join pg_namespace as n on n.oid = c.relnamespace
        where n.nspname in ('public', 'authz', 'audit', 'governance', 'auth', 'storage') and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and a.attnum > 0 and not a.attisdropped
          and has_column_privilege('cordon_insights', c.oid, a.attnum, 'select')
        group by 1 order by 1`),
    );
    const counted = ['archived_at', 'organisation_id', 'status'];
    expect(Object.fromEntries(held.map(({ table, columns }) => [table, columns]))).toEqual({
      'public.admissions': counted,
      'public.beds': counted,
      'public.case_activity_log': [
        'actor_realm',
        'actor_user_id',
        'event_type',
        'id',
        'occurred_at',
        'organisation_id',
      ],
      'public.cases': counted,
      'public.organisation_members': ['archived_at', 'is_active', 'organisation_id'],
      'public.organisation_settings': ['modules', 'organisation_id'],
      'public.patients': counted,
      'public.profiles': ['display_name', 'user_id'],
      'public.transfers': counted,
    });
  });

  for (const [what, sql] of Object.entries({
    'a chart': 'select diagnosis from public.medical_record_details',
    'a name of a patient': 'select full_name from public.patients',
    'details of an action': 'select details from public.case_activity_log',
    'on whom an action was': 'select entity_id from public.case_activity_log',
    'an email': 'select email from auth.users',
    'a write': 'update public.beds set archived_at = now()',
  })) {
    test(`is refused ${what} by PostgreSQL itself, whatever its function asked [S-23 -]`, async () => {
      const outcome = await database().asSuperuser(
        async (session) => {
          await session.rows("select set_config('request.jwt.claims', $1, true)", [
            JSON.stringify(personas.insightsAdmin.claims),
          ]);
          await session.script('set local role cordon_insights');
          return session.attempt(sql);
        },
        { rollback: true },
      );
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
    });
  }

  test('finds rows of the one organisation, and none once insights are off [S-22 S-25 -]', async () => {
    const seen = await database().asSuperuser(
      async (session) => {
        await session.rows("select set_config('request.jwt.claims', $1, true)", [
          JSON.stringify(personas.insightsAdmin.claims),
        ]);
        const organisations = async () => {
          await session.script('set local role cordon_insights');
          const rows = await session.rows('select distinct organisation_id from public.patients');
          await session.script('reset role');
          return rows.map(({ organisation_id }) => organisation_id);
        };
        const on = await organisations();
        await session.script('set local role authenticated; select public.set_smart_insights(false)');
        await session.script('reset role');
        return { on, off: await organisations() };
      },
      { rollback: true },
    );
    expect(seen).toEqual({ on: [CLINIC_A], off: [] });
  });
});
