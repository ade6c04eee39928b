import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();
const DONE = { ok: true, count: 1 };
const REFUSED = { ok: false, code: '23514' };

interface Written {
  readonly who: Persona;
  readonly statement: string;
  readonly list: string;
  /** Lists of lists, with nothing in them, and too long. */
  readonly refused: readonly string[];
  readonly code?: string;
}

const CAPABILITIES = ['{{finance}}', '{{finance},{auditor}}', '{NULL}'];
const LISTS: Readonly<Record<string, Written>> = {
  'the capabilities of a member': {
    who: personas.clinicAdmin,
    statement: `update public.organisation_members set capabilities = $1 where user_id = '${personas.assistant.userId}'`,
    list: '{finance,auditor}',
    refused: CAPABILITIES,
  },
  'the capabilities of an invitation': {
    who: personas.clinicAdmin,
    statement: `select public.invite_member('new@clinic.example', 'nurse', $1)`,
    list: '{finance}',
    refused: CAPABILITIES,
    code: 'CD043',
  },
  'the segments of a record': {
    who: personas.doctor,
    statement: `insert into public.medical_records (organisation_id, patient_id, record_type, segments)
      values ('${CLINIC_A}', '${idOf('patient', 'a', '01')}', 'observation', $1)`,
    list: '{HIV,PSY}',
    refused: ['{{HIV,PSY}}', '{{HIV},{PSY}}', `{${'HIV,'.repeat(50)}HIV}`],
  },
  'the modules of a clinic': {
    who: personas.clinicAdmin,
    statement: 'update public.organisation_settings set modules = $1',
    list: '{beds,billing}',
    refused: ['{{beds}}', '{beds,NULL}'],
  },
  'the legal bases of a clinic': {
    who: personas.clinicAdmin,
    statement: 'update public.organisation_settings set legal_bases = $1',
    list: '{consent,vital_interest}',
    refused: ['{{consent,vital_interest}}', `{${'consent,'.repeat(50)}consent}`],
  },
  'the categories of a purpose': {
    who: personas.opsAdmin,
    statement: `insert into public.consent_purpose_versions (purpose, description, is_material, data_categories)
      values ('marketing', 'Another text.', false, $1)`,
    list: '{identity,ops}',
    refused: ['{{identity}}'],
  },
  'the recipients of a purpose': {
    who: personas.opsAdmin,
    statement: `insert into public.consent_purpose_versions (purpose, description, is_material, recipients)
      values ('marketing', 'Another text.', false, $1)`,
    list: '{laboratory}',
    refused: ['{{laboratory}}', '{NULL}'],
  },
  'the purposes of a form': {
    who: personas.opsAdmin,
    statement: `insert into public.form_templates (kind, code, version, language, title, body, purposes)
      values ('consent', 'lists', 1, 'en', 'Consent', 'I consent.', $1)`,
    list: '{treatment}',
    refused: ['{{treatment}}', '{treatment,NULL}'],
  },
};

describe('a list', () => {
  test.each(Object.entries(LISTS))(
    'is one of texts, and not of lists: %s [N-01 N-04 N-45 -, N-01 N-04 N-45 +]',
    async (_, { who, statement, list, refused, code = '23514' }) => {
      await tellStory(database(), async (as) => {
        const session = await as(who);
        for (const value of refused)
          expect(await session.attempt(statement, [value]), value).toMatchObject({ ok: false, code });
        expect(await session.attempt(statement, [list]), 'control').toMatchObject(DONE);
      });
    },
  );

  test('of capabilities is told as it holds: what the policies open, evaluate_policy explains [N-04 N-08 +, N-04 N-08 -]', async () => {
    await tellStory(database(), async (as) => {
      const invoice = await (await as(personas.finance)).value('select id from public.invoices limit 1');
      for (const [capabilities, holds] of [
        ['{{finance}}', false],
        ['{finance}', true],
      ] as const) {
        const given = await (await as(personas.clinicAdmin)).attempt(
          'update public.organisation_members set capabilities = $1 where user_id = $2',
          [capabilities, personas.assistant.userId],
        );
        expect(given, capabilities).toMatchObject(holds ? DONE : REFUSED);
        const session = await as(personas.assistant);
        const seen = await session.rows('select id from public.invoices where id = $1', [invoice]);
        expect(seen.length, capabilities).toBe(holds ? 1 : 0);
        const told = await session.value<{ allowed: boolean }>(
          `select public.evaluate_policy('invoices', 'SELECT', $1)`,
          [invoice],
        );
        expect(told?.allowed, capabilities).toBe(holds);
      }
    });
  });

  test('of segments never keeps a record from being protected further [N-01 +, N-01 -]', async () => {
    await tellStory(database(), async (as) => {
      const doctor = await as(personas.doctor);
      const write = (segments: string, id: string, before: string | null) =>
        doctor.attempt(
          `insert into public.medical_records (organisation_id, id, patient_id, record_type, segments, supersedes_id)
           values ($1, $2, $3, 'observation', $4, $5)`,
          [CLINIC_A, id, idOf('patient', 'a', '01'), segments, before],
        );
      expect(await write('{{HIV,PSY}}', NOBODY, null)).toMatchObject(REFUSED);
      expect(await write('{HIV,PSY}', NOBODY, null), 'control').toMatchObject(DONE);
      expect(await write('{ETH}', idOf('record', 'a', '98'), NOBODY), 'control').toMatchObject(DONE);
    });
  });

  test('of lists that was written before anybody asked stays, and its member is suspended as any other [N-04 +, N-16 +, N-04 -]', async () => {
    await tellStory(database(), async (as) => {
      const owner = await as(personas.clinicAdmin);
      await owner.script('reset role');
      await owner.script('alter table public.organisation_members disable trigger _086_lists');
      await owner.rows(
        `update public.organisation_members set capabilities = '{{finance}}' where user_id = $1`,
        [personas.assistant.userId],
      );
      await owner.script('alter table public.organisation_members enable always trigger _086_lists');
      const admin = await as(personas.clinicAdmin);
      const set = (what: string) =>
        admin.attempt(`update public.organisation_members set ${what} where user_id = $1`, [
          personas.assistant.userId,
        ]);
      expect(await set(`capabilities = '{{auditor}}'`)).toMatchObject(REFUSED);
      expect(await set('is_active = false')).toMatchObject(DONE);
      expect(await set(`capabilities = '{finance}'`)).toMatchObject(DONE);
    });
  });
});
