import { describe, expect, test } from 'vitest';
import { CLINIC_A, idOf, NOBODY } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import type { Session } from '../../testing/session.ts';
import { useDatabase } from '../support/database.ts';
import { tellStory } from '../support/story.ts';

const database = useDatabase();

const CASE = idOf('case', 'a', '01');
const logOf = (session: Session) =>
  session.rows<{ event_type: string; details: unknown }>(
    'select event_type, details, actor_user_id, actor_realm from public.case_timeline where case_id = $1 order by occurred_at desc',
    [CASE],
  );
const sizeOf = async (session: Session) => (await logOf(session)).length;

describe('the activity log', () => {
  test.each([
    ['doctor', personas.doctor, 'provider', 'awaiting_transfer'],
    ['agent of operations', personas.opsAgent, 'internal_ops', 'cancelled'],
  ] as [string, Persona, string, string][])(
    'tells what a %s really changed: one row a change, with who and from where to where [S-18 +]',
    async (_, persona, realm, to) => {
      await database().as(persona, async (session) => {
        const before = await sizeOf(session);
        await session.rows(
          `update public.cases set status = $3, priority = 'critical' where organisation_id = $1 and id = $2`,
          [CLINIC_A, CASE, to],
        );
        const log = await logOf(session);
        expect(log).toHaveLength(before + 2);
        const who = { actor_user_id: persona.userId, actor_realm: realm };
        expect(log.slice(0, 2).sort((a, b) => (a.event_type < b.event_type ? -1 : 1))).toEqual([
          { event_type: 'case.priority_changed', details: { from: 'urgent', to: 'critical' }, ...who },
          { event_type: 'case.status_changed', details: { from: 'active', to }, ...who },
        ]);
      });
    },
  );

  test('tells of no change that is none, and of nothing that was rolled back [S-18 -]', async () => {
    await database().as(personas.doctor, async (session) => {
      const before = await sizeOf(session);
      await session.rows('update public.cases set status = status, priority = priority where id = $1', [
        CASE,
      ]);
      expect(await sizeOf(session)).toBe(before);
      await session.undone(() =>
        session.rows(`update public.cases set priority = 'routine' where id = $1`, [CASE]),
      );
      expect(await sizeOf(session)).toBe(before);
    });
  });

  test('tells of a stay where it is: admitted, moved, discharged, linked to another case [S-18 S-19 +]', async () => {
    await database().as(personas.nurse, async (session) => {
      const stay = idOf('admission', 'a', '01');
      const [from, to] = [idOf('bed', 'a', '02'), idOf('bed', 'a', '03')];
      await session.rows('update public.admissions set bed_id = $1 where id = $2', [to, stay]);
      await session.rows(`select public.discharge_patient($1, 'transferred')`, [stay]);
      await session.rows('update public.admissions set case_id = null where id = $1', [stay]);
      expect(
        (await logOf(session))
          .filter(({ event_type }) => event_type.startsWith('admission.'))
          .map(({ event_type, details }) => [event_type, details]),
      ).toEqual([
        ['admission.case_changed', { from: CASE, to: null }],
        ['admission.discharged', { bed_id: to, disposition: 'transferred' }],
        ['admission.moved', { from, to }],
        ['admission.admitted', { bed_id: from }],
      ]);
    });
  });

  test('tells of a stay archived as a mistake, which frees its bed [S-18 S-19 +]', async () => {
    await database().as(personas.clinicAdmin, async (session) => {
      const before = await sizeOf(session);
      await session.rows('update public.admissions set archived_at = now() where id = $1', [
        idOf('admission', 'a', '01'),
      ]);
      const log = await logOf(session);
      expect(log).toHaveLength(before + 1);
      expect(log[0]).toMatchObject({
        event_type: 'admission.archived',
        details: { status: 'admitted', bed_id: idOf('bed', 'a', '02') },
      });
    });
  });

  test('tells of a stay that the server brings back, and of the bed that it takes again, as of its archiving [S-18 S-19 +, S-18 -]', async () => {
    await tellStory(database(), async (as) => {
      const stay = idOf('admission', 'a', '01');
      const server = await as(personas.servicePinned);
      const put = (what: string) =>
        server.rows(`update public.admissions set ${what} where organisation_id = $1 and id = $2`, [
          CLINIC_A,
          stay,
        ]);
      await put('archived_at = now()');
      await server.rows(
        `update public.beds set status = 'available' where organisation_id = $1 and status = 'cleaning'`,
        [CLINIC_A],
      );
      await put('archived_at = null');
      const log = await logOf(await as(personas.doctor));
      const details = { status: 'admitted', bed_id: idOf('bed', 'a', '02') };
      expect(log.slice(0, 2)).toMatchObject([
        { event_type: 'admission.restored', details },
        { event_type: 'admission.archived', details },
      ]);
      await as(personas.servicePinned);
      await put('archived_at = archived_at');
      expect(await logOf(await as(personas.doctor))).toHaveLength(log.length);
    });
  });

  test.each([
    ['case', 'cases', idOf('case', 'a', '01')],
    ['transfer', 'transfers', idOf('transfer', 'a', '01')],
  ])(
    'tells of a %s that the server archives, out of everybody’s sight, and that it brings back, once [S-18 S-19 +, S-18 -]',
    async (kind, table, id) => {
      await tellStory(database(), async (as) => {
        const session = await as(personas.servicePinned);
        const told = () =>
          session.rows<{ event_type: string }>(
            `select event_type, details, actor_realm from public.case_activity_log
           where organisation_id = $1 and entity_id = $2 order by occurred_at`,
            [CLINIC_A, id],
          );
        const before = await told();
        const status = await session.value(
          `select status from public.${table} where organisation_id = $1 and id = $2`,
          [CLINIC_A, id],
        );
        for (const at of ['now()', 'archived_at', 'null', 'null']) {
          await session.rows(
            `update public.${table} set archived_at = ${at} where organisation_id = $1 and id = $2`,
            [CLINIC_A, id],
          );
        }
        expect(await told()).toEqual([
          ...before,
          ...['archived', 'restored'].map((what) => ({
            event_type: `${kind}.${what}`,
            details: { status },
            actor_realm: 'system',
          })),
        ]);
      });
    },
  );

  test('tells both cases of a stay that passes from one to the other: none says that the patient lies there still [S-18 S-20 +, S-18 -]', async () => {
    await database().as(personas.nurse, async (session) => {
      const stay = idOf('admission', 'a', '01');
      await session.rows(
        `insert into public.cases (organisation_id, id, number, patient_id)
         select organisation_id, $1, 'CASE-OTHER', patient_id from public.admissions where id = $2`,
        [NOBODY, stay],
      );
      const put = () =>
        session.rows('update public.admissions set case_id = $1 where id = $2', [NOBODY, stay]);
      const ofCase = (id: string) =>
        session.rows(
          `select event_type, details from public.case_timeline where case_id = $1 and entity_id = $2 and event_type = 'admission.case_changed'`,
          [id, stay],
        );
      await put();
      await put();
      const change = [{ event_type: 'admission.case_changed', details: { from: CASE, to: NOBODY } }];
      expect(await ofCase(CASE)).toEqual(change);
      expect(await ofCase(NOBODY)).toEqual(change);
    });
  });

  test('tells both cases of a transfer that the server puts from one to the other [S-18 S-20 +, S-18 -]', async () => {
    await tellStory(database(), async (as) => {
      const transfer = idOf('transfer', 'a', '01');
      const server = await as(personas.servicePinned);
      await server.rows(
        `insert into public.cases (organisation_id, id, number, patient_id)
         select organisation_id, $1, 'CASE-OTHER', patient_id from public.transfers where organisation_id = $2 and id = $3`,
        [NOBODY, CLINIC_A, transfer],
      );
      for (const _ of ['put there', 'and again'])
        await server.rows('update public.transfers set case_id = $1 where organisation_id = $2 and id = $3', [
          NOBODY,
          CLINIC_A,
          transfer,
        ]);
      const told = await (await as(personas.opsAuditor)).rows(
        `select case_id, details from public.case_timeline
         where organisation_id = $1 and entity_id = $2 and event_type = 'transfer.case_changed' order by case_id = $3`,
        [CLINIC_A, transfer, NOBODY],
      );
      expect(told).toEqual(
        [CASE, NOBODY].map((id) => ({ case_id: id, details: { from: CASE, to: NOBODY } })),
      );
    });
  });

  test('tells timeline and auditor the same: every reader of the log counts as many [S-20 +]', async () => {
    const count = (persona: Persona, relation: string) =>
      database().as(persona, (session) =>
        session.value<string>(`select count(*) from public.${relation} where organisation_id = $1`, [
          CLINIC_A,
        ]),
      );
    const counts = await Promise.all(
      [personas.doctor, personas.receptionist, personas.opsAgent].flatMap((persona) => [
        count(persona, 'case_activity_log'),
        count(persona, 'case_timeline'),
      ]),
    );
    expect(new Set(counts).size).toBe(1);
    expect(Number(counts[0])).toBeGreaterThan(3);
    expect(await count(personas.doctorOfB, 'case_activity_log')).toBe('0');
  });
});

describe('nobody bends the log', () => {
  const EVENT = `insert into public.case_activity_log (organisation_id, entity_type, entity_id, event_type, actor_realm, details)
    values ('${CLINIC_A}', 'case', '${NOBODY}', 'case.opened', 'provider', '{"status": "new", "priority": "routine"}')`;

  const statements = {
    update: `update public.case_activity_log set actor_realm = 'system'`,
    delete: 'delete from public.case_activity_log',
    truncate: 'truncate public.case_activity_log',
    'truncate by cascade': 'truncate public.cases, public.admissions, public.case_activity_log cascade',
    insert: EVENT,
  };

  test.each(Object.entries(statements))('the owner: %s [S-20 -]', async (_, statement) => {
    for (const login of ['asPostgres', 'asSuperuser'] as const) {
      await database()[login](
        async (session) => {
          await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
          expect(await session.attempt(statement)).toMatchObject({ ok: false, code: 'CD014' });
        },
        { rollback: true },
      );
    }
  });

  test("the owner's own trigger is none of ours: it writes no event [S-18 -]", async () => {
    await database().asPostgres(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.script(`
          create temporary table bait (x int);
          create function pg_temp.forge() returns trigger language plpgsql as $$ begin ${EVENT}; return null; end $$;
          create trigger forge after insert on bait for each row execute function pg_temp.forge()`);
        expect(await session.attempt('insert into bait values (1)')).toMatchObject({
          ok: false,
          code: 'CD014',
        });
      },
      { rollback: true },
    );
  });

  test('a superuser who silences ordinary triggers: these stay awake [S-20 -]', async () => {
    await database().asSuperuser(
      async (session) => {
        await session.script('set local session_replication_role = replica');
        for (const statement of Object.values(statements)) {
          expect(await session.attempt(statement)).toMatchObject({ ok: false, code: 'CD014' });
        }
      },
      { rollback: true },
    );
  });

  test.each([personas.doctor, personas.clinicAdmin, personas.opsAgent, personas.servicePinned])(
    'a caller has no right to try: $name [S-20 -]',
    async (persona) => {
      await database().as(persona, async (session) => {
        for (const statement of Object.values(statements)) {
          expect(await session.attempt(statement)).toMatchObject({ ok: false, code: '42501' });
        }
        expect((await session.rows('select id from public.case_activity_log limit 1')).length).toBe(1);
      });
    },
  );

  test.each([
    ['of an unknown type', 'case', 'case.dreamt', '{}'],
    ['of a type of another entity', 'admission', 'case.opened', '{"status": "new", "priority": "routine"}'],
    ['with a key too few', 'case', 'case.status_changed', '{"from": "new"}'],
    ['with a key too many', 'case', 'case.status_changed', '{"from": "new", "to": "triage", "note": "Ana"}'],
    ['with details that are no object', 'case', 'case.status_changed', '["from", "to"]'],
  ])('not a trigger either: an event %s is refused [S-19 -]', async (_, entity, event, details) => {
    await database().asSuperuser(
      async (session) => {
        await session.rows(`select set_config('app.pinned_organisation_id', $1, true)`, [CLINIC_A]);
        await session.script('alter table public.case_activity_log disable trigger _010_by_trigger');
        const write = (type: string, said: string) =>
          session.attempt(
            `insert into public.case_activity_log (organisation_id, entity_type, entity_id, event_type, actor_realm, details) values ($1, $2, $3, $4, 'system', $5)`,
            [CLINIC_A, entity, NOBODY, type, said],
          );
        expect(await write(event, details)).toMatchObject({ ok: false, code: '23514' });
        const [good, said] =
          entity === 'case'
            ? ['case.status_changed', '{"from": "new", "to": "triage"}']
            : ['admission.planned', '{}'];
        expect(await write(good as string, said as string)).toMatchObject({ ok: true });
      },
      { rollback: true },
    );
  });
});
