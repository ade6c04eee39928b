import type pg from 'pg';

/**
 * Runs `work` with no trigger and no secondary index on the tables, and puts both back as they were. A million rows
 * through row triggers would take an hour; session_replication_role alone does not stop triggers that fire ALWAYS.
 * Whoever loads this way writes the projected columns too, and proves them with `verifyProjections`.
 *
 * @param client a superuser: foreign key checks are skipped as well.
 */
export async function withoutTriggers(
  client: pg.Client,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const { rows: triggers } = await client.query<{ stop: string; restore: string }>(TRIGGERS, [tables]);
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(INDEXES, [tables]);
  await client.query(`set session_replication_role = replica`);
  await run(client, [
    ...triggers.map(({ stop }) => stop),
    ...indexes.map(({ name }) => `drop index ${name}`),
  ]);
  await work();
  await run(client, [
    ...indexes.map(({ definition }) => definition),
    ...triggers.map(({ restore }) => restore),
  ]);
  await client.query(`reset session_replication_role`);
}

async function run(client: pg.Client, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.query(statement);
}

const TRIGGERS = `
  select format('alter table %s disable trigger %I', tgrelid::regclass, tgname) as stop,
         format('alter table %s enable %s trigger %I', tgrelid::regclass,
           case tgenabled when 'A' then 'always' when 'R' then 'replica' else '' end, tgname) as restore
  from pg_trigger
  where tgrelid = any ($1::regclass[]) and not tgisinternal and tgenabled <> 'D'`;

/** Indexes behind constraints stay: dropping one would drop the constraint. */
const INDEXES = `
  select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
  from pg_index as i
  where i.indrelid = any ($1::regclass[])
    and not exists (select from pg_constraint as c where c.conindid = i.indexrelid)`;
