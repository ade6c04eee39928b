import type pg from 'pg';
import { misuse } from '../../scripts/console/errors.ts';
import { quoteIdentifier } from '../../scripts/postgres/quote.ts';

/** Columns that only triggers write. Whoever loads past the triggers has to write what they would have. */
const PROJECTED = ['patient_status', 'treatment_consent_until'];

/**
 * Lets the triggers compute the projected columns of sampled rows again and compares, then takes everything back. Also
 * looks for sampled rows whose foreign keys point nowhere.
 *
 * @param client a superuser, which the tenant trigger asks to pin each organisation.
 * @returns how many rows were compared.
 * @throws CommandError (2) where the loaded data is not what the triggers would have made.
 */
export async function verifyLoad(client: pg.Client, tables: readonly string[]): Promise<number> {
  let compared = 0;
  for (const table of tables) {
    const { rows } = await client.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attname = any ($2) order by attnum`,
      [table, PROJECTED],
    );
    if (rows.length > 0) {
      compared += await verifyProjections(
        client,
        table,
        rows.map(({ name }) => quoteIdentifier(name)),
      );
    }
    await verifyReferences(client, table);
  }
  return compared;
}

async function verifyProjections(
  client: pg.Client,
  table: string,
  columns: readonly string[],
): Promise<number> {
  const values = `jsonb_build_array(${columns.join(', ')})`;
  await client.query('begin');
  try {
    const { rows: sample } = await client.query<{ organisation_id: string; id: string; loaded: string }>(
      `select organisation_id, id, ${values}::text as loaded from ${table} order by md5(id::text) limit 40`,
    );
    for (const { organisation_id, id, loaded } of sample) {
      await client.query(`select set_config('app.pinned_organisation_id', $1, true)`, [organisation_id]);
      const { rows } = await client.query<{ computed: string }>(
        `update ${table} set ${columns.map((column) => `${column} = null`).join(', ')}
         where organisation_id = $1 and id = $2 returning ${values}::text as computed`,
        [organisation_id, id],
      );
      if (rows[0]?.computed !== loaded) {
        throw misuse({
          problem: `loaded rows of ${table} differ from what its triggers compute in ${columns.join(', ')}`,
          expected: 'the loader to project as the triggers do',
          remedy: 'mend bench/load/steps.ts',
        });
      }
    }
    return sample.length;
  } finally {
    await client.query('rollback');
  }
}

async function verifyReferences(client: pg.Client, table: string): Promise<void> {
  const { rows } = await client.query<{ name: string; query: string }>(REFERENCES, [table]);
  for (const { name, query } of rows) {
    const lost = await client.query(query);
    if (lost.rowCount === 0) continue;
    throw misuse({
      problem: `loaded rows of ${table} break ${name}`,
      remedy: 'mend bench/load/steps.ts',
    });
  }
}

const REFERENCES = `
  select k.conname as name,
         format('select from (select * from %s limit 2000) as t where %s and not exists (select from %s as r where %s) limit 1',
           k.conrelid::regclass, string_agg(format('t.%I is not null', a.attname), ' and '), k.confrelid::regclass,
           string_agg(format('r.%I = t.%I', f.attname, a.attname), ' and ')) as query
  from pg_constraint as k
  cross join lateral unnest(k.conkey, k.confkey) as key (own, other)
  join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = key.own
  join pg_attribute as f on f.attrelid = k.confrelid and f.attnum = key.other
  where k.contype = 'f' and k.conrelid = $1::regclass
  group by k.oid, k.conname, k.conrelid, k.confrelid`;
