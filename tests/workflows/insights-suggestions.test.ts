import { describe, expect, test } from 'vitest';
import { CLINIC_A, CLINIC_B } from '../../testing/ids.ts';
import { type Persona, personas } from '../../testing/personas.ts';
import { actAs } from '../support/act-as.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

describe('suggestions', () => {
  const suggest = (persona: Persona) =>
    database().as(persona, (s) =>
      s.rows<{ code: string; counts: object }>(
        `select x ->> 'code' as code, x -> 'counts' as counts from public.smart_insights_suggestions() as x`,
      ),
    );

  test('come from the database alone, whether insights are on or off [S-25 +]', async () => {
    const crowd = (clinic: string) => `
      set local app.pinned_organisation_id = '${clinic}';
      alter table public.beds disable trigger user;
      update public.beds set archived_at = now() where organisation_id = '${clinic}';
      alter table public.beds enable trigger user;
      insert into public.beds (organisation_id, ward, label) select '${clinic}', 'Annex', 'X' || n from generate_series(1, 4) as n;
      update public.beds set status = 'closed' where organisation_id = '${clinic}' and ward = 'Annex' and label = 'X1';
      alter table public.beds disable trigger user;
      update public.beds set status = 'occupied' where organisation_id = '${clinic}' and ward = 'Annex' and label <> 'X1'`;
    for (const [persona, clinic] of [
      [personas.insightsAdmin, CLINIC_A],
      [personas.insightsAdminOfB, CLINIC_B],
    ] as const) {
      const found = await database().asSuperuser(
        async (session) => {
          await session.script(crowd(clinic));
          await actAs(session, persona);
          return session.rows('select public.smart_insights_suggestions() as suggestion');
        },
        { rollback: true },
      );
      expect(found.map(({ suggestion }) => suggestion)).toContainEqual({
        code: 'occupancy_high',
        message: 'At least 85 % of the open beds are occupied.',
        counts: { occupied: 3, total: 3 },
      });
    }
  });

  test('count each thing by its own state, and compare as they say [S-25 +]', async () => {
    const suggestions = (stage: string) =>
      database().asSuperuser(
        async (session) => {
          await session.script(`
            set local app.pinned_organisation_id = '${CLINIC_A}';
            alter table public.beds disable trigger user; alter table public.cases disable trigger user;
            alter table public.admissions disable trigger user; alter table public.transfers disable trigger user;
            update public.beds set archived_at = now() where organisation_id = '${CLINIC_A}';
            update public.cases set archived_at = now() where organisation_id = '${CLINIC_A}';
            update public.admissions set archived_at = now() where organisation_id = '${CLINIC_A}';
            update public.transfers set archived_at = now() where organisation_id = '${CLINIC_A}';
            ${stage}`);
          await actAs(session, personas.insightsAdmin);
          const rows = await session.rows<{ code: string; counts: object }>(
            `select x ->> 'code' as code, x -> 'counts' as counts from public.smart_insights_suggestions() as x`,
          );
          return Object.fromEntries(rows.map(({ code, counts }) => [code, counts]));
        },
        { rollback: true },
      );
    const back = (table: string, ids: string, change: string) =>
      `update public.${table} set archived_at = null, ${change} where organisation_id = '${CLINIC_A}' and id in (select id from public.${table} where organisation_id = '${CLINIC_A}' order by id limit ${ids});`;
    expect(await suggestions('')).toEqual({});
    // One of each state that counts, one that does not.
    const beds = (...states: readonly string[]) =>
      states
        .map(
          (status, n) =>
            `insert into public.beds (organisation_id, ward, label, status) values ('${CLINIC_A}', 'Annex', 'X${n}', '${status}');`,
        )
        .join('\n');
    const planned = back('admissions', '1', `status = 'planned'`);
    expect(await suggestions(`${beds('closed', 'reserved')} ${planned}`)).toEqual({
      beds_short: { planned: 1, available: 0 },
    });
    expect(
      await suggestions(`${beds('available', 'reserved')} ${planned}`),
      'as many as are planned',
    ).toEqual({});
    expect(
      await suggestions(`${beds('reserved')} ${back('admissions', '1', `status = 'cancelled'`)}`),
    ).toEqual({});
    expect(await suggestions(planned), 'without any bed').toEqual({});
    expect(await suggestions(beds('cleaning', 'available', 'reserved', 'cleaning'))).toEqual({
      cleaning_behind: { cleaning: 2, available: 1 },
    });
    expect(await suggestions(beds('cleaning', 'available'))).toEqual({});
    const full = (occupied: number, rest: number) =>
      beds(...Array<string>(occupied).fill('occupied'), ...Array<string>(rest).fill('available'));
    expect(await suggestions(full(17, 3)), '85 % of 20').toEqual({
      occupancy_high: { occupied: 17, total: 20 },
    });
    expect(await suggestions(full(16, 3)), '84 % of 19').toEqual({});
    expect(await suggestions(back('cases', '1', `status = 'new', priority = 'routine'`))).toEqual({
      cases_untriaged: { cases: 1 },
    });
    expect(await suggestions(back('cases', '1', `status = 'triage', priority = 'emergent'`))).toEqual({
      pressing_cases_waiting: { cases: 1 },
    });
    expect(await suggestions(back('cases', '1', `status = 'triage', priority = 'critical'`))).toEqual({
      pressing_cases_waiting: { cases: 1 },
    });
    expect(await suggestions(back('cases', '1', `status = 'triage', priority = 'routine'`))).toEqual({});
    expect(await suggestions(back('cases', '1', `status = 'active', priority = 'critical'`))).toEqual({});
    expect(await suggestions(back('transfers', '1', `status = 'requested'`))).toEqual({
      transfers_unanswered: { transfers: 1 },
    });
    expect(await suggestions(back('transfers', '1', `status = 'accepted'`))).toEqual({});
  });

  test('count what the caller may read, and nothing for who may read nothing [S-25 -]', async () => {
    const whole = await suggest(personas.clinicAdmin);
    expect(whole.length).toBeGreaterThan(0);
    expect(await suggest(personas.stranger)).toEqual([]);
    expect(await suggest(personas.revoked)).toEqual([]);
    for (const persona of [personas.patient, personas.opsAdmin, personas.anon]) {
      const outcome = await database().as(persona, (s) =>
        s.attempt('select public.smart_insights_suggestions()'),
      );
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
    }
  });
});
