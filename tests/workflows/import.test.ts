import { readFileSync } from 'node:fs';
import pg from 'pg';
import { expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { type Persona, personas } from '../support/personas.ts';

const database = useDatabase();

/** The blocks of docs/import.md, as they stand there. */
const [STAGING = '', ...BLOCKS] = [
  ...readFileSync(new URL('../../docs/import.md', import.meta.url), 'utf8').matchAll(
    /^```sql\n([\s\S]*?)^```$/gm,
  ),
].map(([, text = '']) => text.replaceAll(`:'organisation'`, `'${CLINIC_A}'`));

interface Arriving {
  readonly mrn: string;
  readonly name: string;
  readonly allergies?: string;
  readonly isTreated?: boolean;
  readonly hasConsented?: boolean;
}

/** Does what the page says, as the role that migrates. */
async function bringIn(arriving: readonly Arriving[]): Promise<void> {
  const client = new pg.Client({ connectionString: database().url('postgres') });
  await client.connect();
  try {
    await client.query(STAGING);
    for (const { mrn, name, allergies, isTreated, hasConsented = false } of arriving) {
      await client.query(
        `insert into arriving (mrn, full_name, birth_date, allergies, treated_by, has_consented) values ($1, $2, '1980-05-01', $3, $4, $5)`,
        [mrn, name, allergies, isTreated ? personas.doctor.userId : null, hasConsented],
      );
    }
    for (const block of BLOCKS) await client.query(block);
  } finally {
    await client.end();
  }
}

const seenBy = (persona: Persona, mrn: string) =>
  database().as(persona, (session) =>
    session.rows(
      `select p.full_name, i.birth_date::text, c.allergies
       from public.patients as p
       left join public.patient_identity as i on i.organisation_id = p.organisation_id and i.id = p.id
       left join public.patient_clinical as c on c.organisation_id = p.organisation_id and c.id = p.id
       where p.mrn = $1`,
      [mrn],
    ),
  );

test('docs/import.md brings in patients, whose clinical data opens to whom treats them under consent and to nobody else [N-45 S-05 +, N-45 S-02 -]', async () => {
  expect(BLOCKS).toHaveLength(3);
  const ana = { mrn: 'OLD-1', name: 'Ana of the old system', allergies: 'penicillin' };
  await bringIn([
    { ...ana, isTreated: true, hasConsented: true },
    { ...ana, mrn: 'OLD-2', isTreated: true },
    { ...ana, mrn: 'OLD-3', hasConsented: true },
  ]);
  const identity = { full_name: ana.name, birth_date: '1980-05-01' };
  expect(await seenBy(personas.doctor, 'OLD-1')).toEqual([{ ...identity, allergies: 'penicillin' }]);
  expect(await seenBy(personas.doctor, 'OLD-2')).toEqual([{ ...identity, allergies: null }]);
  expect(await seenBy(personas.doctorOfB, 'OLD-1')).toEqual([]);
});

test('run again, it brings in who is missing and doubles nobody [S-05 +]', async () => {
  const paula = { mrn: 'OLD-4', name: 'Paula', isTreated: true, hasConsented: true };
  const found = () =>
    database().asSuperuser((session) =>
      session.rows(
        `select p.mrn, p.full_name, p.actor_kind,
           (select count(*)::integer from public.care_relationships as k where (k.organisation_id, k.patient_id) = (p.organisation_id, p.id)) as relationships,
           (select count(*)::integer from public.consents as c where (c.organisation_id, c.patient_id) = (p.organisation_id, p.id)) as consents
         from public.patients as p where p.mrn in ('OLD-4', 'OLD-5') order by 1`,
      ),
    );
  await bringIn([paula]);
  await bringIn([
    { ...paula, name: 'Paula again' },
    { ...paula, mrn: 'OLD-5', name: 'Pedro' },
  ]);
  const brought = { actor_kind: 'system', relationships: 1, consents: 1 };
  expect(await found()).toEqual([
    { mrn: 'OLD-4', full_name: 'Paula', ...brought },
    { mrn: 'OLD-5', full_name: 'Pedro', ...brought },
  ]);
});

test('one with a card number in a free text brings in nothing of its block, and is not repeated [S-37 -, S-05 +]', async () => {
  const card = '4111 1111 1111 1111';
  const refused = await bringIn([
    { mrn: 'OLD-6', name: 'Rui', allergies: 'nuts' },
    { mrn: 'OLD-7', name: 'Rita', allergies: `pays with ${card}` },
  ]).then(
    () => undefined,
    (error: pg.DatabaseError) => error,
  );
  expect(refused?.code).toBe('CD016');
  expect(JSON.stringify(refused)).not.toContain('4111');
  expect(await seenBy(personas.doctor, 'OLD-6')).toEqual([
    { full_name: 'Rui', birth_date: null, allergies: null },
  ]);
});
