import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { retentionIn } from '../support/erasure.ts';
import { CHAI, ends, owner, proposed } from '../support/portal-accounts.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase({ twins: false });
const { stranger } = personas;
const denied = { ok: false, code: '42501', message: 'invitation not found' };

const accept = async (as: Become, who: Persona, organisation = CLINIC_A) =>
  (await as(who)).attempt('select public.accept_membership($1)', [organisation]);
const appoint = async (as: Become, who: Persona, organisation = CLINIC_A) =>
  (await as(personas.opsAdmin)).attempt('select public.appoint_clinic_admin($1, $2)', [
    organisation,
    who.userId,
  ]);
const pinned = async (as: Become, organisation: string) => {
  const session = await owner(as);
  await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [organisation]);
  return session;
};
const end = async (as: Become, who: Persona, organisation = CLINIC_A) =>
  (await pinned(as, organisation)).affected(
    'update public.organisation_members set is_active = false where organisation_id = $1 and user_id = $2',
    [organisation, who.userId],
  );
/** Operations make a clinic, and name its first member. */
const make = async (as: Become, first: Persona) =>
  (await as(personas.opsAdmin)).attempt(
    `select public.create_organisation('Nova', 'clinic', 'BR', 'America/Sao_Paulo', 'lgpd', $1) as id`,
    [first.userId],
  );
const made = async (as: Become, first: Persona) => {
  const outcome = await make(as, first);
  return outcome.ok ? String(outcome.rows[0]?.id) : '';
};

describe('whom operations appoint', () => {
  test('is none of them, as the first of an organisation neither [N-05 N-22 -, N-05 +]', async () => {
    await tellStory(database(), async (as) => {
      for (const one of [personas.opsAdmin, personas.opsAgent]) {
        const refused = { ok: false, code: '42501', message: 'operations are no staff of a clinic' };
        expect(await make(as, one)).toMatchObject(refused);
      }
      expect(await make(as, stranger), 'control').toMatchObject({ ok: true });
    });
  });

  test('comes in although the clinic_admin before had written operations down among the members [N-05 N-22 +]', async () => {
    await tellStory(database(), async (as) => {
      const admin = await as(personas.clinicAdmin);
      expect(
        await admin.attempt(
          `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'receptionist')`,
          [CLINIC_A, personas.opsAdmin.userId],
        ),
      ).toMatchObject({ ok: true, count: 1 });
      await end(as, personas.clinicAdmin);
      expect(await appoint(as, stranger)).toMatchObject({ ok: true });
      expect(await accept(as, stranger)).toMatchObject({ ok: true });
    });
  });

  test('does not come in any more once another did, whatever became of that one [N-22 -, N-22 +]', async () => {
    await tellStory(database(), async (as) => {
      const organisation = await made(as, stranger);
      expect(await appoint(as, personas.nurse, organisation)).toMatchObject({ ok: true });
      expect(await accept(as, personas.nurse, organisation)).toMatchObject({ ok: true });
      expect(await end(as, personas.nurse, organisation)).toBe(1);
      expect(await accept(as, stranger, organisation)).toMatchObject(denied);
      expect(await appoint(as, stranger, organisation), 'named anew').toMatchObject({ ok: true });
      expect(await accept(as, stranger, organisation)).toMatchObject({ ok: true });
    });
  });

  test('is not who was invited by a clinic_admin that was of operations once [N-22 -, N-22 +]', async () => {
    await tellStory(database(), async (as) => {
      const { clinicAdmin } = personas;
      await (await as(clinicAdmin)).rows(
        `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'doctor')`,
        [CLINIC_A, stranger.userId],
      );
      const session = await owner(as);
      await session.rows(
        `insert into public.ops_members (user_id, role, is_active) values ($1, 'admin', false)`,
        [clinicAdmin.userId],
      );
      expect(await session.undone(() => accept(as, stranger)), 'control: they are in').toMatchObject({
        ok: true,
      });
      await end(as, clinicAdmin);
      expect(await accept(as, stranger)).toMatchObject(denied);
    });
  });

  test('are those alone: what a clinic_admin left behind opens nothing when retention has taken their row [N-22 N-49 -]', async () => {
    await tellStory(database(), async (as) => {
      const admin = await as(personas.clinicAdmin);
      await admin.rows(
        `insert into public.organisation_members (organisation_id, user_id, role, capabilities) values ($1, $2, 'doctor', '{privacy_officer}')`,
        [CLINIC_A, stranger.userId],
      );
      await (await as(personas.servicePinned)).rows(
        'update public.organisation_members set is_active = false, archived_at = now() where organisation_id = $1 and user_id = $2',
        [CLINIC_A, personas.clinicAdmin.userId],
      );
      const session = await owner(as);
      await session.rows('update public.legal_holds set released_at = now() where organisation_id = $1', [
        CLINIC_A,
      ]);
      await retentionIn(session, 2);
      expect(
        await session.value(
          'select count(*)::integer from public.organisation_members where organisation_id = $1 and user_id = $2',
          [CLINIC_A, personas.clinicAdmin.userId],
        ),
        'control',
      ).toBe(0);
      expect(await accept(as, stranger)).toMatchObject(denied);
    });
  });
});

/** What was recorded since, oldest first. */
const told = async (as: Become, work: () => Promise<unknown>) => {
  const events = async () =>
    (await as(personas.auditor)).rows<{ id: string; event_type: string }>(
      `select id, event_type from public.security_events where event_type ~ '^(patient_account|access_restriction|professional)[.]' order by occurred_at, id`,
    );
  const before = new Set((await events()).map(({ id }) => id));
  await work();
  return (await events()).filter(({ id }) => !before.has(id)).map(({ event_type }) => event_type);
};
const write = async (as: Become, who: Persona, text: string, values: readonly unknown[]) =>
  expect(await (await as(who)).attempt(text, values)).toMatchObject({ ok: true, count: 1 });

describe('among the security events', () => {
  test.each([['patient'], ['guardian']] as const)(
    'the end of the %s’s own account is an end, whatever their age [N-37 N-15 +]',
    async (who) => {
      await tellStory(database(), async (as) => {
        const set = (end: string) => () =>
          write(
            as,
            personas.clinicAdmin,
            `update public.patient_accounts set ends_at = ${end} where user_id = $1`,
            [personas[who].userId],
          );
        expect(await told(as, set(`now() + interval '1 day'`)), 'sooner').toEqual([]);
        expect(await told(as, set(`now() + interval '2 days'`)), 'later').toEqual(['patient_account.opened']);
        expect(await told(as, set('now()'))).toEqual(['patient_account.revoked']);
      });
    },
  );

  test('an account for somebody grown up that is made to last for ever is an opening [N-37 N-15 +]', async () => {
    await tellStory(database(), async (as) => {
      await proposed(as, CHAI, 'proxy');
      const admin = await as(personas.clinicAdmin);
      expect(await ends(admin, `confirmed_at = now(), ends_at = now() + interval '1 day'`)).toMatchObject({
        ok: true,
        count: 1,
      });
      expect(await told(as, async () => ends(await as(personas.clinicAdmin), 'ends_at = null'))).toEqual([
        'patient_account.opened',
      ]);
    });
  });

  test('a licence that is written over another stands with whose it is, and no licence [N-37 N-49 +]', async () => {
    await tellStory(database(), async (as) => {
      const change = (what: string) => () =>
        write(as, personas.clinicAdmin, `update public.professionals set ${what} where user_id = $1`, [
          personas.nurse.userId,
        ]);
      expect(await told(as, change('licence = licence')), 'none that stays').toEqual([]);
      expect(await told(as, change(`council = 'CRM'`))).toEqual(['professional.changed']);
      expect(await told(as, change(`licence = 'SP-123456'`))).toEqual(['professional.changed']);
      expect(
        await (await as(personas.auditor)).rows(
          `select distinct actor_user_id, details from public.security_events where event_type = 'professional.changed'`,
        ),
      ).toEqual([
        { actor_user_id: personas.clinicAdmin.userId, details: { user_id: personas.nurse.userId } },
      ]);
    });
  });

  test('a refusal that is lifted, or put away, stands with who did it and of whom, and not whom it shut out [N-18 N-37 +]', async () => {
    await tellStory(database(), async (as) => {
      const ids = [idOf('restriction', 'a', '91'), idOf('restriction', 'a', '92')];
      expect(
        await told(as, async () => {
          for (const [at, id] of ids.entries())
            await write(
              as,
              personas.clinicAdmin,
              'insert into public.access_restrictions (organisation_id, id, patient_id, restricted_user_id) values ($1, $2, $3, $4)',
              [CLINIC_A, id, CHAI, at === 0 ? null : personas.nurse.userId],
            );
        }),
        'what only closes opens nothing',
      ).toEqual([]);
      const [first, second] = ids;
      expect(
        await told(as, () =>
          write(
            as,
            personas.clinicAdmin,
            'update public.access_restrictions set lifted_at = now() where id = $1',
            [first],
          ),
        ),
      ).toEqual(['access_restriction.lifted']);
      expect(
        await told(as, () =>
          write(
            as,
            personas.servicePinned,
            'update public.access_restrictions set archived_at = now() where organisation_id = $1 and id = $2',
            [CLINIC_A, second],
          ),
        ),
      ).toEqual(['access_restriction.lifted']);
      const officer = await as(personas.privacyOfficer);
      expect(
        await officer.rows(
          `select entity_id, actor_user_id, details from public.security_events where event_type = 'access_restriction.lifted' order by entity_id`,
        ),
      ).toEqual([
        { entity_id: first, actor_user_id: personas.clinicAdmin.userId, details: { patient_id: CHAI } },
        { entity_id: second, actor_user_id: null, details: { patient_id: CHAI } },
      ]);
    });
  });
});

test('of the time before they were put out and let in again, a member is judged as the member that they were [N-44 +, N-44 -]', async () => {
  const commit = true;
  const now = () =>
    database().as(personas.auditor, (session) => session.value<string>('select clock_timestamp()::text'));
  const before = await now();
  const asked = (at: string | undefined) =>
    database().as(personas.auditor, (session) =>
      session.value<Record<string, unknown>>(
        `select public.simulate_policy('medical_records', 'SELECT', $1, $2, $3::timestamptz, '192.0.2.10')`,
        [idOf('record', 'a', '01'), personas.doctor.userId, at],
      ),
    );
  expect(await asked(before), 'control').toMatchObject({ allowed: true });
  const member = (isActive: boolean) =>
    database().as(
      personas.clinicAdmin,
      (session) =>
        session.affected('update public.organisation_members set is_active = $2 where user_id = $1', [
          personas.doctor.userId,
          isActive,
        ]),
      { commit },
    );
  expect(await member(false)).toBe(1);
  const meanwhile = await now();
  expect(await member(true)).toBe(1);
  await database().as(
    personas.doctor,
    (session) => session.rows('select public.accept_membership($1)', [CLINIC_A]),
    { commit },
  );
  expect(await asked(before)).toMatchObject({ allowed: true });
  expect(await asked(meanwhile)).toMatchObject({ allowed: false, reason: 'no rule for this role' });
  expect(await asked(await now())).toMatchObject({ allowed: true });
});
