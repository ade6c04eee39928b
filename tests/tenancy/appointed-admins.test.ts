import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { inTurn } from '../support/in-turn.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const { opsAdmin, clinicAdmin, stranger, doctor, revoked } = personas;
const owner: Persona = { ...personas.servicePinned, name: 'owner pinned to A', role: 'postgres' as never };

const appoint = (session: Session, userId = stranger.userId, organisation = CLINIC_A) =>
  session.attempt('select public.appoint_clinic_admin($1, $2)', [organisation, userId]);
/** The clinic after its only clinic_admin has gone. */
const leave = async (as: Become, set = 'is_active = false') =>
  (await as(owner)).rows(
    `update public.organisation_members set ${set} where organisation_id = $1 and role = 'clinic_admin'`,
    [CLINIC_A],
  );
const accept = async (as: Become, persona: Persona) =>
  (await as(persona)).attempt('select public.accept_membership($1)', [CLINIC_A]);
/** What only a clinic_admin may. */
const administers = async (as: Become, persona: Persona) => {
  const outcome = await (await as(persona)).attempt(
    `insert into public.care_relationships (organisation_id, patient_id, user_id, kind) values ($1, $2, $3, 'covering')`,
    [CLINIC_A, idOf('patient', 'a', '01'), doctor.userId],
  );
  return outcome.ok;
};

describe('a clinic whose only clinic_admin has gone', () => {
  test.each([
    ['ended', 'is_active = false'],
    ['ran out', `valid_until = now() - interval '1 day'`],
  ])(
    'gets another from an admin of operations, once they accept, and it is told: %s [N-05 N-22 N-37 +, N-22 -]',
    async (_, gone) => {
      await tellStory(database(), async (as) => {
        await leave(as, gone);
        expect(await appoint(await as(opsAdmin))).toMatchObject({ ok: true });
        expect(await administers(as, stranger), 'not before').toBe(false);
        expect(await accept(as, stranger)).toMatchObject({ ok: true });
        expect(await administers(as, stranger)).toBe(true);
        const told = await (await as(owner)).rows(
          `select event_type, actor_user_id, actor_realm from audit.security_events
         where organisation_id = $1 and details ->> 'user_id' = $2 and occurred_at > now() order by id`,
          [CLINIC_A, stranger.userId],
        );
        expect(told).toEqual([
          { event_type: 'membership.granted', actor_user_id: opsAdmin.userId, actor_realm: 'internal_ops' },
          { event_type: 'membership.accepted', actor_user_id: stranger.userId, actor_realm: 'provider' },
        ]);
      });
    },
  );

  test('gets one, and no second through what was written while there was none: who accepts later is no clinic_admin [N-05 N-22 -, N-22 +]', async () => {
    await tellStory(database(), async (as) => {
      await leave(as);
      for (const persona of [stranger, personas.doctorOfB])
        expect(await appoint(await as(opsAdmin), persona.userId)).toMatchObject({ ok: true });
      expect(await accept(as, stranger), 'control').toMatchObject({ ok: true });
      expect(await accept(as, personas.doctorOfB)).toMatchObject({ ok: false, code: '42501' });
      await (await as(owner)).rows(
        'update public.organisation_members set is_active = false where organisation_id = $1 and user_id = $2',
        [CLINIC_A, stranger.userId],
      );
      expect(await accept(as, personas.doctorOfB), 'none is there again, and one was').toMatchObject({
        ok: false,
        code: '42501',
      });
      expect(await appoint(await as(opsAdmin), personas.doctorOfB.userId), 'named anew').toMatchObject({
        ok: true,
      });
      expect(await accept(as, personas.doctorOfB)).toMatchObject({ ok: true });
    });
  });

  test('gets no role of its staff changed by it, nor one taken up again: functions of ours write nobody’s role [N-05 N-22 -, N-05 +]', async () => {
    await tellStory(database(), async (as) => {
      await leave(as);
      const roles = async () =>
        (await as(owner)).rows(
          'select user_id, role, is_active from public.organisation_members where organisation_id = $1 order by user_id',
          [CLINIC_A],
        );
      const before = await roles();
      for (const { userId } of [doctor, revoked, clinicAdmin])
        expect(await appoint(await as(opsAdmin), userId)).toMatchObject({ ok: false, code: 'CD013' });
      expect(await roles()).toEqual(before);
      expect(await appoint(await as(opsAdmin)), 'control').toMatchObject({ ok: true });
    });
  });

  test('gets none of operations, nor by anybody else, nor one that the server put away, nor a login that is none [N-05 N-22 -, N-05 +]', async () => {
    await tellStory(database(), async (as) => {
      await leave(as);
      for (const persona of [
        personas.opsAgent,
        personas.opsAuditor,
        personas.formerOperator,
        clinicAdmin,
        doctor,
        personas.patient,
      ])
        expect(await appoint(await as(persona)), persona.name).toMatchObject({ ok: false, code: '42501' });
      for (const { userId } of [opsAdmin, personas.opsAgent])
        expect(await appoint(await as(opsAdmin), userId)).toMatchObject({ ok: false, code: '42501' });
      expect(await appoint(await as(opsAdmin), NOBODY)).toMatchObject({ ok: false, code: 'CD010' });
      for (const organisation of [NOBODY, idOf('organisation', 'd')])
        expect(await appoint(await as(opsAdmin), stranger.userId, organisation)).toMatchObject({
          ok: false,
          code: 'CD010',
        });
      await (await as(owner)).rows(
        'update public.organisation_members set archived_at = now() where organisation_id = $1 and user_id = $2',
        [CLINIC_A, revoked.userId],
      );
      expect(await appoint(await as(opsAdmin), revoked.userId)).toMatchObject({ ok: false, code: 'CD013' });
      expect(await appoint(await as(opsAdmin)), 'control').toMatchObject({ ok: true });
    });
  });
});

test('a clinic that has a clinic_admin is given none by operations, and nobody there is touched [N-05 S-34 -, N-05 +]', async () => {
  await tellStory(database(), async (as) => {
    for (const userId of [stranger.userId, doctor.userId])
      expect(await appoint(await as(opsAdmin), userId)).toMatchObject({ ok: false, code: 'CD013' });
    expect(await appoint(await as(opsAdmin), stranger.userId, CLINIC_B)).toMatchObject({
      ok: false,
      code: 'CD013',
    });
    expect(await administers(as, clinicAdmin), 'control').toBe(true);
    await leave(as);
    expect(
      await appoint(await as(opsAdmin), stranger.userId, CLINIC_B),
      'the other still has its own',
    ).toMatchObject({
      ok: false,
      code: 'CD013',
    });
    expect(await appoint(await as(opsAdmin)), 'control').toMatchObject({ ok: true });
  });
});

describe('a clinic whose only clinic_admin has lost their login', () => {
  const lost = [
    ['banned', `banned_until = now() + interval '10 years'`],
    ['deleted', 'deleted_at = now()'],
  ] as const;
  const asServer = async (as: Become, statement: string) =>
    (await as(personas.servicePinned)).attempt(statement, [CLINIC_A]);
  const lose = async (as: Become, set: string) => {
    await (await as(owner)).script(
      `reset role; update auth.users set ${set} where id = '${clinicAdmin.userId}'`,
    );
    expect(await administers(as, clinicAdmin), 'who cannot sign in').toBe(false);
  };

  test.each(lost)(
    'still has one, and operations appoint none beside it: %s [N-05 N-22 -, N-22 +]',
    async (_, set) => {
      await tellStory(database(), async (as) => {
        await lose(as, set);
        expect(await appoint(await as(opsAdmin))).toMatchObject({ ok: false, code: 'CD013' });
        const ended = `update public.organisation_members set is_active = false where organisation_id = $1 and user_id = '${clinicAdmin.userId}'`;
        expect(await asServer(as, ended), 'the server ends the membership').toMatchObject({
          ok: true,
          count: 1,
        });
        expect(await appoint(await as(opsAdmin))).toMatchObject({ ok: true });
        expect(await accept(as, stranger)).toMatchObject({ ok: true });
        expect(await administers(as, stranger)).toBe(true);
      });
    },
  );

  test.each(lost)(
    'is given another by the server, who administers at once, and by nobody else: %s [N-05 N-22 +, N-05 -]',
    async (_, set) => {
      await tellStory(database(), async (as) => {
        await lose(as, set);
        const second = `insert into public.organisation_members (organisation_id, user_id, role) values ($1, '${stranger.userId}', 'clinic_admin')`;
        for (const persona of [opsAdmin, doctor, personas.receptionist])
          expect(await (await as(persona)).attempt(second, [CLINIC_A]), persona.name).toMatchObject({
            ok: false,
            code: '42501',
          });
        expect(await asServer(as, second)).toMatchObject({ ok: true, count: 1 });
        expect(await administers(as, stranger)).toBe(true);
      });
    },
  );
});

describe('a clinic that is closed for a moment', () => {
  const close = (session: Session) =>
    session.attempt('update public.organisations set archived_at = now() where id = $1', [CLINIC_A]);
  const comesIn = (session: Session) => session.attempt('select public.accept_membership($1)', [CLINIC_A]);
  const refused = (code: string) => ({ ok: false, code });
  const commit = true;

  const asOwner = async (as: Become, statement: string) => (await as(owner)).rows(statement, [CLINIC_A]);
  const invite = async (as: Become) =>
    (await as(clinicAdmin)).rows(
      `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'nurse')`,
      [CLINIC_A, stranger.userId],
    );
  test.each([
    [
      'operations appointed while none was there',
      async (as: Become) => {
        await leave(as);
        expect(await appoint(await as(opsAdmin))).toMatchObject({ ok: true });
        await asOwner(
          as,
          `update public.organisation_members set is_active = true where organisation_id = $1 and user_id = '${clinicAdmin.userId}'`,
        );
        expect(await administers(as, clinicAdmin), 'one is there by now').toBe(true);
      },
      refused('42501'),
    ],
    ['a clinic_admin invited', invite, { ok: true }],
    [
      'the server wrote last',
      async (as: Become) => {
        await invite(as);
        await asOwner(
          as,
          `update public.organisation_members set role = 'doctor' where organisation_id = $1 and user_id = '${stranger.userId}'`,
        );
      },
      { ok: true },
    ],
  ])('takes nobody in whom %s [N-05 N-22 -, N-22 +]', async (_, stage, afterwards) => {
    await tellStory(database(), async (as) => {
      await stage(as);
      expect(await close(await as(opsAdmin))).toMatchObject({ ok: true, count: 1 });
      expect(await accept(as, stranger)).toMatchObject(refused('42501'));
      await asOwner(as, 'update public.organisations set archived_at = null where id = $1');
      expect(await accept(as, stranger), 'control').toMatchObject(afterwards);
    });
  });

  test('is waited for: whoever is appointed or comes in meanwhile finds it closed [N-05 N-22 -, N-22 +]', async () => {
    const set = (what: string) =>
      database().asSuperuser(async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.script(what);
      });
    const admins = `public.organisation_members set is_active`;
    const first = `where organisation_id = '${CLINIC_A}' and user_id = '${clinicAdmin.userId}'`;
    const closing = { who: opsAdmin, act: close, commit };
    const opening = `update public.organisations set archived_at = null where id = '${CLINIC_A}'`;
    const appointing = { who: opsAdmin, act: (session: Session) => appoint(session), commit };
    const coming = { who: stranger, act: comesIn, commit };

    await set(`update ${admins} = false ${first}`);
    const late = await inTurn(database(), closing, appointing);
    expect(late).toMatchObject({ first: { ok: true, count: 1 }, second: refused('CD010') });
    await set(opening);
    const early = await inTurn(database(), appointing, { ...closing, commit: false });
    expect(early, 'control').toMatchObject({ first: { ok: true }, second: { ok: true } });
    expect((await inTurn(database(), closing, coming)).second).toMatchObject(refused('42501'));
    await set(opening);

    const other = personas.doctorOfB;
    expect(
      await database().as(opsAdmin, (session) => appoint(session, other.userId), { commit }),
    ).toMatchObject({
      ok: true,
    });
    const both = await inTurn(database(), coming, { ...coming, who: other });
    expect(both, 'of two, one').toMatchObject({ first: { ok: true }, second: refused('42501') });
  });
});
