import { expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { personas } from '../support/personas.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

/** PostgreSQL takes each for a zone: a week away, on the other side of the world than it says, or nobody's name for it. */
const NOWHERE = [
  'XXX167',
  'XXX-167:59:59',
  'GMT-3',
  '<+03>-03',
  'america/sao_paulo',
  'EST5EDT,M3.2.0,M11.1.0',
];

test('a clinic keeps the clock of a place: none by which no notice is late, and no hours are out of hours [N-28 N-49 -, N-28 N-49 +]', async () => {
  await tellStory(database(), async (as) => {
    for (const who of [personas.opsAdmin, personas.servicePinned]) {
      const session = await as(who);
      const set = (zone: string) =>
        session.attempt('update public.organisations set timezone = $1 where id = $2', [zone, CLINIC_A]);
      for (const zone of NOWHERE) expect(await set(zone), zone).toMatchObject({ ok: false, code: '22023' });
      expect(await set('Mars/Olympus'), 'of no server').toMatchObject({ ok: false });
      for (const zone of ['Asia/Kathmandu', 'America/Sao_Paulo'])
        expect(await set(zone), zone).toMatchObject({ ok: true, count: 1 });
    }
  });
});

test('nor is one created with another [N-28 N-49 -, N-28 N-49 +]', async () => {
  await tellStory(database(), async (as) => {
    const admin = await as(personas.opsAdmin);
    const create = (zone: string) =>
      admin.attempt(`select public.create_organisation('Clínica Nova', 'clinic', 'BR', $1, 'lgpd', $2)`, [
        zone,
        personas.stranger.userId,
      ]);
    for (const zone of NOWHERE) expect(await create(zone), zone).toMatchObject({ ok: false, code: '22023' });
    expect(await create('America/Sao_Paulo'), 'control').toMatchObject({ ok: true });
  });
});

test('and whose clock was written before anybody asked is renamed as any other [N-28 +, N-28 -]', async () => {
  await tellStory(database(), async (as) => {
    const owner = await as(personas.opsAdmin);
    await owner.script('reset role');
    await owner.script('alter table public.organisations disable trigger _088_clock');
    await owner.rows(`update public.organisations set timezone = 'GMT-3' where id = $1`, [CLINIC_A]);
    await owner.script('alter table public.organisations enable always trigger _088_clock');
    const admin = await as(personas.opsAdmin);
    const set = (what: string) =>
      admin.attempt(`update public.organisations set ${what} where id = $1`, [CLINIC_A]);
    expect(await set(`timezone = 'GMT-4'`)).toMatchObject({ ok: false, code: '22023' });
    expect(await set(`name = 'Another name'`)).toMatchObject({ ok: true, count: 1 });
  });
});
