import { expect, test } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { CLINIC_A, idOf } from '../support/ids.ts';
import { personas } from '../support/personas.ts';

const database = useDatabase();

test('every row of a tenant table stands beside one of the same id in another organisation, and callers see their own alone [S-03 S-04 +, S-03 S-04 -]', async () => {
  const lacking = await database().asSuperuser(async (session) => {
    const tables = await session.rows<{ name: string }>(`
      select c.oid::regclass::text as name from pg_class as c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
        and c.relname not in ('organisation_members', 'patient_accounts', 'invitations')
        and exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'organisation_id')
        and exists (select from pg_attribute as a where a.attrelid = c.oid and a.attname = 'id')`);
    expect(tables.length).toBeGreaterThan(30);
    const counts = await Promise.all(
      tables.map(async ({ name }) => {
        const [count] = await session.rows<{ rows: number; alone: number }>(`
          select count(*)::integer as rows, count(*) filter (where not exists (
            select from ${name} as t where t.id = r.id and t.organisation_id::text = overlay(r.organisation_id::text placing 'ff' from 35)
          ))::integer as alone
          from ${name} as r where r.organisation_id = '${CLINIC_A}'`);
        return { name, ...count };
      }),
    );
    expect(counts.filter(({ rows = 0 }) => rows > 0).length).toBeGreaterThan(20);
    return counts.filter(({ alone = 0 }) => alone > 0);
  });
  expect(lacking).toEqual([]);
  const bed = await database().as(personas.nurse, (session) =>
    session.rows('select organisation_id from public.beds where id = $1', [idOf('bed', 'a', '01')]),
  );
  expect(bed).toEqual([{ organisation_id: CLINIC_A }]);
});
