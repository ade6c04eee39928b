import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const ANA = idOf('patient', 'a', '01');
const REFUSED = { ok: false, code: '23514' };
const DONE = { ok: true, count: 1 };

/** Nothing that anybody sees, or a label that looks like `A 1` and is another. */
const NOTHING = ['\u200b\u200b\u200b', '\u2800\u3164\u00a0', '\u200d\u200c\u200d'];
const ALIKE = ['A 1\u200b', '\u00a0A 1', 'A\u2060 1', 'A 1\n', '\u202e1 A'];
/** What belongs to a name, and to no number. */
const SHAPED = ['A 1\ufe0f', 'A\u200d 1', 'E\u0301'];

interface Label {
  readonly who: Persona;
  readonly statement: string;
  readonly isNumber?: boolean;
}

const LABELS: Readonly<Record<string, Label>> = {
  'a ward': {
    who: personas.nurse,
    isNumber: true,
    statement: `insert into public.beds (organisation_id, ward, label) values ('${CLINIC_A}', $1, 'B')`,
  },
  'a bed': {
    who: personas.nurse,
    isNumber: true,
    statement: `insert into public.beds (organisation_id, ward, label) values ('${CLINIC_A}', 'Ward 9', $1)`,
  },
  'a bed written anew': {
    who: personas.nurse,
    isNumber: true,
    statement: `update public.beds set label = $1 where organisation_id = '${CLINIC_A}' and id = '${idOf('bed', 'a', '01')}'`,
  },
  'the payer of an agreement': {
    who: personas.clinicAdmin,
    statement: `insert into public.agreements (organisation_id, payer, number, starts_on) values ('${CLINIC_A}', $1, 'AGR-9', '2026-01-01')`,
  },
  'the payer of a guarantee': {
    who: personas.opsAgent,
    statement: `insert into public.guarantees_of_payment (organisation_id, case_id, patient_id, payer, limit_minor, currency)
      values ('${CLINIC_A}', '${idOf('case', 'a', '03')}', '${idOf('patient', 'a', '03')}', $1, 100, 'BRL')`,
  },
  'the licence of a professional': {
    who: personas.clinicAdmin,
    isNumber: true,
    statement: `update public.professionals set licence = $1 where organisation_id = '${CLINIC_A}' and user_id = '${personas.doctor.userId}'`,
  },
  'a network': {
    who: personas.clinicAdmin,
    statement: `insert into public.organisation_networks (organisation_id, cidr, mode, label) values ('${CLINIC_A}', '203.0.113.0/24', 'allow', $1)`,
  },
  'whom a patient writes to': {
    who: personas.clinicAdmin,
    statement: `update public.organisation_settings set privacy_contact = $1 where organisation_id = '${CLINIC_A}'`,
  },
  'an organisation': {
    who: personas.opsAdmin,
    statement: `update public.organisations set name = $1 where id = '${CLINIC_A}'`,
  },
};

describe('what one thing is told from another by', () => {
  test.each(Object.entries(LABELS))(
    'is what everybody sees: %s [S-04 S-17 S-31 -, S-04 S-17 S-31 +]',
    async (_, { who, statement, isNumber }) => {
      await tellStory(database(), async (as) => {
        const session = await as(who);
        for (const label of [...NOTHING, ...ALIKE, ...(isNumber ? SHAPED : [])])
          expect(await session.attempt(statement, [label]), JSON.stringify(label)).toMatchObject(REFUSED);
        const label = isNumber ? 'Ａ 1 – É' : 'علی\u200cرضا & Cia., \u8fbb\u{e0100}';
        expect(await session.attempt(statement, [label]), 'control').toMatchObject(DONE);
      });
    },
  );

  test('and was written before anybody asked stays: who lies in such a bed leaves it [S-17 +, S-17 -]', async () => {
    const BED = idOf('bed', 'a', '02');
    await tellStory(database(), async (as) => {
      const owner = await as(personas.nurse);
      await owner.script('reset role');
      await owner.script('alter table public.beds disable trigger _087_labels');
      await owner.rows('update public.beds set label = $1 where organisation_id = $2 and id = $3', [
        'A\u200b',
        CLINIC_A,
        BED,
      ]);
      await owner.script('alter table public.beds enable always trigger _087_labels');
      const nurse = await as(personas.nurse);
      const stay = await nurse.value(
        `select id from public.admissions where bed_id = $1 and status = 'admitted'`,
        [BED],
      );
      expect(await nurse.attempt(`select public.discharge_patient($1, 'home')`, [stay])).toMatchObject(DONE);
      expect(await nurse.value('select status from public.beds where id = $1', [BED])).toBe('cleaning');
      expect(
        await nurse.attempt(`update public.beds set label = $1 where id = $2`, ['B\u200b', BED]),
      ).toMatchObject(REFUSED);
    });
  });
});

describe('what is read as words', () => {
  test.each([
    [
      'a line of a bill',
      personas.finance,
      `insert into public.invoice_lines (organisation_id, invoice_id, patient_id, description, unit_minor) values ('${CLINIC_A}', '${NOBODY}', '${ANA}', $1, 100)`,
    ],
    [
      'the place that somebody is brought to',
      personas.nurse,
      `update public.transfers set destination = $1 where organisation_id = '${CLINIC_A}' and id = '${idOf('transfer', 'a', '01')}'`,
    ],
    [
      'the place that somebody is fetched from',
      personas.nurse,
      `update public.transfers set pickup = $1 where organisation_id = '${CLINIC_A}' and id = '${idOf('transfer', 'a', '01')}'`,
    ],
  ])('is said in them: %s [S-18 S-34 -, S-18 S-34 +]', async (_, who, statement) => {
    await tellStory(database(), async (as) => {
      await (await as(personas.finance)).rows(
        `insert into public.invoices (organisation_id, id, number, patient_id, currency) values ($1, $2, 'INV-WORDS', $3, 'BRL')`,
        [CLINIC_A, NOBODY, ANA],
      );
      const session = await as(who);
      for (const text of NOTHING)
        expect(await session.attempt(statement, [text]), JSON.stringify(text)).toMatchObject(REFUSED);
      expect(await session.attempt(statement, ['Ward 2, 医者\nby the lift']), 'control').toMatchObject(DONE);
    });
  });
});
