import type { ClientBase } from 'pg';

/** A table as its CHECKs see it. */
export interface TableFacts {
  readonly schema: string;
  readonly name: string;
  /** In the order of the table. */
  readonly columns: readonly {
    readonly name: string;
    /** As PostgreSQL writes it: `timestamp with time zone`, `text[]`. */
    readonly type: string;
    readonly hasDefault: boolean;
  }[];
  readonly checks: readonly {
    readonly constraint: string;
    /** The expression, as PostgreSQL prints it. */
    readonly definition: string;
    /** What it names, in the order of the table. */
    readonly columns: readonly string[];
  }[];
  /** What each role of callers may write of it by its grants, in the order of the table; nobody's where they may write nothing. */
  readonly writers: readonly {
    readonly role: string;
    readonly insert: readonly string[];
    readonly update: readonly string[];
  }[];
}

/** The roles that a token can name. The server's key is none: it writes whatever there is. */
const CALLERS: readonly string[] = ['anon', 'authenticated', 'internal_ops', 'patient'];

/** Reads tables with their columns and CHECK constraints, in the order of their names. */
export async function readTableFacts(
  client: ClientBase,
  schemas: readonly string[],
): Promise<readonly TableFacts[]> {
  const { rows } = await client.query<TableFacts>(
    `select n.nspname as schema, c.relname as name,
        (select coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
            'hasDefault', a.atthasdef or a.attidentity <> '') order by a.attnum), '[]')
          from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
        (select coalesce(jsonb_agg(jsonb_build_object('constraint', k.conname,
            'definition', pg_get_expr(k.conbin, k.conrelid),
            'columns', (select coalesce(jsonb_agg(a.attname order by a.attnum), '[]') from pg_attribute as a
              where a.attrelid = c.oid and a.attnum = any (k.conkey))) order by k.conname collate "C"), '[]')
          from pg_constraint as k where k.conrelid = c.oid and k.contype = 'c') as checks,
        (select coalesce(jsonb_agg(jsonb_build_object('role', r.rolname, 'insert', w.inserted, 'update', w.updated)
            order by r.rolname collate "C"), '[]')
          from pg_roles as r
          cross join lateral (
            select coalesce(jsonb_agg(a.attname order by a.attnum)
                filter (where has_column_privilege(r.oid, c.oid, a.attnum, 'insert')), '[]') as inserted,
              coalesce(jsonb_agg(a.attname order by a.attnum)
                filter (where has_column_privilege(r.oid, c.oid, a.attnum, 'update')), '[]') as updated
            from pg_attribute as a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
          ) as w
          where r.rolname = any ($2) and (w.inserted <> '[]' or w.updated <> '[]')) as writers
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = any ($1) and c.relkind in ('r', 'p')
      order by n.nspname collate "C", c.relname collate "C"`,
    [schemas, CALLERS],
  );
  return rows;
}
