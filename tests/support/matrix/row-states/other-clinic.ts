import { escapeIdentifier, quoteLiteral } from '../../../../scripts/postgres/quote.ts';
import { idOf, NOBODY } from '../../../../testing/ids.ts';
import type { Place } from './acts.ts';
import { answer, nameOf, type StateAnswer, type StateCell } from './cell.ts';

/**
 * Ids are unique only within a tenant. The caller is a patient of both clinics, and the other one holds a row of somebody
 * whose id is the caller's own id at the first.
 */
export async function elsewhere(
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
