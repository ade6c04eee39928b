import type { TablePolicy } from '../../../../policies/vocabulary.ts';
import { escapeIdentifier } from '../../../../scripts/postgres/quote.ts';
import { idOf } from '../../../../testing/ids.ts';
import type { Persona } from '../../../../testing/personas.ts';
import type { Actor } from '../actor.ts';
import { probeOf } from '../probes/index.ts';
import type { RowState } from '../states.ts';
import { answer, nameOf, type StateAnswer } from './cell.ts';

type How = 'holds' | 'broken';

export interface Place {
  readonly actor: Actor;
  readonly table: TablePolicy;
  readonly persona: Persona;
  readonly state: RowState;
  /** The other conditions' columns, which must not be what refuses. */
  readonly others: readonly RowState[];
  /** The row, by its key. */
  readonly target: string;
}

export async function select(place: Place, how: How = 'broken'): Promise<StateAnswer | string> {
  const { result } = await place.actor.ask({
    prepare: prepare(place, how),
    statement: `select count(*) from ${nameOf(place.table)} where ${place.target}`,
  });
  return answer(result, () => Number(result.ok && result.value) > 0);
}

/** Without WHERE, so that no SELECT policy has a say; only the one row counts. */
export async function update(place: Place, act: 'leave' | 'enter'): Promise<StateAnswer | string> {
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
export async function rewrite(place: Place): Promise<StateAnswer | string> {
  const column = place.state.column(place.table);
  const { result } = await place.actor.ask({
    prepare: prepare(place, 'holds'),
    statement: `update ${nameOf(place.table)} set ${column} = ${place.state.holds(place.persona, place.table)}`,
  });
  return answer(result, () => result.ok && result.affected > 0);
}

export async function insert(place: Place, how: How = 'broken'): Promise<StateAnswer | string> {
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
