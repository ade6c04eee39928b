import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';
import { ASKED, accepted, COMPANY } from '../support/transfers.ts';

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

test('whoever writes by another clock leaves no moment in an event or a packet that another does not read [N-37 S-20 -, N-37 +]', async () => {
  await tellStory(database(), async (as) => {
    const elsewhere = async (who: Persona) => {
      const session = await as(who);
      await session.script(`set local timezone = 'XXX167'`);
      return session;
    };
    await accepted(as, false);
    await (await as(personas.servicePinned)).rows(
      `update public.transfers set pickup_at = now() + interval '2 hours' where organisation_id = $1 and id = $2`,
      [CLINIC_A, ASKED],
    );
    await (await elsewhere(personas.nurse)).rows('select public.dispatch_transfer($1, $2)', [ASKED, COMPANY]);
    await (await elsewhere(personas.clinicAdmin)).rows(
      `update public.organisation_members set valid_until = now() + interval '90 days' where organisation_id = $1 and user_id = $2`,
      [CLINIC_A, personas.nurse.userId],
    );
    await (await elsewhere(personas.doctor)).rows(
      `select public.open_emergency_access($1, 'Unconscious on arrival, allergies unknown')`,
      [idOf('patient', 'a', '03')],
    );
    const reader = await as(personas.servicePinned);
    await reader.script(`reset role; set local timezone = 'UTC'`);
    const read = (sql: string) =>
      reader.attempt(`${sql} and t.organisation_id = any ($1)`, [[CLINIC_A, COMPANY]]);
    const [event, member] = [
      `audit.security_events as t join`,
      `public.organisation_members as m on m.id = t.entity_id and m.organisation_id = t.organisation_id`,
    ];
    for (const sql of [
      `select (t.details ->> 'to')::timestamptz = m.valid_until as is_it
       from ${event} ${member} where t.event_type = 'membership.validity_changed'`,
      `select (t.details ->> 'expires_at')::timestamptz = g.expires_at as is_it
       from ${event} public.emergency_access_grants as g on g.id = t.entity_id and g.organisation_id = t.organisation_id
       where t.event_type = 'emergency_access.opened' and g.patient_id = '${idOf('patient', 'a', '03')}' and g.opened_at >= now()`,
      `select (t.packet ->> 'pickup_at')::timestamptz = o.pickup_at as is_it
       from public.transfer_jobs as t join public.transfers as o on o.organisation_id = t.origin_organisation_id and o.id = t.transfer_id
       where o.id = '${ASKED}' and o.organisation_id = '${CLINIC_A}'`,
    ])
      expect(await read(sql), sql).toMatchObject({ ok: true, rows: [{ is_it: true }] });
  });
});
