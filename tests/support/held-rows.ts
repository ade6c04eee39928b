import type { TestDatabase } from '../../testing/test-database.ts';

/** How a row is asked for, from what waits for least to what waits for most: the more a row is held, the fewer of them find it free. */
const MODES = ['for key share', 'for share', 'for no key update', 'for update'] as const;

/**
 * The rows that transactions hold which are open at this moment, and how: `invoices a 03: changed`.
 *
 * `alone` is FOR UPDATE; `changed` FOR NO KEY UPDATE, or a change; `shared` FOR SHARE; `key` FOR KEY SHARE, as every foreign key holds what it refers
 * to. A row is told by the letter and the part of its id of the seed, by its purpose, or as `…`; nobody else sees one that is not committed yet.
 *
 * @param withKeys those too of which only the key is held.
 * @returns sorted.
 */
export async function heldRows(
  database: Pick<TestDatabase, 'asSuperuser'>,
  withKeys = false,
): Promise<readonly string[]> {
  return database.asSuperuser(
    async (session) => {
      await session.script(`
        create temporary table held (row_of text, key text, mode integer) on commit drop;
        do $$
        declare
          v_table regclass;
        begin
          for v_table in
            select c.oid from pg_class as c
            where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'governance'::regnamespace)
          loop
            for v_mode in 1 .. 4 loop
              execute format(
                $query$
                insert into held
                select %L, coalesce(to_jsonb(t) ->> 'id', to_jsonb(t) ->> 'patient_id', to_jsonb(t) ->> 'purpose', to_jsonb(t) ->> 'organisation_id'), %s
                from %s as t
                where t.ctid not in (select f.ctid from %s as f %s skip locked)
                $query$,
                (select c.relname from pg_class as c where c.oid = v_table), v_mode, v_table, v_table, ('{${MODES.join(',')}}'::text[])[v_mode]
              );
            end loop;
          end loop;
        end
        $$`);
      const rows = await session.rows<{ held: string }>(`
        select format('%s %s: %s', h.row_of,
          case when h.key ~ '-7000-8000-' then left(h.key, 1) || ' ' || right(h.key, 2) when h.key ~ '^[0-9a-f]{8}-' then '…' else h.key end,
          case min(h.mode) when 1 then 'alone' when 2 then 'changed' when 3 then 'shared' else 'key' end) as held
        from held as h
        group by h.row_of, h.key
        having min(h.mode) < ${withKeys ? 5 : 4}
        order by 1`);
      return rows.map(({ held }) => held);
    },
    { rollback: true },
  );
}
