import { beforeAll, expect, test } from 'vitest';
import { CLINIC_A } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();

// What refuses such a write by itself is off: this is about who notices one that nothing refused.
beforeAll(() =>
  database().asSuperuser((session) =>
    session.script(
      'alter table public.beds disable trigger user; alter table public.patients disable trigger user',
    ),
  ),
);

/** A function that forgets whose rows it writes. */
const bend = (statement: string) =>
  database().asSuperuser((session) =>
    session.script(`create or replace function public.bend() returns void language sql security definer set search_path = pg_catalog, pg_temp
        as $$ ${statement} $$;
      grant execute on function public.bend() to authenticated;`),
  );
const call = () => database().as(personas.doctor, (session) => session.rows('select public.bend()'));

const LABEL = `update public.beds set label = label || ' bent' where right(organisation_id::text, 2) = 'ff'`;

test('a test in which a twin is changed is red, also where another table was written before, or behind a savepoint', async () => {
  await bend(`update public.patients set mrn = mrn where organisation_id = '${CLINIC_A}'`);
  await call();
  await bend(LABEL);
  await expect(call()).rejects.toThrow('the twins of other rows were changed: public.beds');
  await expect(
    database().as(personas.doctor, (session) => session.attempt('select public.bend()')),
  ).rejects.toThrow('the twins of other rows were changed: public.beds');
});

test('what a superuser did to twins beforehand turns no test red, and what only reads neither', async () => {
  await bend(`update public.beds set label = label where organisation_id = '${CLINIC_A}'`);
  await call();
  await database().asSuperuser((session) => session.script(LABEL));
  await call();
  await database().as(personas.doctor, (session) => session.rows('select id from public.beds'));
});
