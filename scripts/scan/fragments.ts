/*
 * What several rules ask, as SQL. Each needs the expression `callers` of the scope. A privilege on an object in a
 * schema without USAGE is out of reach, and does not count.
 */

/** Callers who may read or write a relation, or any column of it; NULL where nobody may. */
export function whoReaches(relation: string): string {
  return callersWho(
    relation,
    `has_any_column_privilege(r.oid, ${relation}.oid, 'select, insert, update') or has_table_privilege(r.oid, ${relation}.oid, 'delete')`,
  );
}

/** Callers who may read a relation, or any column of it; NULL where nobody may. */
export function whoReads(relation: string): string {
  return callersWho(relation, `has_any_column_privilege(r.oid, ${relation}.oid, 'select')`);
}

function callersWho(relation: string, may: string): string {
  return `(
      select string_agg(r.rolname, ', ' order by r.rolname) from callers as r
      where (${may}) and has_schema_privilege(r.oid, ${relation}.relnamespace, 'usage')
    )`;
}

/** Callers who may call a function by its name; NULL where nobody may. */
export function whoCalls(alias: string): string {
  return `(
      select string_agg(r.rolname, ', ' order by r.rolname) from callers as r
      where has_function_privilege(r.oid, ${alias}.oid, 'execute')
        and has_schema_privilege(r.oid, ${alias}.pronamespace, 'usage')
    )`;
}

/**
 * Callers who hold `privilege` on one column; NULL where nobody does.
 *
 * @param among a condition on the caller `r`, as {@link isBound} makes one.
 */
export function whoWrites(relation: string, attnum: string, privilege: string, among = 'true'): string {
  return `(
      select string_agg(r.rolname, ', ' order by r.rolname) from callers as r
      where has_column_privilege(r.oid, ${relation}, ${attnum}, '${privilege}') and ${among}
    )`;
}

/** Whether a policy, under this alias, is for the caller `r`. */
export function isBound(policy: string): string {
  return `(
      0 = any (${policy}.polroles)
      or exists (select from unnest(${policy}.polroles) as named (role) where pg_has_role(r.oid, named.role, 'usage'))
    )`;
}

/** Callers who hold one of these privileges by grant, spelt as the server knows them, whatever its major. */
export function whoHolds(relation: string, privileges: readonly string[]): string {
  const names = privileges.map((name) => `'${name}'`).join(', ');
  return `(
      select string_agg(distinct r.rolname || ' holds ' || g.privilege_type, ', ')
      from aclexplode(${relation}.relacl) as g
      join callers as r on g.grantee = 0 or pg_has_role(r.oid, g.grantee, 'usage')
      where g.privilege_type in (${names})
        and has_schema_privilege(r.oid, ${relation}.relnamespace, 'usage')
    )`;
}

/** Whether a trigger on each row, before `event` (8 deletes, 16 updates, 4 inserts), names a column as `new.<column>`. */
export function guardedByTrigger(relation: string, column: string, event: number): string {
  return `exists (
      select from pg_trigger as g join pg_proc as p on p.oid = g.tgfoid
      where g.tgrelid = ${relation} and not g.tgisinternal and g.tgenabled <> 'D' and g.tgtype & ${event} <> 0 and g.tgtype & 2 = 2
        and (position(lower('new.' || ${column}) in lower(p.prosrc)) > 0 or position(lower('new."' || ${column} || '"') in lower(p.prosrc)) > 0)
    )`;
}

/** What stands in a policy's text when blanks, parentheses, casts and sub-selects around a value are left out. */
export function bare(text: string): string {
  return String.raw`regexp_replace(lower(${text}), '\s+as\s+(uid|role|jwt)\M|\mselect\M|::text|[\s()]', '', 'g')`;
}

/** A name as a pattern that finds it as a whole word, whatever characters it is made of. */
export function asWord(name: string): string {
  return String.raw`('(^|\W)' || ${asPattern(name)} || '(\W|$)')`;
}

/** A name as a pattern that matches its characters and nothing else. */
export function asPattern(name: string): string {
  return String.raw`regexp_replace(${name}, '(\W)', '\\\1', 'g')`;
}

/** A relation by its name, NULL where there is none. Unlike to_regclass it needs no USAGE on the schema. */
export function relationNamed(schema: string, name: string): string {
  return `(
      select c.oid from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = '${schema}' and c.relname = '${name}'
    )`;
}

/** Columns by which rows belong to somebody. */
const BELONGS =
  '^(organi[sz]ation|org|tenant|clinic|account|team|workspace|customer|user|owner|patient)(_id)?$';

/**
 * Whether a table, under this alias, is kept from callers: by row-level security, or because none of them may touch it and its rows
 * belong to somebody. A list of countries that nobody is granted is no secret.
 */
export function isKept(table: string): string {
  return `(${table}.relrowsecurity or (
    exists (
      select from pg_attribute as b where b.attrelid = ${table}.oid and b.attnum > 0 and not b.attisdropped and b.attname ~ '${BELONGS}'
    )
    and not exists (select from callers as k where has_any_column_privilege(k.oid, ${table}.oid, 'select, insert, update'))
  ))`;
}
