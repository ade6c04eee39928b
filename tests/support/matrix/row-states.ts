import type pg from 'pg';
import { TABLES } from '../../../policies/index.ts';
import type { Condition, RuleOperation, TablePolicy } from '../../../policies/vocabulary.ts';
import { conditionsOf, rulesOf } from '../../../scripts/policy/branches.ts';
import { conditionKey, handedOverKey } from '../../../scripts/policy/conditions.ts';
import { type Asker, expectedAccess } from '../../../scripts/policy/expected.ts';
import { escapeIdentifier, quoteLiteral } from '../../../scripts/postgres/quote.ts';
import { idOf, NOBODY } from '../ids.ts';
import { type Persona, personas } from '../personas.ts';
import { Actor, type Result } from './actor.ts';
import { askerOf } from './asker.ts';
import { probeOf } from './probes/index.ts';
import { ARCHIVING, HELD, type RowState, STATES } from './states.ts';

/**
 * What the access matrix takes for granted: that a row is not archived, its patient active, its consent in force. Here
 * one row at a time is put into a state that breaks a condition, and everybody whom the rules let in before is asked
 * again. A write is asked in both directions: out of the state, where USING has to refuse, and into it, where WITH CHECK
 * has to, whatever columns a grant names.
 */
export interface StateCell {
  readonly relation: string;
  readonly persona: string;
  /** `leave`: an UPDATE that mends the state; `enter`: one that breaks it. */
  readonly act: 'SELECT' | 'INSERT' | 'UPDATE' | 'leave' | 'enter';
  readonly state: string;
  readonly expected: StateAnswer;
  readonly observed: StateAnswer | string;
}

/** `no_row`: nothing was found, without an error. `refused`: the new row was, by its policy. */
type StateAnswer = 'allow' | 'no_row' | 'refused';

/** Everybody whom a rule can let in, one of each kind. */
const WHO: readonly Persona[] = [
  personas.clinicAdmin,
  personas.doctor,
  personas.nurse,
  personas.assistant,
  personas.receptionist,
  personas.finance,
  personas.patient,
  personas.opsAdmin,
  personas.opsAgent,
  personas.opsAuditor,
];

/**
 * Puts rows into every state that a rule speaks of, and asks.
 *
 * @param client a superuser. Everything is rolled back.
 * @param options.tables qualified names; all when left out. `options.roles`: only personas that log in with these.
 */
export async function observeRowStates(
  client: pg.Client,
  options: { readonly tables?: readonly string[]; readonly roles?: readonly string[] } = {},
): Promise<readonly StateCell[]> {
  const cells: StateCell[] = [];
  for (const persona of WHO.filter(({ role }) => options.roles?.includes(role) ?? true)) {
    await Actor.act(client, persona, async (actor) => {
      for (const table of TABLES) {
        if (!(options.tables?.includes(nameOf(table)) ?? true)) continue;
        cells.push(...(await observeTable(client, actor, persona, table)));
      }
    });
  }
  return cells;
}

/** The cells where a state makes another difference than the rules declare. */
export function differingStates(cells: readonly StateCell[]): readonly string[] {
  return cells
    .filter(({ expected, observed }) => expected !== observed)
    .map(
      ({ persona, act, relation, state, expected, observed }) =>
        `${persona}, ${act} ${relation} ${state}: ${expected}, got ${observed}`,
    );
}

async function observeTable(
  client: pg.Client,
  actor: Actor,
  persona: Persona,
  table: TablePolicy,
): Promise<StateCell[]> {
  const asker = askerOf(persona);
  const cells: StateCell[] = [];
  for (const operation of ['SELECT', 'INSERT', 'UPDATE'] as const) {
    if (!admits(table, operation, asker)) {
      if (operation === 'UPDATE' && rulesOf(table, asker.realm, operation).length > 0) {
        cells.push(await withoutRule(actor, persona, table));
      }
      continue;
    }
    const conditions = new Set(
      rulesOf(table, asker.realm, operation).flatMap((rule) => conditionsOf(rule).map(conditionKey)),
    );
    const spoken = STATES.filter(({ breaks, passes = [] }) =>
      [...breaks, ...passes].some((each) => conditions.has(each)),
    );
    // A column that is the key would make another row of it.
    const key = await keyOf(client, nameOf(table));
    const asked = spoken.filter(({ name }) => name !== ARCHIVING || !hangsOn(persona, nameOf(table)));
    const states =
      operation === 'INSERT' ? asked : asked.filter((state) => !key.includes(state.column(table)));
    const target = operation === 'INSERT' ? undefined : await targetOf(client, table, persona, key);
    for (const state of states) {
      const others = spoken.filter((other) => other.column(table) !== state.column(table));
      const place = { actor, table, persona, state, others, target: target ?? '' };
      const lasts = admits(without(table, state), operation, asker);
      const add = (act: StateCell['act'], expected: StateAnswer, observed: StateAnswer | string) =>
        cells.push({
          relation: nameOf(table),
          persona: persona.name,
          act,
          state: state.name,
          expected,
          observed,
        });
      if (operation === 'SELECT') add('SELECT', lasts ? 'allow' : 'no_row', await select(place));
      if (operation === 'INSERT') add('INSERT', lasts ? 'allow' : 'refused', await insert(place));
      if (operation === 'UPDATE') {
        add('leave', lasts ? 'allow' : 'no_row', await update(place, 'leave'));
        add('enter', lasts ? 'allow' : 'refused', await update(place, 'enter'));
      }
    }
    const [state] = operation === 'INSERT' ? spoken : states;
    if (state) {
      const others = spoken.filter((other) => other.column(table) !== state.column(table));
      const place = { actor, table, persona, state, others, target: target ?? '' };
      const control = { SELECT: select, INSERT: insert, UPDATE: rewrite }[operation];
      cells.push({
        relation: nameOf(table),
        persona: persona.name,
        act: operation,
        state: 'as it should be',
        expected: 'allow',
        observed: await control(place, 'holds'),
      });
    }
    if (conditions.has('own_patient') && operation !== 'INSERT') {
      cells.push(...(await elsewhere({ actor, table, persona, target: target ?? '' }, operation)));
    }
  }
  return cells;
}

/** Who may change no row of the table finds none, silently: an error would tell that there is one. */
async function withoutRule(actor: Actor, persona: Persona, table: TablePolicy): Promise<StateCell> {
  const name = nameOf(table);
  const [column, value] = Object.entries(probeOf(name).update)[0] ?? [];
  const { result } = await actor.ask({
    prepare: {
      organisationId: idOf('organisation', 'a'),
      sql: `alter table ${name} disable trigger all; grant update (${column}) on ${name} to ${escapeIdentifier(persona.role)}`,
    },
    statement: `update ${name} set ${column} = ${value}`,
  });
  return {
    relation: name,
    persona: persona.name,
    act: 'UPDATE',
    state: 'that others may change',
    expected: 'no_row',
    observed: answer(result, () => result.ok && result.affected > 0),
  };
}

/**
 * Ids are unique only within a tenant. The caller is a patient of both clinics, and the other one holds a row of somebody
 * whose id is the caller's own id at the first.
 */
async function elsewhere(
  { actor, table, persona, target }: Pick<Place, 'actor' | 'table' | 'persona' | 'target'>,
  operation: 'SELECT' | 'UPDATE',
): Promise<StateCell[]> {
  const name = nameOf(table);
  const key = table.patientKey ?? 'patient_id';
  const clinic = quoteLiteral(idOf('organisation', 'b'));
  const ownThere = quoteLiteral(idOf('patient', 'b', '03'));
  const ownHere = quoteLiteral(persona.live?.realm === 'patient' ? persona.live.patientId : NOBODY);
  const there = `organisation_id = ${clinic} and ${key} = ${ownHere}`;
  const givenTo = (patientId: string) =>
    `update ${name} set ${key} = ${patientId}, archived_at = null where ctid = (
       select ctid from ${name} where organisation_id = ${clinic} and ${key} <> ${ownThere} order by ctid limit 1);`;
  const prepare = (more: string) => ({
    organisationId: idOf('organisation', 'b'),
    // The system opens the account: one that a caller creates waits for somebody to confirm it.
    sql: `
      select set_config('request.jwt.claims', '', true);
      insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship)
      values (${clinic}, ${quoteLiteral(persona.userId ?? NOBODY)}, ${ownThere}, 'self');
      select set_config('request.jwt.claims', ${quoteLiteral(JSON.stringify(persona.claims))}, true);
      alter table ${name} disable trigger all;
      grant update (archived_at, organisation_id) on ${name} to ${escapeIdentifier(persona.role)};
      ${more}`,
  });
  const cell = (
    act: StateCell['act'],
    state: string,
    expected: StateAnswer,
    observed: StateAnswer | string,
  ) => ({
    relation: name,
    persona: persona.name,
    act,
    state,
    expected,
    observed,
  });
  const found = async (more: string, rows: string): Promise<StateAnswer | string> => {
    const { result } = await actor.ask({
      prepare: prepare(more),
      statement: `select count(*) from ${name} where ${rows}`,
    });
    return answer(result, () => Number(result.ok && result.value) > 0);
  };
  const strange = 'of the same patient id in another clinic of theirs';
  if (operation === 'SELECT') {
    const control = 'of themselves in another clinic of theirs';
    return [
      cell('SELECT', strange, 'no_row', await found(givenTo(ownHere), there)),
      // Where the id is the patient's, the row of themselves stands there already.
      ...(key === 'id'
        ? []
        : [
            cell(
              'SELECT',
              control,
              'allow',
              await found(givenTo(ownThere), `organisation_id = ${clinic} and ${key} = ${ownThere}`),
            ),
          ]),
    ];
  }
  const changed = await actor.ask({
    prepare: prepare(givenTo(ownHere)),
    statement: `update ${name} set archived_at = now()`,
    reread: `select count(*)::integer as found from ${name} where ${there} and archived_at is not null`,
  });
  const entered = await actor.ask({
    prepare: prepare(`update ${name} set ${key} = ${ownHere} where ${target}`),
    statement: `update ${name} set organisation_id = ${clinic}`,
  });
  return [
    cell(
      'leave',
      strange,
      'no_row',
      answer(changed.result, () => changed.reread?.rows[0]?.found === 1),
    ),
    cell(
      'enter',
      strange,
      'refused',
      answer(entered.result, () => true),
    ),
  ];
}

type How = 'holds' | 'broken';

interface Place {
  readonly actor: Actor;
  readonly table: TablePolicy;
  readonly persona: Persona;
  readonly state: RowState;
  /** The other conditions' columns, which must not be what refuses. */
  readonly others: readonly RowState[];
  /** The row, by its key. */
  readonly target: string;
}

async function select(place: Place, how: How = 'broken'): Promise<StateAnswer | string> {
  const { result } = await place.actor.ask({
    prepare: prepare(place, how),
    statement: `select count(*) from ${nameOf(place.table)} where ${place.target}`,
  });
  return answer(result, () => Number(result.ok && result.value) > 0);
}

/** Without WHERE, so that no SELECT policy has a say; only the one row counts. */
async function update(place: Place, act: 'leave' | 'enter'): Promise<StateAnswer | string> {
  const column = place.state.column(place.table);
  const value = (act === 'leave' ? place.state.holds : place.state.broken)(place.persona, place.table);
  const name = nameOf(place.table);
  const { result, reread } = await place.actor.ask({
    prepare: prepare(place, act === 'leave' ? 'broken' : 'holds'),
    statement: `update ${name} set ${column} = ${value}`,
    reread: `select count(*)::integer as found from ${name} where ${place.target} and ${column} is not distinct from ${value}`,
  });
  return answer(result, () => reread?.rows[0]?.found === 1);
}

/** An UPDATE that leaves the row in the state it has to be in. */
async function rewrite(place: Place): Promise<StateAnswer | string> {
  const column = place.state.column(place.table);
  const { result } = await place.actor.ask({
    prepare: prepare(place, 'holds'),
    statement: `update ${nameOf(place.table)} set ${column} = ${place.state.holds(place.persona, place.table)}`,
  });
  return answer(result, () => result.ok && result.affected > 0);
}

async function insert(place: Place, how: How = 'broken'): Promise<StateAnswer | string> {
  const { table, persona, state, others } = place;
  const name = nameOf(table);
  const probe = probeOf(name).insert({ persona, clinic: persona.home === 'b' ? 'b' : 'a', whose: 'own' });
  const values: Record<string, string> = {
    ...probe.values,
    [state.column(table)]: state[how](persona, table),
  };
  for (const other of others) values[other.column(table)] = other.holds(persona, table);
  const { result } = await place.actor.ask({
    prepare: {
      organisationId: idOf('organisation', 'a'),
      sql: `${probe.prepare ?? ''};
        alter table ${name} disable trigger all;
        grant insert (${Object.keys(values).join(', ')}) on ${name} to ${escapeIdentifier(persona.role)}`,
    },
    statement: `insert into ${name} (${Object.keys(values).join(', ')}) values (${Object.values(values).join(', ')})`,
  });
  return answer(result, () => true);
}

/** Triggers would recompute what the state is made of, foreign keys refuse it: policies are what is asked here. */
function prepare({ table, persona, state, others, target }: Place, how: How) {
  const name = nameOf(table);
  const column = state.column(table);
  const values = [
    `${column} = ${state[how](persona, table)}`,
    ...new Map(others.map((other) => [other.column(table), other.holds(persona, table)])),
  ].map((each) => (typeof each === 'string' ? each : each.join(' = ')));
  return {
    organisationId: idOf('organisation', 'a'),
    sql: `
      alter table ${name} disable trigger all;
      grant update (${column}) on ${name} to ${escapeIdentifier(persona.role)};
      update ${name} set ${values.join(', ')} where ${target}`,
  };
}

async function keyOf(client: pg.Client, relation: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ key: string[] }>(
    `select array_agg(a.attname::text order by a.attnum) as key
     from pg_index as i join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
     where i.indrelid = $1::regclass and i.indisprimary`,
    [relation],
  );
  return rows[0]?.key ?? [];
}

/** Whether the persona is somebody only as long as the row aimed at is not archived: then they see nothing at all. */
function hangsOn(persona: Persona, relation: string): boolean {
  if (persona.live?.realm === 'provider') return relation === 'public.organisations';
  if (persona.live?.realm === 'internal_ops')
    return relation === 'public.ops_members' && aimOf(persona) === 'own';
  return /^public\.(organisations|patients|patient_accounts)$/.test(relation);
}

/** An admin of operations is aimed at what others have, since theirs is what they act by. */
function aimOf(persona: Persona): 'own' | 'other' {
  return persona === personas.opsAdmin ? 'other' : 'own';
}

/** One row that the persona is aimed at: of staff not the one that they act by, of a patient their own, of operations one that they hold. */
async function targetOf(
  client: pg.Client,
  table: TablePolicy,
  persona: Persona,
  key: readonly string[],
): Promise<string> {
  const name = nameOf(table);
  const aimed = probeOf(name).rows({ persona, clinic: 'a', whose: aimOf(persona) });
  const isPatient = persona.live?.realm === 'patient';
  const isHeld = persona.live?.realm === 'internal_ops' && table.handedOverBy !== undefined;
  const own =
    persona.live?.realm === 'patient' && table.patientKey === 'id'
      ? `id = ${quoteLiteral(persona.live.patientId)}`
      : isHeld
        ? `${handedOverKey(table)} = ${quoteLiteral(HELD[table.handedOverBy])}`
        : 'true';
  const { rows } = await client.query<Record<string, string>>(
    `select ${key.map((column) => `${column}::text`).join(', ')} from ${name} as t
     where ${aimed} and ${own} and coalesce(to_jsonb(t) ->> 'role', '') <> 'clinic_admin'
     order by (to_jsonb(t) ->> 'user_id' = $1) ${isPatient ? 'desc' : 'asc'} nulls last, ${key.join(', ')} limit 1`,
    [persona.userId ?? NOBODY],
  );
  const [row] = rows;
  if (!row) throw new Error(`${name} has no row where ${aimed}: a probe that finds nothing proves nothing`);
  return key.map((column) => `${column} = ${quoteLiteral(row[column] ?? '')}`).join(' and ');
}

function admits(table: TablePolicy, operation: RuleOperation, asker: Asker): boolean {
  return expectedAccess(table, operation, asker, 'own').verdict === 'allow';
}

/** The table with only those rules that a row in this state still satisfies. */
function without(table: TablePolicy, { breaks }: RowState): TablePolicy {
  const holds = (condition: Condition) => !breaks.includes(conditionKey(condition));
  const rules = table.rules.filter((rule) => conditionsOf(rule).every(holds));
  return { ...table, rules } as unknown as TablePolicy;
}

function answer(result: Result, happened: () => boolean): StateAnswer | string {
  if (result.ok) return happened() ? 'allow' : 'no_row';
  if (result.code === '42501' && result.message.includes('row-level security')) return 'refused';
  return `${result.code} ${result.message}`;
}

function nameOf({ schema, tableName }: TablePolicy): string {
  return `${schema ?? 'public'}.${tableName}`;
}
