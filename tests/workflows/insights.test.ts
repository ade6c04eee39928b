import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { EVERYBODY, type Persona, personas, transporters } from '../../testing/personas.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';
import { DRIVEN } from '../support/transfers.ts';
import { yearIn } from '../support/years.ts';

const database = useDatabase();

const PAYLOAD = 'select public.smart_insights_payload()::text as payload';
const take = (persona: Persona) => database().as(persona, (s) => s.value<string | null>(PAYLOAD));
const isOn = (organisation: string) =>
  database().asSuperuser((s) =>
    s.value<boolean>(
      'select smart_insights_enabled from public.organisation_settings where organisation_id = $1',
      [organisation],
    ),
  );
const SWITCHERS = ['assistant of A with insights_admin', 'assistant of B with insights_admin'];
const OTHERS = EVERYBODY.filter(({ name }) => !SWITCHERS.includes(name));

/** Runs as insights_admin after something that the superuser changed; nothing of it is kept. */
async function takeAfter(change: string): Promise<string | null | undefined> {
  return database().asSuperuser(
    async (session) => {
      await session.script('alter table public.organisation_settings disable trigger user');
      await session.script(change);
      await actAs(session, personas.insightsAdmin);
      return session.value<string | null>(PAYLOAD);
    },
    { rollback: true },
  );
}

describe('the switch', () => {
  test('is off for a new organisation, and who creates one cannot say otherwise [S-21 +]', async () => {
    const created = await database().as(personas.opsAdmin, async (session) => {
      const id = await session.value<string>(
        `select public.create_organisation('Nova', 'clinic', 'PT', 'Europe/Lisbon', 'gdpr', $1)`,
        [personas.stranger.userId],
      );
      return session.value(
        'select smart_insights_enabled from public.organisation_settings where organisation_id = $1',
        [id],
      );
    });
    expect(created).toBe(false);
  });

  test('is turned by a member with insights_admin, back and forth, in their own organisation alone [S-21 S-25 +]', async () => {
    const seen = await database().as(personas.insightsAdminOfB, async (session) => [
      await session.value('select public.set_smart_insights(true)'),
      await session.value(`select public.smart_insights_payload() is null`),
      await session.value('select public.set_smart_insights(false)'),
      await session.value(`select public.smart_insights_payload() is null`),
      await session.value('select public.set_smart_insights(null)'),
    ]);
    expect(seen).toEqual([true, false, false, true, false]);
    expect(await isOn(CLINIC_A)).toBe(true);
    expect(await isOn(CLINIC_B)).toBe(false);
  });

  for (const persona of OTHERS) {
    test(`is not for ${persona.name}, nor is the payload [S-21 S-22 -]`, async () => {
      const codes = await database().as(persona, async (session) => {
        const tries = [
          await session.attempt('select public.set_smart_insights(false)'),
          await session.attempt(PAYLOAD),
          await session.attempt(
            `update public.organisation_settings set smart_insights_enabled = false where organisation_id = '${CLINIC_A}'`,
          ),
        ];
        return tries.map((each) => (each.ok ? each.count : each.code));
      });
      // The server's key needs a pin for any write; with one it is refused the switch all the same.
      expect(codes).toEqual(['42501', '42501', persona === personas.service ? 'CD004' : '42501']);
      expect(await isOn(CLINIC_A)).toBe(true);
    });
  }

  test('not for who migrates either, nor by an insert with it on [S-21 -]', async () => {
    const outcomes = await database().asPostgres(
      async (session) => {
        await session.rows("select set_config('app.pinned_organisation_id', $1, true)", [CLINIC_B]);
        const update = await session.attempt(
          `update public.organisation_settings set smart_insights_enabled = true where organisation_id = '${CLINIC_B}'`,
        );
        const insert = await session.attempt(
          `insert into public.organisation_settings (organisation_id, smart_insights_enabled) values ('${CLINIC_B}', true)`,
        );
        const other = await session.attempt(
          `update public.organisation_settings set modules = '{beds}' where organisation_id = '${CLINIC_B}'`,
        );
        return [update, insert, other].map((each) => (each.ok ? each.count : each.code));
      },
      { rollback: true },
    );
    expect(outcomes).toEqual(['42501', '42501', 1]);
  });
});

describe('the payload', () => {
  test('has exactly these keys, numbers for counts and at most twenty actions [S-22 +]', async () => {
    const payload = JSON.parse((await take(personas.insightsAdmin)) ?? 'null');
    expect(shapeOf(payload)).toEqual({
      modules: [],
      counts: {
        staff: 'number',
        patients: 'number',
        beds: { available: 'number', occupied: 'number', cleaning: 'number', other: 'number' },
        admissions: { planned: 'number', admitted: 'number' },
        cases: { new: 'number', triage: 'number', active: 'number' },
        transfers: { requested: 'number', under_way: 'number' },
      },
      actions: [{ event: 'string', actor_name: 'string', occurred_at: 'string' }],
    });
    expect(payload.actions.length).toBeLessThanOrEqual(20);
    for (const { occurred_at } of payload.actions) expect(occurred_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00Z$/);
  });

  test('tells nothing of what the staff of a transport company did with its job, though the transfer followed it [S-22 S-23 -, S-22 +]', async () => {
    await database().asSuperuser(
      async (session) => {
        const actions = async () => {
          await actAs(session, personas.insightsAdmin);
          return JSON.parse((await session.value<string>(PAYLOAD)) ?? 'null').actions;
        };
        const before = await actions();
        await actAs(session, transporters.dispatcher);
        expect(
          await session.affected(
            `update public.transfer_jobs set status = 'picked_up' where transfer_id = $1 and origin_organisation_id = $2`,
            [DRIVEN, CLINIC_A],
          ),
        ).toBe(1);
        expect(await actions()).toEqual(before);
        await actAs(session, personas.nurse);
        await session.rows(`update public.cases set priority = 'critical' where id = $1`, [
          idOf('case', 'a', '01'),
        ]);
        expect((await actions())[0], 'control').toMatchObject({ event: 'case.priority_changed' });
      },
      { rollback: true },
    );
  });

  test('names the last twenty actions of staff, newest first, and none of patients or operations [S-22 +]', async () => {
    const actions = await database().asSuperuser(
      async (session) => {
        await session.script(`
          alter table public.case_activity_log disable trigger user;
          insert into public.case_activity_log
            (organisation_id, entity_type, entity_id, event_type, actor_user_id, actor_realm, occurred_at, details)
          select '${CLINIC_A}', 'admission', authz.uuid_v7(), 'admission.planned',
                 case n % 3 when 0 then '${personas.nurse.userId}' when 1 then '${personas.patient.userId}' else '${personas.opsAgent.userId}' end::uuid,
                 case n % 3 when 0 then 'provider' when 1 then 'patient' else 'internal_ops' end,
                 timestamptz '${yearIn(4)}-01-01 00:30Z' + n * interval '1 hour', '{}'
          from generate_series(1, 90) as n`);
        await actAs(session, personas.insightsAdmin);
        return JSON.parse((await session.value<string>(PAYLOAD)) ?? 'null').actions;
      },
      { rollback: true },
    );
    expect(actions).toHaveLength(20);
    expect(new Set(actions.map((each: { event: string }) => each.event))).toEqual(
      new Set(['admission.planned']),
    );
    expect(new Set(actions.map((each: { actor_name: string }) => each.actor_name)).size).toBe(1);
    const hours = actions.map((each: { occurred_at: string }) => each.occurred_at);
    expect(hours).toEqual([...hours].sort().reverse());
    expect(hours[0]).toBe(`${yearIn(4)}-01-04T18:00Z`);
  });

  test('rounds every count down to fives, so that one person more or less is not told [S-22 -]', async () => {
    const payload = JSON.parse((await take(personas.insightsAdmin)) ?? 'null');
    const numbers = leavesOf(payload.counts);
    expect(numbers.length).toBe(13);
    for (const count of numbers) expect(count % 5).toBe(0);
    const rounded = await database().asPostgres((s) =>
      s.rows('select n, authz.coarse_count(n) as c from generate_series(0, 11) as n'),
    );
    expect(rounded.map(({ c }) => Number(c))).toEqual([0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]);
  });

  test('counts the own organisation and nothing of another [S-22 S-23 -]', async () => {
    const more = (organisation: string) => `
      set local app.pinned_organisation_id = '${organisation}';
      insert into public.beds (organisation_id, ward, label)
      select '${organisation}', 'Annex', 'X' || n from generate_series(1, 50) as n`;
    const bedsOf = (text: string | null | undefined) => JSON.parse(text ?? 'null').counts.beds.available;
    const before = bedsOf(await take(personas.insightsAdmin));
    expect(bedsOf(await takeAfter(more(CLINIC_B)))).toBe(before);
    expect(bedsOf(await takeAfter(more(CLINIC_A)))).toBe(before + 50);
  });

  test('counts as requested what is, and not what was turned down [S-22 +, S-22 -]', async () => {
    const more = (status: string) => `
      set local app.pinned_organisation_id = '${CLINIC_A}';
      alter table public.transfers disable trigger user;
      insert into public.transfers (organisation_id, case_id, patient_id, pickup, destination, status)
      select organisation_id, case_id, patient_id, 'A', 'B', '${status}' from public.transfers, generate_series(1, 20)
       where organisation_id = '${CLINIC_A}' and id = '${idOf('transfer', 'a', '01')}'`;
    const requested = async (change: string) =>
      JSON.parse((await takeAfter(change)) ?? 'null').counts.transfers.requested;
    const before = await requested('select 1');
    expect(await requested(more('declined'))).toBe(before);
    expect(await requested(more('requested'))).toBe(before + 20);
  });

  test('carries module names that are keys, and no free text somebody put among them [S-22 S-23 -]', async () => {
    const payload = await takeAfter(`
      set local app.pinned_organisation_id = '${CLINIC_A}';
      update public.organisation_settings set modules = '{transport,"Ana Souza 1980-01-01",beds,BEDS,"a-b"}'
       where organisation_id = '${CLINIC_A}'`);
    expect(JSON.parse(payload ?? 'null').modules).toEqual(['beds', 'transport']);
  });

  const NOTHING: Record<string, string> = {
    'the organisation switched it off': `update public.organisation_settings set smart_insights_enabled = false`,
    'its settings were archived': `update public.organisation_settings set archived_at = now()`,
    'the agreement has run out': `update governance.processors set dpa_until = (now() at time zone 'UTC')::date - 1`,
    'the agreement has not begun': `update governance.processors set dpa_from = (now() at time zone 'UTC')::date + 1`,
    'the vendor may train': 'update governance.processors set no_training = false',
    'the vendor was let go': 'update governance.processors set archived_at = now()',
  };
  for (const [why, change] of Object.entries(NOTHING)) {
    test(`is nothing where ${why}, and nothing is recorded [S-24 S-25 -]`, async () => {
      expect(await takeAfter(change)).toBeNull();
    });
  }
  test('is there on the last day of the agreement [S-24 +]', async () => {
    const today = `(now() at time zone 'UTC')::date`;
    expect(
      await takeAfter(`update governance.processors set dpa_from = ${today}, dpa_until = ${today}`),
    ).toContain('"counts"');
  });

  test('is recorded with the digest of its text, the vendor and who took it; each once [S-22 S-24 +]', async () => {
    const { text, newest, before, after } = await database().as(personas.insightsAdmin, async (session) => {
      const count = () => session.value('select count(*)::int from public.list_insight_dispatches()');
      const before = await count();
      const text = (await session.value<string>(PAYLOAD)) ?? '';
      return {
        text,
        before,
        after: await count(),
        newest: await session.value<Record<string, unknown>>('select public.list_insight_dispatches(1)'),
      };
    });
    expect(after).toBe(Number(before) + 1);
    expect(newest).toEqual({
      id: expect.any(String),
      processor: 'Example Insights Ltd',
      payload_sha256: createHash('sha256').update(text).digest('hex'),
      dispatched_at: expect.any(String),
      dispatched_by_user_id: personas.insightsAdmin.userId,
    });
  });

  test('records nothing where there was nothing to send [S-25 -]', async () => {
    const counts = await database().as(personas.insightsAdminOfB, async (session) => {
      const count = () => session.value('select count(*)::int from public.list_insight_dispatches()');
      const before = await count();
      return [before, await session.value(PAYLOAD), await count()];
    });
    expect(counts).toEqual([1, null, 1]);
  });
});

describe('the vendor', () => {
  const register = (from = '2026-01-01', until = '2099-01-01', noTraining = true) =>
    `select public.register_processor('smart_insights', 'Other Insights', ${noTraining}, '${from}', '${until}')`;

  test('is registered and let go by an admin of operations, one at a time [S-24 +]', async () => {
    const seen = await database().as(personas.opsAdmin, async (session) => {
      const first = await session.value(register());
      const second = await session.value(register('2026-02-01', '2026-02-28', false));
      const ended = [
        await session.value(`select public.end_processor('smart_insights')`),
        await session.value(`select public.end_processor('smart_insights')`),
      ];
      return { first, second, ended };
    });
    expect(seen).toEqual({ first: expect.any(String), second: expect.any(String), ended: [true, false] });
    expect(seen.first).not.toBe(seen.second);
  });

  test('whoever follows another is the one of whom the next dispatch tells; earlier ones name the former [S-24 +]', async () => {
    const processors = await database().asSuperuser(
      async (session) => {
        await actAs(session, personas.opsAdmin);
        await session.rows(register());
        await session.script('reset role');
        await actAs(session, personas.insightsAdmin);
        await session.rows(PAYLOAD);
        return session.rows(`select x ->> 'processor' as name from public.list_insight_dispatches() as x`);
      },
      { rollback: true },
    );
    expect(processors.map(({ name }) => name)).toEqual(['Other Insights', 'Example Insights Ltd']);
  });

  test('is not registered for an unknown service, nor under an agreement that ends before it begins [S-24 -]', async () => {
    const codes = await database().as(personas.opsAdmin, async (session) => {
      const tries = [
        await session.attempt(register('2026-02-01', '2026-01-31')),
        await session.attempt(register().replace('smart_insights', 'marketing')),
        await session.attempt(register().replace('Other Insights', ' ')),
        await session.attempt(register().replace('true', 'null')),
      ];
      return tries.map((each) => (each.ok ? 'done' : each.code));
    });
    expect(codes).toEqual(['23514', '23514', '23514', '23502']);
  });

  for (const persona of EVERYBODY.filter((each) => each !== personas.opsAdmin)) {
    test(`is not ${persona.name}'s to register or let go [S-24 -]`, async () => {
      const codes = await database().as(persona, async (session) => {
        const tries = [
          await session.attempt(register()),
          await session.attempt(`select public.end_processor('smart_insights')`),
        ];
        return tries.map((each) => (each.ok ? 'done' : each.code));
      });
      expect(codes).toEqual(['42501', '42501']);
    });
  }
});

describe('the record of dispatches', () => {
  test('is read by the insights admin, the privacy officer and the auditor; each of the own organisation [S-24 +]', async () => {
    for (const persona of [personas.insightsAdmin, personas.privacyOfficer, personas.insightsAdminOfB]) {
      const rows = await database().as(persona, (s) =>
        s.rows('select * from public.list_insight_dispatches()'),
      );
      expect(rows).toHaveLength(1);
    }
  });

  test('and by nobody else [S-24 -]', async () => {
    const readers = /with (insights_admin|privacy_officer|auditor)$/;
    for (const persona of EVERYBODY.filter(({ name }) => !readers.test(name))) {
      const outcome = await database().as(persona, (s) =>
        s.attempt('select * from public.list_insight_dispatches()'),
      );
      expect([persona.name, outcome]).toEqual([persona.name, expect.objectContaining({ code: '42501' })]);
    }
  });

  test('is changed by nobody, its owner included [S-24 -]', async () => {
    const codes = await database().asSuperuser(
      async (session) => {
        const tries = [
          await session.attempt(`update governance.insight_dispatches set payload_sha256 = repeat('0', 64)`),
          await session.attempt('delete from governance.insight_dispatches'),
          await session.attempt('truncate governance.insight_dispatches'),
        ];
        return tries.map((each) => (each.ok ? 'done' : each.code));
      },
      { rollback: true },
    );
    expect(codes).toEqual(['CD014', 'CD014', 'CD014']);
  });
});

/** The kinds of values by key; of a list, the shape that all of its members have. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value))
    return [...new Map(value.map((each) => [JSON.stringify(shapeOf(each)), shapeOf(each)])).values()];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}

function leavesOf(value: unknown): number[] {
  return typeof value === 'number' ? [value] : Object.values(value as object).flatMap(leavesOf);
}
