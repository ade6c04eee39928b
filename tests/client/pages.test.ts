import { expect, test } from 'vitest';
import { withSession } from '../../client/index.ts';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';
import { contextOf, useDriver } from '../support/sessions.ts';

const database = useDatabase();
const driver = useDriver('kysely', database);
const context = contextOf(personas.receptionist);
const SIZE = 2;

/** As docs/client.md says. */
const page = (last?: { name_key: string; id: string }) =>
  withSession(driver().db, context, (session) =>
    session
      .selectFrom('patients')
      .select(['id', 'name_key', 'full_name'])
      .$if(last !== undefined, (query) =>
        query.where(({ eb, or, and }) =>
          or([
            eb('name_key', '>', last?.name_key ?? ''),
            and([eb('name_key', '=', last?.name_key ?? ''), eb('id', '>', last?.id ?? '')]),
          ]),
        ),
      )
      .orderBy('name_key')
      .orderBy('id')
      .limit(SIZE)
      .execute(),
  );

test('pages by the last row tell everybody once, those of one name too', async () => {
  const namesakes = Array.from({ length: 5 }, (_, at) => ({
    organisation_id: CLINIC_A,
    mrn: `PAGE-${at}`,
    full_name: 'Ana "Quoted" Prueba',
  }));
  await withSession(driver().db, context, (session) =>
    session.insertInto('patients').values(namesakes).execute(),
  );
  const seen: string[] = [];
  for (let rows = await page(); rows.length > 0; rows = await page(rows.at(-1))) {
    seen.push(...rows.map(({ id }) => id));
  }
  const all = await withSession(driver().db, context, (session) =>
    session.selectFrom('patients').select('id').execute(),
  );
  expect(all.length).toBeGreaterThan(namesakes.length);
  expect(new Set(seen).size).toBe(seen.length);
  expect([...seen].sort()).toEqual(all.map(({ id }) => id).sort());
});
