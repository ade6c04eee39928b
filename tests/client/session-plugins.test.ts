import type { DB } from 'cordon';
import { CamelCasePlugin, type KyselyPlugin, ParseJSONResultsPlugin, type Transaction } from 'kysely';
import { describe, expect, test } from 'vitest';
import {
  askInsights,
  evaluatePolicy,
  setRLSContext,
  suggestInsights,
  withSession,
} from '../../client/index.ts';
import { CLINIC_A, CLINIC_B, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, useDriver } from '../support/sessions.ts';

const database = useDatabase();
const driver = useDriver('kysely', database);

/** What an application's own plugins make of every answer. */
const PLUGINS: Readonly<Record<string, () => KyselyPlugin>> = {
  'other names for columns': () => new CamelCasePlugin(),
  'JSON out of texts': () => new ParseJSONResultsPlugin(),
  'no row at all': () => ({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => ({ ...result, rows: [] }),
  }),
};

describe.each(Object.entries(PLUGINS))('a plugin of Kysely that makes %s', (_, plugin) => {
  const db = () => driver().db.withPlugin(plugin());
  const plain = () => driver().db;

  test('changes nothing of what a session asks for itself: it opens, and chooses a clinic [N-11 N-23 +]', async () => {
    const dual = contextOf(personas.dualUndecided);
    const userId = personas.dual.userId as string;
    for (const clinicId of [CLINIC_A, CLINIC_B]) {
      const chosen = await withSession(db(), dual, async (session) => {
        await setRLSContext(session, { userId, userRole: 'doctor', clinicId });
        return session.withoutPlugins().selectFrom('patients').select('organisation_id').distinct().execute();
      });
      expect(chosen).toEqual([{ organisation_id: clinicId }]);
    }
  });

  test('changes no verdict, no suggestion, and nothing that leaves for a vendor [N-08 S-22 S-25 +]', async () => {
    const verdict = (session: Transaction<DB>) =>
      evaluatePolicy(session, 'patients', 'UPDATE', idOf('patient', 'a', '01'));
    const admin = contextOf(personas.clinicAdmin);
    expect(await withSession(db(), admin, verdict)).toEqual(await withSession(plain(), admin, verdict));
    const nurse = contextOf(personas.nurse);
    expect(await withSession(db(), nurse, suggestInsights)).toEqual(
      await withSession(plain(), nurse, suggestInsights),
    );
    const sent: string[] = [];
    const answer = await askInsights(db(), contextOf(personas.insightsAdmin), async (body) =>
      sent.push(body),
    );
    expect(answer).toEqual({ from: 'vendor', answer: 1 });
    expect(JSON.parse(sent[0] ?? '')).toHaveProperty('counts');
  });
});
