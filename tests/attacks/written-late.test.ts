import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { outcomeOf, useOpenTransactions } from '../support/open-transactions.ts';
import { ANA } from '../support/transfers.ts';

const { clone, begin } = useOpenTransactions();

const VERSION = '20990101000000';
const CHECKSUM = 'a'.repeat(64);
const BARE = idOf('invoice', 'a', '91');
const DOCUMENT = idOf('document', 'a', '01');
const own = (table: string, change: string) =>
  `update public.${table} set ${change} where organisation_id = $1 and id = $2`;

/** Who, what they say for good, of what; as whoever may no more hears it in the newest snapshot. */
const SAID: readonly (readonly [string, Persona, string, readonly unknown[], string | number])[] = [
  [
    'yes to a migration',
    personas.opsAdmin,
    'select public.acknowledge_schema_change($1, $2)',
    [VERSION, CHECKSUM],
    '42501',
  ],
  [
    'no to one',
    personas.opsAdmin,
    `select public.reject_schema_change($1, $2, 'It is read here.')`,
    [VERSION, CHECKSUM],
    '42501',
  ],
  [
    'a vendor',
    personas.opsAdmin,
    `select public.register_processor('smart_insights', 'Other Ltd', true, '2026-01-01', '2099-12-31')`,
    [],
    '42501',
  ],
  ['no vendor', personas.opsAdmin, `select public.end_processor('smart_insights')`, [], '42501'],
  [
    'another clock',
    personas.opsAdmin,
    `update public.organisations set timezone = 'Asia/Tokyo' where id = $1`,
    [CLINIC_A],
    0,
  ],
  [
    'a purpose retired',
    personas.opsAdmin,
    `update public.consent_purposes set archived_at = now() where purpose = 'marketing'`,
    [],
    0,
  ],
  [
    'a form retired',
    personas.opsAdmin,
    'update public.form_templates set archived_at = now() where id = $1',
    [idOf('template', 'f', '01')],
    0,
  ],
  [
    'an invoice attached',
    personas.opsAgent,
    'select public.attach_invoice($1, $2, $3)',
    [CLINIC_A, BARE, idOf('case', 'a', '03')],
    '42501',
  ],
  [
    'a claim put away',
    personas.opsAgent,
    own('claims', 'archived_at = now()'),
    [CLINIC_A, idOf('claim', 'a', '01')],
    0,
  ],
  [
    'a guarantee of more',
    personas.opsAgent,
    own('guarantees_of_payment', 'limit_minor = limit_minor * 100'),
    [CLINIC_A, idOf('guarantee', 'a', '01')],
    0,
  ],
  [
    'an invoice issued',
    personas.finance,
    own('invoices', `status = 'issued'`),
    [CLINIC_A, idOf('invoice', 'a', '01')],
    0,
  ],
  [
    'a verdict on a broken glass',
    personas.clinicAdmin,
    `select public.review_emergency_access($1, 'justified', 'All as it should be.')`,
    [idOf('grant', 'a', '03')],
    '42501',
  ],
  [
    'a document opened again',
    personas.clinicAdmin,
    `select public.set_document_status($1, 'active', 'No longer disputed.')`,
    [DOCUMENT],
    '42501',
  ],
  [
    'an answer to a request',
    personas.privacyOfficer,
    own('subject_requests', `status = 'in_progress'`),
    [CLINIC_A, idOf('request', 'a', '01')],
    0,
  ],
  [
    'the end of what is kept for longer',
    personas.privacyOfficer,
    'update public.retention_extensions set archived_at = now() where organisation_id = $1',
    [CLINIC_A],
    0,
  ],
  ['no allergies', personas.doctor, own('patient_clinical', 'allergies = null'), [CLINIC_A, ANA], 0],
  [
    'a request for erasure',
    personas.patient,
    `insert into public.subject_requests (organisation_id, patient_id, kind) values ($1, $2, 'erasure')`,
    [CLINIC_A, ANA],
    '42501',
  ],
];

const asServer = (
  database: TestDatabase,
  ...statements: readonly (readonly [string, readonly unknown[]])[]
) =>
  database.asSuperuser(async (session) => {
    await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
    for (const [sql, values] of statements) await session.rows(sql, values);
  });

async function staged(): Promise<TestDatabase> {
  const database = await clone();
  await asServer(
    database,
    [
      `insert into public.invoices (organisation_id, id, number, patient_id, currency) values ($1, $2, 'INV-BARE', $3, 'BRL')`,
      [CLINIC_A, BARE, idOf('patient', 'a', '03')],
    ],
    [
      `update public.documents set status = 'frozen', status_reason = 'It is disputed.' where organisation_id = $1 and id = $2`,
      [CLINIC_A, DOCUMENT],
    ],
    [
      `insert into governance.schema_changes (version, checksum, name, access, shared_objects)
       values ($1, $2, 'widen_cases', '{+ authenticated may select on public.cases}', '{public.cases}')`,
      [VERSION, CHECKSUM],
    ],
  );
  return database;
}
const over = (database: TestDatabase, { userId }: Persona, isOver: boolean) =>
  asServer(
    database,
    ['update public.ops_members set is_active = $2 where user_id = $1', [userId, !isOver]],
    [
      'update public.organisation_members set is_active = $2 where organisation_id = $3 and user_id = $1',
      [userId, !isOver, CLINIC_A],
    ],
    [
      `update public.patient_accounts set revoked_at = case when $2 then now() end where organisation_id = $3 and user_id = $1`,
      [userId, isOver, CLINIC_A],
    ],
  );

test('whoever may no more says nothing that stays, of money, evidence or a patient, however long ago their transaction began [N-16 S-28 S-29 -, N-16 S-28 S-29 +]', async () => {
  const database = await staged();
  for (const [what, who, sql, values, refused] of SAID) {
    const client = await begin(database, who, 'read committed');
    expect(await outcomeOf(client.query(sql, [...values])), `${what}, control`).toBe(1);
    await client.query('rollback');
    for (const isolation of ['read committed', 'repeatable read', 'serializable']) {
      const slow = await begin(database, who, isolation);
      await over(database, who, true);
      expect(await outcomeOf(slow.query(sql, [...values])), `${what}, ${isolation}`).toBe(
        isolation === 'read committed' ? refused : 'CD007',
      );
      await slow.query('rollback');
      await over(database, who, false);
    }
  }
}, 120_000);

test('what neither opens nor decides anything is written at any level [N-16 +]', async () => {
  const database = await staged();
  for (const [who, sql, values] of [
    [personas.opsAdmin, `update public.organisations set name = 'Renamed' where id = $1`, [CLINIC_A]],
    [personas.doctor, own('appointments', 'status = status'), [CLINIC_A, idOf('appointment', 'a', '01')]],
    [personas.receptionist, own('patients', 'language = language'), [CLINIC_A, ANA]],
  ] as const) {
    const slow = await begin(database, who, 'serializable');
    expect(await outcomeOf(slow.query(sql, [...values])), sql).toBe(1);
  }
});
