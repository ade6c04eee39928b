import { describe, expect, test } from 'vitest';
import { CLINIC_A, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas, throughClient } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { CHILD } from '../support/forms.ts';
import { inTurn } from '../support/in-turn.ts';
import {
  AGAIN,
  born,
  DONE,
  ends,
  endsAt,
  NO_EFFECT,
  owner,
  proposed,
  sees,
} from '../support/portal-accounts.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const story = (tell: (as: Become) => Promise<void>) => tellStory(database(), tell);
describe('the end of an account', () => {
  const confirmed = async (as: Become, relationship = 'proxy') => {
    await proposed(as, CHILD, relationship);
    await ends(await as(personas.clinicAdmin), `confirmed_at = now(), ends_at = now() + interval '1 day'`);
  };

  test('is nobody’s to say who proposes it, and none of one’s own or of a proxy’s unless somebody sets it [N-15 -]', async () => {
    await story(async (as) => {
      const reception = await as(personas.receptionist);
      expect(
        await reception.attempt(
          `insert into public.patient_accounts (organisation_id, user_id, patient_id, relationship, ends_at) values ($1, $2, $3, 'guardian', 'infinity')`,
          [CLINIC_A, personas.stranger.userId, CHILD],
        ),
      ).toMatchObject({ ok: false, code: '42501' });
      await proposed(as, CHILD, 'proxy');
      expect(await endsAt(as)).toBeNull();
    });
  });

  test('is none that who proposes it has set beforehand: whoever confirms it says until when [N-15 -, N-15 +]', async () => {
    await story(async (as) => {
      await proposed(as, CHILD, 'guardian');
      const beforehand = `ends_at = now() + interval '90 years'`;
      expect(await ends(await as(personas.clinicAdmin), beforehand)).toMatchObject(NO_EFFECT);
      expect(await endsAt(as)).toBeNull();
      expect(await ends(await as(personas.clinicAdmin), `confirmed_at = now(), ${beforehand}`)).toMatchObject(
        DONE,
      );
      expect(await endsAt(as), 'control').not.toBeNull();
    });
  });

  /** Somebody puts a birth date right. */
  const putRight = async (as: Become, persona: Persona, date: string) =>
    (await as(persona)).attempt(
      `update public.patient_identity set birth_date = ${date} where organisation_id = $1 and id = $2`,
      [CLINIC_A, CHILD],
    );
  const guardian = async (as: Become) => {
    await proposed(as, CHILD, 'guardian');
    expect(await ends(await as(personas.clinicAdmin), 'confirmed_at = now()')).toMatchObject(DONE);
  };

  test.each([
    ['reception', personas.receptionist],
    ['a nurse', personas.nurse],
    ['a clinic_admin', personas.clinicAdmin],
    ['the server', personas.servicePinned],
  ])(
    'is put off by no birth date that %s writes, and none is refused: it stays where it was [N-12 N-15 -, N-15 +]',
    async (_, persona) => {
      for (const later of ['current_date - 10', 'null']) {
        await story(async (as) => {
          await born(as, CHILD, '10 years');
          await guardian(as);
          const before = await (await owner(as)).value<string>(
            `select to_char((now() at time zone 'America/Sao_Paulo')::date - interval '10 years' + interval '18 years', 'YYYY-MM-DD') || ' 00:00'`,
          );
          expect(await putRight(as, persona, later), later).toMatchObject(DONE);
          expect(await endsAt(as), later).toBe(before);
          expect(await sees(as), 'until then').toBe(1);
        });
      }
    },
  );

  test('comes nearer with an earlier birth date, and stays there when that is put right again [N-15 -, N-15 +]', async () => {
    await story(async (as) => {
      await born(as, CHILD, '10 years');
      await guardian(as);
      expect(await putRight(as, personas.receptionist, 'current_date - 6000')).toMatchObject(DONE);
      expect(await endsAt(as), 'looked up').toBeNull();
      expect(await sees(as)).toBe(1);
      expect(await putRight(as, personas.receptionist, 'current_date - 3000')).toMatchObject(DONE);
      expect(await endsAt(as)).toBe(
        await (await owner(as)).value(
          `select to_char(current_date - 6000 + interval '18 years', 'YYYY-MM-DD') || ' 00:00'`,
        ),
      );
      const asBefore = `ends_at = now() + interval '9 years'`;
      expect(await ends(await as(personas.receptionist), asBefore)).not.toMatchObject(DONE);
      expect(await ends(await as(personas.clinicAdmin), asBefore), 'a second clinic_admin').toMatchObject(
        DONE,
      );
      expect(await putRight(as, personas.receptionist, 'current_date - 6000')).toMatchObject(DONE);
      expect(await endsAt(as), 'and nearer again').toBe(
        await (await owner(as)).value(
          `select to_char(current_date - 6000 + interval '18 years', 'YYYY-MM-DD') || ' 00:00'`,
        ),
      );
    });
  });

  test('comes nearer with an earlier birth date also where a later one was written before; one that a clinic_admin set for later is theirs [N-15 -, N-15 +]', async () => {
    await story(async (as) => {
      await born(as, CHILD, '10 years');
      await guardian(as);
      expect(await putRight(as, personas.receptionist, 'current_date - 3000')).toMatchObject(DONE);
      expect(await putRight(as, personas.receptionist, 'current_date - 6000')).toMatchObject(DONE);
      expect(await endsAt(as)).toBe(
        await (await owner(as)).value(
          `select to_char(current_date - 6000 + interval '18 years', 'YYYY-MM-DD') || ' 00:00'`,
        ),
      );
      expect(await sees(as), 'until then').toBe(1);
      expect(await putRight(as, personas.receptionist, `'1990-01-01'`)).toMatchObject(DONE);
      expect(await sees(as), 'of age').toBe(0);
    });
    await story(async (as) => {
      await born(as, CHILD, '10 years');
      await guardian(as);
      expect(
        await ends(await as(personas.clinicAdmin), `ends_at = now() + interval '9 years'`),
      ).toMatchObject(DONE);
      const said = await endsAt(as);
      expect(await putRight(as, personas.receptionist, `'1990-01-01'`)).toMatchObject(DONE);
      expect(await endsAt(as)).toBe(said);
      expect(await sees(as), 'control').toBe(1);
    });
  });

  test('that came with a birthday stays, whatever birth date is written over it: who acted then is linked again, by two [N-15 -, N-15 +]', async () => {
    await story(async (as) => {
      await guardian(as);
      for (const date of [`'1990-01-01'`, `'1991-01-01'`, 'current_date - 3000', 'null']) {
        expect(await putRight(as, personas.receptionist, date), date).toMatchObject(DONE);
        expect(await sees(as), date).toBe(0);
      }
      expect(await ends(await as(personas.clinicAdmin), 'revoked_at = now()')).toMatchObject(DONE);
      await (await as(personas.receptionist)).rows(
        `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, 'guardian')`,
        [CLINIC_A, AGAIN, personas.stranger.userId, CHILD],
      );
      await (await as(personas.clinicAdmin)).rows(
        'update public.patient_accounts set confirmed_at = now() where organisation_id = $1 and id = $2',
        [CLINIC_A, AGAIN],
      );
      expect(await sees(as), 'control').toBe(1);
    });
  });

  test('comes sooner by any clinic_admin, and later by one who is there and did not propose it [N-12 N-15 +, N-12 N-15 -]', async () => {
    await story(async (as) => {
      await confirmed(as);
      await (await owner(as)).script('update authz.deployment_settings set allow_oauth_clients = true');
      const later = `ends_at = now() + interval '3 days'`;
      expect(await ends(await as(throughClient(personas.clinicAdmin)), later)).toMatchObject({
        code: '42501',
      });
      expect(await ends(await as(personas.clinicAdmin), later)).toMatchObject({ ok: true, count: 1 });
      expect(await ends(await as(personas.clinicAdmin), `ends_at = now() + interval '1 hour'`)).toMatchObject(
        { count: 1 },
      );
      await (await owner(as)).script('alter table public.patient_accounts disable trigger user');
      await (await owner(as)).rows(
        'update public.patient_accounts set created_by_user_id = $3 where organisation_id = $1 and id = $2',
        [CLINIC_A, NOBODY, personas.clinicAdmin.userId],
      );
      await (await owner(as)).script(
        'alter table public.patient_accounts enable always trigger _300_confirm',
      );
      expect(await ends(await as(personas.clinicAdmin), later)).toMatchObject({ ok: false, code: 'CD008' });
      expect(await ends(await as(personas.clinicAdmin), 'ends_at = null')).toMatchObject({
        ok: false,
        code: 'CD008',
      });
      expect(
        await ends(await as(personas.clinicAdmin), `ends_at = now() + interval '1 minute'`),
      ).toMatchObject({ count: 1 });
    });
  });

  test('is final once it is there: who acted then is linked again, by two [N-15 -]', async () => {
    await story(async (as) => {
      await confirmed(as);
      await ends(await as(personas.clinicAdmin), 'ends_at = clock_timestamp()');
      expect(await sees(as)).toBe(0);
      const later = `ends_at = now() + interval '3 days'`;
      expect(await ends(await as(personas.clinicAdmin), later)).toMatchObject(NO_EFFECT);
      expect(await ends(await owner(as), 'ends_at = null')).toMatchObject(NO_EFFECT);
      expect(await sees(as)).toBe(0);
    });
  });

  test('that is put off stands among the security events, as the opening that it is [N-15 N-37 +]', async () => {
    await story(async (as) => {
      await confirmed(as);
      const told = async () =>
        (await owner(as)).rows(
          `select event_type from audit.security_events where entity_id = $1 order by id`,
          [NOBODY],
        );
      const before = await told();
      expect(before.map(({ event_type }) => event_type)).toEqual([
        'patient_account.proposed',
        'patient_account.opened',
      ]);
      await ends(await as(personas.clinicAdmin), `ends_at = now() + interval '1 hour'`);
      expect(await told(), 'sooner').toEqual(before);
      await ends(await as(personas.clinicAdmin), `ends_at = now() + interval '3 days'`);
      expect(await told()).toEqual([...before, { event_type: 'patient_account.opened' }]);
    });
  });

  test('stays where it was too when it is confirmed while a birth date is being put right [N-15 -, N-15 +]', async () => {
    const commit = { commit: true };
    const pinned = (what: string) =>
      database().asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        return session.rows<{ ends: string | null }>(what);
      });
    const before = await pinned(
      `select to_char(birth_date + interval '18 years', 'YYYY-MM-DD') as ends from public.patient_identity where organisation_id = '${CLINIC_A}' and id = '${CHILD}'`,
    );
    await database().as(
      personas.receptionist,
      (session) =>
        session.rows(
          `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, 'guardian')`,
          [CLINIC_A, NOBODY, personas.stranger.userId, CHILD],
        ),
      commit,
    );
    const { first, second } = await inTurn(
      database(),
      { who: personas.clinicAdmin, act: (session) => ends(session, 'confirmed_at = now()'), commit: true },
      {
        who: personas.receptionist,
        act: (session) =>
          session.attempt(
            'update public.patient_identity set birth_date = current_date - 10 where organisation_id = $1 and id = $2',
            [CLINIC_A, CHILD],
          ),
        commit: true,
      },
    );
    expect([first, second]).toMatchObject([DONE, DONE]);
    expect(
      await pinned(
        `select to_char(ends_at at time zone 'America/Sao_Paulo', 'YYYY-MM-DD') as ends from public.patient_accounts where organisation_id = '${CLINIC_A}' and id = '${NOBODY}'`,
      ),
    ).toEqual(before);
  });
});
