import { expect, test } from 'vitest';
import { CLINIC_A, idOf } from '../../testing/ids.ts';
import { personas } from '../../testing/personas.ts';
import { useDatabase } from '../support/database.ts';

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

test('no twin in the trail is dated before the seal that it is not under: on a slow machine each would pass for a forged row [S-20 +]', async () => {
  const late = await database().asSuperuser(async (session) => {
    const sealed = await session.rows<{ name: string; closed_at: Date }>(`
      select s.table_name as name, max(s.closed_at) as closed_at from audit.seals as s
      join pg_attribute as a on a.attrelid = s.table_name::regclass and a.attname = 'organisation_id'
      where s.table_name like 'public.%' group by 1`);
    const found: { name: string; twins: number; backdated: number }[] = [];
    for (const { name, closed_at } of sealed) {
      const rows = await session.rows<{ twins: number; backdated: number }>(
        `select count(*)::integer as twins, count(*) filter (where t.created_at < $1)::integer as backdated
         from ${name} as t where right(t.organisation_id::text, 2) = 'ff'`,
        [closed_at],
      );
      found.push(...rows.map((row) => ({ name, ...row })));
    }
    return found;
  });
  expect(late.filter(({ twins }) => twins > 0).length).toBeGreaterThan(1);
  expect(late.filter(({ backdated }) => backdated > 0)).toEqual([]);
});

test('what changes a twin is found out, whoever did it and however: and a change of their own is none [S-03 S-04 +, S-03 S-04 -]', async () => {
  const bed = idOf('bed', 'a', '01');
  await database().asSuperuser(async (session) => {
    await session.script(`
      create function public.forgetful(bed uuid) returns void language sql security definer as
        $$ update public.beds set label = 'Twin' where id = forgetful.bed $$;
      alter function public.forgetful(uuid) owner to cordon_definer;
      create policy forgetful on public.beds for update to cordon_definer using (true) with check (true);
      grant update (label) on public.beds to cordon_definer;
      grant execute on function public.forgetful(uuid) to authenticated`);
  });
  const attempt = (statement: string) =>
    database().as(personas.clinicAdmin, (session) => session.attempt(statement, [bed]));
  await expect(attempt('select public.forgetful($1)')).rejects.toThrow(
    'the twins of other rows were changed: public.beds',
  );
  expect(await attempt(`update public.beds set label = 'Own' where id = $1`)).toMatchObject({
    ok: true,
    count: 1,
  });
});
