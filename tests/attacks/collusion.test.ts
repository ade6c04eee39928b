import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const count = 'select count(*)::integer from public.patients';

describe('a membership that nobody accepted', () => {
  const enrol = `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'receptionist')`;
  const enrolled = {
    ...personas.doctorOfB,
    name: 'doctor of B whom A enrolled',
  };

  test('takes nothing from the member of another clinic, and shows A no name [N-22 S-02 -]', async () => {
    await database().as(
      personas.clinicAdmin,
      (session) => session.affected(enrol, [CLINIC_A, enrolled.userId]),
      { commit: true },
    );
    expect(await database().as(enrolled, (session) => session.value(count))).toBe(3);
    const names = await database().as(personas.clinicAdmin, (session) =>
      session.rows('select display_name from public.profiles where user_id = $1', [enrolled.userId]),
    );
    expect(names).toEqual([]);
  });

  test('is accepted by nobody in the member’s place, whoever writes the column [N-22 -]', async () => {
    const forged = await database().as(personas.clinicAdmin, (session) =>
      session.attempt('update public.organisation_members set accepted_at = now() where user_id = $1', [
        enrolled.userId,
      ]),
    );
    expect(forged).toMatchObject({ ok: false, code: '42501' });
    for (const persona of [personas.stranger, personas.doctor]) {
      const outcome = await database().as(persona, (session) =>
        session.attempt('select public.accept_membership($1)', [CLINIC_B]),
      );
      expect(outcome, persona.name).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('counts once the member accepts [N-22 +]', async () => {
    await database().as(
      personas.clinicAdmin,
      (session) => session.affected(enrol, [CLINIC_A, personas.stranger.userId]),
      { commit: true },
    );
    const seen = await database().as(personas.stranger, async (session) => {
      const before = await session.value(count);
      await session.rows('select public.accept_membership($1)', [CLINIC_A]);
      return [before, await session.value(count)];
    });
    expect(seen).toEqual([0, 3]);
  });
});

describe('a membership that ended', () => {
  const set = (what: string) =>
    `update public.organisation_members set ${what} where organisation_id = '${CLINIC_A}' and user_id = '${personas.dualUndecided.userId}'`;

  test.each([
    ['ended', 'is_active = false', 'is_active = true'],
    ['ran out', `valid_until = now() - interval '1 second'`, 'valid_until = null'],
  ])('that %s is resumed by nobody alone: the member is asked again [N-22 -]', async (_, end, resume) => {
    const seen = () => database().as(personas.dualUndecided, (session) => session.value(count));
    const write = (sql: string) =>
      database().as(personas.clinicAdmin, (session) => session.affected(sql), { commit: true });
    expect(await seen(), 'of two, and none chosen').toBe(0);
    await write(set(end));
    const alone = await seen();
    expect(alone).toBeGreaterThan(0);
    await write(set(resume));
    expect(await seen()).toBe(alone);
    await database().as(
      personas.dualUndecided,
      (session) => session.rows('select public.accept_membership($1)', [CLINIC_A]),
      { commit: true },
    );
    expect(await seen(), 'asked, and agreed').toBe(0);
  });

  test('is another in nothing while it lasts: a new role takes no new agreement [N-22 +]', async () => {
    await database().as(personas.clinicAdmin, async (session) => {
      await session.rows(set(`role = 'assistant', valid_until = now() + interval '1 year'`));
      expect(
        await session.value(
          `select accepted_at is not null from public.organisation_members where organisation_id = $1 and user_id = $2`,
          [CLINIC_A, personas.dualUndecided.userId],
        ),
      ).toBe(true);
    });
  });
});

describe('a portal account', () => {
  const open = `insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship) values ($1, $2, $3, $4, 'self')`;
  const account = idOf('account', 'a', '81');
  const confirm = 'update public.patient_accounts set confirmed_at = now() where id = $1';
  const accomplice = { ...personas.patientOfB, name: 'login of an accomplice' };

  test('that reception opens alone opens nothing, and consents to nothing [N-15 N-45 -]', async () => {
    await database().as(
      personas.receptionist,
      async (session) => {
        await session.affected(open, [CLINIC_A, account, accomplice.userId, idOf('patient', 'a', '03')]);
        await session.affected(
          `insert into public.consents (organisation_id, patient_id, purpose) values ($1, $2, 'treatment')`,
          [CLINIC_A, idOf('patient', 'a', '03')],
        );
      },
      { commit: true },
    );
    const seen = await database().as(accomplice, async (session) => [
      (await session.rows('select id from public.patients where organisation_id = $1', [CLINIC_A])).length,
      await session.affected(
        `update public.consents set status = 'active' where organisation_id = '${CLINIC_A}'`,
      ),
    ]);
    expect(seen).toEqual([0, 0]);
  });

  test('is not confirmed by who created it [N-15 -]', async () => {
    const byCreator = await database().as(personas.receptionist, (session) =>
      session.attempt(confirm, [account]),
    );
    expect(byCreator).toMatchObject({ ok: true, count: 0 }); // reception confirms no account at all
    const own = await database().as(personas.clinicAdmin, async (session) => {
      const id = idOf('account', 'a', '82');
      await session.affected(open, [CLINIC_A, id, personas.stranger.userId, idOf('patient', 'a', '01')]);
      return session.attempt(confirm, [id]);
    });
    expect(own).toMatchObject({ ok: false, code: 'CD008' });
  });

  test('that a second member confirms opens the chart; an end is stamped, and final [N-15 +]', async () => {
    await database().as(personas.clinicAdmin, (session) => session.affected(confirm, [account]), {
      commit: true,
    });
    const read = () =>
      database().as(accomplice, (session) =>
        session.rows('select id from public.patients where organisation_id = $1', [CLINIC_A]),
      );
    expect(await read()).toHaveLength(1);
    const revoke = (value: string) =>
      database().as(
        personas.clinicAdmin,
        (session) =>
          session.affected(`update public.patient_accounts set revoked_at = ${value} where id = $1`, [
            account,
          ]),
        { commit: true },
      );
    await revoke(`'2020-01-01'`);
    await revoke('null');
    expect(await read()).toEqual([]);
    const stamped = await database().asSuperuser((session) =>
      session.value(
        `select revoked_at > now() - interval '1 minute' from public.patient_accounts where id = $1`,
        [account],
      ),
    );
    expect(stamped).toBe(true);
  });
});

describe('an ended login', () => {
  test.each(['deleted_at = now()', `banned_until = now() + interval '1 day'`])(
    'reads nothing though its session lives: %s [S-13 N-16 -]',
    async (end) => {
      const seen = () => database().as(personas.nurse, (session) => session.value(count));
      expect(await seen()).toBe(3);
      await database().asSuperuser((session) =>
        session.rows(`update auth.users set ${end} where id = $1`, [personas.nurse.userId]),
      );
      expect(await seen()).toBe(0);
      await database().asSuperuser((session) =>
        session.rows('update auth.users set deleted_at = null, banned_until = null where id = $1', [
          personas.nurse.userId,
        ]),
      );
      expect(await seen()).toBe(3);
    },
  );
});

describe('archiving a patient', () => {
  const archive = `update public.patients set archived_at = now() where id = '${idOf('patient', 'a', '02')}'`;

  test('is not for who may not deactivate [N-27 -]', async () => {
    for (const persona of [personas.receptionist, personas.nurse, personas.doctor]) {
      const outcome = await database().as(persona, (session) => session.attempt(archive));
      expect(outcome, persona.name).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('is for the clinic_admin, and takes what hangs on the patient along [N-27 +]', async () => {
    const left = await database().as(personas.clinicAdmin, async (session) => {
      expect(await session.affected(archive)).toBe(1);
      const rows = [];
      for (const table of ['appointments', 'consents', 'care_relationships']) {
        rows.push(
          ...(await session.rows(`select id from public.${table} where patient_id = $1`, [
            idOf('patient', 'a', '02'),
          ])),
        );
      }
      return rows;
    });
    expect(left).toEqual([]);
  });
});
