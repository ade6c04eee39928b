import type pg from 'pg';
import { quoteIdentifier } from '../../scripts/postgres/quote.ts';

/** Schemas of the copies that the real tables are held against. */
export const BARE = 'bare';
export const AUDITED = 'audited';

/**
 * Copies tables with their rows into another schema: the same keys, indexes, checks and foreign keys, but no trigger and
 * no policy.
 *
 * @param client a superuser.
 */
export async function copyTables(
  client: pg.Client,
  tables: readonly string[],
  schema: string,
): Promise<void> {
  await client.query(`create schema ${quoteIdentifier(schema)}`);
  // To everybody: a statement is prepared before its role is taken on.
  await client.query(`grant usage on schema ${quoteIdentifier(schema)} to public`);
  for (const table of tables) {
    const copy = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
    await client.query(`create table ${copy} (like public.${quoteIdentifier(table)} including all)`);
    const { rows } = await client.query<{ columns: string }>(
      `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      [`public.${table}`],
    );
    const columns = rows[0]?.columns ?? '';
    await client.query(
      `insert into ${copy} (${columns}) select ${columns} from public.${quoteIdentifier(table)}`,
    );
    const keys = await client.query<{ add: string }>(
      `select format('alter table ${copy} add constraint %I %s', conname, pg_get_constraintdef(oid)) as add
       from pg_constraint where conrelid = $1::regclass and contype = 'f' order by conname`,
      [`public.${table}`],
    );
    for (const { add } of keys.rows) await client.query(add);
    await client.query(`grant select, insert, update, delete on ${copy} to service_role, authenticated`);
  }
}

/**
 * What supa_audit does, in words of our own: a row trigger that writes the whole row before and after as JSON into one
 * table for all tables, under a name-based id made of the table and the primary key.
 */
export function auditSql(tables: readonly string[]): string {
  return [
    LOG,
    ...tables.map(
      (
        table,
      ) => `create trigger audit after insert or update or delete on ${AUDITED}.${quoteIdentifier(table)}
        for each row execute function ${AUDITED}.record_version();`,
    ),
  ].join('\n');
}

const LOG = `
  create table ${AUDITED}.versions (
    id bigint generated always as identity primary key,
    record_id uuid,
    old_record_id uuid,
    op text not null check (op in ('INSERT', 'UPDATE', 'DELETE')),
    ts timestamptz not null default now(),
    table_oid oid not null,
    table_schema name not null,
    table_name name not null,
    record jsonb,
    old_record jsonb
  );
  create index versions_record_id on ${AUDITED}.versions (record_id) where record_id is not null;
  create index versions_old_record_id on ${AUDITED}.versions (old_record_id) where old_record_id is not null;
  create index versions_ts on ${AUDITED}.versions using brin (ts);
  create index versions_table_oid on ${AUDITED}.versions (table_oid);
  create function ${AUDITED}.key_columns(relation oid) returns text[]
  language sql stable security definer set search_path = '' as $$
    select pg_catalog.array_agg(a.attname::text) from pg_catalog.pg_index as i
    join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indrelid = relation and i.indisprimary
  $$;
  create function ${AUDITED}.record_id(relation oid, columns text[], record jsonb) returns uuid
  language sql stable as $$
    select case when record is null then null else extensions.uuid_generate_v5(
      'fd62bc3d-8d6e-43c2-919c-802ba3762271',
      (pg_catalog.jsonb_build_array(pg_catalog.to_jsonb(relation::bigint)) || (
        select pg_catalog.jsonb_agg(record -> name order by name) from pg_catalog.unnest(columns) as name
      ))::text
    ) end
  $$;
  create function ${AUDITED}.record_version() returns trigger
  language plpgsql security definer set search_path = '' as $$
  declare
    v_columns constant text[] := ${AUDITED}.key_columns(tg_relid);
    v_new constant jsonb := case when tg_op <> 'DELETE' then pg_catalog.to_jsonb(new) end;
    v_old constant jsonb := case when tg_op <> 'INSERT' then pg_catalog.to_jsonb(old) end;
  begin
    insert into ${AUDITED}.versions
      (record_id, old_record_id, op, table_oid, table_schema, table_name, record, old_record)
    values
      (${AUDITED}.record_id(tg_relid, v_columns, v_new), ${AUDITED}.record_id(tg_relid, v_columns, v_old), tg_op, tg_relid,
       tg_table_schema, tg_table_name, v_new, v_old);
    return null;
  end
  $$;`;
