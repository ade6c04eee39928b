import { expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { type Become, tellStory } from '../support/story.ts';

const database = useDatabase();
const DONE = { ok: true, count: 1 };
const NOTHING = { ok: true, count: 0 };

test('a membership ends and is resumed, and is archived by nobody: it could not come back [N-05 N-22 -, N-05 N-22 +]', async () => {
  const { nurse, clinicAdmin } = personas;
  const set = (change: string) =>
    database().as(
      clinicAdmin,
      (session) =>
        session.attempt(`update public.organisation_members set ${change} where user_id = $1`, [
          nurse.userId,
        ]),
      { commit: true },
    );
  const seen = () =>
    database().as(nurse, (session) => session.value<number>('select count(*)::integer from public.beds'));
  expect(await set('is_active = false'), 'control').toMatchObject(DONE);
  expect(await seen()).toBe(0);
  expect(await set('archived_at = now()')).toMatchObject({ ok: false, code: '42501' });
  expect(await set('is_active = true')).toMatchObject(DONE);
  expect(await seen(), 'asked again').toBe(0);
  const accepted = await database().as(
    nurse,
    (session) => session.attempt('select public.accept_membership($1)', [CLINIC_A]),
    { commit: true },
  );
  expect(accepted).toMatchObject({ ok: true });
  expect(await seen()).toBeGreaterThan(0);
});

test('a professional who left comes back, by the clinic_admin who alone sees them meanwhile [S-16 N-02 +, N-02 S-03 -]', async () => {
  const { clinicAdmin, clinicAdminOfB, nurse, doctor } = personas;
  const seenBy = (persona: Persona) =>
    database().as(persona, (session) =>
      session.rows(
        'select council, licence from public.professionals where organisation_id = $1 and user_id = $2',
        [CLINIC_A, doctor.userId],
      ),
    );
  const acting = (persona: Persona, text: string) =>
    database().as(persona, (session) => session.attempt(text, [CLINIC_A, doctor.userId]), { commit: true });
  const set = (change: string) =>
    `update public.professionals set ${change} where organisation_id = $1 and user_id = $2`;
  const before = await seenBy(nurse);
  expect(before, 'control').toHaveLength(1);
  expect(await acting(clinicAdmin, set('archived_at = now()'))).toMatchObject(DONE);
  expect(await seenBy(nurse)).toEqual([]);
  expect(await seenBy(clinicAdmin)).toEqual(before);
  for (const persona of [nurse, clinicAdminOfB])
    expect(await acting(persona, set('archived_at = null')), persona.name).toMatchObject(NOTHING);
  const enter = `insert into public.professionals (organisation_id, user_id, council, licence) values ($1, $2, 'CRM', 'LIC-NEW')`;
  const again = await acting(
    clinicAdmin,
    `${enter} on conflict (organisation_id, user_id) do update set licence = excluded.licence, archived_at = null`,
  );
  expect(again).toMatchObject(DONE);
  expect(await seenBy(nurse)).toEqual([{ council: 'CRM', licence: 'LIC-NEW' }]);
  expect(await acting(clinicAdmin, enter), 'and is there once').toMatchObject({ ok: false, code: '23505' });
  expect(await seenBy(clinicAdminOfB), 'nobody of another clinic').toEqual([]);
});

test('an organisation that was archived is brought back by the admin of operations alone, and opens to its members again; both stand on record [N-05 N-22 N-37 +, N-05 N-22 -]', async () => {
  const { opsAdmin, opsAgent, opsAuditor, doctorOfB, clinicAdminOfB } = personas;
  const acting = (persona: Persona, change: string) =>
    database().as(
      persona,
      (session) => session.attempt(`update public.organisations set ${change} where id = $1`, [CLINIC_B]),
      { commit: true },
    );
  const seen = (persona: Persona, table = 'organisations', key = 'id') =>
    database().as(persona, (session) =>
      session.value<number>(`select count(*)::integer from public.${table} where ${key} = $1`, [CLINIC_B]),
    );
  const beds = await seen(doctorOfB, 'beds', 'organisation_id');
  expect(beds, 'control').toBeGreaterThan(0);
  expect(await acting(opsAdmin, 'archived_at = now()')).toMatchObject(DONE);
  expect(await seen(doctorOfB, 'beds', 'organisation_id')).toBe(0);
  for (const persona of [opsAgent, opsAuditor, clinicAdminOfB, personas.patientOfB]) {
    expect(await seen(persona), persona.name).toBe(0);
    const outcome = await acting(persona, 'archived_at = null');
    expect(outcome.ok ? outcome.count : outcome.code, persona.name).toSatisfy(
      (is) => is === 0 || is === '42501',
    );
  }
  expect(await seen(opsAdmin)).toBe(1);
  expect(await acting(opsAdmin, 'archived_at = null')).toMatchObject(DONE);
  expect(await seen(opsAgent)).toBe(1);
  expect(await seen(doctorOfB, 'beds', 'organisation_id')).toBe(beds);
  const events = await database().as(opsAuditor, (session) =>
    session.rows(
      `select event_type, actor_user_id, actor_realm, details
       from public.security_events where organisation_id = $1 and event_type in ('organisation.archived', 'organisation.restored') order by occurred_at`,
      [CLINIC_B],
    ),
  );
  const by = { actor_user_id: opsAdmin.userId, actor_realm: 'internal_ops' };
  expect(events).toEqual([
    { event_type: 'organisation.archived', ...by, details: {} },
    {
      event_type: 'organisation.restored',
      ...by,
      // In UTC, whatever clock the session keeps: one spelling is sealed.
      details: {
        archived_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$/),
        archived_by_user_id: opsAdmin.userId,
      },
    },
  ]);
});

test('nobody comes in, or back, by a clinic_admin who was put out or down meanwhile [N-16 N-22 -, N-22 +]', async () => {
  const { clinicAdmin, nurse, opsAdmin, stranger, servicePinned } = personas;
  const accept = async (as: Become, who: Persona) =>
    (await as(who)).attempt('select public.accept_membership($1)', [CLINIC_A]);
  const admin = async (as: Become, sql: string, user: string | undefined) =>
    expect(await (await as(clinicAdmin)).attempt(sql, [CLINIC_A, user])).toMatchObject(DONE);
  const INVITE = `insert into public.organisation_members (organisation_id, user_id, role) values ($1, $2, 'doctor')`;
  const set = (what: string) =>
    `update public.organisation_members set ${what} where organisation_id = $1 and user_id = $2`;
  for (const end of ['is_active = false', `valid_until = now() - interval '1 second'`, `role = 'doctor'`]) {
    await tellStory(database(), async (as) => {
      await admin(as, INVITE, stranger.userId);
      await admin(as, set('is_active = false'), nurse.userId);
      await admin(as, set('is_active = true'), nurse.userId);
      const server = await as(servicePinned);
      await server.rows('savepoint before_the_end');
      expect(await accept(as, stranger), 'control').toMatchObject(DONE);
      expect(await accept(as, nurse), 'control').toMatchObject(DONE);
      await (await as(servicePinned)).rows('rollback to before_the_end');
      await (await as(servicePinned)).rows(set(end), [CLINIC_A, clinicAdmin.userId]);
      for (const who of [stranger, nurse])
        expect(await accept(as, who), `${who.name}, ${end}`).toMatchObject({ ok: false, code: '42501' });
      // Whoever looks at it and may still invite stands for it: here the server.
      await (await as(servicePinned)).rows(set('capabilities = capabilities'), [CLINIC_A, stranger.userId]);
      expect(await accept(as, stranger)).toMatchObject(DONE);
    });
  }
  await tellStory(database(), async (as) => {
    const born = await (await as(opsAdmin)).value<string>(
      `select public.create_organisation('Born', 'clinic', 'BR', 'America/Sao_Paulo', 'lgpd', $1)`,
      [stranger.userId],
    );
    const first = await (await as(stranger)).attempt('select public.accept_membership($1)', [born]);
    expect(first, 'control: the first, by operations').toMatchObject({ ok: true });
  });
});
