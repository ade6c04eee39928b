import { describe, expect, inject, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas, transporters } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { TestDatabase } from '../../testing/test-database.ts';
import { useDatabase } from '../support/database.ts';
import { inTurn } from '../support/in-turn.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

test('operations put no clinic that has patients under a law that keeps less; one that has none yet, and the server, may, and stand on record [N-38 N-49 -, N-37 N-38 +]', async () => {
  await tellStory(database(), async (as) => {
    const change = async (organisation = CLINIC_A) =>
      (await as(personas.opsAdmin)).attempt(`update public.organisations set regime = 'pdpa' where id = $1`, [
        organisation,
      ]);
    const kept = async () => {
      const owner = await as(personas.opsAdmin);
      await owner.script('reset role');
      return owner.value<string>(`select governance.kept_for($1, 'chart')::text`, [CLINIC_A]);
    };
    expect(await kept()).toBe('20 years');
    expect(await change()).toMatchObject({ ok: false, code: 'CD020' });
    expect(await kept()).toBe('20 years');
    expect(await change(idOf('organisation', 'c')), 'control').toMatchObject({
      ok: true,
      count: 1,
    });
    const name = await (await as(personas.opsAdmin)).attempt(
      `update public.organisations set name = 'Renamed' where id = $1`,
      [CLINIC_A],
    );
    expect(name, 'control').toMatchObject({ ok: true, count: 1 });
    const server = await (await as(personas.servicePinned)).attempt(
      `update public.organisations set regime = 'pdpa' where id = $1`,
      [CLINIC_A],
    );
    expect(server).toMatchObject({ ok: true, count: 1 });
    const events = await (await as(personas.opsAuditor)).rows(
      `select organisation_id, actor_user_id, actor_realm, details from public.security_events
       where event_type = 'organisation.regime_changed' order by occurred_at`,
    );
    const event = { actor_user_id: null, actor_realm: 'system', details: { from: 'lgpd', to: 'pdpa' } };
    expect(events).toEqual([
      {
        ...event,
        organisation_id: idOf('organisation', 'c'),
        actor_user_id: personas.opsAdmin.userId,
        actor_realm: 'internal_ops',
      },
      { ...event, organisation_id: CLINIC_A },
    ]);
  });
});

describe('a first patient and another law at once', () => {
  const clinic = idOf('organisation', 'c');
  const enter = (session: Session) =>
    session.attempt(
      `insert into public.patients (organisation_id, mrn, full_name) values ($1, 'C-0001', 'Rui Primeiro')`,
      [clinic],
    );
  const change = (session: Session) =>
    session.attempt(`update public.organisations set regime = 'pdpa' where id = $1`, [clinic]);
  const regime = (session: Session) =>
    session.value<string>('select regime from public.organisations where id = $1', [clinic]);

  test('the change waits for a patient who is being entered, and is refused; with no patient it is made [N-38 N-49 -, N-38 +]', async () => {
    for (const isKept of [true, false]) {
      const apart = await TestDatabase.clone(inject('server'));
      try {
        const { first, second } = await inTurn(
          apart,
          { who: transporters.admin, act: enter, commit: isKept },
          { who: personas.opsAdmin, act: change, commit: true },
        );
        expect(first).toMatchObject({ ok: true, count: 1 });
        expect(second).toMatchObject(isKept ? { ok: false, code: 'CD020' } : { ok: true, count: 1 });
        expect(await apart.asSuperuser(regime)).toBe(isKept ? 'lgpd' : 'pdpa');
      } finally {
        await apart.drop();
      }
    }
  });

  test('a patient waits for the change that is being made, and comes under the new law [N-38 +]', async () => {
    const apart = await TestDatabase.clone(inject('server'));
    try {
      const { first, second } = await inTurn(
        apart,
        { who: personas.opsAdmin, act: change, commit: true },
        { who: transporters.admin, act: enter, commit: true },
      );
      expect([first, second]).toMatchObject([
        { ok: true, count: 1 },
        { ok: true, count: 1 },
      ]);
      expect(await apart.asSuperuser(regime)).toBe('pdpa');
    } finally {
      await apart.drop();
    }
  });
});
