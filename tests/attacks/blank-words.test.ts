import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { breakGlass } from '../support/charts.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

const code = (point: number) => String.fromCodePoint(point);
/** What shows nothing: blanks of every width, controls, what has no width, tags, selectors of a variation of nothing. */
const UNSEEN = [
  ' ',
  '\t',
  '\n',
  ...[0x01, 0x1f, 0x7f, 0x85, 0xa0, 0xad, 0x034f, 0x115f, 0x180b, 0x180e, 0x200b, 0x200d, 0x202e, 0x2028].map(
    code,
  ),
  ...[0x2060, 0x2065, 0x206f, 0x2800, 0x3000, 0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xe0020, 0xe0100].map(
    code,
  ),
];
const named = (text: string) => [...text].map((sign) => sign.codePointAt(0)?.toString(16)).join(' ');
/** Enough of each for any reason, and all of them in turn. */
const TEXTS = [...UNSEEN.map((sign) => sign.repeat(30)), UNSEEN.join('').repeat(2)];
const WORDS = 'Segunda instância, 医者の判断 ❤️';

interface Written {
  readonly who: Persona;
  readonly before?: string;
  readonly statement: string;
}

/** Every column that takes words, and who writes it without a function in between. */
const COLUMNS: Readonly<Record<string, Written>> = {
  'the reason of a hold': {
    who: personas.privacyOfficer,
    statement: `insert into public.legal_holds (organisation_id, reason) values ('${CLINIC_A}', $1)`,
  },
  'the reason of an extension': {
    who: personas.privacyOfficer,
    statement: `insert into public.retention_extensions (organisation_id, retention, keep_months, reason) values ('${CLINIC_A}', 'incident', 120, $1)`,
  },
  'another reason of an extension': {
    who: personas.privacyOfficer,
    before: `insert into public.retention_extensions (organisation_id, id, retention, keep_months, reason) values ('${CLINIC_A}', '${NOBODY}', 'incident', 120, 'An order of the court.')`,
    statement: `update public.retention_extensions set reason = $1 where id = '${NOBODY}'`,
  },
  'the account of an incident': {
    who: personas.privacyOfficer,
    statement: `insert into public.security_incidents (organisation_id, summary) values ('${CLINIC_A}', $1)`,
  },
  'why an incident is dismissed': {
    who: personas.privacyOfficer,
    before: `insert into public.security_incidents (organisation_id, id, summary) values ('${CLINIC_A}', '${NOBODY}', 'A laptop was lost.')`,
    statement: `update public.security_incidents set status = 'dismissed', dismissal_reason = $1 where id = '${NOBODY}'`,
  },
  'why people were not told': {
    who: personas.privacyOfficer,
    before: `insert into public.security_incidents (organisation_id, id, summary) values ('${CLINIC_A}', '${NOBODY}', 'A laptop was lost.')`,
    statement: `update public.security_incidents set subjects_not_told_reason = $1 where id = '${NOBODY}'`,
  },
  'how else a request was answered': {
    who: personas.privacyOfficer,
    before: `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ('${CLINIC_A}', '${NOBODY}', '${idOf('patient', 'a', '01')}', 'access')`,
    statement: `update public.subject_requests set status = 'completed', answered_otherwise = $1 where id = '${NOBODY}'`,
  },
  'the ground of a refusal': {
    who: personas.privacyOfficer,
    before: `insert into public.subject_requests (organisation_id, id, patient_id, kind) values ('${CLINIC_A}', '${NOBODY}', '${idOf('patient', 'a', '01')}', 'access')`,
    statement: `update public.subject_requests set status = 'refused', refusal_basis = $1 where id = '${NOBODY}'`,
  },
  'the text of a purpose': {
    who: personas.opsAdmin,
    statement: `insert into public.consent_purpose_versions (purpose, description, is_material) values ('marketing', $1, false)`,
  },
  'the text of a form': {
    who: personas.opsAdmin,
    statement: `insert into public.form_templates (kind, code, version, language, title, body, purposes) values ('consent', 'blank', 1, 'en', 'Consent', $1, '{treatment}')`,
  },
  'the title of a form': {
    who: personas.opsAdmin,
    statement: `insert into public.form_templates (kind, code, version, language, title, body, purposes) values ('consent', 'blank', 1, 'en', $1, 'I consent.', '{treatment}')`,
  },
};

describe('what is to be said in words', () => {
  test.each(Object.entries(COLUMNS))(
    'is not said by what nobody sees: %s [N-37 N-49 -, N-49 +]',
    async (_, written) => {
      await tellStory(database(), async (as) => {
        const session = await as(written.who);
        if (written.before) await session.rows(written.before);
        for (const text of TEXTS)
          expect(await session.attempt(written.statement, [text]), named(text)).toMatchObject({
            ok: false,
            code: '23514',
          });
        expect(await session.attempt(written.statement, [WORDS]), 'control').toMatchObject({
          ok: true,
          count: 1,
        });
      });
    },
  );

  test('is asked of whoever writes it, the server’s key and the owner included [N-49 -, N-49 +]', async () => {
    await tellStory(database(), async (as) => {
      for (const who of [personas.servicePinned, undefined]) {
        const session = await as(who ?? personas.servicePinned);
        if (!who) await session.script('reset role');
        const hold = (reason: string) =>
          session.attempt(
            `insert into public.legal_holds (organisation_id, reason) values ('${CLINIC_A}', $1)`,
            [reason],
          );
        expect(await hold('\t'.repeat(20))).toMatchObject({ ok: false, code: '23514' });
        expect(await hold(WORDS), 'control').toMatchObject({ ok: true });
      }
    });
  });

  test('and was written before anybody asked stays, and holds on: a hold with it is released as any other [N-49 +, N-49 -]', async () => {
    await tellStory(database(), async (as) => {
      const owner = await as(personas.privacyOfficer);
      await owner.script('reset role');
      await owner.script('alter table public.legal_holds disable trigger user');
      await owner.rows(`insert into public.legal_holds (organisation_id, id, reason) values ($1, $2, $3)`, [
        CLINIC_A,
        NOBODY,
        '\t'.repeat(20),
      ]);
      for (const { name } of await owner.rows<{ name: string }>(
        `select tgname as name from pg_trigger where tgrelid = 'public.legal_holds'::regclass and not tgisinternal`,
      ))
        await owner.script(`alter table public.legal_holds enable always trigger ${name}`);
      const officer = await as(personas.privacyOfficer);
      expect(
        await officer.attempt('update public.legal_holds set released_at = now() where id = $1', [NOBODY]),
      ).toMatchObject({ ok: true, count: 1 });
    });
  });

  test.each(TEXTS.map((text) => [named([...text][0] ?? ''), text]))(
    'is no reason to break the glass, nor a review of it: %s [N-18 -]',
    async (_, text) => {
      await tellStory(database(), async (as) => {
        expect(await breakGlass(await as(personas.nurse), idOf('patient', 'a', '03'), text)).toMatchObject({
          ok: false,
          code: 'CD009',
        });
        const control = await breakGlass(await as(personas.nurse), idOf('patient', 'a', '03'), WORDS);
        expect(control, 'control').toMatchObject({ ok: true });
        const grant = control.ok ? Object.values(control.rows[0] ?? {})[0] : undefined;
        const review = async (note: string) =>
          (await as(personas.clinicAdmin)).attempt(
            `select public.review_emergency_access($1, 'justified', $2)`,
            [grant, note],
          );
        expect(await review(text)).toMatchObject({ ok: false, code: 'CD009' });
        expect(await review('ok'), 'control').toMatchObject({ ok: true });
      });
    },
  );

  test('is asked for at one look at each sign: a long run of blanks in the middle costs no more than one at the end [N-52 -, N-18 +]', async () => {
    await database().asSuperuser(async (session) => {
      await session.script(`set local statement_timeout = '5s'`);
      for (const run of [' ', '\u200b', '\ufe0f']) {
        const long = run.repeat(500_000);
        for (const [text, kept] of [
          [`a${long}b`, 500_002],
          [long, 0],
        ] as const)
          expect(await session.value('select length(authz.trimmed($1))', [text]), named(run)).toBe(kept);
      }
    });
  });

  test('leaves to a name what belongs to its last sign: a Japanese one keeps its shape [S-31 +, S-31 -]', async () => {
    await database().asSuperuser(async (session) => {
      const trimmed = (text: string) => session.value<string>('select authz.trimmed($1)', [text]);
      expect(await trimmed(' \u8fbb\u{e0100}\u00a0')).toBe('\u8fbb\u{e0100}');
      expect(await trimmed('\u{e0100}\u00a0')).toBe('');
      expect(await session.value('select authz.trimmed(null) is null')).toBe(true);
    });
  });
});
