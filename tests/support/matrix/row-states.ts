import type pg from 'pg';
import { TABLES } from '../../../policies/index.ts';
import type { Condition, RuleOperation, TablePolicy } from '../../../policies/vocabulary.ts';
import { conditionsOf, rulesOf } from '../../../scripts/policy/branches.ts';
import { conditionKey } from '../../../scripts/policy/conditions.ts';
import { escapeIdentifier } from '../../../scripts/postgres/quote.ts';
import { idOf } from '../../../testing/ids.ts';
import { EVERYBODY, type Persona, personas } from '../../../testing/personas.ts';
import { Actor } from './actor.ts';
import { askerOf } from './asker.ts';
import { type Asker, expectedAccess } from './expected.ts';
import { probeOf } from './probes/index.ts';
import { insert, rewrite, select, update } from './row-states/acts.ts';
import { answer, nameOf, type StateAnswer, type StateCell } from './row-states/cell.ts';
import { elsewhere } from './row-states/other-clinic.ts';
import { hangsOn, keyOf, targetOf } from './row-states/target.ts';
import { ARCHIVING, type RowState, STATES } from './states.ts';

/** Everybody whom a rule can let in, one of each kind: every role and every capability of a clinic, a patient, operations. */
const WHO: readonly Persona[] = [
  ...EVERYBODY.filter(({ name, live }) => live?.realm === 'provider' && / of A\b/.test(name)),
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

function admits(table: TablePolicy, operation: RuleOperation, asker: Asker): boolean {
  return expectedAccess(table, operation, asker, 'own').verdict === 'allow';
}

/** The table with only those rules that a row in this state still satisfies. */
function without(table: TablePolicy, { breaks }: RowState): TablePolicy {
  const holds = (condition: Condition) => !breaks.includes(conditionKey(condition));
  const rules = table.rules.filter((rule) => conditionsOf(rule).every(holds));
  return { ...table, rules } as unknown as TablePolicy;
}
