import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  askInsights,
  DeniedError,
  InsightsTransportError,
  suggestInsights,
  withSession,
} from '../../client/index.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, DRIVERS, useDriver } from '../support/sessions.ts';

const database = useDatabase();

const recorded = () =>
  database().asSuperuser(async (session) => {
    const rows = await session.rows(
      'select payload_sha256 from governance.insight_dispatches where organisation_id = $1 order by created_at',
      [CLINIC_A],
    );
    return rows.map(({ payload_sha256 }) => payload_sha256);
  });

describe.each(DRIVERS)('over %s', (kind) => {
  const driver = useDriver(kind, database);
  const db = () => (kind === 'pg' ? driver().pool : driver().db);
  const admin = contextOf(personas.insightsAdmin);

  test('the vendor gets the text that the database made, once, and its digest is on record before [S-22 +]', async () => {
    const before = await recorded();
    const sent: { body: string; recorded: readonly unknown[] }[] = [];
    const answer = await askInsights(db(), admin, async (...all) => {
      expect(all).toHaveLength(1);
      sent.push({ body: all[0], recorded: await recorded() });
      return { advice: 'more beds' };
    });
    expect(answer).toEqual({ from: 'vendor', answer: { advice: 'more beds' } });
    const [only, ...more] = sent;
    expect(more).toEqual([]);
    const digest = createHash('sha256')
      .update(only?.body ?? '')
      .digest('hex');
    expect(only?.recorded).toEqual([...before, digest]);
    expect(Object.keys(JSON.parse(only?.body ?? '')).sort()).toEqual(['actions', 'counts', 'modules']);
  });

  test('nothing is sent once insights are off: the database answers [S-25 -]', async () => {
    const answer = await askInsights(db(), contextOf(personas.insightsAdminOfB), async () => {
      throw new Error('sent');
    });
    expect(answer).toEqual({ from: 'database', suggestions: expect.any(Array) });
  });

  test('nothing is sent for who may not take it [S-22 -]', async () => {
    const asked = askInsights(db(), contextOf(personas.clinicAdmin), async () => {
      throw new Error('sent');
    });
    await expect(asked).rejects.toBeInstanceOf(DeniedError);
  });

  test('a vendor that fails is an InsightsTransportError with its cause, and no lock is held meanwhile [S-25 +]', async () => {
    const cause = new Error('503');
    const asked = askInsights(db(), admin, async () => {
      // The switch is free: whoever turns it off does not wait for a vendor.
      await database().as(personas.insightsAdmin, async (session) => {
        await session.script(`set local lock_timeout = '1s'`);
        expect(await session.value('select public.set_smart_insights(false)')).toBe(false);
      });
      throw cause;
    });
    const error = await asked.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InsightsTransportError);
    expect(error).toMatchObject({ code: 'TRANSPORT', cause });
    expect(String(error)).not.toContain('503');
  });

  test('any member of staff gets suggestions [S-25 +]', async () => {
    const suggestions = await (kind === 'pg'
      ? withSession(driver().pool, contextOf(personas.nurse), suggestInsights)
      : withSession(driver().db, contextOf(personas.nurse), suggestInsights));
    expect(suggestions.length).toBeGreaterThan(0);
    for (const { code, message, counts } of suggestions) {
      expect([typeof code, typeof message]).toEqual(['string', 'string']);
      for (const count of Object.values(counts)) expect(typeof count).toBe('number');
    }
  });
});

test.each([null, [1], 5, 'many', undefined])(
  'counts that are none are no suggestion: %j [S-25 -]',
  async (counts) => {
    const session = (given: unknown) => ({
      $queryRawUnsafe: async () =>
        [{ suggestion: { code: 'beds', message: 'Beds', counts: given } }] as never,
    });
    await expect(suggestInsights(session(counts))).rejects.toMatchObject({ code: 'ANSWER' });
    expect(await suggestInsights(session({ beds: 1 }))).toEqual([
      { code: 'beds', message: 'Beds', counts: { beds: 1 } },
    ]);
  },
);
