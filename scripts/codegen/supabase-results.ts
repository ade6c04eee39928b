import { type GeneratorMetadata, pgTypeToTsType } from '@supabase/postgrest-typegen';
import { finding } from '../console/errors.ts';

/**
 * Fields that are never NULL, of functions that return tables. PostgreSQL knows of none: what is not listed here is `| null`, so that whoever adds a
 * function is on the safe side, and whoever adds a name says that they have looked.
 */
const NEVER_NULL: Readonly<Record<string, readonly string[]>> = {
  access_log_exceptions: ['noticed_at', 'kind', 'to_lsn', 'cause'],
  bent_access_records: ['id', 'occurred_at'],
  bent_tombstones: ['organisation_id', 'cause', 'cause_id', 'problem'],
  count_sealed_records: ['table_name', 'tree_size', 'records', 'changed', 'gone', 'destroyed', 'unsealed'],
  invite_member: ['invitation_id', 'token', 'expires_at'],
  search_patients: ['id', 'mrn', 'full_name', 'language', 'status'],
  who_saw_record: ['organisation_id', 'occurred_at', 'kind', 'records', 'in_emergency'],
};

/** Begins a text that the generator writes out, and that is a type. */
const MARK = 'cordon: ';

/**
 * Says of the fields that functions return which may be NULL, and of OUT parameters what they are: the generator takes every field for filled, and a
 * record of OUT parameters for anything at all.
 *
 * @returns other metadata; {@link typesIn} then mends the text that the generator makes of it.
 */
export function withResults(metadata: GeneratorMetadata): GeneratorMetadata {
  const nullable = new Map<number, GeneratorMetadata['types'][number]>();
  const nullableOf = (id: number): number => {
    const type = metadata.types.find((each) => each.id === id);
    // Of two schemas with the same name, the first: what is exposed is one.
    const written =
      type && pgTypeToTsType({ id: 0, name: 'public', owner: '' }, type.name, metadata, type.schema);
    if (!type || !written || written === 'unknown') return id;
    // The texts of an enumeration that no exposed schema has are written out. The catalog's own ids are positive.
    const name = `nullable ${type.schema} ${type.name}`;
    const made = { id: -id, name, format: name, schema: 'cordon', attributes: [], comment: null };
    nullable.set(-id, { ...made, type_relation_id: null, enums: [`${MARK}${written} | null`] });
    return -id;
  };
  const functions = metadata.functions.map((each) => {
    const filled = NEVER_NULL[each.name] ?? [];
    // One OUT parameter alone is the function's value, and no record.
    const returned = each.args.filter(({ mode }) => ['out', 'inout', 'table'].includes(mode));
    if (returned.length === 1 && returned[0]?.mode !== 'table') return each;
    const args = each.args.map((arg) => {
      if (arg.mode !== 'out' && arg.mode !== 'table') return arg;
      const type_id = filled.includes(arg.name) ? arg.type_id : nullableOf(arg.type_id);
      return { ...arg, mode: 'table' as const, type_id };
    });
    refuseGone(each.name, args);
    return { ...each, args };
  });
  return { ...metadata, functions, types: [...metadata.types, ...nullable.values()] };
}

/** Takes for types what {@link withResults} has left as texts. */
export function typesIn(generated: string): string {
  const text = generated.replaceAll(new RegExp(`"${MARK}([^"]*)"`, 'g'), '$1');
  if (!text.includes(MARK)) return text;
  throw finding({
    problem:
      'a function returns a type whose name stands in quotes, which generated/supabase.d.ts cannot say beside null',
    expected: 'fields of types that TypeScript has a plain name for',
    remedy: 'teach scripts/codegen/supabase-results.ts that type',
  });
}

/** A name in the list whose field has gone says nothing of the one that came instead. */
function refuseGone(name: string, args: GeneratorMetadata['functions'][number]['args']): void {
  const fields = args.filter(({ mode }) => mode === 'table').map((arg) => arg.name);
  const gone = NEVER_NULL[name]?.filter((field) => !fields.includes(field)) ?? [];
  if (gone.length === 0) return;
  throw finding({
    problem: `scripts/codegen/supabase-results.ts names what ${name} does not return: ${gone.join(', ')}`,
    expected: 'fields of the function that are never NULL',
    remedy: 'name those that it returns now and that are never NULL, or none',
  });
}
