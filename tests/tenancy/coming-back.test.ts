import { beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { type Persona, personas } from '../support/personas.ts';
import type { Session } from '../support/session.ts';

const database = useDatabase();
const commit = { commit: true };
const DONE = { ok: true, count: 1 };
const acting = (persona: Persona, text: string, values: unknown[]) =>
  database().as(persona, (session) => session.attempt(text, values), commit);

describe('a membership that was archived', () => {
  const { nurse, clinicAdmin } = personas;
  const invite = (session: Session) =>
    session.value<string>(
      `select token from public.invite_member('staff-03@a.example', 'assistant', '{finance}')`,
    );
  const invited = () => database().as(clinicAdmin, invite, commit);
  const accept = (token: string | undefined) => acting(nurse, 'select public.accept_invitation($1)', [token]);
  const set = (change: string) =>
    acting(clinicAdmin, `update public.organisation_members set ${change} where user_id = $1`, [
      nurse.userId,
    ]);
  const seen = () =>
    database().as(nurse, (session) => session.value<number>('select count(*)::integer from public.beds'));

  beforeAll(() =>
    database().asSuperuser((session) =>
      session.rows('update auth.users set email_confirmed_at = now() where id = $1', [nurse.userId]),
    ),
  );

  test('comes back by an invitation of afterwards, as what it says, and by no earlier one [N-05 N-22 +, N-05 N-22 -]', async () => {
    expect(await seen(), 'control').toBeGreaterThan(0);
    const before = await invited();
    expect(await accept(before), 'a live one').toMatchObject({ ok: false, code: 'CD043' });
    expect(await set('is_active = false')).toMatchObject(DONE);
    expect(await accept(await invited()), 'one that was ended').toMatchObject({ ok: false, code: 'CD043' });
    const earlier = await invited();
    expect(await set('archived_at = now()')).toMatchObject(DONE);
    expect(await set('archived_at = null, is_active = true'), 'out of sight').toMatchObject({ count: 0 });
    expect(await accept(earlier)).toMatchObject({ ok: false, code: 'CD043' });
    expect(await seen()).toBe(0);
    expect(await accept(await invited())).toMatchObject(DONE);
    expect(await seen()).toBeGreaterThan(0);
    expect(
      await database().as(clinicAdmin, (session) =>
        session.rows(
          'select role, capabilities, is_active, archived_at from public.organisation_members where user_id = $1',
          [nurse.userId],
        ),
      ),
    ).toEqual([{ role: 'assistant', capabilities: ['finance'], is_active: true, archived_at: null }]);
    expect(
      await database().asSuperuser((session) =>
        session.value(
          `select count(*)::integer from audit.security_events
           where organisation_id = $1 and event_type = 'membership.resumed' and details ->> 'user_id' = $2`,
          [CLINIC_A, nurse.userId],
        ),
      ),
      'on record',
    ).toBe(1);
  });
});
