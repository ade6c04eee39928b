import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { withClient } from '../../scripts/postgres/connect.ts';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { askedBy, step } from '../support/subject-exports.ts';

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
async function bringIn(arriving: readonly Arriving[], entries: readonly string[] = []): Promise<void> {
  await withClient(database().url('postgres'), async (client) => {
    await client.query(STAGING);
    for (const { mrn, name, allergies, isTreated, hasConsented = false } of arriving) {
      await client.query(
        `insert into arriving (mrn, full_name, birth_date, allergies, treated_by, has_consented) values ($1, $2, '1980-05-01', $3, $4, $5)`,
        [mrn, name, allergies, isTreated ? personas.doctor.userId : null, hasConsented],
      );
    }
    for (const values of entries)
      await client.query(
        `insert into arriving_entries (id, mrn, occurred_at, author_name, record_type, diagnosis) values ${values}`,
      );
    for (const block of BLOCKS) await client.query(block);
  });
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
  expect(BLOCKS).toHaveLength(4);
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

test('a chart of the old system says when the care was and by whom, to its doctor and its patient’s export, and is nobody’s to write over [S-16 N-49 +, S-16 -]', async () => {
  const id = idOf('record', 'a', '91');
  const entry = [
    `('${id}', 'OLD-6', '2009-04-01 10:00+00', 'Dr. Rosa Lima, CRM-SP 12345', 'consultation', 'Asthma')`,
  ];
  const patient = [{ mrn: 'OLD-6', name: 'Quirino', isTreated: true, hasConsented: true }];
  await bringIn(patient, entry);
  await bringIn(patient, entry);
  await database().as(personas.doctor, async (session) => {
    expect(
      await session.rows(
        'select occurred_at, author_name, diagnosis, created_by_user_id from public.medical_record_overview where id = $1',
        [id],
      ),
    ).toEqual([
      {
        occurred_at: new Date('2009-04-01T10:00Z'),
        author_name: 'Dr. Rosa Lima, CRM-SP 12345',
        diagnosis: 'Asthma',
        created_by_user_id: null,
      },
    ]);
    for (const [table, set] of [
      ['medical_records', `medications = '["another"]'`],
      ['medical_record_details', `diagnosis = 'Another'`],
    ])
      expect(await session.attempt(`update public.${table} set ${set} where id = '${id}'`)).toMatchObject({
        ok: false,
        code: 'CD011',
      });
  });
  const whose = await database().asSuperuser((session) =>
    session.value<string>(
      `select patient_id from public.medical_records where id = $1 and organisation_id = $2`,
      [id, CLINIC_A],
    ),
  );
  const asked = await database().as(personas.receptionist, (session) => askedBy(session, String(whose)), {
    commit: true,
  });
  const exported = await database().as(personas.privacyOfficer, async (session) => {
    await step(session, asked);
    return session.value<{ export: { tables: Record<string, Record<string, unknown>[]> } }>(
      'select public.export_subject($1, $2)',
      [whose, asked],
    );
  });
  expect(exported?.export.tables['public.medical_records']).toMatchObject([
    { author_name: 'Dr. Rosa Lima, CRM-SP 12345', occurred_at: expect.stringContaining('2009-04-01') },
  ]);
});

test('care is told of the past alone, and an author’s name is the import’s: nobody signs for another [S-16 +, S-16 -]', async () => {
  const write = (persona: Persona, columns: string, values: string) =>
    database().as(persona, (session) =>
      session.attempt(
        `insert into public.medical_records (organisation_id, patient_id, record_type${columns})
         values ('${CLINIC_A}', '${idOf('patient', 'a', '01')}', 'observation'${values})`,
      ),
    );
  for (const who of [personas.doctor, personas.nurse, personas.servicePinned]) {
    expect(await write(who, ', occurred_at', `, now() - interval '3 hours'`), who.name).toMatchObject({
      ok: true,
    });
    expect(await write(who, ', occurred_at', `, now() + interval '3 hours'`), who.name).toMatchObject({
      ok: false,
      code: '23514',
    });
  }
  for (const who of [personas.doctor, personas.nurse])
    expect(await write(who, ', author_name', `, 'Dr. Rosa Lima'`), who.name).toMatchObject({
      ok: false,
      code: '42501',
    });
  expect(await write(personas.servicePinned, ', author_name', `, 'Dr. Rosa Lima'`)).toMatchObject({
    ok: true,
  });
  for (const name of ['', ' ', 'x'.repeat(201)])
    expect(await write(personas.servicePinned, ', author_name', `, '${name}'`)).toMatchObject({
      ok: false,
      code: '23514',
    });
});
