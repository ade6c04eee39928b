import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const secretIn = (values: readonly string[]) =>
  database().asSuperuser(
    (session) =>
      session
        .rows<{ secret: string | null }>(
          'select authz.secret_in(v) as secret from unnest($1::text[]) with ordinality as t (v, n) order by n',
          [values],
        )
        .then((rows) => rows.map(({ secret }) => secret)),
    { rollback: true },
  );

/** Published test numbers of the schemes. */
const CARDS = [
  '4111111111111111',
  '4012888888881881',
  '4222222222222',
  '5555555555554444',
  '5105105105105100',
  '2223003122003222',
  '378282246310005',
  '30569309025904',
  '6011111111111117',
  '3530111333300000',
];
/** Made up, with good check digits. */
const CPFS = ['52998224725', '11144477735'];
const THAI = ['1101700230708', '3100600445643'];

/** What stands between groups elsewhere: blanks of every width, dashes, marks, and what has no width. */
const SEPARATORS = [
  ...'\u2000\u2004\u2005\u2006\u2008\u200a\u205f\u1680\u2028\u0085\v\f',
  ...'\u2015\u2043\uff0d\ufe63\u00b7\u2022:*|',
  ...'\u200e\u200f\u202a\u2066\u2062\u061c',
  ...';+~=#\'\\\u30fb\ufe0f\u{e0020}\u20e3()"',
  '    ',
  '      ',
  ' \u00b7 ',
  '\u00b0 ',
  '", "',
  '&nbsp;',
  '&#160;',
  '<br>',
  '\\n',
];
/** Every zero of the BMP, as Unicode lists them, and mathematical ones. */
const SCRIPTS = [
  ...Array.from({ length: 0x10000 }, (_, point) => point).filter(
    (point) =>
      /\p{Nd}/u.test(String.fromCodePoint(point)) && !/\p{Nd}/u.test(String.fromCodePoint(point - 1)),
  ),
  ...[0x1a90, 0x1c50, 0x1d7ce, 0x1d7f6], // the first two follow on other digits
];

const grouped = (digits: string, by: string, sizes: readonly number[]) => {
  let rest = digits;
  return [...sizes, rest.length]
    .map((size) => {
      const head = rest.slice(0, size);
      rest = rest.slice(size);
      return head;
    })
    .filter((part) => part !== '')
    .join(by);
};

/** The same number in the digits of another script, which begin at a code point. */
const inDigits = (digits: string, zero: number) =>
  digits.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

describe('a link that opens by itself', () => {
  test.each([
    'https://project.example/storage/v1/object/public/charts/a.pdf',
    'see https://project.example/storage/v1/object/sign/charts/a.pdf?token=abc',
    'HTTPS://files.example/x?X-Amz-Signature=abc',
    'https://app.example/#access_token=abc&type=recovery',
    'https://ana:hunter2@files.example/x',
    'ftp://ana:hunter2@files.example/',
    'https://app.example/confirm?token_hash=abcdef&type=recovery',
    'https://storage.googleapis.com/b/o?X-Goog-Signature=abc',
    'https://x.example/a?provider_token=abc',
    'https://x.example/a?b=1&amp;token=abc',
    'x.example/storage/v1/object/sign/a?token=abc',
    'x.example/a?token=abc',
    'https://x.example/storage%2Fv1/object/sign/a',
    'https://x.example/go?to=a%253Ftoken%253Dabc',
  ])('is found: %s [S-10 S-36 -]', async (text) => {
    expect(await secretIn([text])).toEqual(['link that opens by itself']);
  });

  test('is no address of a page, no name of a bucket and no time of day [S-10 +]', async () => {
    expect(
      await secretIn([
        'https://www.who.int/classifications/icd/en/',
        'https://maps.example/?q=clinic',
        'charts/a0000000/b.pdf',
        'at 10:30 @ ward 3, see http: nothing',
        'pH=7.35; Na=140; SpO2 98%, FiO2=21%',
        'token=none? signature: pending',
        'the storage of v1 samples, 50%20 dilution',
        'https://lab.example/results?patient=12&page=2#top',
      ]),
    ).toEqual(Array(8).fill(null));
  });

  test('is refused where it is typed, and not repeated [S-10 S-39 -]', async () => {
    const outcome = await database().as(personas.receptionist, (session) =>
      session.attempt(
        `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'LINK', 'https://x.example/storage/v1/object/sign/a')`,
        [CLINIC_A],
      ),
    );
    expect(outcome).toMatchObject({ ok: false, code: 'CD016' });
    expect(JSON.stringify(outcome)).not.toContain('x.example');
  });
});

describe('a card number', () => {
  test.each(CARDS)(
    'of every scheme is found: spaced, dashed, and inside a sentence: %s [S-37 -]',
    async (card) => {
      const spellings = [
        card,
        grouped(card, ' ', [4, 4, 4]),
        grouped(card, '-', [4, 4, 4]),
        grouped(card, '.', [4, 6]),
        grouped(card, '\u00a0', [4, 4, 4]),
        grouped(card, '\u2013', [4, 4, 4]),
        grouped(card, '- ', [4]),
        grouped(card, '\n', [8]),
        grouped(card, ', ', [4, 4, 4]),
        grouped(card, '   ', [4, 4, 4]),
        grouped(card, '\u200b', [4, 4, 4]),
        inDigits(card, 0x0e50),
        inDigits(card, 0x0660),
        inDigits(card, 0xff10),
        ...SEPARATORS.map((separator) => grouped(card, separator, [4, 4, 4])),
        ...SCRIPTS.map((zero) => inDigits(card, zero)),
      ];
      const texts = spellings.flatMap((one) => [
        one,
        `paid with ${one}, thanks`,
        `2026-11-28 ${one}`,
        `${one} 12/29`,
        `(${one})`,
      ]);
      expect(new Set(await secretIn(texts))).toEqual(new Set(['card number']));
    },
  );

  test.each(CARDS)('is none with another last digit: %s [S-37 +]', async (card) => {
    const other = `${card.slice(0, -1)}${(Number(card.at(-1)) + 5) % 10}`;
    expect(await secretIn([other])).toEqual([null]);
  });
});

describe('a full national id', () => {
  test('is found: CPF and Thai by their check digits, an SSN by its spelling [S-38 -]', async () => {
    const texts = [
      ...CPFS,
      ...CPFS.map((id) => `CPF ${id.slice(0, 3)}.${id.slice(3, 6)}.${id.slice(6, 9)}-${id.slice(9)}`),
      ...THAI,
      ...THAI.map((id) => `${id[0]}-${id.slice(1, 5)}-${id.slice(5, 10)}-${id.slice(10, 12)}-${id[12]}`),
      'SSN 219-09-9999',
      '219 09 9999',
      '219.09.9999',
      '๕๒๙๙๘๒๒๔๗๒๕',
      '529.982.247 - 25',
      '529.982.24725',
      '529.982.247/25',
    ];
    expect(new Set(await secretIn(texts))).toEqual(new Set(['national id']));
  });

  test('is none with another check digit, in a group of its own kind, or of numbers that are never given out [S-38 +]', async () => {
    const wrong = [...CPFS, ...THAI].map((id) => `${id.slice(0, -1)}${(Number(id.at(-1)) + 1) % 10}`);
    expect(
      await secretIn([
        ...wrong,
        '111.111.111-11',
        '000-12-3456',
        '666-12-3456',
        '900-12-3456',
        '219-00-9999',
        '219-09-0000',
      ]),
    ).toEqual([...wrong, 1, 2, 3, 4, 5, 6].map(() => null));
  });
});

describe('what looks like neither', () => {
  test('passes: telephone numbers, dates, doses, invoice numbers, the last four digits [S-37 S-38 +]', async () => {
    const texts = [
      '+55 11 91234-5678',
      '+1 415 555 0100',
      '2026-11-28 14:30',
      '500 mg 3x/day for 10 days',
      'INV-2026-000123',
      'card ending 1111',
      'ICD-10 Z00.0, LOINC 8480-6',
      '',
      'J45.9; E11.65; I10 (4548-4; 2345-7; 2160-0)',
      '2026-11-28T14:30:00.123456+00:00, 28/11/2026 14:30:05',
      'c0a80101-4111-4111-8111-11111111111f',
      '+55 (11) 91234-5678; +55 (11) 3456-7890',
      '4123-4562; 4123-4568',
      '7891234567895, 7896004711126, 7891058001155',
      'CNPJ 12.345.678/0001-95, NF 000.123.456 serie 1',
      'Lot 400123-45; exp 12/2027; ANVISA 1.0573.0408.001-1',
      'Na 140; K 4,5; Ur 35; Cr 1,2; Glu 110; WBC 7200; PLT 250000',
      'WBC 4500 5260 6130 7010; urine 2400; 2250; 2600; 2300 ml',
      '<td>120</td><td>80</td><td>72</td><td>36.5</td><td>4500</td>',
      '950+75=1025 ml; 1200-400=800 ml',
      '28/11 08:00 = 120x80 (72); 28/11 14:00 = 130x85 (76); 28/11 20:00 = 125x80 (70)',
      'Ht 41 42 44 43 41 40 39 42; PLT 411 398 370 352 1010',
    ];
    expect(await secretIn(texts)).toEqual(texts.map(() => null));
  });

  test('passes as a series of measurements: no day of blood pressures, temperatures or glucose is somebody\u2019s number [S-37 S-38 +]', async () => {
    const series = (value: fc.Arbitrary<string>) =>
      fc.sample(
        fc.array(value, { minLength: 6, maxLength: 12 }).map((values) => values.join(' ')),
        200,
      );
    const texts = [
      ...series(
        fc
          .tuple(fc.integer({ min: 90, max: 190 }), fc.integer({ min: 50, max: 110 }))
          .map((pair) => pair.join('/')),
      ),
      ...series(fc.integer({ min: 350, max: 410 }).map((tenths) => (tenths / 10).toFixed(1))),
      ...series(fc.integer({ min: 60, max: 400 }).map(String)),
      // Leucocytes and volumes, rounded as they are, whatever stands between.
      ...[' ', '; ', ', ', '      ', ' = ', ' -> '].flatMap((by) =>
        fc.sample(
          fc
            .array(
              fc.integer({ min: 100, max: 999 }).map((tens) => String(tens * 10)),
              { minLength: 4, maxLength: 8 },
            )
            .map((values) => values.join(by)),
          100,
        ),
      ),
    ];
    expect((await secretIn(texts)).filter((secret) => secret !== null)).toEqual([]);
  });

  test('passes whatever has too few digits, of any spelling [S-37 +]', async () => {
    const texts = fc.sample(
      fc
        .array(fc.constantFrom('1', '4', '7', ' ', '-', '.', 'x', 'é'), { maxLength: 40 })
        .map((parts) => parts.join('')),
      300,
    );
    const few = texts.filter((text) => text.replaceAll(/\D/g, '').length < 9);
    expect(few.length).toBeGreaterThan(20);
    expect(new Set(await secretIn(few))).toEqual(new Set([null]));
  });

  test('a text of a hundred thousand digits is looked through in reasonable time [S-37 -]', async () => {
    const [answer] = await secretIn(['7 '.repeat(50_000)]);
    expect([null, 'card number', 'national id']).toContain(answer);
  });
});

describe('a write', () => {
  const CARD = '4111 1111 1111 1111';
  const WRITES: [string, Persona, string][] = [
    [
      'an invoice line',
      personas.finance,
      `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, unit_minor) values ('${CLINIC_A}', '${idOf('invoice', 'a', '01')}', '${idOf('patient', 'a', '01')}', 'SECRET', 1)`,
    ],
    ['a reason', personas.nurse, `update public.appointment_reasons set reason = 'SECRET'`],
    ['allergies', personas.doctor, `update public.patient_clinical set allergies = 'SECRET'`],
    [
      'a diagnosis',
      personas.doctor,
      `with entry as (
         insert into public.medical_records (organisation_id, id, patient_id, record_type)
         values ('${CLINIC_A}', '${NOBODY}', '${idOf('patient', 'a', '01')}', 'observation')
       ) insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis)
       values ('${CLINIC_A}', '${NOBODY}', '${idOf('patient', 'a', '01')}', 'SECRET')`,
    ],
    [
      'medications',
      personas.doctor,
      `insert into public.medical_records (organisation_id, patient_id, record_type, medications) values ('${CLINIC_A}', '${idOf('patient', 'a', '01')}', 'observation', '["SECRET"]')`,
    ],
    ['a name', personas.clinicAdmin, `update public.patients set full_name = 'SECRET'`],
    ['a ward', personas.clinicAdmin, `update public.beds set ward = 'SECRET' where label = 'Bed 03'`],
    [
      'a contact',
      personas.servicePinned,
      `update public.organisation_settings set privacy_contact = 'SECRET' where organisation_id = '${CLINIC_A}'`,
    ],
    [
      'a justification, which the access log keeps for good',
      personas.doctor,
      `select public.declare_restricted_read('treatment', 'SECRET')`,
    ],
    [
      'the label of a network',
      personas.clinicAdmin,
      `insert into public.organisation_networks (organisation_id, cidr, mode, label) values ('${CLINIC_A}', '198.51.100.0/24', 'deny', 'SECRET')`,
    ],
    [
      'the name of a login',
      personas.service,
      `update public.profiles set display_name = 'SECRET' where user_id = '${personas.doctor.userId}'`,
    ],
    [
      'a payer',
      personas.clinicAdmin,
      `insert into public.agreements (organisation_id, payer, number, starts_on) values ('${CLINIC_A}', 'SECRET', 'AGR-9', '2026-01-01')`,
    ],
    [
      'an agreement of the server',
      personas.servicePinned,
      `insert into public.agreements (organisation_id, payer, number, starts_on) values ('${CLINIC_A}', 'SECRET', 'AGR-9', '2026-01-01')`,
    ],
  ];

  test.each(WRITES)(
    'of %s with a card number or a national id is refused, and neither repeated nor logged [S-37 S-38 S-39 -]',
    async (_, persona, statement) => {
      await database().as(persona, async (session) => {
        for (const [secret, kind] of [
          [CARD, 'card number'],
          ['529.982.247-25', 'national id'],
        ] as const) {
          const outcome = await session.attempt(statement.replace('SECRET', `see ${secret}`));
          expect(outcome).toMatchObject({ ok: false, code: 'CD016' });
          expect(!outcome.ok && outcome.message).toMatch(new RegExp(`carries a ${kind}$`));
          expect(JSON.stringify(outcome)).not.toContain(secret);
        }
        const control = await session.attempt(statement.replace('SECRET', 'see the last four, 1111'));
        expect(control).toMatchObject({ ok: true });
        expect(control.ok && control.count).toBeGreaterThan(0);
      });
    },
  );
});

describe('what a client says of itself', () => {
  /** As a sealed record keeps it. */
  const kept = (text: string) =>
    database().asSuperuser((session) => session.value('select authz.printable($1, 400)', [text]));

  test.each(['card 4111 1111 1111 1111 of Ana', 'CPF 529.982.247-25', 'see https://x.example/a?token=abc'])(
    'is withheld where it carries what is never stored: %s [S-10 S-37 S-38 -]',
    async (text) => {
      expect(await kept(text)).toBe('[withheld]');
    },
  );

  test('is kept where it carries nothing such [N-35 +]', async () => {
    for (const text of [
      'the patient called about the wound',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.129 Safari/537.36',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_1_2 like Mac OS X) AppleWebKit/605.1.15 Version/17.1.2 Mobile/15E148 Safari/604.1',
    ]) {
      expect(await kept(text)).toBe(text);
    }
  });
});
