import type { ClientBase } from 'pg';

/** NOT NULL is none of them: 23502 names its column, and generated types tell which it is. */
const OF_CONSTRAINTS = `
  select c.relname as "table", k.conname as name, pg_get_constraintdef(k.oid) as asks
  from pg_constraint as k
  join pg_class as c on c.oid = k.conrelid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and k.contype in ('c', 'f', 'p', 'u', 'x')`;

/** A unique index is no constraint to PostgreSQL, and its name is what 23505 says all the same. */
const OF_UNIQUE_INDEXES = `
  select c.relname, i.relname, 'UNIQUE ' || substring(pg_get_indexdef(i.oid) from ' USING btree (.*)$')
  from pg_index as x
  join pg_class as i on i.oid = x.indexrelid
  join pg_class as c on c.oid = x.indrelid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and x.indisunique
    and not exists (select from pg_constraint as k where k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x'))`;

/**
 * Generates what every row of every table of schema public keeps to: its constraints by the name that an error of class 23 says.
 *
 * @param client where the migrations have been applied; only read from.
 * @returns Markdown without a header.
 */
export async function generateConstraints(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ table: string; name: string; asks: string }>(
    `select * from (${OF_CONSTRAINTS} union all ${OF_UNIQUE_INDEXES}) as l order by l."table" collate "C", l.name collate "C"`,
  );
  const lines = rows.map(
    ({ table, name, asks }, at) =>
      `${rows[at - 1]?.table === table ? '' : `\n## ${table}\n\n`}- \`${name}\`: \`${asks.replace(/\s+/g, ' ')}\``,
  );
  return [HEAD, ...lines].join('\n');
}

const HEAD = `# What every row keeps to

The constraints of each table of schema public, by the name that an error of class 23 says (\`23503\`, \`23505\`, \`23514\`; see \`docs/errors.md\`). What a
row keeps to besides, which a trigger asks, is raised with a message and a hint of its own.`;
