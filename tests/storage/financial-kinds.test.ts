import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { aDocument, BUCKET, outcome, requestOf, useStorage } from '../support/storage/documents.ts';
import { type Become, tellStory } from '../support/story.ts';

const { database, storage } = useStorage();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);

/** Of the seed: a report about Ana, and her insurance card. */
const REPORT = idOf('document', 'a', '01');
const CARD = idOf('document', 'a', '02');
const kindsOf = async (session: Session) =>
  (await session.rows<{ kind: string }>('select distinct kind from public.documents order by 1')).map(
    ({ kind }) => kind,
  );
/** What the caller gets of a clinical document, by every way there is. */
const reached = async (session: Session, id: string) => [
  await session.value<string>('select count(*) from public.documents where id = $1', [id]),
  await session.value<string>(
    `select count(*) from public.documents where id = $1 and (is_financial or kind = 'insurance' or file_name like '%')`,
    [id],
  ),
  (await session.attempt('select public.issue_read_ticket($1)', [id])).ok,
  (
    await session.value<{ allowed: boolean } | null>(
      `select coalesce((select public.evaluate_policy('documents', 'SELECT', $1)), '{"allowed": false}')`,
      [id],
    )
  )?.allowed,
];
const NOTHING = ['0', '0', false, false];

describe('finance', () => {
  test('reads documents of financial kinds, whoever’s, and none of another kind [N-20 N-14 +, N-20 -]', async () => {
    await story(async (as) => {
      expect(await kindsOf(await as(personas.finance))).toEqual(['insurance']);
      expect(await reached(await as(personas.finance), REPORT)).toEqual(NOTHING);
      expect(await reached(await as(personas.finance), CARD)).toEqual(['1', '1', true, true]);
      expect(await kindsOf(await as(personas.doctor)), 'control: there are others').toContain('report');
    });
  });

  test('of a clinic is none of another [S-02 N-20 -]', async () => {
    await story(async (as) => {
      expect(await reached(await as(personas.finance), idOf('document', 'b', '02'))).toEqual(NOTHING);
    });
  });

  test('opens nothing clinical beside a role of care that lacks its conditions, nor lends those its own [N-20 N-25 -]', async () => {
    await story(async (as) => {
      const owner = async () => {
        const session = await as(personas.clinicAdmin);
        await session.script('reset role');
        return session;
      };
      await (await owner()).rows(
        `update public.organisation_members set capabilities = '{finance}' where organisation_id = $1 and user_id = $2`,
        [CLINIC_A, personas.nurse.userId],
      );
      expect(await kindsOf(await as(personas.nurse)), 'control: who treats reads both').toEqual([
        'insurance',
        'report',
      ]);
      await (await owner()).rows(
        `update public.care_relationships set ends_at = starts_at + interval '1 microsecond' where organisation_id = $1 and user_id = $2`,
        [CLINIC_A, personas.nurse.userId],
      );
      expect(await kindsOf(await as(personas.nurse))).toEqual(['insurance']);
      const session = await as(personas.nurse);
      await session.rows(`select set_config('app.purpose', 'treatment', true)`);
      expect(await kindsOf(session), 'for treatment the money is nobody’s').toEqual([]);
    });
  });

  test('holds no purpose but looking and billing [N-48 N-20 -]', async () => {
    await story(async (as) => {
      for (const [purpose, kinds] of [
        ['billing', ['insurance']],
        ['data_view', ['insurance']],
        ['treatment', []],
        ['research', []],
      ] as const) {
        const session = await as(personas.finance);
        await session.rows(`select set_config('app.purpose', $1, true)`, [purpose]);
        expect([purpose, await kindsOf(session)]).toEqual([purpose, kinds]);
        await session.rows(`select set_config('app.purpose', '', true)`);
      }
    });
  });

  test('that uploads shows itself nothing of what others brought [N-20 S-08 -]', async () => {
    const { document_id } = await aDocument(database(), storage(), personas.receptionist);
    const own = await aDocument(database(), storage(), personas.finance, { kind: 'invoice' });
    await database().as(personas.finance, async (session) => {
      expect(await reached(session, document_id)).toEqual(NOTHING);
      expect((await reached(session, own.document_id))[2]).toBe(true);
    });
    const { path } = await aDocument(database(), storage(), personas.receptionist);
    expect(await outcome(storage().sign(requestOf(personas.finance), BUCKET, path))).toBe('404 NoSuchKey');
    expect(
      await outcome(storage().copy(requestOf(personas.finance), [BUCKET, path], [BUCKET, own.path])),
    ).toBe('404 NoSuchKey');
  });
});

describe('a document becomes financial', () => {
  const EVERYBODY = [
    personas.finance,
    personas.receptionist,
    personas.doctor,
    personas.clinicAdmin,
    personas.privacyOfficer,
    personas.patient,
    personas.opsAdmin,
    personas.servicePinned,
  ] as readonly Persona[];

  test.each(['kind', 'is_financial'])(
    'by nobody’s hand: %s is no caller’s to write [N-20 -]',
    async (column) => {
      await story(async (as) => {
        for (const persona of EVERYBODY) {
          const value = column === 'kind' ? `'insurance'` : 'true';
          const outcome = await (await as(persona)).attempt(
            `update public.documents set ${column} = ${value} where id = $1`,
            [REPORT],
          );
          expect(outcome, persona.name).toMatchObject({ ok: false });
          expect(['42501', '428C9'], persona.name).toContain(outcome.ok ? '' : outcome.code);
        }
      });
    },
  );

  test('by no owner’s either, in any state [N-20 S-31 -]', async () => {
    await story(async (as) => {
      for (const status of ['active', 'frozen', 'withdrawn']) {
        const session = await as(personas.clinicAdmin);
        if (status !== 'active') {
          await session.rows('select public.set_document_status($1, $2, $3)', [
            REPORT,
            status,
            'looked into',
          ]);
        }
        await session.script('reset role');
        expect(
          await session.attempt(
            `update public.documents set kind = 'insurance' where organisation_id = $1 and id = $2`,
            [CLINIC_A, REPORT],
          ),
          status,
        ).toMatchObject({ ok: false, code: 'CD014' });
      }
      expect(await reached(await as(personas.finance), REPORT)).toEqual(NOTHING);
    });
  });

  test('by no trigger that an application adds: the row says what it is computed from [N-20 -]', async () => {
    await story(async (as) => {
      const session = await as(personas.clinicAdmin);
      await session.script('reset role');
      await session.script(`create function public.planted() returns trigger language plpgsql as
          $$ begin new.is_financial := true; return new; end $$;
        create trigger _070_planted before insert or update on public.documents for each row execute function public.planted()`);
      await session.rows(
        `update public.documents set status_reason = 'looked into' where organisation_id = $1 and id = $2`,
        [CLINIC_A, REPORT],
      );
      expect(
        await session.value(
          'select is_financial from public.documents where organisation_id = $1 and id = $2',
          [CLINIC_A, REPORT],
        ),
      ).toBe(false);
    });
  });
});
