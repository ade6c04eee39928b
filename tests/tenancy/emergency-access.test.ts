import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

/** Withdrew the consent, and is treated by nobody any more. */
const PATIENT = idOf('patient', 'a', '03');
const REASON = 'Unconscious on arrival, allergies unknown';

const open = (
  session: Session,
  patient = PATIENT,
  reason: string | null = REASON,
  minutes: number | null = 60,
) => session.attempt('select public.open_emergency_access($1, $2, $3)', [patient, reason, minutes]);
const sees = (session: Session, table = 'medical_records') =>
  session
    .value(`select count(*) from public.${table} where patient_id = $1`, [PATIENT])
    .then((n) => Number(n) > 0);

/** Becomes somebody else within the session's transaction, which is the superuser's and rolled back. */
async function become(session: Session, persona: Persona, at = ''): Promise<void> {
  await session.script('reset role');
  await session.rows(
    `select set_config('request.jwt.claims', $1, true), set_config('request.headers', '{"x-forwarded-for":"192.0.2.10"}', true),
       set_config('app.pinned_organisation_id', $2, true), set_config('test.now', $3, true)`,
    [JSON.stringify(persona.claims), CLINIC_A, at],
  );
  await session.script(`set local role ${persona.role}`);
}
/** As if the glass had been broken in an earlier transaction, which alone counts. */
async function settle(session: Session, persona: Persona, at = ''): Promise<void> {
  await session.script('reset role');
  await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
  await session.script(
    `update public.emergency_access_grants set opened_in = '3' where opened_in = pg_current_xact_id()`,
  );
  await become(session, persona, at);
}
const story = (fn: (session: Session) => Promise<void>) => database().asSuperuser(fn, { rollback: true });

describe('breaking the glass', () => {
  test('opens one patient to a doctor, bypassing treatment and consent [N-18 +]', async () => {
    await story(async (session) => {
      await become(session, personas.doctor);
      expect(await sees(session)).toBe(false);
      expect(await open(session)).toMatchObject({ ok: true });
      await settle(session, personas.doctor);
      expect(await sees(session)).toBe(true);
      expect(await sees(session, 'medical_record_details')).toBe(true);
      expect(
        await session.value('select count(*) from public.patient_clinical where id = $1', [PATIENT]),
      ).toBe('1');
    });
  });

  test('opens it for nobody else, and nobody else\u2019s chart [N-18 -]', async () => {
    await story(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.script(
        `update public.consents set status = 'withdrawn' where patient_id = '${idOf('patient', 'a', '01')}' and status = 'active' and organisation_id = '${CLINIC_A}'`,
      );
      await become(session, personas.doctor);
      expect(await open(session)).toMatchObject({ ok: true });
      await settle(session, personas.doctor);
      expect(await sees(session)).toBe(true);
      expect(
        await session.value('select count(*) from public.medical_records where patient_id <> $1', [PATIENT]),
      ).toBe('0');
      await become(session, personas.breakGlass);
      expect(await sees(session)).toBe(false);
    });
  });

  test('gives a nurse what nurses see, and neither diagnosis nor protected segments [N-18 N-01 -]', async () => {
    await story(async (session) => {
      await become(session, personas.nurse);
      expect(await open(session)).toMatchObject({ ok: true });
      await settle(session, personas.nurse);
      expect(await sees(session)).toBe(true);
      expect(await sees(session, 'medical_record_details')).toBe(false);
    });
  });

  test('is for doctors and nurses, with a session, and for nobody else without the capability [N-05 N-18 -]', async () => {
    for (const persona of [personas.doctor, personas.nurse, personas.breakGlass]) {
      expect(await database().as(persona, (session) => open(session)), persona.name).toMatchObject({
        ok: true,
      });
    }
    for (const persona of [
      personas.clinicAdmin,
      personas.receptionist,
      personas.assistant,
      personas.privacyOfficer,
      personas.stranger,
      personas.revoked,
      personas.signedOut,
      personas.patient,
      personas.opsAdmin,
      personas.anon,
      personas.service,
    ]) {
      expect(await database().as(persona, (session) => open(session)), persona.name).toMatchObject({
        ok: false,
        code: '42501',
      });
    }
  });

  test('takes a token with a session, also where the deployment allows others [N-12 N-18 -]', async () => {
    await story(async (session) => {
      await session.script('update authz.deployment_settings set allow_sessionless_tokens = true');
      await become(session, personas.sessionless);
      expect(
        await session.value('select count(*) from public.patients'),
        'control: the token opens rows',
      ).not.toBe('0');
      expect(await open(session)).toMatchObject({ ok: false, code: '42501' });
    });
  });

  test.each([
    ['no reason', null, 60],
    ['a reason of 19 characters', 'a'.repeat(19), 60],
    ['a reason of blanks', ' '.repeat(40), 60],
    ['a reason of 2001 characters', 'a'.repeat(2001), 60],
    ['61 minutes', REASON, 61],
    ['0 minutes', REASON, 0],
    ['no length', REASON, null],
  ])('with %s is refused [N-18 -]', async (_, reason, minutes) => {
    const outcome = await database().as(personas.doctor, (session) =>
      open(session, PATIENT, reason, minutes),
    );
    expect(outcome).toMatchObject({ ok: false, code: 'CD009' });
    const control = await database().as(personas.doctor, (session) =>
      open(session, PATIENT, 'a'.repeat(20), 1),
    );
    expect(control).toMatchObject({ ok: true });
  });

  test('for another clinic\u2019s patient, a random id, an inactive and an archived one: one answer [S-04 N-18 -]', async () => {
    const answers = [];
    for (const id of [
      idOf('patient', 'b', '01'),
      NOBODY,
      idOf('patient', 'a', '04'),
      idOf('patient', 'a', '05'),
    ]) {
      answers.push(await database().as(personas.doctor, (session) => open(session, id)));
    }
    expect(answers[0]).toMatchObject({ ok: false, code: 'CD010' });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test('is refused to whom the patient shut out, where nobody may, and where a consent excludes it [N-18 -]', async () => {
    const restrict = (who: string) =>
      `insert into public.access_restrictions (organisation_id, patient_id, restricted_user_id) values ('${CLINIC_A}', '${PATIENT}', ${who})`;
    for (const refusal of [
      restrict(`'${personas.doctor.userId}'`),
      restrict('null'),
      `insert into public.consents (organisation_id, patient_id, purpose, status, break_glass_allowed) values ('${CLINIC_A}', '${PATIENT}', 'data_view', 'active', false)`,
    ]) {
      await story(async (session) => {
        await become(session, personas.doctor);
        const opened = await open(session);
        expect(opened).toMatchObject({ ok: true });
        await settle(session, personas.doctor);
        expect(await sees(session)).toBe(true);
        await session.script('reset role');
        await session.script(refusal);
        await become(session, personas.doctor);
        expect(await sees(session), 'a refusal after the fact closes it').toBe(false);
      });
      await story(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.script(refusal);
        await become(session, personas.doctor);
        expect(await open(session)).toMatchObject({ ok: false, code: 'CD009' });
      });
    }
    await story(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.script(restrict(`'${personas.nurse.userId}'`));
      await become(session, personas.doctor);
      expect(await open(session), 'control: another one shut out').toMatchObject({ ok: true });
    });
  });

  test('is refused by a consent up to the day that it names, whatever text replaces it, and not from then on [N-18 +, N-18 -]', async () => {
    await story(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.script(`
        insert into public.consents (organisation_id, patient_id, purpose, status, break_glass_allowed, expires_at)
          values ('${CLINIC_A}', '${PATIENT}', 'data_view', 'active', false, now() + interval '30 days');
        insert into public.consent_purpose_versions (purpose, description, is_material, takes_effect_at)
          values ('data_view', 'Another.', true, now() + interval '1 day')`);
      const [{ end, superseded }] = (await session.rows(
        `select expires_at::text as end, superseded_at < expires_at as superseded from public.consents
         where patient_id = $1 and purpose = 'data_view' and not break_glass_allowed`,
        [PATIENT],
      )) as [{ end: string; superseded: boolean }];
      expect(superseded).toBe(true);
      const [{ before }] = (await session.rows(
        `select ($1::timestamptz - interval '1 microsecond')::text as before`,
        [end],
      )) as [{ before: string }];
      await become(session, personas.doctor, before);
      expect(await open(session)).toMatchObject({ ok: false, code: 'CD009' });
      await become(session, personas.doctor, end);
      expect(await open(session)).toMatchObject({ ok: true });
    });
  });

  test('ends in the middle of a block that goes on, whose statements all began when it did [N-18 N-28 -]', async () => {
    await story(async (session) => {
      await become(session, personas.doctor);
      expect(await open(session)).toMatchObject({ ok: true });
      await settle(session, personas.doctor);
      await session.script('reset role');
      await session.script(
        `alter table public.emergency_access_grants disable trigger user;
         update public.emergency_access_grants set expires_at = clock_timestamp() + interval '500 milliseconds' where patient_id = '${PATIENT}'`,
      );
      await become(session, personas.doctor);
      await session.script(`
        do $$ begin
          perform set_config('test.first', (select count(*) > 0 from public.medical_records where patient_id = '${PATIENT}')::text, true);
          perform pg_sleep(0.6);
          perform set_config('test.second', (select count(*) > 0 from public.medical_records where patient_id = '${PATIENT}')::text, true);
        end $$`);
      expect(
        await session.rows(
          `select current_setting('test.first') as first, current_setting('test.second') as second`,
        ),
      ).toEqual([{ first: 'true', second: 'false' }]);
    });
  });

  test('never reaches an archived row or an inactive patient [N-18 N-27 -]', async () => {
    await story(async (session) => {
      await become(session, personas.doctor);
      expect(await open(session)).toMatchObject({ ok: true });
      await settle(session, personas.doctor);
      expect(await sees(session)).toBe(true);
      await session.script('reset role');
      await session.script(
        `update public.patients set status = 'inactive' where id = '${PATIENT}' and organisation_id = '${CLINIC_A}'`,
      );
      await become(session, personas.doctor);
      expect(await sees(session)).toBe(false);
    });
  });

  test('lasts until it expires, half-open [N-18 N-40 -]', async () => {
    await story(async (session) => {
      await become(session, personas.doctor, '2026-07-01 12:00+00');
      expect(await open(session, PATIENT, REASON, 10)).toMatchObject({ ok: true });
      await settle(session, personas.doctor);
      for (const [at, isOpen] of [
        ['2026-07-01 12:09:59.999999+00', true],
        ['2026-07-01 12:10+00', false],
        ['2026-07-01 11:59:59+00', false],
      ] as const) {
        await become(session, personas.doctor, at);
        expect(await sees(session), at).toBe(isOpen);
      }
    });
  });

  test('ends when its holder closes it, and nobody else can [N-18 +, N-18 -]', async () => {
    await story(async (session) => {
      await become(session, personas.doctor);
      const grant = await session.value('select public.open_emergency_access($1, $2)', [PATIENT, REASON]);
      await become(session, personas.nurse);
      const close = () => session.attempt('select public.close_emergency_access($1)', [grant]);
      expect(await close()).toMatchObject({ ok: false, code: 'CD010' });
      await settle(session, personas.doctor);
      expect(await sees(session)).toBe(true);
      expect(await close()).toMatchObject({ ok: true });
      expect(await sees(session)).toBe(false);
      expect(await close()).toMatchObject({ ok: false, code: 'CD010' });
    });
  });

  test('that is closed after its time was over lasted until then, and one that is open until it is closed [N-18 N-37 -, N-18 +]', async () => {
    await story(async (session) => {
      await become(session, personas.doctor);
      const grant = await session.value('select public.open_emergency_access($1, $2)', [PATIENT, REASON]);
      const closedAt = async (at: string) => {
        await session.script('savepoint before');
        await become(session, personas.doctor, at);
        await session.rows('select public.close_emergency_access($1)', [grant]);
        await session.script('reset role');
        const [row] = await session.rows(
          `select ended_at = expires_at as at_its_end, ended_at = $2 as at_once from public.emergency_access_grants where organisation_id = $3 and id = $1`,
          [grant, at, CLINIC_A],
        );
        await session.script('rollback to before');
        return row;
      };
      const later = (time: string) =>
        session.value<string>(`select (now() + $1::interval)::text`, [time]).then(String);
      expect(await closedAt(await later('9 days'))).toEqual({ at_its_end: true, at_once: false });
      expect(await closedAt(await later('30 minutes')), 'control').toEqual({
        at_its_end: false,
        at_once: true,
      });
    });
  });
});

describe('the review', () => {
  test('locks out who has one pending, and frees them; nobody reviews their own [N-18 N-37 -]', async () => {
    await story(async (session) => {
      await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
      await session.script(
        `update public.organisation_members set capabilities = '{privacy_officer}' where user_id = '${personas.doctor.userId}' and organisation_id = '${CLINIC_A}'`,
      );
      await become(session, personas.doctor);
      const grant = await session.value('select public.open_emergency_access($1, $2)', [PATIENT, REASON]);
      expect(await open(session, idOf('patient', 'a', '01'))).toMatchObject({ ok: false, code: 'CD009' });
      await session.rows('select public.close_emergency_access($1)', [grant]);
      expect(await open(session), 'an ended one is still unreviewed').toMatchObject({
        ok: false,
        code: 'CD009',
      });
      const review = (outcome: string | null = 'unjustified', note = 'No such admission') =>
        session.attempt('select public.review_emergency_access($1, $2, $3)', [grant, outcome, note]);
      expect(await review(), 'their own').toMatchObject({ ok: false, code: 'CD010' });

      await become(session, personas.nurse);
      expect(await review()).toMatchObject({ ok: false, code: '42501' });
      await become(session, personas.clinicAdmin);
      expect(await review('maybe')).toMatchObject({ ok: false, code: 'CD009' });
      expect(await review('justified', ' ')).toMatchObject({ ok: false, code: 'CD009' });
      expect(await review()).toMatchObject({ ok: true });
      expect(await review('justified'), 'a judgement is final').toMatchObject({ ok: false, code: 'CD010' });

      await become(session, personas.doctor);
      expect(await open(session)).toMatchObject({ ok: true });
    });
  });

  test('ends what still runs [N-18 +]', async () => {
    await story(async (session) => {
      await become(session, personas.doctor);
      const grant = await session.value('select public.open_emergency_access($1, $2)', [PATIENT, REASON]);
      await settle(session, personas.doctor);
      expect(await sees(session)).toBe(true);
      await become(session, personas.privacyOfficer);
      await session.rows(`select public.review_emergency_access($1, 'unjustified', 'Stopped')`, [grant]);
      const [reason] = await session.rows(
        'select reason, review_note from public.emergency_access_reasons where id = $1',
        [grant],
      );
      expect(reason).toEqual({ reason: REASON, review_note: 'Stopped' });
      await become(session, personas.doctor);
      expect(await sees(session)).toBe(false);
    });
  });

  test('of another clinic\u2019s grant finds nothing [S-04 -]', async () => {
    const review = (id: string) => (session: Session) =>
      session.attempt(`select public.review_emergency_access($1, 'justified', 'Note')`, [id]);
    const foreign = await database().as(personas.clinicAdmin, review(idOf('grant', 'b', '01')));
    const random = await database().as(personas.clinicAdmin, review(NOBODY));
    expect(foreign).toMatchObject({ ok: false, code: 'CD010' });
    expect(foreign).toEqual(random);
  });

  test('two who break the glass at once: one does [N-18 -]', async () => {
    const opening = () => database().as(personas.breakGlass, (session) => open(session), { commit: true });
    const outcomes = await Promise.all([opening(), opening(), opening()]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    for (const outcome of outcomes) if (!outcome.ok) expect(outcome.code).toBe('CD009');
  });

  test('is written by the functions alone, the server key included [N-18 S-05 -]', async () => {
    for (const persona of [
      personas.doctor,
      personas.clinicAdmin,
      personas.privacyOfficer,
      personas.servicePinned,
    ]) {
      for (const statement of [
        `update public.emergency_access_grants set review_outcome = null`,
        `insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_at, expires_at)
           values ('${CLINIC_A}', '${PATIENT}', '${personas.doctor.userId}', now(), now() + interval '1 minute')`,
      ]) {
        const outcome = await database().as(persona, (session) => session.attempt(statement));
        expect(outcome, persona.name).toMatchObject({ ok: false, code: '42501' });
      }
    }
  });
});
