import { expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
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
