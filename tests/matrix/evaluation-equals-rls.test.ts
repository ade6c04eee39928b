import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TABLES } from '../../policies/index.ts';
import {
  CAPABILITIES,
  defineTable,
  PROVIDER_ROLES,
  type ProviderRule,
  type Rule,
  type TablePolicy,
} from '../../policies/vocabulary.ts';
import { compileTable } from '../../scripts/policy/compile.ts';
import { isExplained } from '../../scripts/policy/explain.ts';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { EVERYBODY, type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { twinOrganisationOf } from '../support/twins.ts';

/*
 * Two readings of the same rules, held together by execution: the policies that the compiler made of them, as rows that
 * a statement finds, and authz.simulate, which interprets them. A difference is a bug in one of the two.
 */

const database = useDatabase();

/** Each run looks elsewhere; a failure prints its seed, and CORDON_SEED repeats it. */
const SEED = Number(process.env.CORDON_SEED ?? Date.now() % 2 ** 31);
const run = (numRuns: number) => ({ numRuns, seed: SEED, endOnFailure: true });

const TWIN_OF_A = twinOrganisationOf(CLINIC_A);
const PATIENT = idOf('patient', 'a', '01');
const CHANGES: readonly string[] = [
  `update public.consents set status = 'withdrawn' where organisation_id = '${CLINIC_A}' and patient_id = '${PATIENT}' and status = 'active'`,
  `insert into public.consents (organisation_id, patient_id, purpose, status, expires_at) values ('${CLINIC_A}', '${idOf('patient', 'a', '02')}', 'treatment', 'active', '2026-07-01 15:00+00')`,
  `insert into public.consents (organisation_id, patient_id, purpose, status, break_glass_allowed) values ('${CLINIC_A}', '${PATIENT}', 'marketing', 'active', false)`,
  `update public.care_relationships set ends_at = '2026-07-01 15:00+00' where organisation_id = '${CLINIC_A}' and ends_at is null`,
  `update public.care_relationships set archived_at = now() where organisation_id = '${CLINIC_A}' and patient_id = '${PATIENT}'`,
  `update public.organisation_settings set business_hours = '{"start": 6, "end": 12}' where organisation_id = '${CLINIC_A}'`,
  `update public.organisation_settings set business_hours = '{"start": 22, "end": 6}' where organisation_id = '${CLINIC_A}'`,
  `insert into public.organisation_networks (organisation_id, cidr, mode) values ('${CLINIC_A}', '192.0.2.8/29', 'deny')`,
  `update public.organisation_networks set archived_at = now() where organisation_id = '${CLINIC_A}'`,
  `insert into public.access_restrictions (organisation_id, patient_id, restricted_user_id) values ('${CLINIC_A}', '${PATIENT}', '${personas.doctor.userId}') on conflict do nothing`,
  `insert into public.access_restrictions (organisation_id, patient_id) values ('${CLINIC_A}', '${PATIENT}')`,
  `update public.access_restrictions set lifted_at = now() where organisation_id = '${CLINIC_A}'`,
  `insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at)
     select '${CLINIC_A}', '${PATIENT}', m.user_id, '3', '2026-07-01 14:00+00', '2026-07-01 15:00+00' from public.organisation_members as m
     where m.organisation_id = '${CLINIC_A}' and m.role in ('doctor', 'nurse', 'assistant')
     on conflict do nothing`,
  `update public.patients set status = 'inactive' where organisation_id = '${CLINIC_A}' and id = '${PATIENT}'`,
  `update public.patients set status = 'active' where organisation_id = '${CLINIC_A}'`,
  `update public.patients set archived_at = now() where organisation_id = '${CLINIC_A}' and id = '${PATIENT}'`,
  `update public.medical_records set archived_at = now() where organisation_id = '${CLINIC_A}' and id = '${idOf('record', 'a', '01')}'`,
  `update public.medical_records set segments = '{HIV}' where organisation_id = '${CLINIC_A}' and segments = '{}'`,
  `update public.appointments set archived_at = now() where organisation_id = '${CLINIC_A}'`,
  `update public.organisation_members set is_active = false where user_id = '${personas.nurse.userId}'`,
  `update public.organisation_members set valid_until = '2020-01-01' where user_id = '${personas.receptionist.userId}'`,
  `update public.organisation_members set role = 'receptionist', capabilities = '{finance,privacy_officer}' where user_id = '${personas.doctor.userId}'`,
  `update public.patient_accounts set revoked_at = now() where organisation_id = '${CLINIC_A}'`,
  `update public.organisations set archived_at = now() where id = '${CLINIC_A}'`,
  // Of a patient who has an account at the organisation of the twins, too, and of a case that is held at one of the two alone.
  `select set_config('app.pinned_organisation_id', '${TWIN_OF_A}', true);
   insert into public.patient_accounts (organisation_id, patient_id, user_id, relationship)
     select '${TWIN_OF_A}', a.patient_id, a.user_id, a.relationship
     from public.patient_accounts as a where a.organisation_id = '${CLINIC_A}';
   select set_config('app.pinned_organisation_id', '${CLINIC_A}', true)`,
  `update public.cases set archived_at = now() where organisation_id = '${CLINIC_A}' and id = '${idOf('case', 'a', '03')}'`,
];

interface World {
  readonly changes: readonly string[];
  readonly at: string;
  readonly address: string;
  readonly purpose: string;
}
const worlds: fc.Arbitrary<World> = fc.record({
  changes: fc.subarray([...CHANGES], { maxLength: 4 }),
  // Ends and hours fall on these instants; a moment before and after each.
  at: fc.constantFrom(
    '2026-07-01 14:59:59.999999+00',
    '2026-07-01 15:00+00',
    '2026-07-01 13:30+00',
    '2026-07-02 03:00+00',
  ),
  address: fc.constantFrom('192.0.2.10', '192.0.2.20', '203.0.113.5', ''),
  purpose: fc.constantFrom('', '', 'treatment', 'scheduling', 'curiosity'),
});

async function change(session: Session, { changes }: World): Promise<void> {
  await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
  for (const statement of changes) await session.script(statement);
}

async function become(session: Session, persona: Persona, { at, address, purpose }: World): Promise<void> {
  await session.script('reset role');
  const settings: Record<string, string> = {
    'request.jwt.claims': JSON.stringify(persona.claims),
    'request.headers': JSON.stringify({ 'x-forwarded-for': address }),
    'test.now': at,
    'app.purpose': purpose,
    'app.current_clinic_id': '',
    ...persona.settings,
  };
  for (const [name, value] of Object.entries(settings)) {
    await session.rows('select set_config($1, $2, true)', [name, value]);
  }
  await session.script(`set local role ${persona.role}`);
}

interface Subject {
  readonly table: string;
  readonly key: string;
  /** Ids of every row, of whichever tenant; of one id there may be several. */
  readonly ids: readonly string[];
  /** A column that whoever may change rows may write. */
  readonly column: Partial<Record<Rule['realm'], string>>;
}

async function subjectOf(session: Session, policy: TablePolicy): Promise<Subject> {
  const key = policy.rowKey ?? 'id';
  const rows = await session.rows<{ id: string }>(
    `select distinct ${key} as id from public.${policy.tableName}`,
  );
  const column: Subject['column'] = {};
  for (const rule of policy.rules) {
    if (rule.operation !== 'UPDATE' || rule.realm === 'service') continue;
    column[rule.realm] ??= rule.columns.find((name) => !/_at$/.test(name)) ?? rule.columns[0];
  }
  return { table: policy.tableName, key, ids: rows.map(({ id }) => id), column };
}

/** What is said of every row, and what statements find, for one caller. */
async function compare(
  session: Session,
  subject: Subject,
  persona: Persona,
): Promise<{ told: string[]; found: string[] }> {
  const { table, key, ids, column } = subject;
  const realm = persona.role === 'authenticated' ? 'provider' : persona.role;
  const target = realm === 'service_role' ? undefined : column[realm];
  const operations = target ? ['SELECT', 'UPDATE'] : ['SELECT'];
  const told = await session.rows<{ cell: string }>(
    `select o || ' ' || i as cell from unnest($1::text[]) as o cross join unnest($2::uuid[]) as i
     where (public.evaluate_policy($3, o, i) ->> 'allowed')::boolean`,
    [operations, ids, table],
  );
  const found = [];
  const seen = await session.attempt(`select ${key} as id from public.${table}`);
  if (seen.ok) found.push(...seen.rows.map(({ id }) => `SELECT ${id}`));
  else expect(seen.code).toBe('42501');
  if (target) {
    const update = (some: readonly string[]) =>
      session.undone(() =>
        session.attempt(
          `update public.${table} set ${target} = ${target} where ${key} = any ($1) returning ${key} as id`,
          [some],
        ),
      );
    // At once, unless one of the rows is refused aloud.
    const whole = await update(ids);
    const answers = whole.ok ? [whole] : [];
    if (!whole.ok) for (const id of ids) answers.push(...[await update([id])].filter((one) => one.ok));
    found.push(...answers.flatMap(({ rows }) => rows.map(({ id }) => `UPDATE ${id}`)));
  }
  return { told: told.map(({ cell }) => cell).sort(), found: [...new Set(found)].sort() };
}

/** Chosen by name, so that a counterexample can be read. */
const callers = EVERYBODY.filter(({ role }) => ['authenticated', 'patient', 'internal_ops'].includes(role));

function few<T extends { readonly name: string }>(list: readonly T[], many = 3): fc.Arbitrary<readonly T[]> {
  const chosen = fc.subarray([...list], { minLength: many, maxLength: many });
  return chosen.map((some) =>
    Object.assign(some, { [fc.toStringMethod]: () => some.map(({ name }) => name).join(', ') }),
  );
}

test('what evaluate_policy says of any row, table, caller and moment is what statements find [N-08 N-40 N-41 +, N-08 -]', async () => {
  let compared = 0;
  let allowed = 0;
  const tables = TABLES.filter(isExplained);
  await fc.assert(
    fc.asyncProperty(
      worlds,
      few(callers),
      few(
        tables.map((table) => ({ ...table, name: table.tableName })),
        5,
      ),
      (world, some, asked) =>
        database().asSuperuser(
          async (session) => {
            await change(session, world);
            const subjects = [];
            for (const table of asked) subjects.push(await subjectOf(session, table));
            for (const persona of some) {
              await become(session, persona, world);
              for (const subject of subjects) {
                const { told, found } = await compare(session, subject, persona);
                expect({ who: persona.name, table: subject.table, cells: told }).toEqual({
                  who: persona.name,
                  table: subject.table,
                  cells: found,
                });
                compared += subject.ids.length;
                allowed += found.length;
              }
            }
          },
          { rollback: true },
        ),
    ),
    run(12),
  );
  expect(compared, 'enough cells to mean something').toBeGreaterThan(800);
  expect(allowed, 'among them some that are allowed').toBeGreaterThan(50);
}, 240_000);

const ROW_CONDITIONS = [
  'not_archived',
  'active',
  'own_user',
  'other_user',
  'below_own_rank',
  'patient_active',
  'unsegmented',
  'treating',
] as const;
const rules = fc
  .array(
    fc.record(
      {
        roles: fc.oneof(fc.constant('any' as const), fc.subarray([...PROVIDER_ROLES], { minLength: 1 })),
        capabilities: fc.subarray([...CAPABILITIES], { minLength: 1, maxLength: 2 }),
        conditions: fc.subarray([...ROW_CONDITIONS, { consent: 'treatment' }] as const, { maxLength: 2 }),
        hours: fc.constantFrom('business', { start: 6, end: 12 }, { start: 22, end: 6 }),
        network: fc.constant(true as const),
        purposes: fc.subarray(['treatment', 'scheduling', 'marketing'] as const, { minLength: 1 }),
        emergencyBypass: fc.constant(true as const),
      },
      { requiredKeys: ['roles', 'conditions'] },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((drafts) =>
    drafts.map(
      (draft) =>
        ({
          operation: 'SELECT',
          realm: 'provider',
          auditLevel: 'basic',
          requirements: ['N-02'],
          ...draft,
        }) as unknown as ProviderRule,
    ),
  );

const EVERYBODY_READS: ProviderRule = {
  operation: 'SELECT',
  realm: 'provider',
  roles: 'any',
  auditLevel: 'basic',
  requirements: ['N-02'],
};
const UNCHANGED: World = { changes: [], at: '', address: '192.0.2.10', purpose: '' };

/** A table of these rules, or nothing where the compiler refuses them. */
function compiled(list: readonly ProviderRule[]): readonly string[] | undefined {
  const table = defineTable({
    tableName: 'notes',
    level: 'INTERNAL',
    domain: 'ops',
    tenantKey: 'organisation_id',
    patientKey: 'patient_id',
    rules: list as unknown as readonly [Rule, ...Rule[]],
  });
  try {
    return compileTable(table).chunks.map(({ sql }) => sql);
  } catch {
    return undefined;
  }
}

test('whatever rules somebody writes, their policies and their explanation agree [N-03 N-10 N-25 +, N-03 -]', async () => {
  await database().asSuperuser((session) =>
    session.script(`
      create table public.notes (
        organisation_id uuid not null, id uuid not null, patient_id uuid, user_id uuid, status text, rank smallint,
        archived_at timestamptz, patient_status text, is_segmented boolean, treatment_consent_until timestamptz,
        primary key (organisation_id, id)
      );
      alter table public.notes owner to postgres;
      alter table public.notes enable row level security;
      alter table public.notes force row level security;
      insert into public.notes
      select o.id, gen_random_uuid(), p.id, u.user_id, s.status, r.rank, a.archived_at, ps.status, g.segmented, c.until
      from (values ('${CLINIC_A}'::uuid), ('${idOf('organisation', 'b')}')) as o (id)
      cross join (values ('${PATIENT}'::uuid), ('${idOf('patient', 'a', '03')}')) as p (id)
      cross join (values ('${personas.doctor.userId}'::uuid), (null)) as u (user_id)
      cross join (values ('active'), ('closed')) as s (status)
      cross join (values (60), (85)) as r (rank)
      cross join (values (null::timestamptz), ('2026-01-01')) as a (archived_at)
      cross join (values ('active'), ('inactive')) as ps (status)
      cross join (values (false), (true)) as g (segmented)
      cross join (values ('infinity'::timestamptz), (null)) as c (until)
      where random() < 0.25 or o.id = '${CLINIC_A}' and a.archived_at is null and ps.status = 'active'`),
  );
  const askers = callers.filter(({ home, role }) => home === 'a' && role === 'authenticated');
  let sets = 0;
  await fc.assert(
    fc.asyncProperty(rules, worlds, few(askers), async (list, world, some) => {
      const statements = compiled(list);
      if (statements === undefined) return;
      sets += 1;
      await database().asSuperuser(
        async (session) => {
          await session.script('set local role postgres');
          for (const statement of statements) await session.script(statement);
          await session.script('reset role');
          await change(session, world);
          for (const persona of some) {
            await become(session, persona, world);
            const found = await session.rows<{ id: string }>('select id from public.notes order by id');
            await session.script('reset role');
            const ids = await session.rows<{ id: string }>(
              `(select id from public.notes where id = any ($1) limit 20) union (select id from public.notes order by random() limit 20)`,
              [found.map(({ id }) => id)],
            );
            await become(session, persona, world);
            const asked = ids.map(({ id }) => id);
            const told = await session.rows<{ id: string }>(
              `select i as id from unnest($1::uuid[]) as i where (public.evaluate_policy('notes', 'SELECT', i) ->> 'allowed')::boolean`,
              [asked],
            );
            if (list[0] === EVERYBODY_READS) expect(told).not.toEqual([]);
            const visible = new Set(found.map(({ id }) => id));
            expect({ who: persona.name, ids: told.map(({ id }) => id).sort() }).toEqual({
              who: persona.name,
              ids: asked.filter((id) => visible.has(id)).sort(),
            });
          }
        },
        { rollback: true },
      );
    }),
    // The first set lets everybody read, in a world where nothing is changed: rows are seen.
    { ...run(40), examples: [[[EVERYBODY_READS], UNCHANGED, [personas.doctor]]] },
  );
  expect(sets, 'most sets of rules compile').toBeGreaterThan(10);
}, 240_000);
