import type { GeneratorMetadata } from '@supabase/postgrest-typegen';
import type { FactsByColumn } from './column-facts.ts';

/** What PostgREST writes as a text, and the generator does not know. */
const TEXTS: ReadonlySet<string> = new Set(['inet', 'cidr']);

/**
 * Says of columns what only the catalog knows, as for Kysely: text that a CHECK restricts is a union, a view's column is null only where it can be,
 * and an address is a text, as an argument of functions too.
 */
export function withColumnFacts(metadata: GeneratorMetadata, facts: FactsByColumn): GeneratorMetadata {
  const unions: GeneratorMetadata['types'] = [];
  const columns = metadata.columns.map((column) => {
    const format = TEXTS.has(column.format) ? 'text' : column.format;
    const name = `${column.schema}.${column.table}.${column.name}`;
    const { nullable = column.is_nullable, values } = facts.get(name) ?? {};
    if (!values) return { ...column, format, is_nullable: nullable };
    // The texts of an enumeration that no exposed schema has are written out; `_` is PostgreSQL's own sign of an array.
    unions.push({ ...NO_TYPE, name, format: name, enums: [...values] });
    return { ...column, format: format.startsWith('_') ? `_${name}` : name, is_nullable: nullable };
  });
  const types = metadata.types.map((type) => (TEXTS.has(type.name) ? { ...type, name: 'text' } : type));
  return { ...metadata, columns, types: [...types, ...unions] };
}

const NO_TYPE = { id: 0, schema: 'cordon', attributes: [], comment: null, type_relation_id: null };
