import { beforeAll, describe, expect, test } from 'vitest';
import { hangEventTriggers, watchCatalog } from '../../scripts/audit/watch-catalog.ts';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A } from '../support/ids.ts';
import { type Persona, personas } from '../support/personas.ts';
import type { Session } from '../support/session.ts';
import { connected } from '../support/trail.ts';

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

/** What is planted, and what the watch calls it. Everything as the superuser, and taken back. */
const PLANTED: readonly [string, string, string, string][] = [
  [
    'a trigger that is disabled',
    'alter table public.patients disable trigger _050_tenant',
    'trigger _050_tenant on public.patients',
    'catalog.trigger_disabled',
  ],
  [
    'a trigger that no longer fires in replica mode',
    'alter table public.patients enable trigger _050_tenant',
    'trigger _050_tenant on public.patients',
    'catalog.trigger_disabled',
  ],
  [
    'every trigger of a table, foreign keys among them',
    'alter table public.beds disable trigger all',
    'foreign key beds_organisation_id_fkey on public.beds',
    'catalog.trigger_disabled',
  ],
  [
    'a trigger that is gone',
    'drop trigger _020_append_only on audit.security_events',
    'trigger _020_append_only on audit.security_events',
    'catalog.trigger_dropped',
  ],
  [
    'a role that bypasses policies',
    'create role planted_bypass bypassrls',
    'role planted_bypass',
    'catalog.bypass_granted',
  ],
  ['a superuser', 'create role planted_super superuser', 'role planted_super', 'catalog.bypass_granted'],
  [
    'a member of the role that owns our functions',
    'create role planted_member; grant cordon_definer to planted_member',
    'membership of planted_member in cordon_definer',
    'catalog.membership_granted',
  ],
  [
    'another owner of a table',
    'alter table public.patients owner to postgres; create role planted_owner; alter table public.patients owner to planted_owner',
    'owner of public.patients',
    'catalog.owner_changed',
  ],
  [
    'another owner of a function',
    'alter function authz.organisation_id() owner to postgres',
    'owner of function authz.organisation_id()',
    'catalog.owner_changed',
  ],
  [
    'a policy that is gone',
    'drop policy provider_fence on public.patients',
    'policy provider_fence on public.patients',
    'catalog.policy_dropped',
  ],
  [
    'a policy that says something else',
    'alter policy provider_fence on public.patients using (true)',
    'policy provider_fence on public.patients',
    'catalog.policy_altered',
  ],
  [
    'one more permissive policy',
    'create policy planted on public.patients for select to authenticated using (true)',
    'policy planted on public.patients',
    'catalog.policy_added',
  ],
  [
    'row security that is off',
    'alter table public.patients disable row level security',
    'row security of public.patients',
    'catalog.row_security_off',
  ],
  [
    'row security that no longer binds the owner',
    'alter table public.patients no force row level security',
    'row security of public.patients',
    'catalog.row_security_off',
  ],
  [
    'a new table without row security',
    'create table public.planted (id integer)',
    'row security of public.planted',
    'catalog.row_security_off',
  ],
  [
    'a table in a publication',
    'create publication planted for table public.patients',
    'public.patients in publication planted',
    'catalog.table_published',
  ],
  [
    'a definer function with another text',
    `create or replace function authz.organisation_id() returns uuid language plpgsql stable parallel unsafe security definer cost 1000 set search_path = pg_catalog, pg_temp as $$ begin return '${CLINIC_A}'; end $$`,
    'function authz.organisation_id()',
    'catalog.function_changed',
  ],
  [
    'a definer function without its search_path',
    'alter function authz.organisation_id() reset search_path',
    'function authz.organisation_id()',
    'catalog.function_changed',
  ],
  [
    'rights on a table',
    'grant truncate on public.patients to anon',
    'rights on public.patients',
    'catalog.rights_changed',
  ],
  [
    'rights on a column',
    'grant update (mrn) on public.patients to patient',
    'rights on public.patients',
    'catalog.rights_changed',
  ],
  [
    'rights on a function',
    'grant execute on function authz.caller() to anon',
    'rights on function authz.caller()',
    'catalog.rights_changed',
  ],
  [
    'rights on a schema',
    'grant usage on schema audit to authenticated',
    'rights on schema audit',
    'catalog.rights_changed',
  ],
  [
    'a view that reads with the rights of its owner',
    'alter view public.medical_record_overview set (security_invoker = false)',
    'view public.medical_record_overview',
    'catalog.view_changed',
  ],
  [
    'a view that asks something else',
    `do $$ begin execute format('create or replace view public.medical_record_overview with (security_invoker = true) as select * from (%s) as v where true',
       rtrim(pg_get_viewdef('public.medical_record_overview'::regclass), ';')); end $$`,
    'view public.medical_record_overview',
    'catalog.view_changed',
  ],
  [
    'a new view that reads with the rights of its owner',
    'create view public.planted as select * from public.patients; grant select on public.planted to anon',
    'view public.planted',
    'catalog.view_added',
  ],
  [
    'rows that are kept where no policy is asked',
    'create materialized view public.planted as select * from public.patients',
    'view public.planted',
    'catalog.view_added',
  ],
  [
    'a new function that acts with the rights of its owner',
    `create function public.planted() returns bigint language sql security definer return (select count(*) from public.patients)`,
    'function public.planted()',
    'catalog.function_added',
  ],
  [
    'a rule that swallows a record',
    'create rule planted as on insert to audit.security_events do instead nothing',
    'rule planted on audit.security_events',
    'catalog.rule_added',
  ],
  [
    'a key between tenants that is gone',
    'alter table public.beds drop constraint beds_organisation_id_fkey',
    'constraint beds_organisation_id_fkey on public.beds',
    'catalog.constraint_dropped',
  ],
];

/** What is new, and opens nothing by itself. */
const HARMLESS: readonly [string, string, string, string][] = [
  [
    'a view that reads with the rights of its caller',
    'create view public.planted with (security_invoker = on) as select * from public.patients',
    'view public.planted',
    'catalog.view_added',
  ],
  [
    'a function that acts with the rights of its caller',
    'create function public.planted() returns integer language sql return 1',
    'function public.planted()',
    'catalog.function_added',
  ],
  [
    'one more constraint',
    'alter table public.beds add constraint planted check (label is not null)',
    'constraint planted on public.beds',
    'catalog.constraint_added',
  ],
];

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
