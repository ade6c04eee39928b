import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas, transporters } from '../../testing/personas.ts';
import { refusalOf, useLoggedServer } from './log-fixtures.ts';

const server = useLoggedServer();

/** Looks like no other text; what stands in for a name, a diagnosis, an address. */
const CANARY = 'Quetzalcoatl Zyx';
const ANA = idOf('patient', 'a', '01');

const PATIENT =
  'insert into public.patients (organisation_id, mrn, full_name, language) values ($1, $2, $3, $4)';
const { receptionist, nurse, doctor, clinicAdmin, finance, patient, opsAgent, servicePinned } = personas;

/** Who does what with a person's data in it, and how it is refused. */
const ATTEMPTS: readonly (readonly [
  code: string,
  persona: Persona,
  text: string,
  values: readonly unknown[],
])[] = [
  ['CD016', receptionist, PATIENT, [CLINIC_A, 'C-1', `${CANARY} 4111 1111 1111 1111`, 'en']],
  ['23505', receptionist, PATIENT, [CLINIC_A, 'MRN-0001', CANARY, 'en']],
  ['23514', receptionist, PATIENT, [CLINIC_A, 'C-2', CANARY, CANARY]],
  ['23502', receptionist, PATIENT, [CLINIC_A, null, CANARY, 'en']],
  ['42501', doctor, PATIENT, [CLINIC_A, 'C-3', CANARY, 'en']],
  ['23514', servicePinned, PATIENT, [CLINIC_A, 'C-4', CANARY, CANARY]],
  ['CD004', personas.service, PATIENT, [CLINIC_A, 'C-5', CANARY, 'en']],
  [
    '42501',
    receptionist,
    'insert into public.patient_identity (organisation_id, id, nationality, phone) values ($1, $2, $3, $4)',
    [CLINIC_A, NOBODY, 'PT', '+351000000000'],
  ],
  [
    '23514',
    doctor,
    'insert into public.medical_records (organisation_id, patient_id, record_type, vitals) values ($1, $2, $3, $4)',
    [CLINIC_A, ANA, CANARY, { note: CANARY }],
  ],
  [
    'CD016',
    receptionist,
    'update public.patients set full_name = $1 where id = $2',
    [`${CANARY}, CPF 529.982.247-25`, ANA],
  ],
  ['CD009', doctor, 'select public.open_emergency_access($1, $2)', [ANA, CANARY]],
  ['CD017', patient, 'select public.sign_form($1, $2, $3)', [idOf('form', 'a', '01'), CANARY, CANARY]],
  [
    'CD013',
    patient,
    'select public.sign_form($1, $2, $3)',
    [idOf('form', 'a', '02'), CANARY, 'financial_responsibility'],
  ],
  ['CD010', nurse, 'select public.sign_form($1, $2, $3)', [NOBODY, CANARY, 'consent']],
  ['CD010', clinicAdmin, 'select public.terminate_form($1, $2)', [NOBODY, `${CANARY} asked for it`]],
  ['CD013', nurse, 'update public.cases set status = $1 where id = $2', [CANARY, idOf('case', 'a', '01')]],
  [
    '23514',
    nurse,
    'update public.transfers set pickup = $1 where id = $2',
    [CANARY.repeat(20), idOf('transfer', 'a', '01')],
  ],
  [
    'CD013',
    nurse,
    'update public.transfers set destination = $1 where id = $2',
    [CANARY, idOf('transfer', 'a', '03')],
  ],
  [
    '23514',
    finance,
    'insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method, terminal_reference) values ($1, $2, $3, 1, $4, $5)',
    [CLINIC_A, idOf('invoice', 'a', '02'), ANA, CANARY, 'T-1'],
  ],
  ['CD012', doctor, 'select public.evaluate_policy($1, $2, $3)', [CANARY, 'SELECT', ANA]],
  ['CD006', doctor, 'select public.set_context($1, $2)', [CLINIC_A, CANARY]],
  ['CD013', opsAgent, 'update public.cases set status = $1 where organisation_id = $2', [CANARY, CLINIC_A]],
  ['42501', transporters.dispatcher, 'update public.transfer_jobs set packet = $1', [{ patient: CANARY }]],
  [
    'CD001',
    { ...doctor, claims: { sub: CANARY, role: 'authenticated' } },
    'select id from public.patients',
    [],
  ],
  [
    'CD002',
    { ...doctor, claims: { ...doctor.claims, app_metadata: { organisation_id: CANARY } } },
    'select id from public.patients',
    [],
  ],
];

describe('what is refused with a person in it', () => {
  test('is told without them where the words are ours, and nobody stands in the server\u2019s log [S-39 -]', async () => {
    const told: string[] = [];
    await server.connected({}, async (login) => {
      for (const [code, persona, text, values] of ATTEMPTS) {
        const { error } = await refusalOf(server, login, persona, text, values);
        expect(error.code, `${persona.name}: ${text}`).toBe(code);
        if (code.startsWith('CD') || code === '42501') {
          told.push([error.message, error.detail, error.hint, error.where].join('\n'));
        }
      }
    });
    expect(told.length).toBeGreaterThan(12);
    expect(told.filter((text) => text.includes(CANARY))).toEqual([]);
    const lines = server.log();
    for (const code of new Set(ATTEMPTS.map(([each]) => each))) {
      expect(lines, code).toMatch(new RegExp(`@canary ${code} `));
    }
    expect(lines.split('\n').filter((line) => line.includes('Quetzalcoatl'))).toEqual([]);
  });

  test('control: with PostgreSQL\u2019s own settings the log would hold the rows [S-39 +]', async () => {
    await server.connected({ log_error_verbosity: 'default' }, async (login) => {
      const values = [CLINIC_A, 'C-9', CANARY, CANARY];
      const { logged } = await refusalOf(server, login, servicePinned, PATIENT, values);
      expect(logged).toContain(CANARY);
    });
  });
});
