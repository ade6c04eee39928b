import { quoteLiteral } from '../postgres/quote.ts';

/** The schemas that are ours. What stands there is ours, whatever extension it was made a member of. */
export const OWN_SCHEMAS: readonly string[] = ['public', 'authz', 'audit', 'governance'];

const NAMESPACE = { pg_class: 'relnamespace', pg_proc: 'pronamespace', pg_type: 'typnamespace' } as const;

export type MemberCatalog = keyof typeof NAMESPACE;

/**
 * Whether an object is an extension's own, as a condition: a member of one, in the schema where that has its objects, be it the one
 * that it was installed into or one that it made. Membership alone says nothing: `alter extension … add` takes in whatever its owner
 * likes, and what is in no list is looked at by nobody.
 *
 * @param oid the SQL of the object's oid.
 * @param ours schemas in which nothing is an extension's: whoever installs one there shows its functions to every request.
 */
export function isExtensions(catalog: MemberCatalog, oid: string, ours: readonly string[]): string {
  return `exists (
        select from pg_depend as e
        join pg_extension as x on e.refclassid = 'pg_extension'::regclass and x.oid = e.refobjid
        join ${catalog} as m on m.oid = e.objid
        where e.classid = '${catalog}'::regclass and e.objid = ${oid} and e.deptype = 'e'
          and ${isItsOwnSchema(`m.${NAMESPACE[catalog]}`)}
          and m.${NAMESPACE[catalog]}::regnamespace::text <> all (array[${ours.map(quoteLiteral).join(', ')}]::text[])
      )`;
}

/** Whether a schema is one where the extension `x` has its objects. */
export function isItsOwnSchema(namespace: string): string {
  return `(${namespace} = x.extnamespace or exists (
            select from pg_depend as own
            where own.classid = 'pg_namespace'::regclass and own.objid = ${namespace} and own.deptype = 'e'
              and own.refclassid = 'pg_extension'::regclass and own.refobjid = x.oid))`;
}
