import { expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { personas } from '../support/personas.ts';

const database = useDatabase();

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
  const DONE = { ok: true, count: 1 };
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
