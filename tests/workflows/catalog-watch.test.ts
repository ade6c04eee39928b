import { beforeAll, describe, expect, test } from 'vitest';
import { hangEventTriggers, watchCatalog } from '../../scripts/audit/watch-catalog.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { connected } from '../support/trail.ts';
import { HARMLESS, PLANTED } from './catalog-watch-fixtures.ts';

const database = useDatabase();

interface Event {
  readonly event_type: string;
  readonly object: string;
}
/** Roles are the cluster's, where other tests plant theirs at the same time: only what is named is looked at. */
const watch = async (session: Session, about: string) =>
  (await session.rows<{ event: Event }>('select event from public.watch_catalog() as event'))
    .map(({ event }) => event)
    .filter(({ object }) => object.includes(about));
const alertsOf = (session: Session, about: string) =>
  session.rows(
    `select event_type, is_latest from public.bypass_alerts where object like '%' || $1 || '%' and transaction_id::text = pg_current_xact_id()::text
     order by occurred_at, id`,
    [about],
  );

beforeAll(async () => {
  await connected(database(), 'postgres', watchCatalog);
});

describe('the watch over the catalog', () => {
  test.each(PLANTED)(
    'finds %s, once, and lists it among the alerts [N-54 N-37 S-27 +]',
    async (_, plant, object, type) => {
      await database().asSuperuser(
        async (session) => {
          await session.script(plant);
          const found = (await watch(session, object)).filter((event) => event.object === object);
          expect(found).toMatchObject([{ event_type: type, object }]);
          expect(await watch(session, object)).toEqual([]);
          const alerts = await session.rows(
            `select event_type, is_latest from public.bypass_alerts where object = $1 and transaction_id::text = pg_current_xact_id()::text`,
            [object],
          );
          expect(alerts).toEqual([{ event_type: type, is_latest: true }]);
        },
        { rollback: true },
      );
    },
  );

  test.each(HARMLESS)(
    'records %s, and does not call it an alert [N-54 -]',
    async (_, plant, object, type) => {
      await database().asSuperuser(
        async (session) => {
          await session.script(plant);
          expect((await watch(session, object)).filter((event) => event.object === object)).toMatchObject([
            { event_type: type },
          ]);
          expect(await alertsOf(session, object)).toEqual([]);
        },
        { rollback: true },
      );
    },
  );

  test('finds a watch over each command that is switched off, or gone [N-54 S-27 +]', async () => {
    await database().asSuperuser(
      async (session) => {
        const object = 'event trigger planted';
        for (const [change, type, isAlert] of [
          [
            'create event trigger planted on ddl_command_end execute function audit.tg__ddl()',
            'catalog.event_trigger_added',
            false,
          ],
          ['alter event trigger planted disable', 'catalog.event_trigger_disabled', true],
          ['alter event trigger planted enable always', 'catalog.event_trigger_changed', true],
          ['drop event trigger planted', 'catalog.event_trigger_dropped', true],
        ] as const) {
          const before = await alertsOf(session, object);
          await session.script(change);
          expect(await watch(session, object), change).toMatchObject([{ event_type: type }]);
          const alerts = await alertsOf(session, object);
          expect(alerts.length - before.length, change).toBe(isAlert ? 1 : 0);
        }
      },
      { rollback: true },
    );
  });

  test('finds a membership that gives more than it did, where the server can withhold it [N-54 +]', async () => {
    await database().asSuperuser(
      async (session) => {
        const [server] = await session.rows<{ can: boolean }>(
          `select current_setting('server_version_num')::integer >= 160000 as can`,
        );
        const withheld = server?.can ? ' with inherit false, set false' : '';
        await session.script(`create role planted_member; grant cordon_definer to planted_member${withheld}`);
        const object = 'membership of planted_member in cordon_definer';
        expect(await watch(session, object)).toMatchObject([{ event_type: 'catalog.membership_granted' }]);
        await session.script('grant cordon_definer to planted_member with admin option');
        expect(await watch(session, object)).toMatchObject([{ event_type: 'catalog.membership_granted' }]);
        if (!server?.can) return;
        for (const option of ['set', 'inherit']) {
          await session.script(`grant cordon_definer to planted_member with ${option} true`);
          expect(await watch(session, object), option).toMatchObject([
            { event_type: 'catalog.membership_granted' },
          ]);
        }
      },
      { rollback: true },
    );
  });

  test('finds nothing where nothing was changed, and where something was changed back before it looked [N-54 -]', async () => {
    await database().asPostgres(
      async (session) => {
        expect(await watch(session, 'public.patients')).toEqual([]);
        await session.script(`
          alter table public.patients disable trigger _050_tenant;
          alter table public.patients enable always trigger _050_tenant`);
        expect(await watch(session, 'public.patients')).toEqual([]);
      },
      { rollback: true },
    );
  });

  test('records what is mended as well, so that the alert is no longer the latest of its object [N-54 +]', async () => {
    await database().asPostgres(
      async (session) => {
        await session.script('alter table public.patients disable trigger _050_tenant');
        await watch(session, '_050_tenant on public.patients');
        await session.script('alter table public.patients enable always trigger _050_tenant');
        expect(await watch(session, '_050_tenant on public.patients')).toMatchObject([
          { event_type: 'catalog.trigger_changed' },
        ]);
        expect(await alertsOf(session, '_050_tenant on public.patients')).toEqual([
          { event_type: 'catalog.trigger_disabled', is_latest: false },
          { event_type: 'catalog.trigger_changed', is_latest: true },
        ]);
      },
      { rollback: true },
    );
  });

  test('finds it again when it happens again [N-54 +]', async () => {
    await database().asPostgres(
      async (session) => {
        for (const state of ['disable', 'enable always', 'disable']) {
          await session.script(`alter table public.patients ${state} trigger _050_tenant`);
          expect(await watch(session, '_050_tenant on public.patients'), state).toHaveLength(1);
        }
      },
      { rollback: true },
    );
  });

  test('asks for no superuser, and counts two at once as one [N-54 +]', async () => {
    await database().asPostgres((session) =>
      session.script('create policy planted_twice on public.beds for select to authenticated using (false)'),
    );
    const found = await Promise.all([1, 2, 3].map(() => connected(database(), 'postgres', watchCatalog)));
    const mine = found.flat().filter(({ object }) => object === 'policy planted_twice on public.beds');
    expect(mine).toMatchObject([{ event_type: 'catalog.policy_added', is_alert: true }]);
    await database().asPostgres((session) => session.script('drop policy planted_twice on public.beds'));
  });

  test('is run by admin and auditor of operations and by the server, and by nobody else [N-54 -]', async () => {
    for (const persona of [personas.opsAdmin, personas.opsAuditor, personas.service] as Persona[]) {
      expect(
        await database().as(persona, (session) => session.attempt('select public.watch_catalog()')),
        persona.name,
      ).toMatchObject({ ok: true });
    }
    for (const persona of [
      personas.opsAgent,
      personas.formerOperator,
      personas.clinicAdmin,
      personas.patient,
      personas.anon,
    ] as Persona[]) {
      expect(
        await database().as(persona, (session) => session.attempt('select public.watch_catalog()')),
        persona.name,
      ).toMatchObject({ ok: false, code: '42501' });
    }
  });

  test('shows its alerts to admin and auditor of operations [N-54 +]', async () => {
    for (const persona of [personas.opsAdmin, personas.opsAuditor]) {
      const seen = await database().as(persona, (session) =>
        session.rows('select from public.bypass_alerts'),
      );
      expect(seen.length, persona.name).toBeGreaterThan(0);
    }
  });

  test('shows them to nobody else [N-54 -]', async () => {
    expect(
      await database().as(personas.opsAgent, (session) => session.rows('select from public.bypass_alerts')),
    ).toEqual([]);
    for (const persona of [
      personas.clinicAdmin,
      personas.privacyOfficer,
      personas.patient,
      personas.service,
    ] as Persona[]) {
      expect(
        await database().as(persona, (session) => session.attempt('select from public.bypass_alerts')),
        persona.name,
      ).toMatchObject({ ok: false, code: '42501' });
    }
  });
});

describe('event triggers', () => {
  test('are refused to who is no superuser, with what to do instead [N-54 S-27 -]', async () => {
    await expect(connected(database(), 'postgres', hangEventTriggers)).rejects.toMatchObject({
      explanation: { problem: 'this server does not let this login create event triggers' },
    });
  });

  test('record each command as it is given, its drops too, with the login that gave it [N-54 S-27 +]', async () => {
    expect(await connected(database(), 'superuser', hangEventTriggers)).toBe(2);
    expect(await connected(database(), 'superuser', hangEventTriggers)).toBe(0);
    try {
      for (const change of [
        'alter event trigger cordon_watch_ddl disable',
        'alter event trigger cordon_watch_drop enable replica',
        `create function public.planted() returns event_trigger language plpgsql as 'begin end';
         drop event trigger cordon_watch_ddl;
         create event trigger cordon_watch_ddl on ddl_command_end execute function public.planted()`,
      ]) {
        await database().asSuperuser((session) => session.script(change));
        expect(await connected(database(), 'superuser', hangEventTriggers), change).toBe(1);
        expect(await connected(database(), 'superuser', hangEventTriggers), change).toBe(0);
      }
      const told = await database().asPostgres(
        async (session) => {
          await session.script(`
            create policy planted on public.beds for select to authenticated using (false);
            drop policy provider_fence on public.beds;
            create temporary table mine (id integer)`);
          return session.rows(
            `select object, details, actor_login from audit.deployment_events where event_type = 'catalog.ddl' and object like 'policy %' order by occurred_at`,
          );
        },
        { rollback: true },
      );
      expect(told).toEqual([
        {
          object: 'policy planted on public.beds',
          details: { command: 'CREATE POLICY' },
          actor_login: 'postgres',
        },
        {
          object: 'policy provider_fence on public.beds',
          details: { command: 'DROP POLICY' },
          actor_login: 'postgres',
        },
      ]);
    } finally {
      await database().asSuperuser((session) =>
        session.script('drop event trigger cordon_watch_ddl; drop event trigger cordon_watch_drop'),
      );
    }
  });
});

describe('events of the deployment', () => {
  test('tell who became an operator, as what, and who is none any more [N-37 +]', async () => {
    const events = await database().asPostgres(
      async (session) => {
        for (const set of [
          `role = 'auditor'`,
          'is_active = false',
          'is_active = true',
          'is_active = is_active',
        ]) {
          await session.rows(`update public.ops_members set ${set} where user_id = $1`, [
            personas.opsAgent.userId,
          ]);
        }
        return session.rows(
          `select event_type, details from audit.deployment_events where transaction_id::text = pg_current_xact_id()::text and object = $1 order by occurred_at`,
          [`operator ${personas.opsAgent.userId}`],
        );
      },
      { rollback: true },
    );
    expect(events).toEqual([
      { event_type: 'operator.role_changed', details: { from: 'ops_agent', to: 'auditor' } },
      { event_type: 'operator.ended', details: { role: 'auditor' } },
      { event_type: 'operator.resumed', details: { role: 'auditor' } },
    ]);
  });
});

test('what stands before it in the path of the login is not asked in its place [N-54 -]', async () => {
  const asOwner = (script: string) => database().asSuperuser((session) => session.script(script));
  const planted = 'policy planted_in_path on public.beds';
  const found = async () =>
    (await connected(database(), 'postgres', watchCatalog)).filter(({ object }) => object === planted);
  await asOwner(`create schema postgres; grant usage on schema postgres to postgres;
    create function postgres.watch_catalog() returns setof jsonb language sql as 'select null::jsonb limit 0';
    create view postgres.bypass_alerts as select ''::text as object, ''::text as transaction_id limit 0;
    grant select on postgres.bypass_alerts to postgres;
    create policy planted_in_path on public.beds for select to anon using (true)`);
  const event = await found();
  await asOwner('drop schema postgres cascade; drop policy planted_in_path on public.beds');
  expect(event).toMatchObject([{ object: planted, is_alert: true }]);
  expect(await found()).toMatchObject([{ event_type: 'catalog.policy_dropped' }]);
});
