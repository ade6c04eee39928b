import type { ClientBase } from 'pg';
import { REALM_ROLE } from '../../policies/vocabulary.ts';

/** The roles of callers and what people call them, in the order in which they are told. */
const CALLERS: readonly (readonly [role: string, name: string])[] = [
  [REALM_ROLE.anon, 'who is not signed in'],
  [REALM_ROLE.provider, 'staff'],
  [REALM_ROLE.patient, 'patients'],
  [REALM_ROLE.internal_ops, 'operations'],
  [REALM_ROLE.service, 'the server'],
];

/**
 * Generates the reference of what callers can name in schema public: its functions with arguments, result and callers, its views
 * and its tables, each with its COMMENT.
 *
 * @param client where the migrations have been applied; only read from.
 * @returns Markdown without a header.
 */
export async function generateReference(client: ClientBase): Promise<string> {
  const functions = await client.query<{ call: string; result: string; roles: string[]; about: string }>(
    `select p.proname || '(' || pg_get_function_arguments(p.oid) || ')' as call, pg_get_function_result(p.oid) as result,
        array(select r.rolname::text from pg_roles as r where r.rolname = any ($1) and has_function_privilege(r.oid, p.oid, 'execute')) as roles,
        coalesce(obj_description(p.oid, 'pg_proc'), '') as about
      from pg_proc as p
      where p.pronamespace = 'public'::regnamespace and ${notOfAnExtension('pg_proc', 'p')}
      order by p.proname collate "C", pg_get_function_arguments(p.oid) collate "C"`,
    [CALLERS.map(([role]) => role)],
  );
  const relations = await client.query<{ name: string; isView: boolean; about: string }>(
    `select c.relname as name, c.relkind = 'v' as "isView", coalesce(obj_description(c.oid, 'pg_class'), '') as about
      from pg_class as c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and ${notOfAnExtension('pg_class', 'c')}
      order by c.relname collate "C"`,
  );
  const named = functions.rows.filter(({ roles }) => roles.length > 0);
  const listed = (isView: boolean) =>
    relations.rows.filter((each) => each.isView === isView).map(({ name, about }) => line(name, about));
  return [
    HEAD,
    '## Functions',
    named.map(({ call, result, roles, about }) => line(`${call} → ${result}`, about, by(roles))).join('\n'),
    '## Views',
    listed(true).join('\n'),
    '## Tables',
    listed(false).join('\n'),
  ].join('\n\n');
}

const HEAD = `# What callers can name

Schema public, as its COMMENTs tell it. A function is called by name in SQL (\`select accept_membership('…')\`) and by the names of its arguments over
PostgREST (\`supabase.rpc('accept_membership', { organisation_id })\`); one that writes takes POST. Who is named may call it: what it then allows is asked
inside, by row. Errors are those of \`docs/errors.md\`; what is in brackets are the requirements that it bears on. Who reads and writes which row of a table stands in
\`access-matrix.md\`, the columns in \`kysely.d.ts\` and \`supabase.d.ts\`.`;

function by(roles: readonly string[]): string {
  return ` · ${CALLERS.filter(([role]) => roles.includes(role))
    .map(([, name]) => name)
    .join(', ')}`;
}

function line(name: string, about: string, callers = ''): string {
  return `- \`${name}\`${callers}: ${about.replace(/[\\|<>*_]/g, '\\$&').replace(/\s+/g, ' ')}`.trimEnd();
}

function notOfAnExtension(catalog: 'pg_proc' | 'pg_class', alias: string): string {
  return `not exists (select from pg_depend as d where d.classid = '${catalog}'::regclass and d.objid = ${alias}.oid and d.deptype = 'e')`;
}
