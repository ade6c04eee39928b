import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { refusalOf, useLoggedServer } from './log-fixtures.ts';

const server = useLoggedServer();

/** What is somebody's: one text for each column, found nowhere else. */
const OF_A_PERSON = {
  mrn: 'QuetzalcoatlMrn',
  name: 'QuetzalcoatlName',
  phone: 'QuetzalcoatlPhone',
  note: 'QuetzalcoatlNote',
  language: 'QuetzalcoatlLanguage',
  birth: 'QuetzalcoatlBirth',
  impossibleBirth: '1987-02-31',
  illegibleId: 'QuetzalcoatlId',
  id: '0ddba115-0000-7000-8000-00000000beef',
  amount: 'QuetzalcoatlAmount',
  claims: 'QuetzalcoatlClaims',
} as const;
const P = OF_A_PERSON;
const ANA = idOf('patient', 'a', '01');

/**
 * How deep in a report the values stand: in its first line, which no setting drops but one that drops the whole report; in DETAIL and
 * CONTEXT; only among the bound values that a server can be told to list; nowhere.
 */
type Depth = 'message' | 'detail' | 'bound' | 'nowhere';

interface Attempt {
  readonly code: string;
  readonly depth: Depth;
  /** Exactly what the client is told of what it sent: part of the report, and whose value. */
  readonly told: readonly string[];
  readonly persona: Persona;
  readonly text: string;
  readonly values: readonly unknown[];
}

const { receptionist, doctor, finance, servicePinned } = personas;
const PATIENT =
  'insert into public.patients (organisation_id, mrn, full_name, language) values ($1, $2, $3, $4)';
const CHART =
  'insert into public.medical_records (organisation_id, patient_id, record_type, vitals) values ($1, $2, $3, $4)';
const BIRTH = 'update public.patient_identity set birth_date = $1, phone = $2';
const CONSENT =
  'insert into public.consents (organisation_id, patient_id, purpose, status) values ($1, $2, $3, $4)';

const attempt = (
  what: string,
  [code, depth, told]: readonly [string, Depth, readonly string[]],
  persona: Persona,
  text: string,
  values: readonly unknown[] = [],
): readonly [string, Attempt] => [what, { code, depth, told, persona, text, values }];

const ATTEMPTS: readonly (readonly [string, Attempt])[] = [
  // PostgreSQL names in its first line the value that it cannot read as its type, and only that one: before any table is looked at.
  attempt('no date', ['22007', 'message', ['message birth']], receptionist, BIRTH, [P.birth, P.phone]),
  attempt('no day of the calendar', ['22008', 'message', ['message impossibleBirth']], receptionist, BIRTH, [
    P.impossibleBirth,
    P.phone,
  ]),
  attempt(
    'a date inside the JSON body of a request',
    ['22007', 'message', ['message birth']],
    receptionist,
    `update public.patient_identity set birth_date = b.birth, phone = b.phone from json_to_record($1) as b (birth date, phone text)`,
    [JSON.stringify({ birth: P.birth, phone: P.phone })],
  ),
  attempt(
    'no id',
    ['22P02', 'message', ['message illegibleId']],
    receptionist,
    'select full_name from public.patients where id = $1',
    [P.illegibleId],
  ),
  attempt(
    'no id, of a function',
    ['22P02', 'message', ['message illegibleId']],
    doctor,
    'select public.open_emergency_access($1, $2)',
    [P.illegibleId, P.note],
  ),
  attempt(
    'no amount',
    ['22P02', 'message', ['message amount']],
    finance,
    'update public.payments set amount_minor = $1',
    [P.amount],
  ),
  attempt(
    'no list',
    ['22P02', 'message', ['message name']],
    receptionist,
    'select id from public.patients where full_name = any ($1::text[])',
    [`{"${P.name}`],
  ),

  attempt('no JSON', ['22P02', 'detail', ['detail note', 'where note']], doctor, CHART, [
    CLINIC_A,
    ANA,
    'consultation',
    `{"note": ${P.note}`,
  ]),
  attempt('JSON with a NUL', ['22P05', 'detail', ['where note']], doctor, CHART, [
    CLINIC_A,
    ANA,
    'consultation',
    `{"${P.note}": "\\u0000"}`,
  ]),
  // Rows and keys: shown to the server's key, which bypasses row-level security and reads them anyway.
  attempt(
    'a key that exists, to the server',
    ['23505', 'detail', ['detail mrn']],
    servicePinned,
    `${PATIENT}, ($1, $2, $3, $4)`,
    [CLINIC_A, P.mrn, P.name, 'en'],
  ),
  attempt(
    'a row outside its check, to the server',
    ['23514', 'detail', ['detail mrn', 'detail name', 'detail language']],
    servicePinned,
    PATIENT,
    [CLINIC_A, P.mrn, P.name, P.language],
  ),
  attempt(
    'a row without a value, to the server',
    ['23502', 'detail', ['detail name']],
    servicePinned,
    PATIENT,
    [CLINIC_A, null, P.name, 'en'],
  ),
  attempt('a key of nobody, to the server', ['23503', 'detail', ['detail id']], servicePinned, CONSENT, [
    CLINIC_A,
    P.id,
    'treatment',
    'active',
  ]),

  attempt('a key that exists', ['23505', 'bound', []], receptionist, `${PATIENT}, ($1, $2, $3, $4)`, [
    CLINIC_A,
    P.mrn,
    P.name,
    'en',
  ]),
  attempt('a row outside its check', ['23514', 'bound', []], receptionist, PATIENT, [
    CLINIC_A,
    P.mrn,
    P.name,
    P.language,
  ]),
  attempt('a row without a value', ['23502', 'bound', []], receptionist, PATIENT, [
    CLINIC_A,
    null,
    P.name,
    'en',
  ]),
  attempt('what no rule opens', ['42501', 'bound', []], doctor, PATIENT, [CLINIC_A, P.mrn, P.name, 'en']),
  attempt('a card number', ['CD016', 'bound', []], receptionist, PATIENT, [
    CLINIC_A,
    P.mrn,
    `${P.name} 4111 1111 1111 1111`,
    'en',
  ]),
  attempt(
    'no pattern',
    ['2201B', 'bound', []],
    receptionist,
    'select id from public.patients where full_name ~ $1',
    [`${P.name}(`],
  ),
  attempt('a text with a NUL', ['22021', 'nowhere', []], receptionist, PATIENT, [
    CLINIC_A,
    'C-1',
    `${P.name}\0`,
    'en',
  ]),
  // Casts inside our own functions: the setting is read there, and what cannot be read is not repeated.
  ...(
    [
      ['claims that are no JSON', 'CD001', 'request.jwt.claims', `{"sub": ${P.claims}`],
      ['claims whose subject is no id', 'CD001', 'request.jwt.claims', `{"sub": "${P.claims}"}`],
      ['headers that are no JSON', 'CD002', 'request.headers', `{"x-purpose": ${P.claims}`],
      ['a choice that is no id', 'CD002', 'app.current_clinic_id', P.claims],
    ] as const
  ).map(([what, code, name, value]) =>
    attempt(
      what,
      [code, 'nowhere', []],
      { ...receptionist, settings: { [name]: value } },
      'select id from public.patients',
    ),
  ),
];

const carriedBy = (text: string | undefined) =>
  Object.entries(OF_A_PERSON)
    .filter(([, value]) => text?.toLowerCase().includes(value.toLowerCase()))
    .map(([column]) => column);

/** Of each attempt, whether its code came, what the client was told, and whether the log holds anything of it. */
const observed = (settings: Readonly<Record<string, string>>) =>
  server.connected(settings, async (login) => {
    const outcomes = [];
    for (const [what, { persona, text, values }] of ATTEMPTS) {
      const { error, logged } = await refusalOf(server, login, persona, text, values);
      const parts = (['message', 'detail', 'hint', 'where'] as const).flatMap((part) =>
        carriedBy(error[part]).map((column) => `${part} ${column}`),
      );
      outcomes.push({ what, code: error.code, told: parts, logged, inLog: carriedBy(logged) });
    }
    return outcomes;
  });

const ofDepth = (...depths: readonly Depth[]) =>
  ATTEMPTS.filter(([, { depth }]) => depths.includes(depth)).map(([what]) => what);

const TERSE_ONLY = { log_parameter_max_length_on_error: '-1', log_parameter_max_length: '-1' };
const CHATTY = { log_error_verbosity: 'default' };

describe('what PostgreSQL repeats of a refused statement', () => {
  test('to the client is what it cannot read, and rows to the server\u2019s key: this list and no more [S-39 -]', async () => {
    const outcomes = await observed({});
    expect(outcomes.map(({ what, code, told }) => [what, code, told])).toEqual(
      ATTEMPTS.map(([what, { code, told }]) => [what, code, told]),
    );
  });

  test('to the log is the one value that it cannot read, named in the first line: this list and no more [S-39 -]', async () => {
    const outcomes = await observed({});
    for (const { logged, code, what } of outcomes) {
      expect(logged, what).toMatch(new RegExp(`@canary ${code} ERROR: `));
    }
    expect(outcomes.filter(({ inLog }) => inLog.length > 0).map(({ what, inLog }) => [what, inLog])).toEqual(
      ATTEMPTS.filter(([, { depth }]) => depth === 'message').map(([what, { told }]) => [
        what,
        told.map((each) => each.replace('message ', '')),
      ]),
    );
  });

  test('is kept out of the log where the login\u2019s errors are, log_min_messages = fatal, and the client is told the same [S-39 -]', async () => {
    const outcomes = await observed({ ...CHATTY, log_min_messages: 'fatal' });
    expect(outcomes.map(({ code }) => code)).toEqual(ATTEMPTS.map(([, { code }]) => code));
    expect(outcomes.filter(({ logged }) => logged !== '')).toEqual([]);
  });

  // Each setting is taken back by itself: without this the canary could be missing for another reason.
  test.each<[string, Record<string, string>, string[]]>([
    ['rows and keys, without terse', CHATTY, ofDepth('message', 'detail')],
    [
      'every bound value, without terse and with values on error',
      { ...CHATTY, log_parameter_max_length_on_error: '-1' },
      ofDepth('message', 'detail', 'bound'),
    ],
    [
      'every bound value, without terse and with statements and their values',
      { ...CHATTY, log_parameter_max_length: '-1', log_min_duration_statement: '0' },
      // A pattern is read while the statement is planned: it fails before it counts as one with values.
      ofDepth('message', 'detail', 'bound').filter((what) => what !== 'no pattern'),
    ],
    [
      'none more under terse, whatever is said of bound values',
      { ...TERSE_ONLY, log_min_duration_statement: '0' },
      ofDepth('message'),
    ],
  ])('control: the log would hold %s [S-39 +]', async (_, settings, expected) => {
    const outcomes = await observed(settings);
    expect(outcomes.filter(({ inLog }) => inLog.length > 0).map(({ what }) => what)).toEqual(expected);
  });

  test('of a value inside the SQL is the statement, unless log_min_error_statement = panic [S-39 -]', async () => {
    const inside = `insert into public.patients (organisation_id, mrn, full_name, language)
      values ('${CLINIC_A}', 'C-1', '${P.name}', '${P.language}')`;
    const logged = (settings: Record<string, string>) =>
      server.connected(settings, async (login) => refusalOf(server, login, receptionist, inside, []));
    expect(carriedBy((await logged({ log_min_error_statement: 'error' })).logged)).toEqual([
      'name',
      'language',
    ]);
    const silent = (await logged({})).logged;
    expect(silent).toMatch(/@canary 23514 ERROR: /);
    expect(carriedBy(silent)).toEqual([]);
  });
});
