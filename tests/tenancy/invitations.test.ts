import { beforeAll, describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const LIST = 'select email from public.invitations';
const ACCEPT = 'select public.accept_invitation($1)';

beforeAll(async () => {
  await database().asSuperuser((session) =>
    session.rows('update auth.users set email_confirmed_at = now() where id = $1', [
      personas.stranger.userId,
    ]),
  );
});

/** An open invitation of clinic A for the stranger. */
const invited = (role = 'nurse') =>
  database().as(
    personas.clinicAdmin,
    async (session) =>
      String(
        await session.value('select token from public.invite_member($1, $2)', ['stranger@e.example', role]),
      ),
    { commit: true },
  );

const forgotten = () =>
  database().asSuperuser((session) =>
    session.rows('delete from public.organisation_members where organisation_id = $1 and user_id = $2', [
      CLINIC_A,
      personas.stranger.userId,
    ]),
  );

describe('an invitation', () => {
  test('opens the clinic to whom it was sent to, from the next statement [S-12 N-22 +]', async () => {
    const token = await invited();
    const seen = await database().as(personas.stranger, async (session) => {
      const before = await session.rows('select organisation_id from public.patients');
      const accepted = await session.value(ACCEPT, [token]);
      return { before, accepted, after: await session.rows('select organisation_id from public.patients') };
    });
    expect(seen.before).toEqual([]);
    expect(seen.accepted).toBe(CLINIC_A);
    expect(seen.after).not.toEqual([]);
  });

  test('is accepted once, by however many at once [S-12 N-05 -]', async () => {
    for (let round = 0; round < 10; round++) {
      const token = await invited();
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, () =>
          database().as(personas.stranger, (session) => session.attempt(ACCEPT, [token]), { commit: true }),
        ),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      for (const outcome of outcomes) if (!outcome.ok) expect(outcome.code).toBe('42501');
      await forgotten();
    }
  });

  test('made twice at once is one, and whoever loses is told so [N-05 -]', async () => {
    for (let round = 0; round < 10; round++) {
      const outcomes = await Promise.all(
        Array.from({ length: 4 }, () =>
          database().as(
            personas.clinicAdmin,
            (session) => session.attempt(`select public.invite_member('both@e.example', 'nurse')`),
            { commit: true },
          ),
        ),
      );
      expect(outcomes.some(({ ok }) => ok)).toBe(true);
      for (const outcome of outcomes) {
        if (outcome.ok) continue;
        expect(outcome.code).toBe('CD043');
        expect(JSON.stringify(outcome)).not.toContain('both@');
      }
      const open = await database().asSuperuser((session) =>
        session.value(
          `select count(*)::integer from public.invitations where email = 'both@e.example' and archived_at is null`,
        ),
      );
      expect(open).toBe(1);
    }
  });

  test('is seen by who may invite, without its digest, and by nobody else [S-02 S-12 +]', async () => {
    const rows = await database().as(personas.clinicAdmin, (session) => session.rows(LIST));
    expect(rows.map(({ email }) => email)).toContain('invited@a.example');
    expect(JSON.stringify(rows)).not.toContain('b.example');
    const digest = await database().as(personas.clinicAdmin, (session) =>
      session.attempt('select sha256 from public.invitations'),
    );
    expect(digest).toMatchObject({ ok: false, code: '42501' });
  });

  test.each(['doctor', 'receptionist', 'privacyOfficer', 'stranger', 'clinicAdminOfB'] as const)(
    'of A is not seen by %s [S-02 -]',
    async (name) => {
      const rows = await database().as(personas[name], (session) => session.rows(LIST));
      expect(JSON.stringify(rows)).not.toContain('@a.example');
    },
  );

  test('is taken back by its clinic alone, and then opens nothing [S-03 S-12 -]', async () => {
    const token = await invited();
    const [, id] = token.split('.');
    const back = 'update public.invitations set archived_at = now() where id = $1';
    for (const persona of [personas.clinicAdminOfB, personas.doctor])
      expect(await database().as(persona, (session) => session.attempt(back, [id]))).not.toMatchObject({
        count: 1,
      });
    await database().as(personas.clinicAdmin, (session) => session.affected(back, [id]), { commit: true });
    expect(
      await database().as(personas.stranger, (session) => session.attempt(ACCEPT, [token])),
    ).toMatchObject({ ok: false, code: '42501' });
  });

  test('is written by function alone: no other role, no later end, no acceptance by hand [N-05 S-12 -]', async () => {
    for (const change of [
      `role = 'clinic_admin'`,
      `expires_at = 'infinity'`,
      'accepted_at = now()',
      `sha256 = repeat('0', 64)`,
    ])
      expect(
        await database().as(personas.clinicAdmin, (session) =>
          session.attempt(`update public.invitations set ${change}`),
        ),
      ).toMatchObject({ ok: false, code: '42501' });
    expect(
      await database().as(personas.servicePinned, (session) =>
        session.attempt(
          `insert into public.invitations (organisation_id, email, role, sha256, expires_at) values ($1, 'x@e.example', 'nurse', repeat('0', 64), now())`,
          [CLINIC_A],
        ),
      ),
    ).toMatchObject({ ok: false, code: '42501' });
  });

  test('goes out for the clinic in which the inviter acts [S-02 N-05 -]', async () => {
    const invite = `select token from public.invite_member('somebody@e.example', 'doctor')`;
    // Receptionist here, clinic_admin there.
    expect(await database().as(personas.dual, (session) => session.attempt(invite))).toMatchObject({
      ok: false,
      code: '42501',
    });
    const token = await database().as(personas.dualInB, (session) => session.value(invite));
    expect(String(token).startsWith(CLINIC_B)).toBe(true);
  });
});

test('a member of one clinic accepts the invitation of another, and stays who they were in the first [N-22 S-04 +]', async () => {
  const nurse = idOf('staff', 'b', '03');
  const token = await database().as(
    personas.clinicAdmin,
    (session) =>
      session.value(`select token from public.invite_member('staff-03@b.example', 'receptionist')`),
    { commit: true },
  );
  await database().asSuperuser((session) =>
    session.rows('update auth.users set email_confirmed_at = now() where id = $1', [nurse]),
  );
  const claims = { ...personas.nurse.claims, sub: nurse, session_id: nurse.replace('-8000-', '-9000-') };
  const roles = await database().as({ ...personas.nurse, claims }, async (session) => {
    await session.rows(ACCEPT, [token]);
    const held = [];
    for (const organisation of [CLINIC_A, CLINIC_B]) {
      await session.rows(`select set_config('app.current_clinic_id', $1, true)`, [organisation]);
      held.push(
        await session.value('select role from public.organisation_members where user_id = $1', [nurse]),
      );
    }
    return held;
  });
  expect(roles).toEqual(['receptionist', 'nurse']);
});

test('whose membership was resumed or brought back is a member once they agree again; an invitation brings nobody back who was archived [N-22 N-05 +, N-22 N-05 -]', async () => {
  const { stranger, clinicAdmin, servicePinned } = personas;
  const member = 'organisation_id = $1 and user_id = $2';
  const change = (persona: typeof clinicAdmin, change: string) =>
    database().as(
      persona,
      (session) =>
        session.affected(`update public.organisation_members set ${change} where ${member}`, [
          CLINIC_A,
          stranger.userId,
        ]),
      { commit: true },
    );
  const isIn = () =>
    database().as(
      stranger,
      async (session) => (await session.rows('select from public.patients')).length > 0,
    );
  const agree = () =>
    database().as(stranger, (session) => session.rows('select public.accept_membership($1)', [CLINIC_A]), {
      commit: true,
    });
  const token = await invited();
  await database().as(stranger, (session) => session.rows(ACCEPT, [token]), { commit: true });
  expect(await isIn()).toBe(true);

  expect(await change(clinicAdmin, 'is_active = false')).toBe(1);
  expect(await change(clinicAdmin, 'is_active = true')).toBe(1);
  expect(await isIn()).toBe(false);
  await agree();
  expect(await isIn()).toBe(true);

  expect(await change(servicePinned, 'archived_at = now()')).toBe(1);
  const other = await invited();
  expect(await database().as(stranger, (session) => session.attempt(ACCEPT, [other]))).toMatchObject({
    ok: false,
    code: 'CD043',
    hint: expect.stringContaining('the server alone brings back'),
  });
  expect(await isIn()).toBe(false);
  expect(await change(servicePinned, 'archived_at = null')).toBe(1);
  await forgotten();
});
