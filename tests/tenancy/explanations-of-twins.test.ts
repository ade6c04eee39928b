import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';
import { twinOrganisationOf } from '../support/twins.ts';

/*
 * An id names a row within its organisation. Of two rows of one id, evaluate_policy speaks of what a statement that names
 * the id finds, and a document opens by what is true at its own clinic.
 */

const database = useDatabase();

const TWIN_OF_A = twinOrganisationOf(CLINIC_A);
const WAYS: readonly (readonly [string, string])[] = [
  [CLINIC_A, TWIN_OF_A],
  [TWIN_OF_A, CLINIC_A],
];

/** What is changed at an organisation before somebody asks. */
type Change = readonly [organisationId: string, statement: string];

async function make(session: Session, changes: readonly Change[]): Promise<void> {
  const pin = (id: string) => session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [id]);
  for (const [organisationId, statement] of changes) {
    await pin(organisationId);
    await session.rows(statement, [organisationId]);
  }
  await pin('');
}

/** The organisations whose record of an id a statement finds, and whether evaluate_policy allows it. */
const seen = (persona: Persona, recordId: string, changes: readonly Change[]) =>
  database().asSuperuser(
    async (session) => {
      await make(session, changes);
      await actAs(session, persona);
      const found = await session.rows<{ organisation_id: string }>(
        'select organisation_id from public.medical_records where id = $1 order by 1',
        [recordId],
      );
      const allowed = await session.value<boolean>(
        `select public.evaluate_policy('medical_records', 'SELECT', $1) -> 'allowed'`,
        [recordId],
      );
      return { found: found.map((row) => row.organisation_id), allowed };
    },
    { rollback: true },
  );

const END_CASE = `update public.cases set archived_at = now() where organisation_id = $1 and id = '${idOf('case', 'a', '03')}'`;

test.each([
  [[], [CLINIC_A, TWIN_OF_A]],
  [[CLINIC_A], [TWIN_OF_A]],
  [[TWIN_OF_A], [CLINIC_A]],
  [[CLINIC_A, TWIN_OF_A], []],
])(
  'operations are told of the row that they hold, where the case has ended at %j [N-08 S-29 +, N-08 S-29 -]',
  async (ended, found) => {
    const changes = ended.map((organisationId): Change => [organisationId, END_CASE]);
    expect(await seen(personas.opsAgent, idOf('record', 'a', '04'), changes)).toEqual({
      found,
      allowed: found.length > 0,
    });
  },
);

const END_ACCOUNTS = `update public.patient_accounts set revoked_at = now() where organisation_id = $1 and user_id = '${personas.patient.userId}'`;
const accountOf = (patientId: string) =>
  `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship)
   values ($1, '${personas.patient.userId}', '${patientId}', 'self') on conflict do nothing`;
const THEIRS = accountOf(idOf('patient', 'a', '01'));
const ANOTHERS = accountOf(idOf('patient', 'a', '03'));

test('a patient of two clinics is told of the rows that are theirs [N-08 N-15 +]', async () => {
  expect(await seen(personas.patient, idOf('record', 'a', '01'), [[TWIN_OF_A, THEIRS]])).toEqual({
    found: [CLINIC_A, TWIN_OF_A],
    allowed: true,
  });
});

test.each(WAYS)(
  'a patient whose id is a stranger\u2019s at %s is told of their own at %s [N-08 N-15 S-04 +, N-08 N-15 S-04 -]',
  async (strange, own) => {
    const changes: Change[] = [
      [CLINIC_A, own === CLINIC_A ? THEIRS : END_ACCOUNTS],
      [own, THEIRS],
      [strange, ANOTHERS],
    ];
    expect(await seen(personas.patient, idOf('record', 'a', '01'), changes)).toEqual({
      found: [own],
      allowed: true,
    });
  },
);

test.each(WAYS)(
  'operations open no document whose case has ended at %s for the one at %s [S-11 S-29 +, S-11 S-29 -]',
  async (ended, held) => {
    const opened = await database().asSuperuser(
      async (session) => {
        await make(session, [[ended, END_CASE]]);
        const rows = await session.rows<{ organisation_id: string }>(
          `select o.id as organisation_id from unnest($1::uuid[]) as o (id)
         where authz.may_read_document(o.id, $2, 'internal_ops', $3, null)`,
          [[ended, held], idOf('document', 'a', '03'), personas.opsAgent.userId],
        );
        return rows.map((row) => row.organisation_id);
      },
      { rollback: true },
    );
    expect(opened).toEqual([held]);
  },
);
