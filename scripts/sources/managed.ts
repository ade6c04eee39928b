import { type Catalog, kindOf } from '../catalog/snapshot.ts';
import { roleName } from '../sql/names.ts';
import { ownerLine } from './definitions.ts';
import { objectsOf, type Sources } from './sources.ts';

/** The kinds of object that live in sources, users before what they use; everything else is written by hand into migrations. */
const SOURCE_KINDS: readonly string[] = ['policy', 'trigger', 'procedure', 'function'];

/** Whether a catalog entry is one that sources decide about: an object of theirs, its comment, or a grant on it or on a relation. */
export function isManaged(key: string): boolean {
  if (SOURCE_KINDS.includes(kindOf(key.replace(/^comment on /, '')))) return true;
  return isGrant(key);
}

/** Whether a catalog entry is a grant on a relation or function. Schemas and types are granted by hand. */
export function isGrant(key: string): boolean {
  return kindOf(key) === 'grants' && !/^grants on (schema|type) /.test(key);
}

/** Objects of a catalog that have no source, in the order in which they can be dropped. */
export function withoutSource(catalog: Catalog, sources: Sources): string[] {
  if (sources.partial) return [];
  const kept = new Set(objectsOf(sources).map(({ key }) => key));
  const rank = (key: string) => SOURCE_KINDS.indexOf(kindOf(key));
  return [...catalog.keys()]
    .filter((key) => rank(key) !== -1 && !kept.has(key))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Giving a function to another role needs CREATE on its schema for that role: the pairs where it does not hold it anyway. */
export function ownersThatLackCreate(
  functions: Sources['functions'],
  catalog: Catalog,
): { readonly schema: string; readonly role: string }[] {
  const pairs = new Map<string, { schema: string; role: string }>();
  for (const { owner, on } of functions) {
    const role = owner && roleName(owner.tree.newowner);
    const schema = on.split('.')[0] ?? '';
    if (!role || catalog.get(`grants on schema ${schema} to ${role}`)?.includes('CREATE')) continue;
    pairs.set(`${schema} ${role}`, { schema, role });
  }
  return [...pairs.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

const RELATIONS = ['table', 'view', 'materialized view', 'foreign table', 'sequence'];

/** Owner of a function or relation, or undefined where the catalog does not hold it. */
export function ownerOf(catalog: Catalog, object: string): string | undefined {
  const keys = [object, ...RELATIONS.map((kind) => `${kind} ${object}`)];
  return ownerLine(keys.map((key) => catalog.get(key)).find((found) => found !== undefined));
}
