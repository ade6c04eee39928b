import type pg from 'pg';
import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas, transporters } from '../../testing/personas.ts';
import type { TestDatabase } from '../../testing/test-database.ts';
import { useOpenTransactions } from '../support/open-transactions.ts';
import { COMPANY, DRIVEN } from '../support/transfers.ts';

const INVOICE = idOf('invoice', 'a', '91');
const VAN = idOf('vehicle', 'c', '02');

const { clone, begin } = useOpenTransactions();

const codeOf = (work: Promise<pg.QueryResult>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: pg.DatabaseError) => error.code ?? error.message,
  );

/** An invoice of one line and without payments: what is claimed for it locks nothing of it but itself. */
async function bare(database: TestDatabase): Promise<void> {
  await database.as(
    personas.finance,
    async (session) => {
      const values = [CLINIC_A, INVOICE, idOf('patient', 'a', '03')];
      await session.rows(
        `insert into public.invoices (organisation_id, id, number, patient_id, currency) values ($1, $2, 'INV-BARE', $3, 'BRL')`,
        values,
      );
      await session.rows(
        `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, unit_minor) values ($1, $2, $3, 'A visit', 100)`,
        values,
      );
    },
    { commit: true },
  );
  await database.as(
    personas.opsAgent,
    (session) =>
      session.rows('select public.attach_invoice($1, $2, $3)', [CLINIC_A, INVOICE, idOf('case', 'a', '03')]),
    { commit: true },
  );
}
const claim = (database: TestDatabase) =>
  database.as(
    personas.opsAgent,
    async (session) => {
      await session.rows(
        `insert into public.claims (organisation_id, id, case_id, patient_id, guarantee_id, invoice_id, amount_minor, currency)
         values ($1, $2, $3, $4, $5, $6, 100, 'BRL')`,
        [
          CLINIC_A,
          idOf('claim', 'a', '91'),
          idOf('case', 'a', '03'),
          idOf('patient', 'a', '03'),
          idOf('guarantee', 'a', '01'),
          INVOICE,
        ],
      );
      await session.rows(
        `update public.claims set status = 'submitted' where organisation_id = $1 and id = $2`,
        [CLINIC_A, idOf('claim', 'a', '91')],
      );
    },
    { commit: true },
  );

const ACTS: readonly {
  readonly what: string;
  readonly who: Persona;
  readonly before?: (database: TestDatabase) => Promise<unknown>;
  readonly meanwhile: (database: TestDatabase) => Promise<unknown>;
  readonly act: (client: pg.Client) => Promise<pg.QueryResult>;
  readonly refused: string;
}[] = [
  {
    what: 'gives back no invoice for which a claim was submitted meanwhile',
    who: personas.opsAgent,
    before: bare,
    meanwhile: claim,
    act: (client) => client.query('select public.detach_invoice($1, $2)', [CLINIC_A, INVOICE]),
    refused: 'CD013',
  },
  {
    what: 'archives no invoice for which a claim was submitted meanwhile',
    who: personas.opsAgent,
    before: bare,
    meanwhile: claim,
    act: (client) =>
      client.query('update public.invoices set archived_at = now() where organisation_id = $1 and id = $2', [
        CLINIC_A,
        INVOICE,
      ]),
    refused: 'CD013',
  },
  {
    what: 'archives no guarantee on which a claim was submitted meanwhile',
    who: personas.opsAgent,
    before: bare,
    meanwhile: claim,
    act: (client) =>
      client.query(
        'update public.guarantees_of_payment set archived_at = now() where organisation_id = $1 and id = $2',
        [CLINIC_A, idOf('guarantee', 'a', '01')],
      ),
    refused: 'CD013',
  },
  {
    what: 'registers no vehicle anew that was put on a job meanwhile',
    who: transporters.admin,
    meanwhile: (database) =>
      database.as(
        transporters.dispatcher,
        (session) =>
          session.rows(
            `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id)
             select $1, id, $2, $3 from public.transfer_jobs where status = 'dispatched' limit 1`,
            [COMPANY, VAN, idOf('crew', 'c', '01')],
          ),
        { commit: true },
      ),
    act: (client) => client.query(`update public.vehicles set registration = 'OTHER-1' where id = $1`, [VAN]),
    refused: 'CD013',
  },
  {
    what: 'takes nobody on board of a company that was closed meanwhile',
    who: transporters.dispatcher,
    meanwhile: (database) =>
      database.as(
        personas.opsAdmin,
        (session) =>
          session.rows('update public.organisations set archived_at = now() where id = $1', [COMPANY]),
        { commit: true },
      ),
    act: (client) =>
      client.query(
        `update public.transfer_jobs set status = 'picked_up' where transfer_id = $1 returning status`,
        [DRIVEN],
      ),
    refused: 'ok',
  },
  {
    what: 'puts no vehicle on a job that was archived meanwhile',
    who: transporters.dispatcher,
    meanwhile: (database) =>
      database.as(
        transporters.admin,
        (session) => session.rows('update public.vehicles set archived_at = now() where id = $1', [VAN]),
        { commit: true },
      ),
    act: (client) =>
      client.query(
        `insert into public.vehicle_assignments (organisation_id, transfer_job_id, vehicle_id, driver_id)
         select $1, id, $2, $3 from public.transfer_jobs where status = 'dispatched' limit 1`,
        [COMPANY, VAN, idOf('crew', 'c', '01')],
      ),
    refused: 'CD010',
  },
];

for (const { what, who, before, meanwhile, act, refused } of ACTS)
  test(`an older snapshot ${what} [S-18 S-34 -]`, async () => {
    for (const isolation of ['repeatable read', 'read committed']) {
      const database = await clone();
      await before?.(database);
      const client = await begin(database, who, isolation);
      await meanwhile(database);
      expect(await codeOf(act(client)), isolation).toBe(isolation === 'read committed' ? refused : 'CD007');
      await client.query('rollback');
    }
  });

test.each([
  ['withdraw_consent', 'select public.withdraw_consent($1)'],
  ['an UPDATE', `update public.consents set status = 'withdrawn' where id = $1`],
])(
  'an older snapshot withdraws no consent, by %s: what was written under it meanwhile would stay open [N-45 N-50 -, N-50 +]',
  async (_, withdraw) => {
    for (const [isolation, outcome, until] of [
      ['repeatable read', 'CD007', 'infinity'],
      ['serializable', 'CD007', 'infinity'],
      ['read committed', 'ok', null],
    ] as const) {
      const database = await clone();
      const client = await begin(database, personas.patient, isolation);
      const { rows } = await client.query<{ id: string }>(
        `select id from public.consents where purpose = 'treatment' and status = 'active'`,
      );
      const record = idOf('record', 'a', '91');
      await database.as(
        personas.doctor,
        (session) =>
          session.rows(
            `insert into public.medical_records (organisation_id, id, patient_id, record_type)
           select $1, $2, $3, min(record_type) from public.medical_records`,
            [CLINIC_A, record, idOf('patient', 'a', '01')],
          ),
        { commit: true },
      );
      expect(await codeOf(client.query(withdraw, [rows[0]?.id])), isolation).toBe(outcome);
      await client.query('commit');
      expect(
        await database.asSuperuser((session) =>
          session.value(
            'select treatment_consent_until::text from public.medical_records where organisation_id = $1 and id = $2',
            [CLINIC_A, record],
          ),
        ),
        isolation,
      ).toBe(until);
    }
  },
);

test('control: each is done in READ COMMITTED where nobody came in between [S-18 S-34 +]', async () => {
  for (const { who, before, act } of ACTS) {
    const database = await clone();
    await before?.(database);
    const client = await begin(database, who, 'read committed');
    expect(await codeOf(act(client))).toBe('ok');
    await client.query('rollback');
  }
});

test('a clinic is put under another law in READ COMMITTED alone: an older snapshot would not show its first patient [N-38 N-49 -, N-38 +]', async () => {
  const change = (client: pg.Client, column: string, value: string) =>
    codeOf(client.query(`update public.organisations set ${column} = $1 where id = $2`, [value, COMPANY]));
  for (const [isolation, code] of [
    ['repeatable read', 'CD007'],
    ['serializable', 'CD007'],
    ['read committed', 'CD020'], // control
  ] as const) {
    const database = await clone();
    const slow = await begin(database, personas.opsAdmin, isolation);
    await database.as(
      transporters.admin,
      (session) =>
        session.rows(
          `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'C-0001', 'Rui Primeiro')`,
          [COMPANY],
        ),
      { commit: true },
    );
    expect(await change(slow, 'regime', 'pdpa'), isolation).toBe(code);
    await slow.query('rollback');
    const other = await begin(database, personas.opsAdmin, isolation);
    expect(await change(other, 'name', 'Renamed'), 'control').toBe('ok');
  }
});
