import { describe, expect, test } from 'vitest';
import { NOBODY } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

const PROFILE = `insert into public.profiles (user_id, display_name) values ($1, 'Somebody')`;

describe('an identity', () => {
  test('of ours is a login of Supabase Auth [S-12 +]', async () => {
    const count = await database().as(personas.service, async (session) =>
      session.value('select count(*)::integer from public.profiles'),
    );
    expect(Number(count)).toBeGreaterThan(0);
    const strays = await database().asSuperuser((session) =>
      session.rows(
        'select user_id from public.profiles as p where not exists (select from auth.users as u where u.id = p.user_id)',
      ),
    );
    expect(strays).toEqual([]);
  });

  test('that Supabase Auth does not know is refused [S-12 -]', async () => {
    const outcome = await database().as(personas.service, (session) => session.attempt(PROFILE, [NOBODY]));
    expect(outcome).toMatchObject({ ok: false, code: '23503' });
  });

  test('cannot be erased from under the records that name it [S-12 S-16 -]', async () => {
    const outcome = await database().asSuperuser(
      (session) => session.attempt('delete from auth.users where id = $1', [personas.doctor.userId]),
      { rollback: true },
    );
    // 18 has a code of its own for "on delete restrict".
    expect(outcome).toMatchObject({ ok: false, code: expect.stringMatching(/^(23503|23001)$/) });
  });

  test('keeps its credentials where no realm reads: none has anything of auth.users [S-12 -]', async () => {
    for (const persona of [
      personas.doctor,
      personas.patient,
      personas.opsAdmin,
      personas.anon,
      personas.service,
    ]) {
      const outcome = await database().as(persona, (session) =>
        session.attempt('select encrypted_password from auth.users'),
      );
      expect(outcome, persona.name).toMatchObject({ ok: false, code: '42501' });
    }
  });
});
